"""What waits in the review queue, for a manager's first page."""

from django.urls import reverse
from django.utils.translation import ngettext

from context.queries.review_queue import CLAIMS, CONFLICTS, DISPUTES, TYPED, counted, waiting
from partners.panels import Need


def review_needs(user) -> list[Need]:
    if not user.has_perm("context.add_fact"):
        return []
    address = reverse("admin:context_review")
    return [Need(_sentence(queue, count), f"{address}?queue={queue}", order=40) for queue, count in waiting(user).items() if count]


def _sentence(queue: str, count: int) -> str:
    words = {
        CLAIMS: ngettext("%(count)s claim to verify", "%(count)s claims to verify", count),
        CONFLICTS: ngettext("%(count)s value contradicts another", "%(count)s values contradict others", count),
        DISPUTES: ngettext("%(count)s value is disputed", "%(count)s values are disputed", count),
        TYPED: ngettext(
            "%(count)s certificate, site or the like to verify", "%(count)s certificates, sites and the like to verify", count
        ),
    }
    return words[queue] % {"count": counted(count)}
