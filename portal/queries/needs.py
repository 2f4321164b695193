"""What is asked of a person besides the news: invitations and surveys to answer, things to confirm, reviews, tasks and more."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.models import Kind
from communications.queries.feed import FeedItem
from context.queries.confirmations import Asked, asked_of_each
from partners.models import ColleagueRequest, Contact, Enrolment
from partners.waiting import Need, Waiting, registered_kinds
from portal.queries.waiting import ANSWER, BY_COURSE, CERTIFICATE, MEETING, MESSAGE, OPINION, REVIEW, SURVEY, TASK

NAMED = 3
EXPIRY_WARNING = timedelta(days=90)


def needs_among(waiting: Iterable[Waiting], contact: Contact) -> list[Need]:
    said = _NEEDS | {kind.name: kind.need for kind in registered_kinds()}
    return [need for row in waiting if (need := said[row.kind](row, contact)) is not None]


def _certificate(row: Waiting, contact: Contact) -> Need | None:
    """They need their holder and the organisation's admins, near their end. What a course here renews is asked of its holder in
    time; it needs somebody only where that came to nothing."""
    is_own = row.public_id == contact.public_id
    if row.due is None or row.due > timezone.localdate() + EXPIRY_WARNING or not (is_own or contact.is_partner_admin):
        return None
    if row.detail == BY_COURSE and (row.is_begun or not row.is_late):
        return None
    holder = row.who if row.public_id and not is_own else ""
    return Need(
        icon="academic-cap",
        tone="bad" if row.is_late else "warn",
        title=_expiring(row, holder),
        detail=_("Passing its course renews it.")
        if row.detail == BY_COURSE
        else _("Send the new certificate to your partner manager."),
        url=reverse("portal:organisation") + "#certificates",
        due=row.due,
    )


def _expiring(row: Waiting, holder: str | None) -> str:
    words = {"name": row.title, "who": holder}
    if holder:
        return (_("%(name)s of %(who)s has expired") if row.is_late else _("%(name)s of %(who)s expires")) % words
    return (_("%(name)s has expired") if row.is_late else _("%(name)s expires")) % words


def _answer(row: Waiting, contact: Contact) -> Need:
    return Need(
        icon="chat-bubble-left-right",
        tone="info",
        title=_("%(name)s answered your question") % {"name": row.who or contact.partner},
        detail=row.title,
        url=reverse("communications:announcement", args=[row.public_id]) + "#questions",
    )


def _meeting(row: Waiting, contact: Contact) -> Need:
    return Need(
        icon="calendar-days",
        tone="accent",
        title=_("Say whether you come to “%(title)s”") % {"title": row.title},
        detail=_("%(name)s invites you") % {"name": row.who} if row.who else _("You are invited"),
        url=reverse("collaboration:meeting", args=[row.public_id]),
        due=row.due,
    )


def _message(row: Waiting, contact: Contact) -> Need:
    return Need(
        icon="chat-bubble-left-right",
        tone="accent",
        title=_("%(name)s wrote to you") % {"name": row.who} if row.who else _("A message for you"),
        detail=row.title,
        url=reverse("communications:conversation", args=[row.public_id]),
    )


def _survey(row: Waiting, contact: Contact) -> Need:
    return Need(
        icon="clipboard-document-list",
        tone="accent",
        title=(_("Go on with “%(title)s”") if row.is_begun else _("Answer “%(title)s”")) % {"title": row.title},
        detail=row.detail or _("For %(partner)s") % {"partner": contact.partner},
        url=reverse("context:survey", args=[row.public_id]),
        due=row.due,
    )


def _opinion(row: Waiting, contact: Contact) -> Need:
    return Need(
        icon="hand-raised",
        tone="accent",
        title=_("Say what you think: “%(title)s”") % {"title": row.title},
        detail=_("You are asked yourself, not for %(partner)s") % {"partner": contact.partner},
        url=reverse("communications:opinion", args=[row.public_id]),
        due=row.due,
    )


def _review(row: Waiting, contact: Contact) -> Need:
    return Need(
        icon="scale",
        tone="accent",
        title=_("Fill in your side of “%(title)s”") % {"title": row.title},
        detail=_("We fill in ours; both are shown once both are handed in."),
        url=reverse("context:review", args=[row.public_id]),
        due=row.due,
    )


def _task(row: Waiting, contact: Contact) -> Need:
    return Need(
        icon="clipboard-document-check",
        tone="bad" if row.is_late else "accent",
        title=row.title,
        detail=_("Agreed with %(name)s") % {"name": row.who} if row.who else _("A task shared with you"),
        url=reverse("portal:tasks"),
        due=row.due,
    )


_NEEDS: dict[str, Callable[[Waiting, Contact], Need | None]] = {
    CERTIFICATE: _certificate, ANSWER: _answer, MESSAGE: _message, MEETING: _meeting, SURVEY: _survey,
    OPINION: _opinion, REVIEW: _review, TASK: _task,
}  # fmt: skip


def confirmations(contacts: Iterable[Contact], places: Mapping[int, list[Enrolment]]) -> dict[int, list[Need]]:
    """By contact; `places` are the current enrolments by partner. Three queries, for admins."""
    admins = [contact for contact in contacts if contact.is_partner_admin]
    if not admins:
        return {}
    asked = asked_of_each({contact.partner_id: places[contact.partner_id] for contact in admins})
    return {contact.pk: _to_confirm(asked[contact.partner_id]) for contact in admins}


def _to_confirm(asked: list[Asked]) -> list[Need]:
    if not asked:
        return []
    count = len(asked)
    title = ngettext("%(n)d thing to confirm or correct", "%(n)d things to confirm or correct", count) % {"n": count}
    named = " · ".join(dict.fromkeys(one.data_point.label for one in asked[:NAMED]))
    return [Need("arrow-path", "warn", title, named, reverse("context:confirmations"))]


# --- All of them, as the first pages show them ----------------------------------------------------------------------------


@dataclass(frozen=True)
class People:
    """Of an organisation; `unread` are the news that wait for the reader, `asking` those who ask to join."""

    total: int = 0
    joined: int = 0
    not_invited: int = 0
    asking: int = 0
    unread: int = 0


def people_counted(contacts: QuerySet[Contact]) -> QuerySet:
    """For each partner with people the columns of `People` but its last."""
    outside = Q(user=None) & ~Q(email="") & ~Q(invitations__withdrawn_at=None, invitations__isnull=False)
    asking = (
        ColleagueRequest.objects.to_decide(OuterRef("partner")).order_by().values("partner").annotate(n=Count("pk")).values("n")
    )
    return contacts.filter(left_on=None).order_by().values("partner").annotate(
        total=Count("pk", distinct=True),
        joined=Count("pk", filter=~Q(user=None), distinct=True),
        not_invited=Count("pk", filter=outside, distinct=True),
        asking=Coalesce(Max(Subquery(asking)), 0),
    )  # fmt: skip


def needs_of(
    contact: Contact, items: Iterable[FeedItem], waiting: Iterable[Waiting], people: People, confirm: Iterable[Need]
) -> list[Need]:
    """Everything that needs this person: the one list behind their first page and the one of all their organisations. What is asked
    beside it, the question of the day, is not in it."""
    waiting = list(waiting)
    of_the_day = question_of_the_day(waiting)
    return [
        *acknowledgements(items, contact),
        *needs_among([row for row in waiting if row is not of_the_day], contact),
        *confirm,
        *_colleagues_outside(contact, people),
        *_asking_to_join(contact, people),
    ]


def in_order(needs: Iterable[Need]) -> list[Need]:
    return sorted(needs, key=lambda need: (not need.is_urgent, need.due or date.max))


def question_of_the_day(waiting: Iterable[Waiting]) -> Waiting | None:
    return next((row for row in waiting if row.kind == OPINION and row.detail), None)


def acknowledgements(items: list[FeedItem], contact: Contact) -> list[Need]:
    return [
        Need(
            icon="check-badge",
            tone="warn",
            title=_("Acknowledge “%(title)s”") % {"title": item.title},
            detail=item.call_to_action or _("For %(partner)s") % {"partner": contact.partner},
            url=reverse("communications:announcement", args=[item.announcement.public_id]),
            due=item.announcement.acknowledge_by,
            is_urgent=item.announcement.kind == Kind.CRISIS,
        )
        for item in items
        if item.needs_acknowledgement
    ]


def _colleagues_outside(contact: Contact, people: People) -> list[Need]:
    if not contact.is_partner_admin or not people.not_invited:
        return []
    count = people.not_invited
    title = ngettext("%(n)d colleague is not invited yet", "%(n)d colleagues are not invited yet", count) % {"n": count}
    return [Need("user-plus", "accent", title, _("Invite them, so that news reaches the right person."), reverse("portal:people"))]


def _asking_to_join(contact: Contact, people: People) -> list[Need]:
    if not contact.is_partner_admin or not people.asking:
        return []
    title = ngettext("%(n)d person asks to join", "%(n)d people ask to join", people.asking) % {"n": people.asking}
    return [Need("user-plus", "accent", title, _("Say whether they are colleagues."), reverse("portal:people"))]
