"""A meeting in numbers and names. Every invitee is in exactly one standing, so the numbers add up to all who are invited."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Avg, Count, F, Prefetch, Q, QuerySet

from activity.models import Task
from collaboration.models import STANDING, Invitee, InviteeAnswer, Meeting, MeetingMail, MeetingState, Presence, Standing
from partners.models import Contact, Partner


@dataclass(frozen=True)
class Figures:
    """`by_standing` has every standing. `said_yes` and `came_of_them` tell how far a yes can be relied on here."""

    by_standing: dict[str, int]
    said_yes: int = 0
    came_of_them: int = 0
    uninvited: int = 0
    minutes_there: int | None = None

    @property
    def invited(self) -> int:
        return sum(self.by_standing.values())

    @property
    def unseen(self) -> int:
        """How many have missed it once it is closed."""
        return sum(self.by_standing[key] for key in (Standing.INVITED, Standing.ACCEPTED, Standing.MAYBE, Standing.MISSED))

    def of(self, standing: str) -> int:
        return self.by_standing[standing]

    @property
    def rows(self) -> list[tuple[str, str, int]]:
        """Key, name and number, those with nobody left out."""
        return [(key, label, self.by_standing[key]) for key, label in Standing.choices if self.by_standing[key]]


@dataclass(frozen=True)
class Mailed:
    """What became of mails about it: `waiting` is yet to leave, `troubled` failed or is in doubt."""

    delivered: int = 0
    waiting: int = 0
    withheld: int = 0
    failed: int = 0
    in_doubt: int = 0

    @property
    def troubled(self) -> int:
        return self.failed + self.in_doubt


@dataclass(frozen=True)
class Stranger:
    pk: int
    name: str
    address: str


@dataclass(frozen=True)
class Outcome:
    """What a meeting left behind."""

    decisions: list = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)


def figures_of(meeting: Meeting, reader) -> Figures:
    """Of the people that the reader sees; one query."""
    own = meeting.invitees.visible_to(reader)
    sums = {f"are_{key}": Count("pk", filter=Q(standing=key)) for key in Standing.values}
    yes = Q(answer=InviteeAnswer.YES, is_waiting=False)
    found = own.with_standing().aggregate(
        **sums, said_yes=Count("pk", filter=yes), came_of_them=Count("pk", filter=yes & Q(attended=True)),
        uninvited=Count("pk", filter=Q(attended=True, is_late_comer=True)), minutes=Avg("minutes_there", filter=Q(attended=True)),
    )  # fmt: skip
    by_standing = {key: found[f"are_{key}"] for key in Standing.values}
    minutes = None if found["minutes"] is None else round(found["minutes"])
    return Figures(by_standing, found["said_yes"], found["came_of_them"], found["uninvited"], minutes)


def people_of(meeting: Meeting, reader, *, standing: str = "", name: str = "") -> QuerySet[Invitee]:
    rows = meeting.invitees.visible_to(reader).with_standing().select_related("contact__partner")
    rows = rows.filter(standing=standing) if standing else rows
    rows = rows.filter(Q(contact__name__icontains=name) | Q(contact__partner__name__icontains=name)) if name else rows
    return rows.order_by("contact__partner__name", "contact__name", "pk")


def mailed_about(meeting: Meeting) -> Mailed:
    states = MeetingMail.State
    counted = dict(MeetingMail.objects.filter(invitee__meeting=meeting).order_by().values_list("state").annotate(n=Count("pk")))
    waiting = counted.get(states.QUEUED, 0) + counted.get(states.SENDING, 0)
    kinds = (states.SUPPRESSED, states.FAILED, states.IN_DOUBT)
    return Mailed(counted.get(states.DELIVERED, 0), waiting, *(counted.get(state, 0) for state in kinds))


def strangers_at(meeting: Meeting) -> list[Stranger]:
    rows = Presence.objects.filter(meeting=meeting, invitee=None).order_by("name", "address", "pk").distinct("name", "address")
    return [Stranger(row.pk, row.name, row.address) for row in rows[:200]]


def outcome_of(meeting: Meeting) -> Outcome:
    tasks = Task.objects.filter(source_type=Meeting._meta.label_lower, source_id=meeting.pk).select_related("owner").order_by("pk")
    return Outcome(list(meeting.decisions.all()), list(tasks))


def partners_at(meeting: Meeting, reader) -> list[Partner]:
    """Whom a task from it can be for: with one partner that one, else those whose people take part."""
    if meeting.partner:
        return [meeting.partner]
    return list(Partner.objects.visible_to(reader).filter(contacts__meeting_invitations__meeting=meeting).distinct())


# --- As a partner's person sees them ----------------------------------------------------------------------------------


def invitations_of(contact: Contact) -> QuerySet[Invitee]:
    """What this contact was invited to, also what is called off."""
    rows = Invitee.objects.filter(contact=contact, meeting__invited_at__isnull=False)
    return rows.annotate(standing=STANDING).select_related("meeting__host", "meeting__programme", "meeting__partner")


def upcoming_for(contact: Contact, now: datetime) -> QuerySet[Invitee]:
    return invitations_of(contact).filter(meeting__ends_at__gt=now).order_by("meeting__starts_at", "pk")


def past_for(contact: Contact, now: datetime) -> QuerySet[Invitee]:
    rows = invitations_of(contact).filter(meeting__ends_at__lte=now).exclude(meeting__state=MeetingState.CANCELLED)
    return rows.order_by("-meeting__starts_at", "-pk")


def colleagues_at(meeting: Meeting, contact: Contact) -> list[Invitee]:
    """Others of the same organisation, whose names this person knows anyway."""
    rows = meeting.invitees.filter(contact__partner=contact.partner_id, contact__left_on=None).exclude(contact=contact)
    return list(rows.annotate(standing=STANDING).select_related("contact").order_by("contact__name"))


# --- On a partner's page -----------------------------------------------------------------------------------------------

SHOWN = 15


def meetings_with(partner: Partner, reader) -> list[Meeting]:
    """The latest first, each with who of them was invited."""
    own = Invitee.objects.filter(contact__partner=partner).annotate(standing=STANDING).select_related("contact")
    there = own.order_by().values("meeting")
    rows = Meeting.objects.visible_to(reader).filter(Q(partner=partner) | Q(pk__in=there)).select_related("host")
    return list(
        rows.order_by(F("starts_at").desc(), "-pk").prefetch_related(Prefetch("invitees", own, to_attr="of_partner"))[:SHOWN]
    )
