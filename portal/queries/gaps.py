"""How the assistant does, in one sentence for managers."""

from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.models import AskedQuestion

LOOKED_BACK = timedelta(days=90)


def useful_counts() -> str:
    lately = AskedQuestion.objects.filter(at__gte=timezone.now() - LOOKED_BACK)
    counts = lately.aggregate(
        asked=Count("pk"),
        answered=Count("pk", filter=Q(is_answered=True)),
        useful=Count("pk", filter=Q(is_useful=True)),
        useless=Count("pk", filter=Q(is_useful=False)),
    )
    sentence = _("Unanswered questions: in 90 days %(answered)s of %(asked)s were answered, %(useful)s useful, %(useless)s not")
    return sentence % counts
