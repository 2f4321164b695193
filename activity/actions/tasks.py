"""Tasks: made, taken or passed on, and ended once."""

from datetime import date
from functools import partial
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions.activities import record_activities, record_activity
from activity.form_keys import made_once, says
from activity.models import Activity, Task
from activity.refusals import Invalid, Refused

LONGEST_DETAIL = 4000


@transaction.atomic
def create_task(
    title: str,
    *,
    by,
    partner_id: int | None = None,
    owner=None,
    due_on: date | None = None,
    detail: str = "",
    is_shared: bool = False,
    source: models.Model | None = None,
    key: UUID | None = None,
) -> Task:
    """`source` is the row it came from. A task that is shared needs a partner to share it with. A second time with the same `key`
    and words it is the first one."""
    title, detail = _text(title, 200, "title"), _text(detail, LONGEST_DETAIL, "detail", required=False)
    if is_shared and partner_id is None:
        raise Invalid(_("Choose the partner with whom this task is shared."), field="is_shared")
    words = {"title": title, "detail": detail, "partner_id": partner_id, "due_on": due_on, "is_shared": is_shared}
    make = partial(_create, by, {**words, "owner": _owner(owner), **_came_from(source)})
    return made_once(Task.objects.filter(created_by=by), key, make, is_same=says(words))


def _create(by, words: dict, **fields) -> Task:
    task = Task.objects.create(**words, **fields, created_by=by)
    _tell("task.created", _("Task “%(title)s” was made"), task, by=by)
    return task


def _came_from(source: models.Model | None) -> dict:
    if source is None:
        return {}
    return {"source_type": source._meta.label_lower, "source_id": source.pk, "source_label": str(source)[:200]}


@transaction.atomic
def create_tasks(tasks: list[Task]) -> None:
    """Many at once that a rule makes, by nobody: `title`, `detail`, `partner_id`, `owner_id`, `due_on`, `is_shared` and the source
    of each are set. Each is told like one made by hand."""
    for task in tasks:
        task.title, task.detail = _text(task.title, 200, "title"), _text(task.detail, LONGEST_DETAIL, "detail", required=False)
    Task.objects.bulk_create(tasks, batch_size=1000)
    sentence = _("Task “%(title)s” was made")
    record_activities(
        Activity(
            verb="task.created", sentence=(sentence % {"title": task.title})[:500], partner_id=task.partner_id,
            subject_type=Task._meta.label_lower, subject_id=task.pk,
        )
        for task in tasks
    )  # fmt: skip


@transaction.atomic
def change_task(task: Task, *, by, **fields) -> Task:
    """`title`, `detail`, `due_on` and `is_shared` of an open task."""
    task = _open(task)
    checks = {"title": lambda v: _text(v, 200, "title"), "detail": lambda v: _text(v, LONGEST_DETAIL, "detail", required=False)}
    changed = []
    for name, value in fields.items():
        if name not in ("title", "detail", "due_on", "is_shared"):
            raise Invalid(_("“%(name)s” cannot be changed here.") % {"name": name}, field=name)
        value = checks[name](value) if name in checks else value
        if getattr(task, name) != value:
            setattr(task, name, value)
            changed.append(name)
    if task.is_shared and task.partner_id is None:
        raise Invalid(_("Choose the partner with whom this task is shared."), field="is_shared")
    if changed:
        task.save(update_fields=changed)
        _tell("task.changed", _("Task “%(title)s” was changed"), task, by=by)
    return task


@transaction.atomic
def take_task(task: Task, *, by) -> Task:
    """Make a task that nobody owns one's own."""
    task = _open(task)
    if task.owner_id == by.pk:
        raise Refused(_("This task is yours already."))
    if task.owner_id is not None:
        raise Refused(_("%(owner)s has this task; ask for it, or have it reassigned.") % {"owner": task.owner})
    task.owner = by
    task.save(update_fields=["owner"])
    _tell("task.taken", _("%(who)s took the task “%(title)s”"), task, by=by)
    return task


@transaction.atomic
def reassign_task(task: Task, owner, *, by) -> Task:
    """To somebody else, or, with None, to whoever takes it."""
    task = _open(task)
    if task.owner_id == (owner.pk if owner else None):
        return task
    task.owner = _owner(owner)
    task.save(update_fields=["owner"])
    sentence = _("Task “%(title)s” is now %(owner)s's") if owner else _("Task “%(title)s” waits for whoever takes it")
    _tell("task.reassigned", sentence, task, by=by)
    return task


@transaction.atomic
def finish_task(task: Task, *, by) -> Task:
    task = _end(task, Task.State.DONE, by=by)
    _tell("task.done", _("%(who)s finished the task “%(title)s”"), task, by=by)
    return task


@transaction.atomic
def drop_task(task: Task, *, by, reason: str = "") -> Task:
    """It need not be done after all."""
    task = _end(task, Task.State.DROPPED, by=by)
    _tell("task.dropped", _("%(who)s dropped the task “%(title)s”"), task, by=by, reason=reason[:300])
    return task


def _end(task: Task, state: str, *, by) -> Task:
    task = _open(task)
    task.state, task.ended_at, task.ended_by = state, timezone.now(), by
    task.save(update_fields=["state", "ended_at", "ended_by"])
    return task


def _open(task: Task) -> Task:
    """The row, locked: of two who end it at once, the second is told who was first."""
    task = Task.objects.select_for_update(of=["self"]).select_related("owner", "ended_by").get(pk=task.pk)
    if task.state != Task.State.OPEN:
        words = {"who": task.ended_by or _("Somebody"), "state": task.get_state_display()}
        raise Refused(_("%(who)s ended this task already: it is %(state)s.") % words, code="ended")
    return task


def _owner(owner):
    if owner is not None and not owner.is_active:
        raise Invalid(_("%(owner)s can no longer sign in; choose somebody else.") % {"owner": owner}, field="owner")
    return owner


def _text(text: str, longest: int, field: str, *, required: bool = True) -> str:
    text = str(text or "").replace("\x00", "").strip()
    if required and not text:
        raise Invalid(_("Say what is to be done."), field=field)
    if len(text) > longest:
        raise Invalid(_("That is %(n)s characters; at most %(most)s fit.") % {"n": len(text), "most": longest}, field=field)
    return text


def _tell(verb: str, sentence: str, task: Task, *, by, **data) -> None:
    words = {"title": task.title, "who": by or _("Somebody"), "owner": task.owner or ""}
    record_activity(
        verb, sentence % words, by=by, partner_id=task.partner_id, subject=task, data={k: v for k, v in data.items() if v}
    )
