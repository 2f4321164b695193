"""Drills against the running system. Each names its row in the table of faults; the table is printed at the end, with what
came of each. `--full-size` runs them as `make faults` does, else they are small enough for every landing."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connections

from tests.database import make_template
from tests.faults.house import House
from tests.faults.table import FAULTS

_TOLD = pytest.StashKey[dict[str, list[tuple[bool, str]]]]()


@dataclass(frozen=True)
class Size:
    """How large and how patient the drills are. `waits` is false where the rows are told that a pause is over instead."""

    people: int
    watched: int
    kills: int
    redis_away_seconds: float
    waits: bool


SMALL = Size(people=1_200, watched=1_200, kills=2, redis_away_seconds=3, waits=False)
FULL = Size(people=50_000, watched=100_000, kills=20, redis_away_seconds=300, waits=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full-size", action="store_true", help="the drills of faults as large as `make faults` runs them")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "fault(row): what goes wrong in this drill")
    config.stash[_TOLD] = {}
    config.pluginmanager.register(_Table(config), "table of faults")


class _Table:
    """Gathered where the run is led, from whichever process a drill ran in."""

    def __init__(self, config: pytest.Config):
        self.config = config
        self.is_led_elsewhere = hasattr(config, "workerinput")
        self.told: dict[str, list[tuple[bool, str]]] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            item.user_properties += [("fault", marker.args[0]) for marker in item.iter_markers("fault")]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.failed:
            said = "; ".join(text for name, text in report.user_properties if name == "happened")
            for name, row in report.user_properties:
                if name == "fault":
                    self.told.setdefault(row, []).append((report.passed, said))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._is_whole() and self._rows_missing() and session.exitstatus == 0:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_unconfigure(self) -> None:
        """After everything else, so that the sum is the last line."""
        if self.is_led_elsewhere or not (self.told or self._is_whole()):
            return
        rows = list(FAULTS) if self._is_whole() else [row for row in FAULTS if row in self.told]
        line = self.config.get_terminal_writer().line
        for row in rows:
            told = self.told.get(row, [])
            line("")
            line(f"{'as expected' if self._is_as_expected(row) else 'NOT AS EXPECTED':<16} {FAULTS[row].done}")
            line(f"{'':<16} must:     {FAULTS[row].must}")
            for text in [said for _passed, said in told if said] or ["it ended before it could tell" if told else "not run"]:
                line(f"{'':<16} happened: {text}")
        line("")
        line(f"{len(rows)} faults, {sum(map(self._is_as_expected, rows))} as expected")

    def _is_as_expected(self, row: str) -> bool:
        return bool(self.told.get(row)) and all(passed for passed, _said in self.told[row])

    def _rows_missing(self) -> list[str]:
        return [row for row in FAULTS if not self._is_as_expected(row)]

    def _is_whole(self) -> bool:
        """All rows are owed where the full size is asked for without a choice among the drills."""
        option = self.config.option
        return bool(option.full_size and not (option.keyword or self.config.getoption("collectonly")))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    """A drill that failed shows what the programs of its house said last."""
    report = yield
    house = getattr(item, "funcargs", {}).get("house")
    if report.failed and house is not None:
        report.sections += [(f"end of {log.name}", _end_of(log)) for log in sorted(house.log("any").parent.glob("*.log"))]
    return report


def _end_of(log: Path, lines: int = 40) -> str:
    return "\n".join(line[:300] for line in log.read_text(errors="replace").splitlines()[-lines:])


@pytest.fixture(scope="session")
def size(request) -> Size:
    return FULL if request.config.option.full_size else SMALL


@pytest.fixture
def happened(request):
    """`happened("…")` says in the table what came of the drill."""
    return lambda text: request.node.user_properties.append(("happened", text))


@pytest.fixture(scope="session")
def _standing_house(request, tmp_path_factory, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        schema = make_template(Path(request.config.cache.mkdir("database")))
        connections.close_all()
    house = House(schema)
    try:
        house.build()
        yield house
    finally:
        house.tear_down()


@pytest.fixture
def house(_standing_house, django_db_blocker):
    """The running system with nothing in it yet: its own PostgreSQL and Valkey, web, worker, clerk and beat. The ORM of the drill
    works on its database."""
    with django_db_blocker.unblock(), _standing_house.as_database():
        _standing_house.make_ready()
        yield _standing_house
