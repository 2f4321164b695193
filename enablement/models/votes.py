"""Votes for ideas: one of each person, and only so many at once."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enablement.models.ideas import Idea
from partners.models import Contact, Partner


class VoteQuerySet(models.QuerySet):
    def spent_by(self, user, programme):
        """What counts against the budget of this person, whichever partner they voted for."""
        return self.filter(user=user, idea__programme=programme, is_spent=True)


class Vote(models.Model):
    """Of a person, who is a login: somebody who works for two partners has one. `is_spent` until the idea is settled; given back it
    still counts for the idea."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="backers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+")
    partner = models.ForeignKey(Partner, null=True, on_delete=models.SET_NULL, related_name="+")
    is_spent = models.BooleanField(default=True)
    at = models.DateTimeField(default=timezone.now)

    objects = VoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [models.UniqueConstraint(fields=["idea", "user"], name="one_vote_of_a_person_for_an_idea")]
        indexes = [models.Index(fields=["user"], condition=models.Q(is_spent=True), name="votes_spent_by_person")]

    def __str__(self) -> str:
        return str(self.idea)
