"""What this app may keep only for so long."""

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from context.models import Fact, ImportRun, Verdict
from partners.retention import register_retention


def register() -> None:
    register_retention("withdrawn_facts", _("Facts that were withdrawn"), _withdrawn)
    register_retention("imports", _("Files that were imported"), _imports, remove=_drop_files)


def _withdrawn(moment) -> QuerySet:
    latest = Verdict.objects.filter(fact=OuterRef("pk")).order_by("-at", "-pk")
    facts = Fact.objects.alias(said=Subquery(latest.values("kind")[:1]), said_at=Subquery(latest.values("at")[:1]))
    return facts.filter(said=Verdict.Kind.WITHDRAWN, said_at__lt=moment)


def _imports(moment) -> QuerySet:
    return ImportRun.objects.filter(finished_at__lt=moment).exclude(file="", refused="").exclude(file=None, refused=None)


def _drop_files(runs: QuerySet) -> int:
    """The record of the import stays; its file and what it showed of the rows go."""
    dropped = 0
    for run in runs:
        for name in ("file", "refused"):
            if getattr(run, name):
                getattr(run, name).delete(save=False)
            setattr(run, name, None)
        run.preview = {}
        run.save(update_fields=["file", "refused", "preview"])
        dropped += 1
    return dropped
