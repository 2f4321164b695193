"""What uses a thing: shown where the thing is, and named with a link where a change of it is refused."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from activity.refusals import Refused

NAMED_IN_A_SENTENCE = 5


@dataclass(frozen=True)
class Use:
    """`kind` says what it is (“segment”), `name` which one, `url` where it is found; empty where it has no page."""

    kind: str
    name: str
    url: str = ""

    def __str__(self) -> str:
        return f"{self.kind} “{self.name}”".strip()


class InUse(Refused):
    """Refused because of `uses`, each once; pages add links to the first of them, and to `all_at`, the address of the page that
    lists them all, where there is one."""

    def __init__(self, sentence, uses: Iterable[Use], *, field: str | None = None, all_at: str = ""):
        super().__init__(sentence, code="in_use", field=field)
        self.uses = tuple(dict.fromkeys(uses))
        self.all_at = all_at


def in_a_sentence(uses: Iterable[Use]) -> str:
    """Segment “A”, survey “B” and 3 more."""
    uses = list(dict.fromkeys(uses))
    said = ", ".join(str(use) for use in uses[:NAMED_IN_A_SENTENCE])
    more = len(uses) - NAMED_IN_A_SENTENCE
    return _("%(names)s and %(count)d more") % {"names": said, "count": more} if more > 0 else said
