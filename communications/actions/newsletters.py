"""Newsletters of a cadence: drafted when they are due, drawn up for each person by what is relevant to them, released by a rule
that somebody approved, or left to a person to check."""

import json
from contextlib import suppress
from datetime import date, datetime, time, timedelta

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from activity.actions import record_activity
from activity.actions.tasks import create_task, finish_task
from activity.models import Task
from activity.refusals import Invalid, Refused
from communications.actions.announcements import (
    approve_announcement,
    change_announcement,
    create_announcement,
    schedule_announcement,
    submit_announcement,
)
from communications.contact_kinds import NEWSLETTER
from communications.models import (
    Announcement,
    AnnouncementVersion,
    Cadence,
    Kind,
    Newsletter,
    NewsletterItem,
    NewsletterPick,
    Release,
    State,
)
from communications.queries.attention import zone_of
from communications.queries.audience import audience_of
from communications.queries.newsletters import candidates_for, named_by_rules
from communications.rendering.relevance import GROUNDS, IMPORTANCE, NEWEST, SOON_DAYS, TOPIC_DAYS
from partners.models import Contact

# Which items each person may see and has done nothing about yet, what counts for each, and the best of them. What they may see is
# what has reached them in the portal. The points are those of `communications.rendering.relevance`.
_DRAW_UP = """
    WITH item AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(%s::jsonb) AS item (
            id bigint, importance float, is_important boolean, topic_id bigint, purpose_id bigint, asks boolean, is_soon boolean,
            functions text[], places text[], newness float)
    ),
    reader AS (
        SELECT contact.id, contact.functions::text[] AS functions, lower(contact.email) AS address,
            partner.country::text || coalesce(profile.regions::text[], '{{}}') AS places
        FROM partners_contact AS contact
        JOIN partners_partner AS partner ON partner.id = contact.partner_id
        LEFT JOIN partners_partnerprofile AS profile ON profile.partner_id = partner.id
        WHERE contact.id IN ({audience})
    ),
    reads AS (
        SELECT DISTINCT delivery.contact_id, announcement.topic_id
        FROM communications_delivery AS delivery
        JOIN communications_announcement AS announcement ON announcement.id = delivery.announcement_id
        WHERE delivery.announcement_id = ANY(%s) AND delivery.channel = 'portal' AND delivery.read_at IS NOT NULL
    ),
    candidate AS (
        SELECT reader.id AS contact_id, item.id AS item_id, item.importance, item.is_important, item.newness,
            item.asks AS acknowledge, item.is_soon AS soon, item.functions && reader.functions AS function,
            item.places && reader.places AS place, choice.is_wanted IS TRUE AS wanted, reads.topic_id IS NOT NULL AS topic
        FROM communications_delivery AS delivery
        JOIN item ON item.id = delivery.announcement_id
        JOIN reader ON reader.id = delivery.contact_id
        LEFT JOIN reads ON reads.contact_id = reader.id AND reads.topic_id = item.topic_id
        LEFT JOIN communications_topicpreference AS choice
            ON choice.address = reader.address AND choice.topic_id = item.topic_id AND choice.channel = 'email'
        WHERE delivery.announcement_id = ANY(%s) AND delivery.channel = 'portal' AND delivery.state = 'delivered'
          AND delivery.read_at IS NULL AND choice.is_wanted IS NOT FALSE
          AND NOT EXISTS (SELECT FROM communications_acknowledgement AS told
                          WHERE told.announcement_id = item.id AND told.contact_id = reader.id)
          AND NOT EXISTS (SELECT FROM communications_touch AS touch
                          WHERE touch.announcement_id = item.id AND touch.contact_id = reader.id
                            AND touch.action = 'clicked' AND touch.actor = 'human')
          AND (item.purpose_id IS NULL OR EXISTS (
                SELECT FROM partners_consent AS consent WHERE consent.contact_id = reader.id
                  AND consent.purpose_id = item.purpose_id AND consent.withdrawn_at IS NULL))
    ),
    scored AS (
        SELECT *, importance + newness + {points} AS score FROM candidate
    ),
    ranked AS (
        SELECT *, row_number() OVER (PARTITION BY contact_id ORDER BY score DESC, item_id DESC) AS position FROM scored
    )
    INSERT INTO communications_newsletterpick (newsletter_id, contact_id, position, item_id, score, reasons)
    SELECT %s, contact_id, position, item_id, score, array_remove(ARRAY[{reasons}]::text[], NULL)
    FROM ranked WHERE position <= %s
    ON CONFLICT DO NOTHING
"""
_WITHOUT = """
    UPDATE communications_delivery AS delivery SET state = 'suppressed', reason = 'nothing_new', settled_at = %s
    WHERE announcement_id = %s AND state = 'queued'
      AND NOT EXISTS (SELECT FROM communications_newsletterpick AS pick
                      WHERE pick.newsletter_id = %s AND pick.contact_id = delivery.contact_id)
"""
_COLUMN_OF = {"important": "is_important"}


