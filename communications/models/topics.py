from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models import Purpose
from partners.models.vocabulary import Word


class Topic(Word):
    """What a person can choose to hear about."""

    description = models.CharField(_("description"), max_length=200, blank=True)
    purpose = models.ForeignKey(
        Purpose, verbose_name=_("purpose"), null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text=_("Where it rests on consent, only those who have given it are mailed."),
    )  # fmt: skip
    is_default = models.BooleanField(_("default topic"), default=False)

    class Meta(Word.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=models.Q(is_default=True), name="only_one_default_topic")
        ]
