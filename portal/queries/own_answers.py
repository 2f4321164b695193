"""What somebody asks about their own things, told from data: of the partner that they act for, and of nobody else."""

from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaboration.models import MeetingState
from collaboration.queries.meetings import upcoming_for
from communications.queries.conversations import responsible_manager
from context.queries.tiers import Standing, standing_in_short
from context.queries.visibility import is_hidden
from partners.models import Contact
from partners.queries.tasks import shared_tasks
from portal.assistant.answers import OWN, Cited, Said
from portal.assistant.tools import CERTIFICATES, MANAGER, MEETINGS, TASKS, TIER

NAMED = 5


def own_answer(tool: str, contact: Contact, *, reader) -> tuple[list[Said], Cited]:
    """Sentences, and the page that shows the same with more."""
    sentences, page = _TOOLS[tool](contact, reader)
    return [Said(sentence, (1,), OWN) for sentence in sentences], page


def _certificates(contact: Contact, reader) -> tuple[list[str], Cited]:
    held = contact.partner.certifications.counting().filter(~is_hidden("certifications", reader, in_portal=True))
    rows = list(held.select_related("certification", "contact").order_by("expires_on", "pk"))
    page = Cited(_("Your certificates"), reverse("portal:organisation") + "#certificates")
    if not rows:
        return [_("%(partner)s holds no certificate that is on record.") % {"partner": contact.partner}], page
    count = ngettext("%(partner)s has %(n)d certificate on record.", "%(partner)s has %(n)d certificates on record.", len(rows))
    return [count % {"partner": contact.partner, "n": len(rows)}, *map(_certificate, rows[:NAMED])], page


def _certificate(row) -> str:
    words = {"name": row.certification, "who": row.contact}
    name = _("%(name)s of %(who)s") % words if row.contact else str(row.certification)
    if row.expires_on is None:
        return _("%(name)s has no end date.") % {"name": name}
    sentence = _("%(name)s expired on %(day)s.") if row.is_expired else _("%(name)s expires on %(day)s.")
    return sentence % {"name": name, "day": date_format(row.expires_on, "j F Y")}


def _tier(contact: Contact, reader) -> tuple[list[str], Cited]:
    places = contact.partner.enrolments.current().select_related("programme", "tier").order_by("-is_primary", "pk")
    sentences = [sentence for place in places for sentence in _standing(standing_in_short(place))]
    page = Cited(_("Your tier and scorecards"), reverse("portal:standing"))
    return sentences or [_("%(partner)s is in no programme at the moment.") % {"partner": contact.partner}], page


def _standing(standing: Standing) -> list[str]:
    words = {"programme": standing.enrolment.programme, "tier": standing.held, "next": standing.next_tier}
    held = _("You are %(tier)s in %(programme)s.") if standing.held else _("You have no tier in %(programme)s yet.")
    sentences = [held % words]
    if standing.grace_until:
        sentences.append(_("It is kept until %(day)s.") % {"day": date_format(standing.grace_until, "j F Y")})
    if standing.next_tier is None:
        sentences.append(_("There is no higher tier to earn."))
    elif standing.missing:
        missing = "; ".join(str(outcome.criterion) for outcome in standing.missing)
        sentences.append(_("For %(next)s this is missing: %(missing)s.") % {**words, "missing": missing})
    elif standing.outcomes:
        sentences.append(_("You meet everything that %(next)s asks.") % words)
    else:
        sentences.append(_("The next tier is %(next)s.") % words)
    return sentences


def _tasks(contact: Contact, reader) -> tuple[list[str], Cited]:
    rows = list(shared_tasks(contact.partner).open())
    page = Cited(_("Your tasks"), reverse("portal:tasks"))
    if not rows:
        return [_("No task is open that is shared with %(partner)s.") % {"partner": contact.partner}], page
    count = ngettext("%(n)d task is open.", "%(n)d tasks are open.", len(rows)) % {"n": len(rows)}
    return [count, *(_ended_by_a_day(row.title, row.due_on) for row in rows[:NAMED])], page


def _ended_by_a_day(title: str, due_on) -> str:
    if due_on is None:
        return _("“%(title)s”, without a date.") % {"title": title}
    sentence = _("“%(title)s” was due on %(day)s.") if due_on < timezone.localdate() else _("“%(title)s” is due on %(day)s.")
    return sentence % {"title": title, "day": date_format(due_on, "j F Y")}


def _meetings(contact: Contact, reader) -> tuple[list[str], Cited]:
    upcoming = upcoming_for(contact, timezone.now()).exclude(meeting__state=MeetingState.CANCELLED).select_related("meeting")
    page = Cited(_("Your meetings"), reverse("collaboration:meetings"))
    sentences = [
        _("“%(title)s” is on %(day)s at %(time)s.")
        % {
            "title": row.meeting.title,
            "day": date_format(timezone.localtime(row.meeting.starts_at), "l j F Y"),
            "time": date_format(timezone.localtime(row.meeting.starts_at), "H:i"),
        }
        for row in upcoming[:NAMED]
    ]
    return sentences or [_("You are invited to no meeting that is still to come.")], page


def _manager(contact: Contact, reader) -> tuple[list[str], Cited]:
    manager = responsible_manager(contact)
    page = Cited(_("Messages"), reverse("communications:conversations"))
    if manager is None:
        return [_("Nobody is named as your partner manager at the moment; a message reaches the programme's team.")], page
    words = {"name": capfirst(manager.get_full_name()), "email": manager.email}
    return [_("Your partner manager is %(name)s, %(email)s.") % words], page


_TOOLS: dict[str, Callable[[Contact, object], tuple[list[str], Cited]]] = {
    CERTIFICATES: _certificates, TIER: _tier, TASKS: _tasks, MEETINGS: _meetings, MANAGER: _manager,
}  # fmt: skip
