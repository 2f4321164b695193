"""The table that `make faults` prints: a drill for every row, and a sum that others can rely on."""

import io
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.faults.conftest import _Table
from tests.faults.table import FAULTS

FOLDER = Path(__file__).parent / "faults"
DRILLS = re.findall(r'^@pytest\.mark\.fault\("([^"]+)"\)', "".join(path.read_text() for path in FOLDER.glob("test_*.py")), re.M)


def test_each_row_has_a_drill_and_each_drill_a_row():
    assert set(DRILLS) == set(FAULTS)


def printed(*results: tuple[str, bool], keyword: str = "", full_size: bool = True) -> tuple[list[str], int]:
    """The lines of the table and the exit status, after drills of these rows passed or failed."""
    out = io.StringIO()
    config = SimpleNamespace(
        option=SimpleNamespace(full_size=full_size, keyword=keyword),
        getoption=lambda _name: False,
        get_terminal_writer=lambda: SimpleNamespace(line=lambda text: print(text, file=out)),
    )
    table = _Table(config)
    for row, passed in results:
        told = [("fault", row), ("happened", f"{row}: what came of it")]
        table.pytest_runtest_logreport(SimpleNamespace(when="call", failed=not passed, passed=passed, user_properties=told))
    session = SimpleNamespace(exitstatus=0 if all(passed for _row, passed in results) else pytest.ExitCode.TESTS_FAILED)
    table.pytest_sessionfinish(session)
    table.pytest_unconfigure()
    return out.getvalue().splitlines(), int(session.exitstatus)


def test_where_all_goes_well_the_last_line_says_so():
    lines, status = printed(*((row, True) for row in FAULTS))
    assert lines[-1] == f"{len(FAULTS)} faults, {len(FAULTS)} as expected"
    assert status == 0
    assert all(f"happened: {row}: what came of it" in "\n".join(lines) for row in FAULTS)


def test_a_row_is_as_expected_only_if_all_its_drills_are():
    lines, status = printed(*((row, True) for row in FAULTS), ("poison", False), ("poison", True))
    assert lines[-1] == f"{len(FAULTS)} faults, {len(FAULTS) - 1} as expected"
    assert [line for line in lines if line.startswith("NOT AS EXPECTED")] == [f"NOT AS EXPECTED  {FAULTS['poison'].done}"]
    assert status != 0


def test_a_row_without_a_drill_is_not_as_expected():
    lines, status = printed(*((row, True) for row in FAULTS if row != "Redis full"))
    assert lines[-1] == f"{len(FAULTS)} faults, {len(FAULTS) - 1} as expected"
    assert status != 0
    assert "not run" in "\n".join(lines)


def test_of_a_choice_of_drills_only_those_are_told():
    lines, status = printed(("poison", True), keyword="poison")
    assert lines[-1] == "1 faults, 1 as expected"
    assert status == 0
