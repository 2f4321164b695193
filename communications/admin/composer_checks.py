"""The rail of checks beside the composer: what would happen, and what should be mended first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activity.refusals import Invalid
from communications.actions.content_checks import check_content, check_ready
from communications.clarity import Remark, remarks_on
from communications.languages import own_name
from communications.models import Announcement, Channel
from communications.queries.approvals import policy_in_words
from communications.queries.audience import audience_of
from communications.queries.audience_figures import AudienceFigures, audience_figures, overloaded_names
from communications.queries.calendar import same_day
from communications.queries.contradictions import Consistency, consistency_of
from communications.queries.jargon import jargon_of
from communications.queries.load import HEAVY, loads_of_audience
from communications.queries.webhook_deliveries import endpoints_reached
from context.rules import in_words
from partners.models import Contact

CLASHES_LOOKED_AT = 5

_GAP = re.compile(r"(?<!\S)…(?=[\s.,:;]|$)")


@dataclass(frozen=True)
class Check:
    """`level` is good, info, warn or bad; a good one is shown quietly."""

    name: str
    level: str
    sentence: str
    detail: str = ""
    names: tuple[str, ...] = ()
    names_are: str = ""


@dataclass(frozen=True)
class Checks:
    figures: AudienceFigures
    rows: tuple[Check, ...]
    consistency: Consistency = Consistency()

    @property
    def problems(self) -> int:
        return sum(row.level == "bad" for row in self.rows)


def checks_of(draft: Announcement, user) -> Checks:
    audience = audience_of(draft)
    figures = audience_figures(audience, draft)
    names = overloaded_names(audience, draft, user) if figures.over_budget else ()
    consistency = consistency_of(draft, user)
    rows = (
        _audience(draft, figures),
        *_channels(draft, figures, names),
        _joining(draft),
        _purpose(draft),
        *_day(draft, audience),
        _content(draft, figures),
        _consistency(consistency),
        _approval(draft, figures),
        *_clarity(draft),
    )
    return Checks(figures, tuple(row for row in rows if row), consistency)


def _audience(draft: Announcement, figures: AudienceFigures) -> Check:
    if not draft.segment.name:
        return Check(_("Audience"), "warn", _("Choose a segment."))
    words = in_words(draft.segment.rule, draft.segment.contact_rule)
    if not figures.people:
        return Check(_("Audience"), "bad", _("It reaches nobody just now."), words)
    return Check(_("Audience"), "good", people_at_partners(figures), words)


def people_at_partners(figures: AudienceFigures) -> str:
    people = ngettext("%(n)s person", "%(n)s people", figures.people) % {"n": number_format(figures.people, force_grouping=True)}
    partners = ngettext("%(n)s partner", "%(n)s partners", figures.partners) % {
        "n": number_format(figures.partners, force_grouping=True)
    }
    return _("%(people)s at %(partners)s") % {"people": people, "partners": partners}


def _channels(draft: Announcement, figures: AudienceFigures, names: tuple[str, ...]) -> list[Check]:
    rows = []
    if Channel.PORTAL in draft.channels:
        rows.append(Check(_("Portal"), "good", _people(figures.people)))
    if Channel.EMAIL in draft.channels:
        rows.append(_mail(figures))
        rows.append(_load(figures, names))
        rows.append(_quiet(figures))
    if Channel.WEBHOOK in draft.channels:
        rows.append(_webhooks(draft))
    return [row for row in rows if row]


def _webhooks(draft: Announcement) -> Check:
    n = endpoints_reached(draft).count()
    sentence = ngettext("%(n)d chat room or server", "%(n)d chat rooms and servers", n) % {"n": n}
    return Check(_("Chat and webhooks"), "good" if n else "info", sentence)


def _mail(figures: AudienceFigures) -> Check:
    withheld = [
        (figures.without_address, _("%(n)s without an address")),
        (figures.same_address, _("%(n)s share an address and get it once")),
        (figures.unsubscribed, _("%(n)s do not want this topic by mail")),
        (figures.bounced, _("%(n)s whose address is suppressed")),
    ]
    detail = " · ".join(words % {"n": n} for n, words in withheld if n)
    level = "good" if figures.mailed == figures.people else "info" if figures.mailed else "warn"
    return Check(_("E-mail"), level, _people(figures.mailed), detail)


def _load(figures: AudienceFigures, names: tuple[str, ...]) -> Check | None:
    """Who has had enough just now, and what that means for this one."""
    if not figures.over_budget:
        return None
    full = ngettext("%(n)s person has had enough for now.", "%(n)s people have had enough for now.", figures.over_budget) % {
        "n": number_format(figures.over_budget, force_grouping=True)
    }
    if figures.is_critical:
        return Check(_("Load"), "warn", full, _("It is critical, so it goes to them all the same."), names)
    goes = _("%(now)s get it now; for %(later)s it goes into their digest and waits in the portal.")
    words = {"now": _people(figures.now), "later": number_format(figures.rolled_up, force_grouping=True)}
    return Check(_("Load"), "warn", full, goes % words, names)


def _quiet(figures: AudienceFigures) -> Check | None:
    """Who is left alone when it goes, and when they get it."""
    if not figures.quiet:
        return None
    told = ngettext(
        "%(n)s person is in their quiet hours when it goes.", "%(n)s people are in their quiet hours when it goes.", figures.quiet
    )
    last = _("They get it when these end, the last at %(at)s; in the portal it is at once.")
    at = date_format(timezone.localtime(figures.quiet_until), "DATETIME_FORMAT")
    return Check(_("Quiet hours"), "info", told % {"n": number_format(figures.quiet, force_grouping=True)}, last % {"at": at})


def _joining(draft: Announcement) -> Check | None:
    if not draft.stays_open:
        return None
    if draft.expires_at is None:
        return Check(_("Later"), "bad", _("Say when it expires: until then it is also for those who join later."))
    until = date_format(timezone.localtime(draft.expires_at), "DATETIME_FORMAT")
    return Check(_("Later"), "info", _("Whoever joins the segment until %(until)s gets it, too.") % {"until": until})


def _purpose(draft: Announcement) -> Check:
    """What it is for, and what readers should remember of its theme."""
    messages = tuple(draft.theme.key_messages) if draft.theme else ()
    detail = _("Theme: %(theme)s") % {"theme": draft.theme} if draft.theme else ""
    if draft.objective is None:
        sentence = _("It names no objective, so nobody will see what it did.")
        return Check(_("Purpose"), "info", sentence, detail, messages, _("Key messages"))
    return Check(_("Purpose"), "good", str(draft.objective), detail, messages, _("Key messages"))


def _day(draft: Announcement, audience: QuerySet[Contact]) -> Iterator[Check]:
    """Who else is written to on the day it is planned for, and how many its partners get that week."""
    day = draft.planned_on
    if day is None or draft.segment.pk is None:
        return
    yield from _clashes(draft, day, audience)
    loads = loads_of_audience(draft)
    if not loads:
        return
    most = max(loads)
    words = {"week": date_format(day - timedelta(days=day.weekday()), "j F"), "n": most, "partners": loads[most]}
    sentence = ngettext(
        "In the week from %(week)s, %(partners)d partner gets %(n)d, the most of its audience.",
        "In the week from %(week)s, %(partners)d partners get %(n)d each, the most of its audience.", loads[most],
    )  # fmt: skip
    heavy = sum(partners for n, partners in loads.items() if n >= HEAVY)
    yield Check(_("Week"), "warn" if heavy else "good", sentence % words)


def _clashes(draft: Announcement, day: date, audience: QuerySet[Contact]) -> Iterator[Check]:
    others = list(same_day(draft, day)[:CLASHES_LOOKED_AT])
    names = []
    for other in others:
        try:
            people = audience.filter(pk__in=audience_of(other).values("pk")).count()
        except Invalid:
            continue
        if people:
            names.append(_("%(title)s: %(people)s in both") % {"title": other, "people": _people(people)})
    if names:
        sentence = ngettext(
            "%(n)d other goes to some of the same people that day.",
            "%(n)d others go to some of the same people that day.",
            len(names),
        )
        yield Check(_("Day"), "warn", sentence % {"n": len(names)}, names=tuple(names), names_are=_("Which"))


def _content(draft: Announcement, figures: AudienceFigures) -> Check:
    """The first problem there is. A picture that is attached only when the form is saved is no problem yet."""
    try:
        check_content(draft)
        if not draft.body.strip():
            return Check(_("Content"), "warn", _("Write the text first."))
        check_ready(draft, figures.people)
    except Invalid as refusal:
        if refusal.code != "empty_audience":
            return Check(_("Content"), "bad", str(refusal))
    return Check(_("Content"), "good", _("Ready to be submitted."))


def _consistency(found: Consistency) -> Check | None:
    """What it says that something else says otherwise; the sentences stand side by side below."""
    if not found.figures:
        return None
    if n := len(found.exact):
        sentence = ngettext("%(n)d value contradicts what is out.", "%(n)d values contradict what is out.", n)
        return Check(_("Consistency"), "warn", sentence % {"n": n})
    if n := len(found.likely) + len(found.links):
        return Check(_("Consistency"), "info", ngettext("%(n)d value to look at.", "%(n)d values to look at.", n) % {"n": n})
    return Check(_("Consistency"), "good", _("Nothing that is out says otherwise."))


def _clarity(draft: Announcement) -> list[Check]:
    """How easy it is to read. Of translations only what could be mended is told."""
    rows = [_remark(remark, "") for remark in _remarks(draft.body, draft.language)]
    for language, words in draft.translations.items():
        remarks = [remark for remark in _remarks(words.get("body", ""), language) if not remark.is_good]
        rows += [_remark(remark, f" · {own_name(language)}") for remark in remarks]
    return [*rows, *_left_open(draft)]


def _left_open(draft: Announcement) -> list[Check]:
    """What a template left to be written."""
    texts = [draft.title, draft.call_to_action, draft.body]
    texts += [text for words in draft.translations.values() for text in words.values() if isinstance(text, str)]
    left = sum(len(_GAP.findall(text)) for text in texts)
    if not left:
        return []
    sentence = ngettext(
        "%(n)d “…” of the template is still to be written.", "%(n)d “…” of the template are still to be written.", left
    )
    return [Check(_("Gaps"), "warn", sentence % {"n": left})]


def _remarks(body: str, language: str) -> list[Remark]:
    try:
        return remarks_on(body, language, jargon_of(language))
    except Invalid:
        return []  # it cannot be read yet; the check of the content says why


def _remark(remark: Remark, of: str) -> Check:
    level = "good" if remark.is_good and remark.is_checked else "info"
    return Check(f"{remark.name}{of}", level, remark.sentence, names=remark.examples, names_are=_("Where"))


def _approval(draft: Announcement, figures: AudienceFigures) -> Check:
    if asked := policy_in_words(draft, figures.people):
        return Check(_("Approval"), "info", asked)
    return Check(_("Approval"), "good", _("You may approve it yourself, where your role lets you."))


def _people(n: int) -> str:
    return ngettext("%(n)s person", "%(n)s people", n) % {"n": number_format(n, force_grouping=True)}
