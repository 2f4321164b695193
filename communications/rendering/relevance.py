"""How relevant an item of a newsletter is to a person: what counts how much, and how it is told. One table, by which the statement
that ranks and the page that explains go."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communications.attention.priorities import Priority

IMPORTANCE = {Priority.CRITICAL: 8, Priority.IMPORTANT: 5, Priority.NORMAL: 2, Priority.LOW: 1}
SOON_DAYS, TOPIC_DAYS = 14, 90


@dataclass(frozen=True)
class Ground:
    """A reason why something ranks higher, with its points; `because` completes “It is here because …”."""

    points: int
    because: str | Promise


GROUNDS = {
    "important": Ground(0, _("it is important")),  # its points are those of its importance
    "acknowledge": Ground(4, _("it waits to be acknowledged")),
    "soon": Ground(3, _("its day is within two weeks")),
    "function": Ground(3, _("it is for people with their function")),
    "place": Ground(2, _("it is for their country or region")),
    "wanted": Ground(2, _("they asked for this topic")),
    "topic": Ground(2, _("they have read others on this topic")),
}
NEWEST = 1  # points of what is new today; what is as old as the newsletter reaches back has none
