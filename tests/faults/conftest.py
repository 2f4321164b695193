"""Each drill names its row in the table of faults; the table is printed at the end, with what came of each."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "fault(row): what goes wrong in this drill")
    config.stash[_OUTCOMES] = {}


_OUTCOMES = pytest.StashKey[dict[str, bool]]()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    report = (yield).get_result()
    marker = item.get_closest_marker("fault")
    if marker and (report.when == "call" or report.failed):
        outcomes = item.config.stash[_OUTCOMES]
        outcomes[marker.args[0]] = outcomes.get(marker.args[0], True) and report.passed


def pytest_unconfigure(config: pytest.Config) -> None:
    """After everything else, so that the sum is the last line."""
    outcomes, writer = config.stash.get(_OUTCOMES, {}), config.get_terminal_writer()
    for row, is_as_expected in outcomes.items():
        writer.line(f"{'as expected' if is_as_expected else 'NOT AS EXPECTED':<16} {row}")
    if outcomes:
        writer.line(f"{len(outcomes)} faults, {sum(outcomes.values())} as expected")
