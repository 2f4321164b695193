"""What of communications somebody may find at this moment."""

from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communications.actions import indexing
from communications.models import Announcement, Channel, Delivery, DeliveryState, KnownAnswer, Question
from communications.queries.freshness import live_announcements
from context.membership import Reader, register_meant_noun
from partners.models import Contact
from search.doors import Door, register_door
from search.sources import Source, register_source


def register() -> None:
    register_meant_noun(KnownAnswer)
    register_source(Source(indexing.ANNOUNCEMENT, _("Announcements"), _announcements, rebuild=indexing.index_all_announcements))
    register_source(Source(indexing.KNOWN_ANSWER, _("Answers"), _known_answers, rebuild=indexing.index_all_known_answers))
    register_door(Door(_("Who answers for it"), _announcements_about, "communications.view_announcement"))
    register_door(Door(_("Write the answer"), _new_answer, "communications.add_knownanswer"))
    register_source(Source(indexing.QUESTION, _("Questions"), _questions, rebuild=indexing.index_all_questions))


def _announcements_about(words: str) -> str:
    return f"{reverse('admin:communications_announcement_changelist')}?{urlencode({'q': words})}"


def _new_answer(words: str) -> str:
    return f"{reverse('admin:communications_knownanswer_add')}?{urlencode({'question': words})}"


def _announcements(reader: Reader) -> QuerySet:
    return _readable(reader.user).order_by().values("public_id")


def _questions(reader: Reader) -> QuerySet:
    """Of one's own organisation, on what one may still read; those of the partners one sees, for a manager."""
    rows = Question.objects.visible_to(reader.user).exclude(answered_at=None)
    return rows.filter(announcement__in=_readable(reader.user).order_by().values("pk")).order_by().values("public_id")


def _known_answers(reader: Reader) -> QuerySet:
    rows = KnownAnswer.objects.filter(is_current=True)
    rows = rows.visible_to(reader.user) if reader.user.is_staff else rows.filter(reader.meant)
    return rows.order_by().values("public_id")


def _readable(user) -> QuerySet[Announcement]:
    """What is out, for a manager; else what has reached one in the portal and is not over."""
    if user.is_staff:
        return live_announcements(user)
    reached = Delivery.objects.filter(
        contact__in=Contact.objects.current().filter(user=user.pk).order_by().values("pk"),
        channel=Channel.PORTAL,
        state=DeliveryState.DELIVERED,
    )
    return Announcement.objects.filter(pk__in=reached.values("announcement_id")).exclude(expires_at__lte=timezone.now())
