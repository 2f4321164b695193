"""What an announcement must be before it may be kept, and before it may be submitted."""

import re

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activity.refusals import Invalid
from communications.actions.freshness import check_care
from communications.actions.statement_checks import check_statements
from communications.actions.translation_checks import check_translations, missing_words
from communications.kinds import check_details, missing_of
from communications.models import Announcement, Channel, Kind, Measure, Priority
from communications.models.variants import HOURS, NEVER_TRIED, PERCENT, SMALLEST_GROUP, people_needed
from communications.queries.approvals import purpose_missing
from communications.queries.attention import attention_policy, zone_of
from communications.queries.audience import audience_of
from communications.rendering import check_merge_fields, compile_text
from partners.actions.checks import check_line
from partners.models import Stage

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
BODY_MAX_CHARACTERS = 200_000


def check_content(announcement: Announcement) -> None:
    """May this be kept as a draft? Raises `Invalid` with the field at fault."""
    title, body = announcement.title or "", announcement.body or ""
    if not title.strip():
        raise Invalid(_("Give the announcement a title."), field="title")
    if _CONTROL.search(title):
        raise Invalid(_("The title must be one line without control characters."), field="title")
    if len(title) > 200:
        raise Invalid(_("The title has %(n)s characters; at most 200 fit.") % {"n": len(title)}, field="title")
    if len(body) > BODY_MAX_CHARACTERS or "\x00" in body:
        raise Invalid(_("The text is too long, or has characters that cannot be kept."), field="body")
    if announcement.has_variant:
        _check_variant(announcement)
    check_merge_fields(title, field="title")
    check_merge_fields(body, field="body")
    compile_text(body, announcement.language)
    _check_choices(announcement)
    check_details(announcement.details)
    check_translations(announcement)
    check_statements(announcement)
    check_care(announcement)


def check_ready(announcement: Announcement, people: int | None = None) -> None:
    """May this be submitted? All of the above, and somebody would receive all of it. `people` are how many it would reach,
    where that is known."""
    check_content(announcement)
    _check_complete(announcement)
    named = compile_text(announcement.body, announcement.language).files | compile_text(announcement.variant_body).files
    named = named.union(*(compile_text(words["body"], language).files for language, words in announcement.translations.items()))
    attached = set(announcement.attachments.values_list("name", flat=True)) if announcement.pk else named  # with the first saving
    if missing := named - attached:
        raise Invalid(
            _("“%(name)s” is named in the text but not attached. Attach it, or take it out.") % {"name": sorted(missing)[0]},
            field="body",
        )
    if announcement.stays_open and announcement.expires_at is None:
        raise Invalid(_("Say when it expires: until then it is also for those who join later."), field="expires_at")
    check_not_expired(announcement)
    if announcement.by_journey:
        _check_for_journeys(announcement)
    elif announcement.has_variant:
        _check_enough_people(announcement)
    people = audience_of(announcement).count() if people is None else people
    _check_says_what_for(announcement, people)
    if not people:
        raise Invalid(
            _("The segment “%(segment)s” reaches nobody just now. Widen its rules.") % {"segment": announcement.segment.name},
            code="empty_audience",
            field="segment",
        )


def _check_says_what_for(announcement: Announcement, people: int) -> None:
    if missing := purpose_missing(announcement, people):
        names = ", ".join(str(announcement._meta.get_field(name).verbose_name) for name in missing)
        sentence = _("The approval policy wants “%(kind)s” to say what it is for. Still missing: %(missing)s.")
        raise Invalid(
            sentence % {"kind": announcement.get_kind_display(), "missing": names}, code="purpose_missing", field=missing[0]
        )


def check_not_expired(announcement: Announcement) -> None:
    if announcement.expires_at and announcement.expires_at <= timezone.now():
        when = date_format(timezone.localtime(announcement.expires_at), "DATETIME_FORMAT")
        sentence = _("It expired on %(when)s, so nobody would get it. Move its expiry, or take it out.")
        raise Invalid(sentence % {"when": when}, code="expired", field="expires_at")


def _check_complete(announcement: Announcement) -> None:
    """All that is missing is told at once."""
    missing = [] if announcement.body.strip() else [Invalid(_("Write the text first."), field="body")]
    missing += [*missing_of(announcement), *missing_words(announcement)]
    if len(missing) == 1:
        raise missing[0]
    if missing:
        errors: dict[str, list[str]] = {}
        for refusal in missing:
            errors.setdefault(refusal.field or "", []).append(str(refusal))
        raise Invalid(" ".join(map(str, missing)), field=missing[0].field, errors=errors)


def _check_for_journeys(announcement: Announcement) -> None:
    """Its people come one by one: there is no audience to try variants with, and no one message to a partner's chat room."""
    if announcement.has_variant:
        raise Invalid(_("What goes by journeys only has one text. Take variant B out."), field="variant_body")
    if Channel.WEBHOOK in announcement.channels:
        raise Invalid(_("By journeys it goes into the portal and by mail. Take chat and webhooks out."), field="channels")


def why_not_tried(announcement: Announcement, people: int) -> str:
    """Why two variants cannot be tried here at all; "" where they can."""
    if why_never := _why_never_tried(announcement):
        return why_never
    if people < people_needed():
        words = {"needed": people_needed(), "each": SMALLEST_GROUP, "people": people}
        return (
            _("Two variants can be tried from %(needed)d people on, %(each)d for each; it reaches %(people)d. Fewer tell nothing.")
            % words
        )
    return ""


def _why_never_tried(announcement: Announcement) -> str:
    """By what it is, however many people it reaches."""
    if announcement.kind in NEVER_TRIED:
        words = {"kind": announcement.get_kind_display()}
        return _("“%(kind)s” says the same to everybody: two variants are not tried.") % words
    if Stage.ONBOARD in announcement.stages:
        return _("What serves onboarding says the same to everybody: two variants are not tried.")
    return ""


