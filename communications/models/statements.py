"""What a programme states in many places, kept once: a price, a date, a percentage, a version, a name."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from communications.consistency.values import Value, ValueKind
from communications.models.announcements import Variant
from communications.rendering.statement_marks import mark_of
from partners.models import Programme
from partners.models.vocabulary import key_validator

ANNOUNCEMENTS = "announcement"  # whose text a mention stands in; the apps above add theirs


class Valued(models.Model):
    """`text` is in the form of `communications/consistency/values.py`."""

    text = models.CharField(_("value"), max_length=120)
    currency = models.CharField(_("currency"), max_length=3, blank=True, default="", db_default="")
    words = models.JSONField(_("in other languages"), default=dict, db_default={}, blank=True)

    class Meta:
        abstract = True


class StatementQuerySet(models.QuerySet):
    def visible_to(self, user):
        may = user.is_authenticated and user.is_staff and user.has_perm("communications.view_statement")
        return self.filter(programme__in=Programme.objects.visible_to(user)) if may else self.none()

    def current(self):
        return self.filter(is_current=True)


class Statement(Valued, PublicModel):
    """`phrases` are what a sentence about it says, each another way to say it: where all words of one stand beside a figure, the
    figure is taken for this one."""

    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="statements")
    key = models.CharField(
        _("key"), max_length=60, validators=[key_validator], help_text=_("As texts name it: {{ statement.key }}.")
    )
    name = models.CharField(_("name"), max_length=120, help_text=_("Such as “list price of Harbour”."))
    kind = models.CharField(_("kind"), max_length=12, choices=ValueKind.choices)
    phrases = ArrayField(
        models.CharField(max_length=120), verbose_name=_("how texts speak of it"), default=list, blank=True, db_default=[],
        help_text=_("One way to say it a line, in any language: “Harbour list price”. Empty: its name."),
    )  # fmt: skip
    revision = models.PositiveIntegerField(_("revision"), default=1, db_default=1, editable=False)
    is_current = models.BooleanField(_("current"), default=True, db_default=True, help_text=_("Offered when somebody writes."))
    created_at = models.DateTimeField(_("created"), default=timezone.now, db_default=Now(), editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, db_default=Now(), editable=False)

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "key"], name="statement_key_once"),
            models.UniqueConstraint(fields=["programme", "name"], name="statement_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def value(self) -> Value:
        return Value(self.kind, self.text, self.currency, self.words)

    @property
    def mark(self) -> str:
        return mark_of(self.key)

    @property
    def told_by(self) -> list[str]:
        """The phrases that a sentence about it has."""
        return self.phrases or [self.name]


class StatementRevision(Valued):
    """What it was from when on; rows are only added."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    reason = models.CharField(_("why"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("revision of a statement")
        verbose_name_plural = _("revisions of statements")
        ordering = ["-number"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["statement", "number"], name="statement_revision_once")]

    def __str__(self) -> str:
        return f"{self.statement} r{self.number}"

    @property
    def value(self) -> Value:
        return Value(self.statement.kind, self.text, self.currency, self.words)


class Mention(models.Model):
    """A value where a text that was submitted says it: of a statement that was put in, or written out.

    `source` and `source_id` say whose text it is (communications/text_sources.py), `number` which version of it."""

    source = models.CharField(max_length=60)
    source_id = models.BigIntegerField()
    number = models.PositiveIntegerField(default=0)
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=16)
    variant = models.CharField(max_length=1, choices=Variant.choices, blank=True, default="", db_default="")
    kind = models.CharField(max_length=12, choices=ValueKind.choices)
    text = models.CharField(max_length=120)
    currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    statement = models.ForeignKey(Statement, null=True, on_delete=models.SET_NULL, related_name="mentions")
    revision = models.PositiveIntegerField(null=True)
    sentence = models.CharField(max_length=420)
    words = ArrayField(models.CharField(max_length=80), default=list, db_default=[])
    label = ArrayField(models.CharField(max_length=80), default=list, db_default=[])  # of these, what a detail's label alone says
    skeleton = models.CharField(max_length=24)
    is_alone = models.BooleanField(default=True, db_default=True)  # no other of its kind in the sentence

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        default_permissions = ()
        indexes = [
            models.Index(fields=["source", "source_id", "number"], name="mention_of_text"),
            models.Index(fields=["programme", "skeleton"], name="mention_alike"),
            GinIndex(fields=["words"], name="mention_words"),
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def value(self) -> Value:
        return Value(self.kind, self.text, self.currency)
