"""What somebody's own data say to a question: of the partner that they speak for, and of nobody else."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from collaboration.models import MeetingState
from collaboration.queries.meetings import upcoming_for
from communications.queries.conversations import responsible_manager
from context.queries.performance import Figure
from context.queries.tiers import standing_in_short
from context.queries.visibility import is_hidden
from enablement.models import Participation
from enablement.queries.points import points_of
from partners.models import Contact, Enrolment, Partner, Tier
from partners.queries.tasks import shared_tasks
from portal.assistant.answers import Cited
from portal.assistant.theirs import asks_what_is_missing, is_asked_by, is_named_in
from portal.assistant.tools import CERTIFICATES, COURSES, MANAGER, MEETINGS, POINTS, TASKS, TIER
from portal.queries.organisation import organisation_of

NAMED = 5


@dataclass(frozen=True)
class Asked:
    """`contact` is of whom the answer tells, `reader` the one signed in."""

    question: str
    contact: Contact
    reader: User

    @property
    def partner(self) -> Partner:
        return self.contact.partner


def _certificates(asked: Asked) -> tuple[list[str], Cited]:
    held = asked.partner.certifications.counting().filter(~is_hidden("certifications", asked.reader, in_portal=True))
    rows = list(held.select_related("certification", "contact").order_by("expires_on", "pk"))
    page = Cited(_("Your certificates"), reverse("portal:organisation") + "#certificates")
    if not rows:
        return [_("%(partner)s holds no certificate that is on record.") % {"partner": asked.partner}], page
    count = ngettext("%(partner)s has %(n)d certificate on record.", "%(partner)s has %(n)d certificates on record.", len(rows))
    return [count % {"partner": asked.partner, "n": len(rows)}, *map(_certificate, rows[:NAMED])], page


def _certificate(row) -> str:
    words = {"name": row.certification, "who": row.contact}
    name = _("%(name)s of %(who)s") % words if row.contact else str(row.certification)
    if row.expires_on is None:
        return _("%(name)s has no end date.") % {"name": name}
    sentence = _("%(name)s expired on %(day)s.") if row.is_expired else _("%(name)s expires on %(day)s.")
    return sentence % {"name": name, "day": date_format(row.expires_on)}


def tiers_named(asked: Asked) -> dict[int, Tier]:
    """By programme, the tier that the question names."""
    tiers = Tier.objects.filter(programme__in=asked.partner.enrolments.current().values("programme")).order_by("rank", "pk")
    return {tier.programme_id: tier for tier in tiers if is_named_in(asked.question, tier.name)}


def tier(asked: Asked) -> tuple[list[str], Cited]:
    """Where the question names a tier, what is missing for that one."""
    places = list(asked.partner.enrolments.current().select_related("programme", "tier").order_by("-is_primary", "pk"))
    towards = tiers_named(asked) if asks_what_is_missing(asked.question) else {}
    sentences = [
        sentence
        for place in places
        if not towards or place.programme_id in towards
        for sentence in _standing(place, towards.get(place.programme_id))
    ]
    page = Cited(_("Your tier and scorecards"), reverse("portal:standing"))
    return sentences or [_("%(partner)s is in no programme at the moment.") % {"partner": asked.partner}], page


def _standing(place: Enrolment, towards: Tier | None) -> list[str]:
    is_above = towards is not None and (place.tier is None or towards.rank > place.tier.rank)
    standing = standing_in_short(place, towards=towards if is_above else None)
    words = {"programme": standing.enrolment.programme, "tier": standing.held, "next": standing.next_tier}
    held = _("You are %(tier)s in %(programme)s.") if standing.held else _("You have no tier in %(programme)s yet.")
    sentences = [held % words]
    if standing.grace_until:
        sentences.append(_("It is kept until %(day)s.") % {"day": date_format(standing.grace_until)})
    if towards and not is_above:
        return sentences
    if standing.next_tier is None:
        sentences.append(_("There is no higher tier to earn."))
    elif standing.missing:
        missing = "; ".join(str(outcome.criterion) for outcome in standing.missing)
        sentences.append(_("For %(next)s this is missing: %(missing)s.") % {**words, "missing": missing})
    elif standing.outcomes:
        sentences.append(_("You meet everything that %(next)s asks.") % words)
    elif towards:
        sentences.append(_("What %(next)s asks is not kept as rules here; your partner manager knows.") % words)
    else:
        sentences.append(_("The next tier is %(next)s.") % words)
    return sentences


def _tasks(asked: Asked) -> tuple[list[str], Cited]:
    rows = list(shared_tasks(asked.partner).open())
    page = Cited(_("Your tasks"), reverse("portal:tasks"))
    if not rows:
        return [_("No task is open that is shared with %(partner)s.") % {"partner": asked.partner}], page
    count = ngettext("%(n)d task is open.", "%(n)d tasks are open.", len(rows)) % {"n": len(rows)}
    return [count, *(_ended_by_a_day(row.title, row.due_on) for row in rows[:NAMED])], page


def _ended_by_a_day(title: str, due_on) -> str:
    if due_on is None:
        return _("“%(title)s”, without a date.") % {"title": title}
    sentence = _("“%(title)s” was due on %(day)s.") if due_on < timezone.localdate() else _("“%(title)s” is due on %(day)s.")
    return sentence % {"title": title, "day": date_format(due_on)}


def _meetings(asked: Asked) -> tuple[list[str], Cited]:
    upcoming = upcoming_for(asked.contact, timezone.now()).exclude(meeting__state=MeetingState.CANCELLED).select_related("meeting")
    page = Cited(_("Your meetings"), reverse("collaboration:meetings"))
    sentences = [
        _("“%(title)s” is on %(day)s at %(time)s.")
        % {
            "title": row.meeting.title,
            "day": date_format(timezone.localtime(row.meeting.starts_at), _("l j F Y")),
            "time": date_format(timezone.localtime(row.meeting.starts_at), "TIME_FORMAT"),
        }
        for row in upcoming[:NAMED]
    ]
    return sentences or [_("You are invited to no meeting that is still to come.")], page


def _manager(asked: Asked) -> tuple[list[str], Cited]:
    manager = responsible_manager(asked.contact)
    page = Cited(_("Messages"), reverse("communications:conversations"))
    if manager is None:
        return [_("Nobody is named as your partner manager at the moment; a message reaches the programme's team.")], page
    words = {"name": capfirst(manager.get_full_name()), "email": manager.email}
    return [_("Your partner manager is %(name)s, %(email)s.") % words], page


def _points(asked: Asked) -> tuple[list[str], Cited]:
    page, points = Cited(_("Your points"), reverse("enablement:points")), points_of(asked.contact)
    if points is None:
        return [_("No points are counted in your programme.")], Cited(_("Learning"), reverse("enablement:learning"))
    said = ngettext(
        "You have %(n)s point and are on level %(level)d.", "You have %(n)s points and are on level %(level)d.", points.points
    )
    sentences = [said % {"n": number_format(points.points, use_l10n=True, force_grouping=True), "level": points.level}]
    if points.missing is not None:
        more = ngettext("%(n)d more is missing for the next level.", "%(n)d more are missing for the next level.", points.missing)
        sentences.append(more % {"n": points.missing})
    return sentences, page


def _courses(asked: Asked) -> tuple[list[str], Cited]:
    begun = Participation.objects.filter(contact=asked.contact).exclude(began_at=None).select_related("course")
    passed = list({row.course_id: row for row in begun.exclude(passed_at=None).order_by("passed_at")}.values())[::-1]
    page = Cited(_("Your courses"), reverse("enablement:learning"))
    count = ngettext("You have passed %(n)d course.", "You have passed %(n)d courses.", len(passed)) % {"n": len(passed)}
    sentences = [count] if passed else [_("You have passed no course yet.")]
    for row in passed[:NAMED]:
        day = date_format(timezone.localtime(row.passed_at))
        sentences.append(_("“%(title)s” was passed on %(day)s.") % {"title": row.course.title, "day": day})
    sentences += [_("“%(title)s” is begun and not finished.") % {"title": row.course.title} for row in begun.open()[:NAMED]]
    return sentences, page


def known(asked: Asked) -> tuple[list[str], Cited | None]:
    """What is on record under the words of the question, as the organisation's page has it; nothing where nothing goes by them."""
    organisation = organisation_of(asked.partner, list(asked.partner.enrolments.current()), reader=asked.reader)
    figures = [_figure(each) for each in organisation.performance.figures if is_asked_by(asked.question, each.name)]
    profile = organisation.profile
    sections = (*profile.sections, profile.others, profile.own)
    said = [each for section in sections for each in section.said if each.values and is_asked_by(asked.question, each.label)]
    sentences = [*figures, *map(_said, said)][:NAMED]
    page = Cited(_("What is known about you"), reverse("portal:organisation") + ("#performance" if figures else "#facts"))
    return sentences, page if sentences else None


def _figure(figure: Figure) -> str:
    """Of the latest period, and what is only claimed said to be so."""
    value = number_format(round(figure.value, 2).normalize(), use_l10n=True, force_grouping=True)
    words = {"name": figure.name, "period": figure.period, "value": f"{value} {figure.unit}".strip()}
    sentence = _("%(name)s in %(period)s: %(value)s.") if figure.points[-1].claimed is None else _(
        "%(name)s in %(period)s: %(value)s, of which not all is verified yet."
    )  # fmt: skip
    return sentence % words


def _said(said) -> str:
    values = "; ".join(value.value for value in said.values)
    sentence = (
        _("%(name)s: %(value)s.")
        if all(value.is_verified for value in said.values)
        else _("%(name)s: %(value)s, not verified yet.")
    )
    return sentence % {"name": said.label, "value": values}


TOOLS: dict[str, Callable[[Asked], tuple[list[str], Cited]]] = {
    CERTIFICATES: _certificates, TIER: tier, TASKS: _tasks, MEETINGS: _meetings, MANAGER: _manager, POINTS: _points,
    COURSES: _courses,
}  # fmt: skip
