"""What of this app belongs to a manager's portfolio and goes along when it is handed over."""

from django.utils.translation import gettext_lazy as _

from communications.models import Question
from partners.portfolio import register_part


def register() -> None:
    register_part("questions", _("Open questions"), _open_questions, lambda rows, to: rows.update(assigned_to=to))


def _open_questions(manager, partner_ids: list[int]):
    return Question.objects.open().filter(assigned_to=manager, partner__in=partner_ids)
