"""What a person wants to receive, kept by address: someone who works for two partners has one inbox."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communications.models.announcements import Channel
from communications.models.topics import Topic


class TopicPreference(models.Model):
    """Absent means wanted. `address` is in small letters."""

    class How(models.TextChoices):
        PREFERENCES = "preferences", _("chosen in the portal")
        ONE_CLICK = "one_click", _("with the button of the mail program")
        LINK = "link", _("by the link in a mail")
        PROVIDER = "provider", _("told by the mail provider")
        MANAGER = "manager", _("told a manager")

    address = models.EmailField()
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=20, choices=Channel.choices, default=Channel.EMAIL)
    is_wanted = models.BooleanField()
    changed_at = models.DateTimeField(default=timezone.now)
    how = models.CharField(max_length=60, help_text=_("Where the choice was made: preferences, one_click, manager."))

    class Meta:
        verbose_name = _("topic preference")
        verbose_name_plural = _("topic preferences")
        constraints = [models.UniqueConstraint(fields=["address", "topic", "channel"], name="one_preference")]

    def __str__(self) -> str:
        return f"{self.address}: {self.topic} {'yes' if self.is_wanted else 'no'}"

    @property
    def origin(self) -> str:
        """Where the choice was made, in words."""
        return str(dict(self.How.choices).get(self.how, self.how))
