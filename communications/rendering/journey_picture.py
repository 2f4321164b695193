"""The picture of a journey: boxes below each other in the order of the way, a branch beside it. Functions of values, in pixels."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 208, 60
ACROSS, DOWN = 40, 46
MARGIN = 20
SHOWN_LETTERS = 25
LETTER, ROOM = 7, 16  # how wide a letter of a word on a line is at most, and what is free at both its sides
BESIDE_AT_MOST = 560
END = 0  # stands for the end among the keys of steps, which begin with 1


@dataclass(frozen=True)
class Box:
    key: int
    name: str
    kind: str
    here: int
    address: str


@dataclass(frozen=True)
class Line:
    """From one step to another, or to the end."""

    start: int
    end: int | None
    words: str = ""
    is_else: bool = False


@dataclass(frozen=True)
class DrawnBox:
    box: Box
    x: int
    y: int

    @property
    def width(self) -> int:
        return WIDTH

    @property
    def height(self) -> int:
        return HEIGHT

    @property
    def name(self) -> str:
        name = self.box.name
        return name if len(name) <= SHOWN_LETTERS else name[: SHOWN_LETTERS - 1].rstrip() + "…"

    @property
    def text_x(self) -> int:
        return self.x + 14

    @property
    def name_y(self) -> int:
        return self.y + 25

    @property
    def kind_y(self) -> int:
        return self.y + 46

    @property
    def count_x(self) -> int:
        return self.x + WIDTH - 14


@dataclass(frozen=True)
class DrawnLine:
    """`words` stand at `x`, `y`: they begin there, or end there where they stand `before` the line."""

    path: str
    words: str
    x: int
    y: int
    is_else: bool
    before: bool = False


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    boxes: tuple[DrawnBox, ...]
    lines: tuple[DrawnLine, ...]
    end_x: int
    end_y: int

    @property
    def is_wide(self) -> bool:
        """Too wide to have the steps beside it."""
        return self.width > BESIDE_AT_MOST


@dataclass(frozen=True)
class _Place:
    """How far down and how far across."""

    depth: int
    lane: int


def drawn(boxes: Sequence[Box], lines: Sequence[Line]) -> Picture:
    """`boxes` in the order of the way: each after all that lead to it."""
    places = _places(boxes, lines)
    beside = [line for line in lines if _runs_through(line, places)]
    across = max([ACROSS, *(len(line.words) * LETTER + 2 * ROOM for line in beside)])
    lanes = max(place.lane for place in places.values()) + 1
    at = {key: (MARGIN + place.lane * (WIDTH + across), MARGIN + place.depth * (HEIGHT + DOWN)) for key, place in places.items()}
    end_x, end_y = at[END][0] + WIDTH // 2, at[END][1] + 14
    return Picture(
        width=MARGIN * 2 + lanes * (WIDTH + across) - (0 if beside else across), height=end_y + 14 + MARGIN,
        boxes=tuple(DrawnBox(box, *at[box.key]) for box in boxes),
        lines=tuple(
            _beside(line, places, at, end_y, across) if line in beside
            else _down(line, at, end_y, is_aside=_ends_below(line, places)) for line in lines
        ),
        end_x=end_x, end_y=end_y,
    )  # fmt: skip


def _places(boxes: Sequence[Box], lines: Sequence[Line]) -> dict[int, _Place]:
    """What follows stands below, what a branch leads to otherwise beside that."""
    depth = {box.key: 0 for box in boxes}
    for box in boxes:
        for line in lines:
            if line.start == box.key and line.end is not None:
                depth[line.end] = max(depth[line.end], depth[box.key] + 1)
    lanes: dict[int, int] = {}
    taken: set[tuple[int, int]] = set()
    for box in boxes:
        wanted = lanes.get(box.key, 0)
        while (depth[box.key], wanted) in taken:
            wanted += 1
        lanes[box.key] = wanted
        taken.add((depth[box.key], wanted))
        for line in lines:
            if line.start == box.key and line.end is not None:
                lanes.setdefault(line.end, wanted + line.is_else)
    return {key: _Place(depth[key], lane) for key, lane in lanes.items()} | {END: _Place(max(depth.values()) + 1, 0)}


def _runs_through(line: Line, places: dict[int, _Place]) -> bool:
    """Whether there are boxes on the straight way."""
    start, end = places[line.start], places[_end_of(line)]
    if end.depth == start.depth + 1 or _ends_below(line, places):
        return False
    return any(place.lane in (start.lane, end.lane) and start.depth < place.depth < end.depth for place in places.values())


def _ends_below(line: Line, places: dict[int, _Place]) -> bool:
    """Whether nothing stands between a step aside and the row of the end."""
    start = places[line.start]
    is_free = not any(place.lane == start.lane and place.depth > start.depth for place in places.values())
    return line.end is None and start.lane > 0 and is_free


def _down(line: Line, at: dict[int, tuple[int, int]], end_y: int, *, is_aside: bool) -> DrawnLine:
    (x, y), (to_x, to_y) = at[line.start], at[_end_of(line)]
    bottom, target = y + HEIGHT, (end_y - 12 if line.end is None else to_y)
    middle, other = x + WIDTH // 2 + (24 if line.is_else else 0), to_x + WIDTH // 2
    half = (bottom + target) // 2
    path = f"M{middle} {bottom} C{middle} {half} {other} {half} {other} {target}"
    if is_aside:
        path = f"M{middle} {bottom} V{end_y} H{other + 14}"
    if line.is_else:
        return DrawnLine(path, line.words, middle + 14, bottom + 11, is_else=True)
    return DrawnLine(path, line.words, middle - 8, bottom + 18, is_else=False, before=True)


def _beside(
    line: Line, places: dict[int, _Place], at: dict[int, tuple[int, int]], end_y: int, across: int
) -> DrawnLine:  # fmt: skip
    """Down the gap at the right of both, so that it runs through no other box; its words stand in that gap."""
    (x, y), (to_x, to_y) = at[line.start], at[_end_of(line)]
    lane = max(places[line.start].lane, places[_end_of(line)].lane)
    side = MARGIN + (lane + 1) * (WIDTH + across) - ROOM + (6 if line.is_else else -6)
    start = y + HEIGHT // 2 + (8 if line.is_else else 0)
    target, until = (end_y, to_x + WIDTH // 2 + 14) if line.end is None else (to_y + HEIGHT // 2, to_x + WIDTH)
    path = f"M{x + WIDTH} {start} H{side} V{target} H{until}"
    return DrawnLine(path, line.words, x + WIDTH + 8, start - 6, line.is_else)


def _end_of(line: Line) -> int:
    return END if line.end is None else line.end
