"""Tokens for integrators. Only a hash is kept: a token is shown once, when it is made."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel


class Scope(models.TextChoices):
    PARTNERS_READ = "partners:read", _("read partners, enrolments, contacts and products")
    PARTNERS_WRITE = "partners:write", _("create and change partners, enrolments, contacts and products")
    FACTS_READ = "facts:read", _("read facts, verdicts and profiles")
    FACTS_WRITE = "facts:write", _("record facts and decide about them")
    SEGMENTS_READ = "segments:read", _("read and preview segments")
    SEGMENTS_WRITE = "segments:write", _("create and change segments")
    ANNOUNCEMENTS_READ = "announcements:read", _("read announcements, deliveries and reports")
    ANNOUNCEMENTS_WRITE = "announcements:write", _("write, submit, schedule, pause and cancel announcements")
    ANNOUNCEMENTS_APPROVE = "announcements:approve", _("approve announcements")
    STRATEGY_READ = "strategy:read", _("read objectives and themes")
    STRATEGY_WRITE = "strategy:write", _("set objectives, and write themes")
    QUESTIONS_READ = "questions:read", _("read questions")
    QUESTIONS_WRITE = "questions:write", _("answer questions")
    MEETINGS_READ = "meetings:read", _("read meetings and attendance")
    MEETINGS_WRITE = "meetings:write", _("plan meetings, invite to them, and note attendance")
    LEARNING_READ = "learning:read", _("read courses, who takes them, and certificates")
    LEARNING_WRITE = "learning:write", _("write, publish and retire courses")
    CONVERSATIONS_READ = "conversations:read", _("read conversations with partners")
    CONVERSATIONS_WRITE = "conversations:write", _("begin and answer conversations with partners")
    CRISES_READ = "crises:read", _("read crises, drills and their protocols")
    CRISES_WRITE = "crises:write", _("start crises and drills, note who has acknowledged, and clear them")
    LIBRARY_READ = "library:read", _("read resources of the library, and who took them")
    LIBRARY_WRITE = "library:write", _("make, change, publish and retire resources")
    WEBHOOKS_READ = "webhooks:read", _("read one's webhooks")
    WEBHOOKS_WRITE = "webhooks:write", _("subscribe to events by webhook")


class ApiTokenQuerySet(models.QuerySet):
    def live(self):
        return self.filter(revoked_at=None, owner__is_active=True).exclude(expires_at__lte=timezone.now())


class ApiToken(PublicModel):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(_("begins with"), max_length=12, editable=False)
    scopes = ArrayField(models.CharField(max_length=40, choices=Scope.choices), verbose_name=_("scopes"))
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > timezone.now())
