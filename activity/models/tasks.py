"""What is to be done, by whom and by when. It may come from anything: `source` names the row it came from."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel


class TaskQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=Task.State.OPEN)

    def of_partner(self, partner_id: int):
        return self.filter(partner_id=partner_id)


class Task(PublicModel):
    """`partner_id` and `source_id` are no foreign keys: the apps that own those rows lie above this one. A `shared` task is
    seen by the partner, too; one owned by nobody waits for whoever takes it."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    title = models.CharField(_("what is to be done"), max_length=200)
    detail = models.TextField(_("detail"), blank=True)
    partner_id = models.BigIntegerField(null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), null=True, blank=True, on_delete=models.SET_NULL, related_name="tasks"
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    is_shared = models.BooleanField(_("shared with the partner"), default=False)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.OPEN)
    source_type = models.CharField(max_length=60, blank=True)
    source_id = models.BigIntegerField(null=True, blank=True)
    source_label = models.CharField(_("from"), max_length=200, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = [models.F("due_on").asc(nulls_last=True), "pk"]
        indexes = [
            models.Index(fields=["owner", "due_on"], condition=models.Q(state="open"), name="task_open_of_owner"),
            models.Index(fields=["partner_id", "-created_at"], name="task_of_partner"),
            models.Index(fields=["source_type", "source_id"], name="task_from_source"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="open", ended_at=None) | ~models.Q(state="open") & models.Q(ended_at__isnull=False),
                name="task_ended_when_not_open",
            )
        ]

    def __str__(self) -> str:
        return self.title
