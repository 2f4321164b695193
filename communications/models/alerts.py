"""Alerts about partners: rules that look for causes, and what each found. They are not `alarms`, which are about sending itself."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.models import Task
from activity.public_ids import PublicModel
from communications.models.announcements import Announcement
from context.models import Segment
from partners.models import Partner, Programme

DAYS_AT_MOST = 730


class AlertRuleQuerySet(models.QuerySet):
    def visible_to(self, user):
        may = user.is_authenticated and user.is_staff and user.has_perm("communications.view_alertrule")
        return self.filter(programme__in=Programme.objects.visible_to(user)) if may else self.none()


class AlertRule(PublicModel):
    """`cause` is one of `communications.alert_causes`, `parameter` what of it, `days` and `percent` how much of it."""

    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="alert_rules")
    name = models.CharField(_("name"), max_length=120)
    cause = models.CharField(_("cause"), max_length=30)
    parameter = models.CharField(_("of what"), max_length=120, blank=True)
    days = models.PositiveSmallIntegerField(
        _("days"), default=30, validators=[MinValueValidator(1), MaxValueValidator(DAYS_AT_MOST)],
        help_text=_("So many days before something expires, or after so many days of silence."),
    )  # fmt: skip
    percent = models.PositiveSmallIntegerField(
        _("percent"), default=20, validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Of performance: how much worse a quarter is than the one before."),
    )  # fmt: skip
    segment = models.ForeignKey(
        Segment, verbose_name=_("among"), null=True, blank=True, on_delete=models.PROTECT, related_name="alert_rules",
        help_text=_("Empty: all partners in the programme."),
    )  # fmt: skip
    action = models.CharField(_("what is to be done"), max_length=150, help_text=_("The task of whoever is responsible."))
    within_days = models.PositiveSmallIntegerField(
        _("to be done within days"), default=7, validators=[MinValueValidator(1), MaxValueValidator(180)]
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), null=True, on_delete=models.SET_NULL, related_name="alert_rules",
        help_text=_("Of the rule, and of alerts about partners without a manager."),
    )  # fmt: skip
    drafts_notice = models.BooleanField(
        _("drafts a notice to the partners"), default=False,
        help_text=_("An announcement to the partners concerned, which somebody checks, submits and sends."),
    )  # fmt: skip
    notice_title = models.CharField(_("title of the notice"), max_length=200, blank=True)
    notice_body = models.TextField(_("text of the notice"), blank=True)
    is_active = models.BooleanField(_("in force"), default=True)
    looked_at = models.DateTimeField(_("looked at"), null=True, editable=False)
    trouble = models.CharField(_("why it cannot look"), max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, db_default=Now(), editable=False)

    objects = AlertRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert rule")
        verbose_name_plural = _("alert rules")
        ordering = ["-is_active", "name", "pk"]
        constraints = [models.UniqueConstraint(fields=["programme", "name"], name="alert_rule_once_per_programme")]

    def __str__(self) -> str:
        return self.name


class Verdict(models.TextChoices):
    USEFUL = "useful", _("useful")
    NOT_USEFUL = "not_useful", _("not useful")


class Ending(models.TextChoices):
    GONE = "gone", _("its cause is gone")
    DONE = "done", _("done")
    DISMISSED = "dismissed", _("not useful")
    RULE_OFF = "rule_off", _("its rule is not in force any more")


class AlertQuerySet(models.QuerySet):
    def visible_to(self, user):
        if not (user.is_authenticated and user.is_staff and user.has_perm("communications.view_alert")):
            return self.none()
        return self.filter(partner__in=Partner.objects.visible_to(user), rule__in=AlertRule.objects.visible_to(user))

    def open(self):
        return self.filter(closed_at=None)


class Alert(PublicModel):
    """`about` names the occasion, such as one certificate with its day: a rule tells of it once, whatever becomes of the alert.
    `what` and `on_day` are what its words are made of."""

    rule = models.ForeignKey(AlertRule, verbose_name=_("rule"), on_delete=models.CASCADE, related_name="alerts")
    partner = models.ForeignKey(Partner, verbose_name=_("partner"), on_delete=models.CASCADE, related_name="alerts")
    about = models.CharField(max_length=150)
    what = models.CharField(max_length=200, blank=True)
    on_day = models.DateField(_("day"), null=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), null=True, on_delete=models.SET_NULL, related_name="alerts"
    )
    due_on = models.DateField(_("due"))
    task = models.ForeignKey(Task, null=True, on_delete=models.SET_NULL, related_name="+")
    notice = models.ForeignKey(Announcement, verbose_name=_("notice"), null=True, on_delete=models.SET_NULL, related_name="+")
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed"), null=True)
    ending = models.CharField(_("why it is closed"), max_length=10, choices=Ending.choices, blank=True)
    verdict = models.CharField(_("was it useful"), max_length=10, choices=Verdict.choices, blank=True)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    judged_at = models.DateTimeField(null=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "partner", "about"], name="alerted_once_of_an_occasion"),
            models.CheckConstraint(
                condition=Q(closed_at=None, ending="") | Q(closed_at__isnull=False) & ~Q(ending=""),
                name="alert_closed_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "due_on"], condition=Q(closed_at=None), name="alert_open_of_owner"),
            models.Index(fields=["rule", "opened_at"], name="alert_of_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.what}"[:200]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None
