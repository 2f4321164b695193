"""What waits for a manager, told on the admin's first page: questions, approvals, deliveries in doubt, alarms."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, DateTimeField, Exists, F, OuterRef, QuerySet, Subquery, Value, Window
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.models import (
    Announcement,
    AnnouncementVersion,
    Approval,
    Conversation,
    Delivery,
    DeliveryState,
    Discussion,
    JourneyNotice,
    Question,
    State,
)
from communications.queries.alarms import open_alarms_in_words
from communications.queries.freshness import answered_for_by, to_review
from partners.models.partners import stood_for_by
from partners.panels import Need, register_needs

COUNTED_UP_TO = 100
SHOWN = 5


def communication_needs(user) -> Iterator[Need]:
    yield from _answers(user)
    yield from _announcements(user)
    if user.has_perm("communications.send_announcement"):
        yield from _alarms()


def _answers(user) -> Iterator[Need]:
    """Questions, conversations and discussions that wait, and notices of journeys, of each the first; one query for all."""
    mine = stood_for_by(user)
    questions = Question.objects.visible_to(user).open().filter(assigned_to__in=mine).order_by("asked_at")
    conversations = Conversation.objects.visible_to(user).waiting().filter(manager__in=mine).order_by("promised_by")
    columns = ("of", "contact__name", "contact__partner__name", "promised_by", "count")
    waiting = [(of, rows) for of, rows in (("question", questions), ("conversation", conversations))
               if user.has_perm(f"communications.view_{of}")]  # fmt: skip
    lists = [
        rows.annotate(of=Value(of), count=Window(Count("pk"))).values_list(*columns)[:1]
        for of, rows in [*waiting, *_discussions(user)]
    ]
    if user.has_perm("communications.view_journey"):
        notices = JourneyNotice.objects.filter(manager__in=mine, seen_at=None).order_by("-at", "-pk")
        told = ("of", "step__text", "partner__name", "at", "count")
        lists.append(notices.annotate(of=Value("notice"), count=Window(Count("pk"))).values_list(*told)[:1])
    for of, name, partner, promised_by, found in lists[0].union(*lists[1:], all=True) if lists else ():
        count = min(found, COUNTED_UP_TO)
        if of == "notice":
            yield _notice(name, partner, count)
        elif of in ("reported", "unanswered"):
            yield _discussion(of, count)
        else:
            yield _answer(of, {"name": name, "partner": partner}, promised_by, count)


def _answer(of: str, who: dict, promised_by: datetime, count: int) -> Need:
    address = reverse(f"admin:communications_{of}_changelist") + "?state=mine"
    if of == "question":
        sentence = ngettext("%(n)d partner's question waits for your answer", "%(n)d questions wait for your answer", count)
        return Need(sentence % {"n": count}, address, _("The oldest is from %(name)s, %(partner)s") % who, order=10)
    sentence = ngettext("%(n)d conversation waits for your answer", "%(n)d conversations wait for your answer", count)
    late, in_time = (
        _("%(name)s, %(partner)s, was promised an answer by %(when)s"),
        _("%(name)s, %(partner)s, is promised an answer by %(when)s"),
    )
    detail = late if promised_by < timezone.now() else in_time
    return Need(
        sentence % {"n": count},
        address,
        detail % {**who, "when": date_format(timezone.localtime(promised_by), "j M, H:i")},
        order=8,
    )


def _notice(words: str, partner: str, count: int) -> Need:
    """What journeys told them and they have not seen."""
    sentence = ngettext("%(n)d notice of a journey", "%(n)d notices of journeys", count) % {"n": count}
    return Need(sentence, reverse("admin:communications_journey_notices"), f"{partner}: {words}", order=35)


def _discussions(user) -> list[tuple[str, QuerySet]]:
    """Posts that somebody reported, for who moderates, and discussions that wait for a word from us."""
    if not user.has_perm("communications.add_discussion"):
        return []
    rows = Discussion.objects.visible_to(user).order_by("opened_at").annotate(promised_by=Value(None, output_field=DateTimeField()))
    reported = [("reported", rows.reported())] if user.has_perm("communications.change_discussion") else []
    return [*reported, ("unanswered", rows.unanswered())]


def _discussion(of: str, count: int) -> Need:
    address = f"{reverse('admin:communications_discussion_changelist')}?state={of}"
    if of == "reported":
        sentence = ngettext("%(n)d discussion has a reported post", "%(n)d discussions have reported posts", count)
        return Need(sentence % {"n": count}, address, _("Hide it with a reason, or leave it"), order=9)
    sentence = ngettext("%(n)d discussion has no answer from us", "%(n)d discussions have no answer from us", count)
    return Need(sentence % {"n": count}, address, _("Partners may have answered each other"), order=45)


def _announcements(user) -> Iterator[Need]:
    """Those to approve, those with deliveries in doubt and those to review, a few of each; one query for all."""
    lists, nothing = [], Value(None, output_field=DateTimeField())
    if user.has_perm("communications.approve_announcement"):
        lists.append(_to_approve(user).annotate(need=Value("approval")).order_by(F("until").asc(nulls_last=True), "updated_at"))
    if user.has_perm("communications.send_announcement"):
        doubtful = Delivery.objects.visible_to(user).filter(state=DeliveryState.IN_DOUBT)
        unsure = Announcement.objects.filter(pk__in=doubtful.values("announcement_id"))
        lists.append(unsure.annotate(until=nothing, need=Value("doubt")).order_by("-pk"))
    if user.has_perm("communications.change_announcement"):
        due = answered_for_by(to_review(user, until=timezone.localdate()), stood_for_by(user))
        lists.append(due.annotate(until=nothing, need=Value("review")))
    lists = [rows.select_related(None).select_related("author")[:SHOWN] for rows in lists]
    for row in lists[0].union(*lists[1:], all=True) if lists else ():
        yield _SAID[row.need](row)


def _to_approve(user):
    """Neither written by them nor approved by them already; with the deadline of each."""
    submitted = AnnouncementVersion.objects.filter(announcement=OuterRef("pk"), number=OuterRef("version"))
    done = Approval.objects.filter(announcement=OuterRef("pk"), version=OuterRef("version"), by=user)
    waiting = Announcement.objects.visible_to(user).filter(state=State.SUBMITTED).exclude(author=user)
    waiting = waiting.exclude(writers__contains=[user.pk]).exclude(Exists(done))
    return waiting.annotate(until=Subquery(submitted.values("approve_by")[:1]))


def _approval(row: Announcement) -> Need:
    sentence = _("“%(title)s”, version %(n)d, waits for approval") % {"title": row, "n": row.version}
    address = reverse("admin:communications_announcement_page", args=[row.public_id])
    said = [_("Written by %(author)s") % {"author": row.author}] if row.author else []
    if row.until:
        words = {"at": date_format(timezone.localtime(row.until), "SHORT_DATETIME_FORMAT")}
        late = row.until <= timezone.now()
        said.append((_("it should have been approved by %(at)s") if late else _("to be approved by %(at)s")) % words)
    return Need(sentence, address, " · ".join(said), order=20)


def _in_doubt(row: Announcement) -> Need:
    address = reverse("admin:communications_announcement_report", args=[row.public_id]) + "#in-doubt"
    return Need(_("Some deliveries of “%(title)s” are in doubt: resend or skip") % {"title": row}, address, order=30)


def _review(row: Announcement) -> Need:
    """It has gone out, and is to be looked at by now."""
    address = reverse("admin:communications_announcement_freshness")
    return Need(_("“%(title)s” is to be reviewed") % {"title": row}, address, _("Still right, retired, or replaced?"), order=40)


_SAID = {"approval": _approval, "doubt": _in_doubt, "review": _review}


def _alarms() -> Iterator[Need]:
    address = reverse("admin:communications_announcement_sending")
    for sentence in open_alarms_in_words():
        yield Need(sentence, address, _("An alarm about sending"), order=5)


register_needs(communication_needs)
