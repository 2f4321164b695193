"""Settled ideas may be kept only for so long, where a rule says so."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from enablement.models import SETTLED, Idea, IdeaPost
from enablement.queries.ideas import IDEA
from partners.retention import register_retention
from search.actions.indexing import forget_document


def register() -> None:
    register_retention("settled_ideas", _("Ideas that were settled"), settled_before, remove=remove_ideas)


def settled_before(moment: datetime) -> QuerySet[Idea]:
    return Idea.objects.filter(status__in=SETTLED, status_at__lt=moment, merged_into=None)


def remove_ideas(rows: QuerySet[Idea]) -> int:
    """With their doubles and their files."""
    keys = list(rows.values_list("pk", flat=True))
    for post in IdeaPost.objects.filter(Q(idea__in=keys) | Q(idea__merged_into__in=keys)).exclude(file=""):
        post.file.delete(save=False)
    for public_id in Idea.objects.filter(pk__in=keys).values_list("public_id", flat=True):
        forget_document(IDEA, public_id)
    Idea.objects.filter(merged_into__in=keys).delete()
    Idea.objects.filter(pk__in=keys).delete()
    return len(keys)
