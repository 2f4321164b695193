"""What `context` does when one partner becomes two: what belongs to rows that went goes with them."""

from django.utils.translation import gettext_lazy as _

from context.models import Fact, Note
from context.queries.splits import facts_to_choose, files_named_by, notes_to_choose
from partners.actions.journal import Journal
from partners.merging import Movable, register_companion, register_movable
from partners.models import Evidence, Partner


def give_what_belongs(journal: Journal, partner: Partner, made: Partner) -> None:
    """What was said of people who went, and files that prove nothing of what stays."""
    journal.hand_over(Fact.objects.filter(partner=partner, contact__partner=made), "partner_id", made.pk)
    files = files_named_by(made) - files_named_by(partner)
    journal.hand_over(Evidence.objects.filter(partner=partner, pk__in=files), "partner_id", made.pk)


def register() -> None:
    register_movable(Movable("facts", _("Facts"), Fact, facts_to_choose, order=30))
    register_movable(Movable("notes", _("Notes"), Note, notes_to_choose, order=60))
    register_companion(give_what_belongs)
