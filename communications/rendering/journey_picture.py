"""The picture of a journey: boxes below each other in the order of the way, a branch beside it. Functions of values, in pixels."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 208, 60
ACROSS, DOWN = 40, 46
MARGIN = 20
SHOWN_LETTERS = 25
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
    path: str
    words: str
    x: int
    y: int
    is_else: bool


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    boxes: tuple[DrawnBox, ...]
    lines: tuple[DrawnLine, ...]
    end_x: int
    end_y: int


def drawn(boxes: Sequence[Box], lines: Sequence[Line]) -> Picture:
    """`boxes` in the order of the way: each after all that lead to it."""
    places = _places(boxes, lines)
    lanes = max(lane for _depth, lane in places.values()) + 1
    at = {key: (MARGIN + lane * (WIDTH + ACROSS), MARGIN + depth * (HEIGHT + DOWN)) for key, (depth, lane) in places.items()}
    end_x, end_y = at[END][0] + WIDTH // 2, at[END][1] + 14
    return Picture(
        width=MARGIN * 2 + lanes * (WIDTH + ACROSS), height=end_y + 14 + MARGIN,
        boxes=tuple(DrawnBox(box, *at[box.key]) for box in boxes),
        lines=tuple(_line(line, places, at, end_y) for line in lines), end_x=end_x, end_y=end_y,
    )  # fmt: skip


def _places(boxes: Sequence[Box], lines: Sequence[Line]) -> dict[int, tuple[int, int]]:
    """How far down and how far across each one is: what follows stands below, what a branch leads to otherwise beside that."""
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
    return {key: (depth[key], lane) for key, lane in lanes.items()} | {END: (max(depth.values()) + 1, 0)}


def _line(line: Line, places: dict[int, tuple[int, int]], at: dict[int, tuple[int, int]], end_y: int) -> DrawnLine:
    key = END if line.end is None else line.end
    (x, y), (to_x, to_y) = at[line.start], at[key]
    (depth, lane), (to_depth, to_lane) = places[line.start], places[key]
    bottom, target = y + HEIGHT, (end_y - 12 if key == END else to_y)
    crosses = any(place[1] in (lane, to_lane) and depth < place[0] < to_depth for place in places.values())
    if to_depth == depth + 1 or not crosses:
        middle, other = x + WIDTH // 2 + (24 if line.is_else else 0), to_x + WIDTH // 2
        half = (bottom + target) // 2
        path = f"M{middle} {bottom} C{middle} {half} {other} {half} {other} {target}"
        words_x = middle + 14 if line.is_else else middle - 8
        return DrawnLine(path, line.words, words_x, bottom + (11 if line.is_else else 18), line.is_else)
    return _beside(line, x, y, to_x, to_y, lane, to_lane, end_y if key == END else to_y + HEIGHT // 2, is_end=key == END)


def _beside(line: Line, x: int, y: int, to_x: int, to_y: int, lane: int, to_lane: int, target: int, *, is_end: bool) -> DrawnLine:
    """Down the gap at the right of both, so that it runs through no other box."""
    side = MARGIN + (max(lane, to_lane) + 1) * (WIDTH + ACROSS) - ACROSS // 2 + (6 if line.is_else else -6)
    start = y + HEIGHT // 2 + (8 if line.is_else else 0)
    until = to_x + WIDTH // 2 + 14 if is_end else to_x + WIDTH
    path = f"M{x + WIDTH} {start} H{side} V{target} H{until}"
    return DrawnLine(path, line.words, x + WIDTH + (6 if line.is_else else 30), start - 6, line.is_else)