def _check_variant(announcement: Announcement) -> None:
    title, body = announcement.variant_title, announcement.variant_body
    if _CONTROL.search(title) or len(title) > 200:
        raise Invalid(
            _("The title of variant B must be one line of at most 200 characters, without control characters."),
            field="variant_title",
        )
    if len(body) > BODY_MAX_CHARACTERS or "\x00" in body:
        raise Invalid(_("The text is too long, or has characters that cannot be kept."), field="variant_body")
    if title in ("", announcement.title) and body in ("", announcement.body):
        raise Invalid(_("Variant B says what A says. Change its title or its text, or leave both empty."), field="variant_title")
    check_merge_fields(title, field="variant_title")
    check_merge_fields(body, field="variant_body")
    compile_text(body)
    for name, (least, most) in {"test_percent": PERCENT, "test_hours": HOURS}.items():
        if not least <= getattr(announcement, name) <= most:
            raise Invalid(_("Choose a number from %(least)d to %(most)d.") % {"least": least, "most": most}, field=name)
    if announcement.test_by not in Measure.values:
        raise Invalid(_("Choose what is better: %(known)s.") % {"known": ", ".join(Measure.values)}, field="test_by")
    if announcement.test_by == Measure.OPENED and Channel.EMAIL not in announcement.channels:
        raise Invalid(_("Opens are told by mails only: choose e-mail as a channel, or count who follows a link."), field="test_by")
    if why_never := _why_never_tried(announcement):
        raise Invalid(why_never, field="variant_title")


def _check_enough_people(announcement: Announcement) -> None:
    people, needed = audience_of(announcement).count(), people_needed(announcement.test_percent)
    if people < needed:
        raise Invalid(
            _("With %(percent)d %% a test needs %(needed)d people, so that each variant has %(each)d; it reaches %(people)d.")
            % {"percent": announcement.test_percent, "needed": needed, "each": SMALLEST_GROUP, "people": people},
            field="test_percent",
        )


def _check_choices(announcement: Announcement) -> None:
    if announcement.kind not in Kind.values:
        raise Invalid(
            _("There is no kind “%(kind)s”. Known are: %(known)s.") % {"kind": announcement.kind, "known": ", ".join(Kind.values)},
            field="kind",
        )
    _check_priority(announcement)
    _check_purpose(announcement)
    unknown = [channel for channel in announcement.channels if channel not in Channel.values]
    if unknown or not announcement.channels:
        raise Invalid(_("Choose at least one channel out of: %(known)s.") % {"known": ", ".join(Channel.values)}, field="channels")
    if len(set(announcement.channels)) != len(announcement.channels):
        raise Invalid(_("Name each channel once."), field="channels")
    if Channel.WEBHOOK in announcement.channels and Channel.PORTAL not in announcement.channels:
        sentence = _("A message in a chat leads to the portal. Choose the portal as a channel, too.")
        raise Invalid(sentence, field="channels")


def check_planned_day(announcement: Announcement, *, field: str = "planned_on") -> None:
    """May it be planned for that day? One that has gone by stays until it is changed."""
    day, today = announcement.planned_on, timezone.localdate(timezone=zone_of(announcement.programme.time_zone))
    if day is None:
        return
    if day < today:
        words = {"day": date_format(day, "DATE_FORMAT")}
        sentence = _("%(day)s has gone by. Choose today or a later day.") % words
        raise Invalid(sentence, code="in_the_past", field=field)
    if announcement.expires_at and announcement.expires_at.date() < day:
        words = {"day": date_format(day, "DATE_FORMAT"), "until": date_format(announcement.expires_at, "DATE_FORMAT")}
        sentence = _("It expires on %(until)s, before %(day)s. Move one of the two.") % words
        raise Invalid(sentence, code="expired", field=field)


def _check_purpose(announcement: Announcement) -> None:
    """Its objective and theme are of its own programme, its stages are known."""
    for name in ("objective", "theme"):
        row = getattr(announcement, name)
        if row is not None and row.programme_id != announcement.programme_id:
            words = {"name": row, "programme": announcement.programme}
            raise Invalid(_("“%(name)s” belongs to another programme than “%(programme)s”.") % words, field=name)
    announcement.wanted_action = check_line(announcement.wanted_action, "wanted_action", longest=120)
    unknown = [stage for stage in announcement.stages if stage not in Stage.values]
    if unknown:
        words = {"stage": str(unknown[0])[:40], "known": ", ".join(Stage.values)}
        raise Invalid(_("There is no stage “%(stage)s”. Known are: %(known)s.") % words, field="stages")
    announcement.stages = [stage for stage in Stage.values if stage in announcement.stages]


def _check_priority(announcement: Announcement) -> None:
    if announcement.priority and announcement.priority not in Priority.values:
        known = ", ".join(Priority.values)
        raise Invalid(_("There is no priority “%(name)s”. Known are: %(known)s.") % {"name": announcement.priority, "known": known},
                      field="priority")  # fmt: skip
    if announcement.priority == Priority.CRITICAL and announcement.kind not in attention_policy().critical_kinds:
        raise Invalid(
            _("“%(kind)s” may not be critical: the attention policy names the kinds that may. Choose “important”.")
            % {"kind": announcement.get_kind_display()},
            code="may_not_be_critical",
            field="priority",
        )
    hours = announcement.best_time_hours
    if hours is not None and not 1 <= hours <= 48:
        raise Invalid(_("Give from 1 to 48 hours for everybody's best time, or none to send at once."), field="best_time_hours")
