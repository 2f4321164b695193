from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.vocabulary import Word


class Topic(Word):
    """What a person can choose to hear about."""

    description = models.CharField(_("description"), max_length=200, blank=True)
    is_default = models.BooleanField(_("default topic"), default=False)

    class Meta(Word.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=models.Q(is_default=True), name="only_one_default_topic")
        ]
