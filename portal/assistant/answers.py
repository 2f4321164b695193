"""What a person is told: sentences, each with the sources that it stands on, or that nothing was found."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

OWN, TEXT, MODEL = "own", "text", "model"


@dataclass(frozen=True)
class Cited:
    """A paragraph of a document, or, without a number, a page with the person's own data. `digest` tells what it said."""

    document: str
    address: str
    file: str = ""
    paragraph: int | None = None
    heading: str = ""
    kind: str = ""
    public_id: str = ""
    digest: str = ""

    @property
    def link(self) -> str:
        return self.address if self.paragraph is None else f"{self.address}#paragraph-{self.paragraph}"

    @property
    def is_own(self) -> bool:
        return self.paragraph is None


@dataclass(frozen=True)
class Said:
    """`sources` are places in the answer's list of sources, from 1 as people count them."""

    text: str
    sources: tuple[int, ...]
    by: str = TEXT


@dataclass(frozen=True)
class Answer:
    said: tuple[Said, ...] = ()
    sources: tuple[Cited, ...] = ()
    nearest: Cited | None = None  # of an answer that was none
    notes: tuple[str, ...] = field(default=())  # model_away, changed

    @property
    def is_abstained(self) -> bool:
        return not self.said

    @property
    def text(self) -> str:
        return " ".join(said.text for said in self.said)

    @property
    def is_phrased(self) -> bool:
        return any(said.by == MODEL for said in self.said)

    @property
    def used(self) -> list[tuple[int, Cited]]:
        """The sources that a sentence stands on, with their numbers."""
        numbers = {number for said in self.said for number in said.sources}
        return [(number, cited) for number, cited in enumerate(self.sources, start=1) if number in numbers]

    @property
    def further(self) -> list[Cited]:
        numbers = {number for said in self.said for number in said.sources}
        return [cited for number, cited in enumerate(self.sources, start=1) if number not in numbers]


def as_kept(answer: Answer) -> dict:
    return asdict(answer)


def as_shown(kept: Mapping) -> Answer:
    nearest = kept.get("nearest")
    return Answer(
        said=tuple(Said(one["text"], tuple(one["sources"]), one["by"]) for one in kept.get("said", ())),
        sources=tuple(Cited(**one) for one in kept.get("sources", ())),
        nearest=Cited(**nearest) if nearest else None,
        notes=tuple(kept.get("notes", ())),
    )


def without(answer: Answer, gone: set[int]) -> Answer:
    """The same without what stands on any of these sources; their names go as well."""
    kept = [number for number in range(1, len(answer.sources) + 1) if number not in gone]
    places = {number: place for place, number in enumerate(kept, start=1)}
    said = tuple(
        Said(one.text, tuple(places[number] for number in one.sources), one.by)
        for one in answer.said
        if not gone.intersection(one.sources)
    )
    return Answer(said, tuple(answer.sources[number - 1] for number in kept), answer.nearest, answer.notes)
