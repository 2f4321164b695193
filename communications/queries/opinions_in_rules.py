"""What rules may ask of people: which opinion survey they were asked. Whether they answered is nothing that a rule may ask."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import CharField, F, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.api.inputs import as_uuid
from communications.models import OpinionAsk, OpinionSurvey
from context.rules.happenings import Happened, register_happened, register_happening
from context.rules.vocabulary import keyed, register_words
from partners.models import Partner

NOWHERE = UUID(int=0)  # an empty list would be no query at all
ASKED = "opinion.asked"


def register() -> None:
    register_words("opinion", lambda: _t("opinion survey"), _words)
    register_happening(ASKED, _("opinion survey they were asked"), "opinion", _asked)
    register_happened(_happened)


def _words() -> QuerySet:
    surveys = OpinionSurvey.objects.exclude(opened_at=None)
    return keyed("opinion", surveys, key=Cast("public_id", CharField()), name=Cast(F("title"), CharField()))


def _asked(words: tuple[str, ...] | None) -> QuerySet:
    if words is None:
        return OpinionAsk.objects.all()
    return OpinionAsk.objects.filter(survey__public_id__in=[found for word in words if (found := as_uuid(word))] or [NOWHERE])


def _happened(partner: Partner) -> Iterator[Happened]:
    rows = OpinionAsk.objects.filter(contact__partner=partner, contact__left_on=None).order_by("-asked_at")
    for contact_id, title in rows.values_list("contact_id", "survey__title"):
        yield ASKED, contact_id, title
