"""What is to be done when something bad happens, written down before it does: one protocol per kind of incident.

A protocol is changed freely and frozen as a version when it is submitted; a crisis is started with an approved version only, and
never with the words somebody is still working on."""

from datetime import timedelta

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from communications.models.announcements import Channel
from context.models import Segment
from partners.models import Programme

FEWEST_CHANNELS = 2
LONGEST_WAIT = 7 * 24 * 60  # minutes
REVIEWED_WITHIN = timedelta(days=365)


class Incident(models.TextChoices):
    SECURITY_BREACH = "security_breach", _("Security breach")
    SERVICE_OUTAGE = "service_outage", _("Service outage")
    PLANT_FIRE = "plant_fire", _("Plant fire")
    SUPPLY_STOP = "supply_stop", _("Supply stop")
    PRODUCT_RECALL = "product_recall", _("Product recall")
    NATURAL_DISASTER = "natural_disaster", _("Natural disaster")
    OTHER = "other", _("Other")


class Says(models.TextChoices):
    """What a message of a crisis is. The first three have words in the protocol; a call has those of the alarm."""

    ALARM = "alarm", _("alarm")
    UPDATE = "update", _("update")
    ALL_CLEAR = "all_clear", _("all-clear")
    CALL = "call", _("call of the ladder")


WORDED = (Says.ALARM, Says.UPDATE, Says.ALL_CLEAR)


class Measure(models.TextChoices):
    PERCENT = "percent", _("percent of the people")
    PEOPLE = "people", _("people")
    ORGANISATIONS = "organisations", _("organisations")


class Whom(models.TextChoices):
    SILENT = "silent", _("those who have not acknowledged, once more")
    PARTNER_ROLE = "partner_role", _("a function at organisations where nobody has")
    MANAGERS = "managers", _("the responsible managers of these organisations")
    OUR_ROLE = "our_role", _("a role on our side")


def all_channels() -> list[str]:
    return [Channel.PORTAL.value, Channel.EMAIL.value, Channel.WEBHOOK.value]


class CrisisProtocolQuerySet(models.QuerySet):
    def visible_to(self, user):
        may = user.is_authenticated and user.is_staff and user.has_perm("communications.view_crisisprotocol")
        return self.filter(programme__in=Programme.objects.visible_to(user)) if may else self.none()

    def ready(self):
        """Those that a crisis can be started with."""
        return self.filter(approved_version__isnull=False, retired_at=None)