def keep_newsletters() -> int:
    """Draft what is due, and end the tasks of what was checked. Returns how many were drafted."""
    drafted = 0
    for cadence in Cadence.objects.active().filter(kind=NEWSLETTER).select_related("programme", "owner"):
        due_on = due_next(cadence)
        if due_on is not None:
            with suppress(Refused):  # a rule that cannot be asked any more, say; the promise breaks, and says so
                drafted += draft_newsletter(cadence, due_on) is not None
    _end_checks()
    return drafted


def due_next(cadence: Cadence) -> date | None:
    """The day of the newsletter that is to be drafted now, if there is one: what fell due before it was promised is not."""
    today = timezone.localdate(timezone=zone_of(cadence.programme.time_zone))
    period = cadence.period_of(today + timedelta(days=cadence.draft_days))
    due_on = cadence.first_day_of(period)
    if period < 0 or due_on < min(cadence.created_at.date(), today) or cadence.newsletters.filter(due_on__gte=due_on).exists():
        return None
    return due_on


@transaction.atomic
def draft_newsletter(cadence: Cadence, due_on: date, *, by: User | None = None) -> Newsletter | None:
    """Write its announcement, draw it up, and release it by the rule or ask its owner to check it. None where nobody answers for
    the promise, or somebody was quicker."""
    current = (
        Cadence.objects.select_for_update(of=["self"]).select_related("programme", "segment", "topic", "owner").get(pk=cadence.pk)
    )
    writer = by or current.owner
    if writer is None or not writer.is_active or current.newsletters.filter(due_on=due_on).exists():
        return None
    now, zone = timezone.now(), zone_of(current.programme.time_zone)
    today = now.astimezone(zone).date()
    before = current.newsletters.order_by("-until").first()
    since = before.until if before else datetime.combine(due_on, time.min, tzinfo=zone) - timedelta(days=current.days)
    period = _("%(first)s to %(last)s") % {
        "first": date_format(since.astimezone(zone).date(), "DATE_FORMAT"), "last": date_format(today, "DATE_FORMAT"),
    }  # fmt: skip
    announcement = create_announcement(
        by=writer, title=f"{current.name} · {date_format(max(due_on, today), 'j F Y')}"[:200], segment=current.segment,
        body=current.introduction or _("This is new for you."), programme=current.programme, topic=current.topic,
        kind=Kind.NEWSLETTER, owner=writer if writer.is_staff else None, planned_on=max(due_on, today), details={"period": period},
    )  # fmt: skip
    newsletter = Newsletter.objects.create(
        cadence=current, announcement=announcement, due_on=due_on, since=min(since, now), until=now
    )
    _draw_up(newsletter)
    record_activity("newsletter.drafted", f"“{announcement}” was drafted", by=by, subject=announcement)
    _release_or_ask(newsletter, writer)
    return newsletter


def draft_next(cadence: Cadence, *, by: User) -> Newsletter:
    """The one of the current period, else that of the next, before its time."""
    if not cadence.is_newsletter or not cadence.is_active:
        raise Refused(_("“%(name)s” promises no newsletter just now.") % {"name": cadence})
    today = timezone.localdate(timezone=zone_of(cadence.programme.time_zone))
    last = cadence.newsletters.order_by("-due_on").values_list("due_on", flat=True).first()
    due_on = cadence.first_day_of(max(cadence.period_of(today), 0))
    if last is not None and last >= due_on:
        due_on = cadence.first_day_of(cadence.period_of(last) + 1)
    if due_on > today + timedelta(days=cadence.days):
        raise Refused(_("The next newsletter is drafted already; the one after it is too far ahead."), code="drafted")
    newsletter = draft_newsletter(cadence, due_on, by=by)
    if newsletter is None:
        raise Refused(_("Somebody drafted it just before. Reload the page."), code="drafted")
    return newsletter


