from datetime import timedelta

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communications.models.announcements import Announcement, Kind

MOST_APPROVERS = 5


class ApprovalPolicy(models.Model):
    """Who must approve what. The most specific row decides: its kind before any kind, then the largest audience reached.
    Where no row fits, another person is asked for."""

    kind = models.CharField(_("kind"), max_length=30, choices=Kind.choices, blank=True, help_text=_("Empty: any kind."))
    from_people = models.PositiveIntegerField(_("from so many people"), default=0)
    needs_another_person = models.BooleanField(_("another person must approve"), default=True)
    needs_purpose = models.BooleanField(
        _("must say what it is for"), default=False, db_default=False,
        help_text=_("Nothing is submitted without an objective, a theme, a wanted action and lifecycle stages."),
    )  # fmt: skip
    approvers = models.PositiveSmallIntegerField(
        _("how many must approve"), default=1, db_default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_APPROVERS)]
    )
    group = models.ForeignKey(
        Group, verbose_name=_("who may approve"), null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text=_("Empty: whoever may approve announcements."),
    )  # fmt: skip
    deadline_hours = models.PositiveSmallIntegerField(
        _("within hours"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(24 * 30)],
        help_text=_("Empty: no deadline."),
    )  # fmt: skip
    stand_ins = models.ForeignKey(
        Group, verbose_name=_("stand-ins"), null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text=_("Who may approve, too, once the deadline has passed."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("approval policy")
        verbose_name_plural = _("approval policies")
        ordering = ["kind", "from_people"]
        constraints = [models.UniqueConstraint(fields=["kind", "from_people"], name="one_policy_per_kind_and_size")]

    def __str__(self) -> str:
        who = _("another person") if self.needs_another_person else _("the author too")
        return f"{self.get_kind_display() or _('any kind')}, ≥ {self.from_people}: {who}"

    def deadline_from(self, moment):
        return moment + timedelta(hours=self.deadline_hours) if self.deadline_hours else None


class Approval(models.Model):
    """That somebody has approved a version. Where the version asks for another person, the database itself refuses those who wrote
    or submitted it."""

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="approvals")
    version = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["at", "pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["announcement", "version", "by"], name="approved_once_by_each")]
        triggers = [
            pgtrigger.Trigger(
                name="four_eyes",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM communications_announcementversion AS version
                        JOIN communications_announcement AS announcement ON announcement.id = version.announcement_id
                        WHERE version.announcement_id = NEW.announcement_id AND version.number = NEW.version
                          AND version.asks_another
                          AND (NEW.by_id = announcement.author_id OR NEW.by_id = version.submitted_by_id
                               OR NEW.by_id = ANY(version.writers))
                    ) THEN
                        RAISE EXCEPTION 'four eyes: who wrote or submitted a version may not approve it'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.by}: {self.announcement} v{self.version}"