class CrisisProtocol(PublicModel):
    """`waiting_version` is the one that waits for approval, `approved_version` the one a crisis starts with."""

    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="crisis_protocols")
    name = models.CharField(_("name"), max_length=120)
    incident = models.CharField(_("kind of incident"), max_length=20, choices=Incident.choices)
    segment = models.ForeignKey(
        Segment, verbose_name=_("who is concerned"), on_delete=models.PROTECT, related_name="crisis_protocols"
    )
    is_at_site = models.BooleanField(
        _("happens at a site"), default=False,
        help_text=_("The site is chosen at the start; of the segment, only organisations that have a site there are concerned."),
    )  # fmt: skip
    channels = ArrayField(
        models.CharField(max_length=20, choices=Channel.choices), verbose_name=_("channels"), default=all_channels,
        help_text=_("At least two: one of them may be what the incident has broken."),
    )  # fmt: skip
    late_after = models.PositiveIntegerField(
        _("late after minutes"), default=30, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_WAIT)],
        help_text=_("Whoever has not acknowledged by then counts as late."),
    )  # fmt: skip
    partner_roles = ArrayField(
        models.CharField(max_length=60), verbose_name=_("functions that answer for a partner"), default=list, blank=True,
        help_text=_("Shown apart on the board. None: whoever is concerned answers for their organisation."),
    )  # fmt: skip
    language = models.CharField(_("language of the texts"), max_length=16, default="en")
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    waiting_version = models.ForeignKey(
        "communications.CrisisProtocolVersion", null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    approved_version = models.ForeignKey(
        "communications.CrisisProtocolVersion", null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    writers = ArrayField(models.BigIntegerField(), default=list, db_default=[], editable=False)
    retired_at = models.DateTimeField(_("out of use"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, db_default=Now(), editable=False)

    objects = CrisisProtocolQuerySet.as_manager()

    class Meta:
        verbose_name = _("crisis protocol")
        verbose_name_plural = _("crisis protocols")
        ordering = ["name", "pk"]
        permissions = [("approve_crisisprotocol", "Can approve crisis protocols")]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "name"], name="crisis_protocol_once",
                violation_error_message=_("This programme already has a protocol of this name."),
            ),
            models.CheckConstraint(
                condition=Q(channels__len__gte=FEWEST_CHANNELS), name="crisis_by_two_channels",
                violation_error_message=_("Choose at least two channels: one of them may be what the incident has broken."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def is_ready(self) -> bool:
        return self.approved_version_id is not None and self.retired_at is None

    @property
    def is_changed(self) -> bool:
        """Whether there are changes that nobody has submitted."""
        newest = self.waiting_version or self.approved_version
        return newest is None or self.updated_at > newest.submitted_at


class CrisisRole(models.Model):
    """Somebody on our side who has something to do, and who stands in."""

    protocol = models.ForeignKey(CrisisProtocol, on_delete=models.CASCADE, related_name="roles")
    name = models.CharField(_("role"), max_length=80)
    duty = models.CharField(_("what to do"), max_length=200, blank=True)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.PROTECT, related_name="+")
    stand_in = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("stand-in"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("role on our side")
        verbose_name_plural = _("roles on our side")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["protocol", "name"], name="crisis_role_once", violation_error_message=_("Name each role once.")
            )
        ]

    def __str__(self) -> str:
        return self.name


class CrisisRung(models.Model):
    """Once `after_minutes` have gone by and at least `missing` of those asked have not acknowledged, `whom` is alarmed."""

    protocol = models.ForeignKey(CrisisProtocol, on_delete=models.CASCADE, related_name="rungs")
    after_minutes = models.PositiveIntegerField(
        _("after minutes"), validators=[MinValueValidator(1), MaxValueValidator(LONGEST_WAIT)]
    )
    missing = models.PositiveIntegerField(_("if not acknowledged by at least"), validators=[MinValueValidator(1)])
    measure = models.CharField(_("of"), max_length=16, choices=Measure.choices, default=Measure.PERCENT)
    of_function = models.CharField(_("with the function"), max_length=60, blank=True, help_text=_("Empty: everybody."))
    whom = models.CharField(_("alarm"), max_length=16, choices=Whom.choices)
    role = models.CharField(_("our role"), max_length=80, blank=True)
    function = models.CharField(_("their function"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("rung of the ladder")
        verbose_name_plural = _("ladder")
        ordering = ["after_minutes", "pk"]

    def __str__(self) -> str:
        return f"{self.after_minutes}: {self.get_whom_display()}"


class CrisisText(models.Model):
    protocol = models.ForeignKey(CrisisProtocol, on_delete=models.CASCADE, related_name="texts")
    says = models.CharField(_("message"), max_length=12, choices=[(one.value, one.label) for one in WORDED])
    language = models.CharField(_("language"), max_length=16)
    title = models.CharField(_("title"), max_length=180)
    call_to_action = models.CharField(_("who must act, and how soon"), max_length=180)
    what_happened = models.CharField(_("what happened"), max_length=300)
    next_update = models.CharField(_("next update"), max_length=300)
    body = models.TextField(_("text"), help_text=_("Markdown, with merge fields such as {{ contact.name }}."))

    class Meta:
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        ordering = ["says", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["protocol", "says", "language"], name="crisis_text_once",
                violation_error_message=_("There is a text for this message in this language already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_says_display()} ({self.language})"


class CrisisProtocolVersion(models.Model):
    """A protocol word for word, as it was submitted: this is what is approved, and what a crisis is started with."""

    protocol = models.ForeignKey(CrisisProtocol, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    name = models.CharField(_("name"), max_length=120)
    incident = models.CharField(max_length=20, choices=Incident.choices)
    is_at_site = models.BooleanField(default=False)
    channels = ArrayField(models.CharField(max_length=20, choices=Channel.choices))
    late_after = models.PositiveIntegerField()
    partner_roles = ArrayField(models.CharField(max_length=60), default=list)
    language = models.CharField(max_length=16)
    roles = models.JSONField(default=list)
    rungs = models.JSONField(default=list)
    texts = models.JSONField(default=dict)  # by what it says, then by language
    segment_name = models.CharField(max_length=200)
    rule = models.JSONField()
    contact_rule = models.JSONField()
    people = models.PositiveIntegerField()  # whom the segment reached when it was submitted
    writers = ArrayField(models.BigIntegerField(), default=list)
    asks_another = models.BooleanField(default=True)  # by the policy: none of its writers may approve it
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    submitted_at = models.DateTimeField(default=timezone.now)
    approved_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("version of a crisis protocol")
        verbose_name_plural = _("versions of crisis protocols")
        ordering = ["-number"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["protocol", "number"], name="crisis_protocol_version_once")]
        triggers = [
            pgtrigger.Trigger(
                name="approved_by_somebody",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__approved_at__isnull=True, new__approved_at__isnull=False),
                func="""
                    IF NOT EXISTS (SELECT 1 FROM communications_crisisprotocolapproval AS approval
                                   WHERE approval.version_id = NEW.id) THEN
                        RAISE EXCEPTION 'a crisis protocol is approved by somebody' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"

    def words(self, says: str) -> dict[str, dict[str, str]]:
        """By language; those of the alarm where nothing else is written."""
        return self.texts.get(says) or self.texts[Says.ALARM]

    @property
    def is_old(self) -> bool:
        return self.approved_at is not None and self.approved_at < timezone.now() - REVIEWED_WITHIN


class CrisisProtocolApproval(models.Model):
    """That somebody has approved a version. Where another person is asked for, the database itself refuses those who wrote it."""

    version = models.ForeignKey(CrisisProtocolVersion, on_delete=models.CASCADE, related_name="approvals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("approval of a crisis protocol")
        verbose_name_plural = _("approvals of crisis protocols")
        ordering = ["at", "pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["version", "by"], name="crisis_protocol_approved_once_by_each")]
        triggers = [
            pgtrigger.Trigger(
                name="four_eyes_on_protocol",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM communications_crisisprotocolversion AS version
                        WHERE version.id = NEW.version_id AND version.asks_another
                          AND (NEW.by_id = version.submitted_by_id OR NEW.by_id = ANY(version.writers))
                    ) THEN
                        RAISE EXCEPTION 'four eyes: who wrote or submitted a protocol may not approve it'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.by}: {self.version}"