# --- Drawing up -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def draw_up_anew(newsletter: Newsletter, *, by: User) -> None:
    """With what went out meanwhile, and without what people have read. An approval is for what was seen."""
    _opened(newsletter, by)
    newsletter.until = timezone.now()
    newsletter.save(update_fields=["until"])
    _draw_up(newsletter)


@transaction.atomic
def leave_out(newsletter: Newsletter, item: NewsletterItem, *, by: User, is_left_out: bool = True) -> None:
    """Nobody gets this item, or everybody for whom it ranks high enough again."""
    _opened(newsletter, by)
    if item.newsletter_id != newsletter.pk:
        raise Invalid(_("That is no item of this newsletter."), field="item")
    NewsletterItem.objects.filter(pk=item.pk).update(is_left_out=is_left_out)
    _draw_up(newsletter)


def _opened(newsletter: Newsletter, by: User) -> None:
    """The announcement becomes a draft again, and whoever changes what is in it is one of its writers."""
    change_announcement(newsletter.announcement, by=by)


def _draw_up(newsletter: Newsletter) -> None:
    left_out = set(newsletter.items.filter(is_left_out=True).values_list("announcement", flat=True))
    rows = candidates_for(newsletter)
    versions = _versions_of(rows)
    newsletter.items.all().delete()
    items = NewsletterItem.objects.bulk_create(
        [
            NewsletterItem(
                newsletter=newsletter, announcement=row, position=at, is_left_out=row.pk in left_out,
                functions=named_by_rules(versions[row.pk])[0], places=named_by_rules(versions[row.pk])[1],
            )
            for at, row in enumerate(rows, start=1)
        ]
    )  # fmt: skip
    NewsletterPick.objects.filter(newsletter=newsletter).delete()
    _pick(newsletter, items, audience_of(newsletter.announcement).values("pk"))
    newsletter.drafted_at = timezone.now()
    newsletter.save(update_fields=["drafted_at"])


def _versions_of(rows: list[Announcement]) -> dict[int, AnnouncementVersion]:
    approved = {(row.pk, row.approved_version) for row in rows}
    found = AnnouncementVersion.objects.filter(announcement__in=rows)
    return {version.announcement_id: version for version in found if (version.announcement_id, version.number) in approved}


def _pick(newsletter: Newsletter, items: list[NewsletterItem], audience) -> None:
    """One statement for everybody in the audience."""
    chosen = [item for item in items if not item.is_left_out]
    if not chosen:
        return
    try:
        people, of_people = audience.query.sql_with_params()
    except EmptyResultSet:  # a segment whose rules nobody can meet
        return
    lately = Announcement.objects.filter(frozen_at__isnull=False, send_at__gt=timezone.now() - timedelta(days=TOPIC_DAYS))
    told, ids = json.dumps([_told(newsletter, item) for item in chosen]), [item.announcement_id for item in chosen]
    parameters = [told, *of_people, list(lately.values_list("pk", flat=True)), ids, newsletter.pk, newsletter.cadence.items_at_most]
    with connection.cursor() as cursor:
        cursor.execute(_DRAW_UP.format(audience=people, points=_points(), reasons=_reasons()), parameters)


def _told(newsletter: Newsletter, item: NewsletterItem) -> dict:
    announcement = item.announcement
    until = timezone.localdate() + timedelta(days=SOON_DAYS)
    days = [day for day in (announcement.acknowledge_by, _day(announcement.details.get("act_by")),
                            _day(announcement.details.get("register_by"))) if day]  # fmt: skip
    reach = max((newsletter.until - newsletter.since).total_seconds(), 1)
    return {
        "id": announcement.pk, "importance": IMPORTANCE[announcement.weight], "is_important": IMPORTANCE[announcement.weight] > 2,
        "topic_id": announcement.topic_id, "functions": item.functions, "places": item.places,
        "purpose_id": announcement.topic.purpose_id if _asks_consent(announcement) else None,
        "asks": announcement.requires_acknowledgement, "is_soon": any(timezone.localdate() <= day <= until for day in days),
        "newness": NEWEST * max((announcement.send_at - newsletter.since).total_seconds() / reach, 0),
    }  # fmt: skip


