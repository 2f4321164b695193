"""How many current contacts a partner has, by what rules ask of people most often.

Counting a million people each time somebody types a letter of a rule takes seconds; adding up these takes milliseconds. A
trigger on contacts keeps them, whoever writes a contact and however: see the migration `kinds_of_people`."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.partners import Partner


class PeopleKind(models.Model):
    """People with the same functions, the same language and the same right to administer their organisation."""

    functions = ArrayField(models.CharField(max_length=60), default=list)
    language = models.CharField(max_length=16, blank=True)
    is_partner_admin = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("kind of people")
        verbose_name_plural = _("kinds of people")
        constraints = [models.UniqueConstraint(fields=["functions", "language", "is_partner_admin"], name="people_kind_once")]

    def __str__(self) -> str:
        return f"{', '.join(self.functions)} ({self.language})"


class Headcount(models.Model):
    """One row for all of a partner's people, without a kind, and one for each kind. No foreign keys in the database: rows go
    when the last contact that they count goes, and kinds stay."""

    partner = models.ForeignKey(Partner, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    kind = models.ForeignKey(
        PeopleKind, null=True, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    people = models.IntegerField()

    class Meta:
        verbose_name = _("headcount")
        verbose_name_plural = _("headcounts")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "partner"], include=["people"], nulls_distinct=False, name="headcount_of_kind_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.people} at {self.partner_id}"
