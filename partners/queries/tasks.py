"""Tasks as somebody may see them, with the partners they are about. `activity` keeps them and knows no partners."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from activity.models import Task
from partners.models import Partner
from partners.models.partners import stood_for_by
from partners.panels import PartnerPage

SHOWN = 30


@dataclass(frozen=True)
class TaskRow:
    task: Task
    partner: Partner | None
    source_url: str = ""

    @property
    def is_late(self) -> bool:
        return self.task.due_on is not None and self.task.due_on < timezone.localdate()

    @property
    def is_today(self) -> bool:
        return self.task.due_on == timezone.localdate()


def tasks_visible_to(user) -> QuerySet[Task]:
    """Managers: those about partners they see, and those that are theirs. A partner's people: what is shared with them."""
    if not user.is_authenticated:
        return Task.objects.none()
    about = Q(partner_id__in=Partner.objects.visible_to(user).order_by().values("pk"))
    if not user.is_staff:
        return Task.objects.filter(about, is_shared=True)
    if not user.has_perm("activity.view_task"):
        return Task.objects.none()
    own = Q(owner=user) | Q(created_by=user, partner_id=None)
    free = Q(partner_id=None) if user.has_perm("partners.view_all_partners") else Q(pk=None)
    return Task.objects.filter(about | own | free)


def tasks_to_do(user) -> QuerySet[Task]:
    """Open ones of this manager, and of those whose leave they cover; the earliest due first."""
    return tasks_visible_to(user).open().filter(owner__in=stood_for_by(user)).select_related("owner")


def with_partners(tasks) -> list[TaskRow]:
    tasks = list(tasks)
    partners = Partner.objects.in_bulk({task.partner_id for task in tasks if task.partner_id})
    return [TaskRow(task, partners.get(task.partner_id), _source_url(task)) for task in tasks]


def tasks_panel(page: PartnerPage) -> dict:
    partner, user = page.partner, page.reader
    open_ones = tasks_visible_to(user).open().filter(partner_id=partner.pk).select_related("owner")
    ended = tasks_visible_to(user).exclude(state=Task.State.OPEN).filter(partner_id=partner.pk).select_related("ended_by")
    return {
        "partner": partner,
        "open": [TaskRow(task, partner, _source_url(task)) for task in open_ones[:SHOWN]],
        "ended": ended.order_by("-ended_at")[:5],
        "may_add": user.has_perm("activity.add_task"),
        "may_change": user.has_perm("activity.change_task"),
        "user": user,
    }


def shared_tasks(partner: Partner) -> QuerySet[Task]:
    return Task.objects.filter(partner_id=partner.pk, is_shared=True).select_related("owner")


_pages: dict[str, str] = {"partners.erasure": "admin:partners_erasure_changelist"}


def register_source_page(source_type: str, name: str) -> None:
    """The apps above say in `AppConfig.ready` which address, of this name and with the row's number, leads to a task's source."""
    _pages[source_type] = name


def _source_url(task: Task) -> str:
    """Where the page of its source is known."""
    if task.source_type == "partners.erasure":
        return reverse(_pages[task.source_type]) + "?state__exact=asked"
    return reverse(_pages[task.source_type], args=[task.source_id]) if task.source_type in _pages else ""