def _asks_consent(announcement: Announcement) -> bool:
    purpose = announcement.topic.purpose
    return bool(purpose and purpose.asks_consent)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _points() -> str:
    return " + ".join(f"CASE WHEN {_COLUMN_OF.get(key, key)} THEN {ground.points} ELSE 0 END" for key, ground in GROUNDS.items())


def _reasons() -> str:
    return ", ".join(f"CASE WHEN {_COLUMN_OF.get(key, key)} THEN '{key}' END" for key in GROUNDS)


# --- Releasing ----------------------------------------------------------------------------------------------------------------


def _release_or_ask(newsletter: Newsletter, owner: User) -> None:
    cadence = newsletter.cadence
    why_not = _why_not_by_rule(newsletter) if cadence.release == Release.RULE else ""
    if cadence.release == Release.RULE and not why_not:
        try:
            with transaction.atomic():
                _release(newsletter, owner)
            return
        except Refused as refusal:
            why_not = str(refusal)
    newsletter.held_because = why_not[:300]
    newsletter.save(update_fields=["held_because"])
    detail = _("The rule did not release it: %(why)s") % {"why": why_not} if why_not else ""
    title = _("Check the newsletter “%(title)s”") % {"title": newsletter.announcement}
    create_task(title[:200], by=None, owner=owner, due_on=newsletter.due_on, source=newsletter, detail=detail)


def _why_not_by_rule(newsletter: Newsletter) -> str:
    cadence = newsletter.cadence
    approver = cadence.rule_approved_by
    if cadence.rule_approved_at is None or approver is None:
        return _("nobody has approved the rule yet.")
    if not approver.has_perm("communications.approve_announcement"):
        return _("%(who)s, who approved the rule, may not approve any more.") % {"who": approver}
    items = NewsletterPick.objects.filter(newsletter=newsletter).order_by().values("item").distinct().count()
    if items < cadence.least_items:
        words = {"n": items, "least": cadence.least_items}
        return ngettext("it has %(n)d item, and %(least)d are asked for.", "it has %(n)d items, and %(least)d are asked for.",
                        items) % words  # fmt: skip
    return ""


def _release(newsletter: Newsletter, owner: User) -> None:
    """Approved in the name of who approved the rule; all checks of an approval hold."""
    announcement, approver = newsletter.announcement, newsletter.cadence.rule_approved_by
    version = submit_announcement(announcement, by=owner)
    approve_announcement(announcement, by=approver, version=version.number)
    at = send_time(newsletter)
    schedule_announcement(announcement, by=approver, send_at=at if at > timezone.now() else None,
                          time_zone=newsletter.cadence.programme.time_zone)  # fmt: skip
    day = date_format(newsletter.cadence.rule_approved_at, "DATE_FORMAT")
    sentence = f"“{announcement}” was released by the rule that {approver} approved on {day}"
    record_activity("newsletter.released", sentence, by=approver, subject=announcement)


def send_time(newsletter: Newsletter) -> datetime:
    cadence = newsletter.cadence
    return datetime.combine(newsletter.due_on, time(cadence.send_hour), tzinfo=zone_of(cadence.programme.time_zone))


def _end_checks() -> None:
    """Of what is no draft any more."""
    asked = Task.objects.open().filter(source_type=Newsletter._meta.label_lower)
    checked = Newsletter.objects.exclude(announcement__state=State.DRAFT).values("pk")
    for task in asked.filter(source_id__in=checked):
        finish_task(task, by=None)


# --- When its audience is frozen ----------------------------------------------------------------------------------------------


def fit_newsletter(announcement: Announcement) -> None:
    """In the transaction that froze the audience: who joined since it was drawn up gets items, too; for whom there is nothing new,
    nothing is sent, unless they are to get the introduction alone."""
    newsletter = Newsletter.objects.select_related("cadence").filter(announcement=announcement).first()
    if newsletter is None:
        return
    without = Contact.objects.filter(deliveries__announcement_id=announcement.pk).exclude(
        pk__in=NewsletterPick.objects.filter(newsletter=newsletter).values("contact_id")
    )
    _pick(newsletter, list(newsletter.items.select_related("announcement__topic__purpose")), without.order_by().values("pk"))
    if not newsletter.cadence.also_without_items:
        with connection.cursor() as cursor:
            cursor.execute(_WITHOUT, [timezone.now(), announcement.pk, newsletter.pk])
