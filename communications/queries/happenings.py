"""What rules may ask of people: which announcements reached them, and what they did with them; which surveys they answered."""

from collections.abc import Callable, Iterator
from uuid import UUID

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.api.inputs import as_uuid
from communications.models import Acknowledgement, Action, Actor, Announcement, Channel, Delivery, DeliveryState, State, Touch
from context.models import Survey, SurveyResponse, SurveyState
from context.past import OF_THEIR_PEOPLE, PastTable, register_past
from context.rules.happenings import Happened, register_happened, register_happening
from context.rules.vocabulary import keyed, register_words
from partners.models import Partner

NOWHERE = UUID(int=0)  # an empty list would be no query at all
TOLD_AT_MOST = 1000
RECEIVED, READ, CLICKED = "announcement.received", "announcement.read", "announcement.clicked"
ACKNOWLEDGED, ANSWERED = "announcement.acknowledged", "survey.answered"


def register() -> None:
    register_words("announcement", lambda: _t("announcement"), _announcements)
    register_words("survey", lambda: _t("survey"), _surveys)
    register_happening(RECEIVED, _("announcement they received"), "announcement", _about("announcement", _received))
    register_happening(READ, _("announcement they read in the portal"), "announcement", _about("announcement", _read))
    register_happening(CLICKED, _("announcement of which they followed a link"), "announcement", _about("announcement", _clicked))
    register_happening(
        ACKNOWLEDGED, _("announcement they acknowledged"), "announcement", _about("announcement", Acknowledgement.objects.all)
    )
    register_happening(ANSWERED, _("survey they answered"), "survey", _about("survey", _answered))
    register_happened(_happened)
    register_past(
        PastTable(
            "communications_delivery",
            f"{OF_THEIR_PEOPLE} AND state = 'delivered' AND settled_at <= %(then)s",
            ("read_at = NULL WHERE read_at > %(then)s",),
        )
    )
    register_past(PastTable("communications_touch", f"{OF_THEIR_PEOPLE} AND first_at <= %(then)s"))
    register_past(PastTable("communications_acknowledgement", f"{OF_THEIR_PEOPLE} AND at <= %(then)s"))


def _announcements() -> QuerySet:
    rows = Announcement.objects.exclude(state=State.CANCELLED)
    return keyed("announcement", rows, key=Cast("public_id", CharField()), name="title")


def _surveys() -> QuerySet:
    rows = Survey.objects.filter(mode=Survey.Mode.SURVEY).exclude(state=SurveyState.DRAFT)
    return keyed("survey", rows, key=Cast("public_id", CharField()), name="title")


def _about(what: str, rows: Callable[[], QuerySet]) -> Callable[[tuple[str, ...] | None], QuerySet]:
    """Those rows, of what the words name."""

    def of(words: tuple[str, ...] | None) -> QuerySet:
        if words is None:
            return rows()
        return rows().filter(**{f"{what}__public_id__in": [found for word in words if (found := as_uuid(word))] or [NOWHERE]})

    return of


def _received() -> QuerySet:
    return Delivery.objects.filter(state=DeliveryState.DELIVERED)


def _read() -> QuerySet:
    return _received().filter(channel=Channel.PORTAL, read_at__isnull=False)


def _clicked() -> QuerySet:
    return Touch.objects.filter(action=Action.CLICKED, actor=Actor.HUMAN)


def _answered() -> QuerySet:
    return SurveyResponse.objects.exclude(submitted_at=None)


_TOLD = (
    (RECEIVED, _received, "announcement__title"),
    (READ, _read, "announcement__title"),
    (CLICKED, _clicked, "announcement__title"),
    (ACKNOWLEDGED, Acknowledgement.objects.all, "announcement__title"),
    (ANSWERED, _answered, "survey__title"),
)


def _happened(partner: Partner) -> Iterator[Happened]:
    here = {"contact__partner": partner, "contact__left_on": None}
    lists = [
        rows().filter(**here).order_by().values_list(Value(name, output_field=CharField()), "contact_id", title)
        for name, rows, title in _TOLD
    ]
    yield from lists[0].union(*lists[1:])[:TOLD_AT_MOST]
