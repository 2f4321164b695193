"""How many current contacts a partner has, by what rules ask of people most often.

Counting a million people each time somebody types a letter of a rule takes seconds; adding up these takes milliseconds. A
trigger on contacts keeps them, whoever writes a contact and however: see the migration `contacts_are_counted`."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.partners import Partner


class Headcount(models.Model):
    """One row for all of a partner's people (`is_total`), and one for each combination of functions, language and partner
    admin. No foreign key in the database: rows go when the last contact that they count goes."""

    partner = models.ForeignKey(Partner, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    is_total = models.BooleanField()
    functions = ArrayField(models.CharField(max_length=60), default=list)
    language = models.CharField(max_length=16, blank=True)
    is_partner_admin = models.BooleanField(default=False)
    people = models.IntegerField()

    class Meta:
        verbose_name = _("headcount")
        verbose_name_plural = _("headcounts")
        constraints = [
            models.UniqueConstraint(
                fields=["is_total", "partner", "functions", "language", "is_partner_admin"],
                include=["people"],
                name="headcount_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.people} at {self.partner_id}"
