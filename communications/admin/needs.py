"""What waits for a manager, told on the admin's first page: questions, approvals, deliveries in doubt."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.models import Announcement, Delivery, DeliveryState, Question, State
from partners.models.partners import stood_for_by
from partners.panels import Need, register_needs

COUNTED_UP_TO = 100
SHOWN = 5


def communication_needs(user) -> Iterator[Need]:
    if user.has_perm("communications.view_question"):
        yield from _questions(user)
    if user.has_perm("communications.approve_announcement"):
        yield from _approvals(user)
    if user.has_perm("communications.send_announcement"):
        yield from _in_doubt(user)


def _questions(user) -> Iterator[Need]:
    waiting = Question.objects.visible_to(user).open().filter(assigned_to__in=stood_for_by(user))
    count = waiting.order_by().values("pk")[:COUNTED_UP_TO].count()
    if count:
        sentence = ngettext("%(n)d partner's question waits for your answer", "%(n)d questions wait for your answer", count)
        oldest = waiting.order_by("asked_at").select_related("contact__partner").first()
        detail = _("The oldest is from %(name)s, %(partner)s") % {"name": oldest.contact, "partner": oldest.contact.partner}
        yield Need(sentence % {"n": count}, reverse("admin:communications_question_changelist") + "?state=mine", detail, order=10)


def _approvals(user) -> Iterator[Need]:
    waiting = Announcement.objects.visible_to(user).filter(state=State.SUBMITTED).exclude(author=user).select_related("author")
    for row in waiting.order_by("updated_at")[:SHOWN]:
        sentence = _("“%(title)s”, version %(n)d, waits for approval") % {"title": row, "n": row.version}
        address = reverse("admin:communications_announcement_page", args=[row.public_id])
        yield Need(sentence, address, _("Written by %(author)s") % {"author": row.author} if row.author else "", order=20)


def _in_doubt(user) -> Iterator[Need]:
    doubtful = Delivery.objects.visible_to(user).filter(state=DeliveryState.IN_DOUBT)
    for row in Announcement.objects.filter(pk__in=doubtful.values("announcement_id")).order_by("-pk")[:SHOWN]:
        address = reverse("admin:communications_announcement_report", args=[row.public_id]) + "#in-doubt"
        yield Need(_("Some deliveries of “%(title)s” are in doubt: resend or skip") % {"title": row}, address, order=30)


register_needs(communication_needs)
