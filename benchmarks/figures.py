"""What a measure finds, and how it is told: ours beside the barest way to do the same, measured in the same run."""

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results.json"


@dataclass(frozen=True)
class Figure:
    """`value` in `unit`, beside `limit`, which is `of` something; None where nothing bare is to be compared."""

    value: float
    unit: str
    limit: float | None = None
    of: str = ""
    cpu_seconds: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.value / self.limit if self.limit else None


Rows = list[tuple[int, Figure]]  # people in the world, and what was found there


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def served(client, page: str) -> float:
    """Seconds until the whole page is there; anything but a page ends the run."""
    begun = time.perf_counter()
    response = client.get(page)
    if response.status_code != 200:
        raise SystemExit(f"{page} answered {response.status_code}")
    return time.perf_counter() - begun


def p95(samples: list[float]) -> float:
    return sorted(samples)[math.ceil(len(samples) * 0.95) - 1]


def exponent(rows: Rows) -> float | None:
    """How the cost grows from the smallest to the largest world: 1 is linear, 0 is not at all. Rates are inverted."""
    (small, first), (large, last) = rows[0], rows[-1]
    if small == large or not first.value or not last.value:
        return None
    grown = math.log(last.value / first.value) / math.log(large / small)
    return -grown if first.unit.startswith("per") else grown


def show(name: str, rows: Rows) -> None:
    print(f"\n{name}")
    for size, figure in rows:
        beside = f"   limit {figure.limit:12.3f} ({figure.of})   ratio {figure.ratio:7.2f}" if figure.ratio else ""
        work = f"   CPU {figure.cpu_seconds:.1f} s" if figure.cpu_seconds else ""
        print(f"  {size:>9,} people  {figure.value:12.3f} {figure.unit}{beside}{work}")
    if (grown := exponent(rows)) is not None:
        print(f"  grows with exponent {grown:.2f}")


def write(taken: dict[str, Rows]) -> None:
    """`results.json`: what was found in the largest world, and the sizes it was found at."""
    RESULTS.write_text(json.dumps([_entry(name, rows) for name, rows in taken.items()], indent=2) + "\n", "utf-8")


def _entry(name: str, rows: Rows) -> dict:
    largest = rows[-1][1]
    return {
        "name": name,
        "value": round(largest.value, 4),
        "unit": largest.unit,
        "limit": largest.limit and round(largest.limit, 6),
        "ratio": largest.ratio and round(largest.ratio, 4),
        "cpu_seconds": largest.cpu_seconds and round(largest.cpu_seconds, 2),
        "sizes": [{"people": size, "value": round(figure.value, 4)} for size, figure in rows],
        "exponent": exponent(rows) and round(exponent(rows), 3),
    }
