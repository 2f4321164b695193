"""What is asked of a person besides the news: things to confirm, surveys to answer, reviews to fill in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from context.models import SurveyResponse
from context.queries.confirmations import asked_of
from context.queries.reviews import reviews_waiting_for
from partners.models import Contact, Enrolment

NAMED = 3


@dataclass(frozen=True)
class Need:
    """One thing to do: `tone` is warn, bad, info or accent."""

    icon: str
    tone: str
    title: str
    detail: str
    url: str
    due: date | None = None


def collection_needs(contact: Contact, places: Iterable[Enrolment]) -> list[Need]:
    return [*_surveys(contact), *_reviews(contact), *_confirmations(contact, places)]


def _surveys(contact: Contact) -> list[Need]:
    waiting = SurveyResponse.objects.asked_of(contact).open().select_related("survey").order_by("survey__answer_by", "pk")
    return [
        Need(
            icon="clipboard-document-list",
            tone="accent",
            title=(_("Go on with “%(title)s”") if row.started_at else _("Answer “%(title)s”")) % {"title": row.survey},
            detail=row.survey.intro or _("For %(partner)s") % {"partner": contact.partner},
            url=reverse("context:survey", args=[row.public_id]),
            due=row.survey.answer_by,
        )
        for row in waiting
    ]


def _reviews(contact: Contact) -> list[Need]:
    if not contact.is_partner_admin:
        return []
    return [
        Need(
            icon="scale",
            tone="accent",
            title=_("Fill in your side of “%(title)s”") % {"title": review},
            detail=_("We fill in ours; both are shown once both are handed in."),
            url=reverse("context:review", args=[review.public_id]),
            due=review.due_on,
        )
        for review in reviews_waiting_for(contact.partner)
    ]


def _confirmations(contact: Contact, places: Iterable[Enrolment]) -> list[Need]:
    asked = asked_of(contact.partner, places) if contact.is_partner_admin else []
    if not asked:
        return []
    count = len(asked)
    title = ngettext("%(n)d thing to confirm or correct", "%(n)d things to confirm or correct", count) % {"n": count}
    named = " · ".join(dict.fromkeys(one.data_point.label for one in asked[:NAMED]))
    return [Need("arrow-path", "warn", title, named, reverse("context:confirmations"))]
