"""What communication is for: an outcome that can be counted, in a period, among the partners of some segments."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from context.models import Segment
from partners.models import Programme


class ObjectiveQuerySet(models.QuerySet):
    def visible_to(self, user):
        may = user.is_authenticated and user.is_staff and user.has_perm("communications.view_objective")
        return self.filter(programme__in=Programme.objects.visible_to(user)) if may else self.none()

    def running(self, on: date | None = None):
        on = on or timezone.localdate()
        return self.filter(starts_on__lte=on, ends_on__gte=on)


class Objective(PublicModel):
    """`outcome` is a kind of `communications.outcomes`, `parameter` what is meant by it where it needs one (which certificate)."""

    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="objectives")
    name = models.CharField(_("name"), max_length=120)
    reason = models.TextField(_("why"), blank=True, help_text=_("What it is good for, for whoever writes for it."))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), null=True, on_delete=models.SET_NULL, related_name="objectives"
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    segments = models.ManyToManyField(Segment, verbose_name=_("for whom"), related_name="objectives", blank=True)
    outcome = models.CharField(_("wanted outcome"), max_length=40)
    parameter = models.CharField(_("of what"), max_length=120, blank=True)
    target = models.PositiveIntegerField(_("how many"))
    created_at = models.DateTimeField(_("created"), default=timezone.now, db_default=Now(), editable=False)

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        ordering = ["-ends_on", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="objective_ends_after_it_starts",
                violation_error_message=_("It would end before it begins. Choose a later last day."),
            ),
            models.CheckConstraint(condition=models.Q(target__gte=1), name="objective_wants_something"),
            models.UniqueConstraint(fields=["programme", "name"], name="objective_once_per_programme"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_running(self) -> bool:
        return self.starts_on <= timezone.localdate() <= self.ends_on

    @property
    def has_ended(self) -> bool:
        return self.ends_on < timezone.localdate()
