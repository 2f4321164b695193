"""The ledger: observations about partners and verdicts on them. Rows are added, never changed."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from context.models.data_points import DataPoint
from partners.models import Contact, Evidence, Partner, Programme
from partners.models.provenance import Method

# What somebody claims; an import or the portal itself claims nothing that a manager would have to decide about one by one.
SAID_BY_PEOPLE = (Method.MANUAL, Method.API, Method.SURVEY, Method.INTERVIEW, Method.REVIEW)


class FactQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(partner__in=Partner.objects.visible_to(user), data_point__in=DataPoint.objects.seen_by(user))


class Fact(PublicModel):
    """One observation: `source` says that `data_point` of the partner was `value` at `observed_at`. That the partner exists, the
    database checks of the profile row that is written along with it, not once more of each fact."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="facts", db_index=False, db_constraint=False)
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="facts", db_index=False)
    programme = models.ForeignKey(
        Programme,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text=_("Where the value belongs to the partner's place in one programme."),
    )
    data_point = models.ForeignKey(DataPoint, on_delete=models.PROTECT, related_name="facts")
    value = models.JSONField(_("value"), encoder=DjangoJSONEncoder)
    source = models.CharField(_("source"), max_length=200)
    method = models.CharField(_("method"), max_length=20, choices=Method.choices)
    asserted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    observed_at = models.DateTimeField(_("observed"), default=timezone.now)
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)
    evidence = models.CharField(_("evidence"), max_length=500, blank=True)
    evidence_file = models.ForeignKey(
        Evidence,
        verbose_name=_("evidence file"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="facts",
        db_index=False,
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        ordering = ["-observed_at", "-id"]
        # Few, and none of what is mostly empty: each one is written for each of millions of facts.
        indexes = [
            models.Index(fields=["partner", "data_point", "-observed_at"], name="fact_newest"),
            models.Index(fields=["contact"], condition=models.Q(contact__isnull=False), name="fact_of_contact"),
            models.Index(fields=["asserted_by"], condition=models.Q(asserted_by__isnull=False), name="fact_by_whom"),
            models.Index(fields=["programme"], condition=models.Q(programme__isnull=False), name="fact_in_programme"),
            models.Index(fields=["evidence_file"], condition=models.Q(evidence_file__isnull=False), name="fact_with_evidence"),
            models.Index(
                fields=["partner", "data_point"],
                condition=models.Q(method__in=SAID_BY_PEOPLE, contact=None),
                name="fact_said_by_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.data_point}: {self.shown}"

    @property
    def shown(self):
        return self.data_point.words_for(self.value)


class Verdict(PublicModel):
    """What someone decided about a fact, or about a typed row: `row_kind` is its data point's key, `row_id` its id."""

    class Kind(models.TextChoices):
        VERIFIED = "verified", _("verified")
        DISPUTED = "disputed", _("disputed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    fact = models.ForeignKey(Fact, null=True, blank=True, on_delete=models.CASCADE, related_name="verdicts")
    row_kind = models.CharField(_("kind of row"), max_length=60, blank=True)
    row_id = models.BigIntegerField(_("row"), null=True, blank=True)
    kind = models.CharField(_("verdict"), max_length=20, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    evidence_file = models.ForeignKey(
        Evidence, verbose_name=_("evidence file"), null=True, blank=True, on_delete=models.PROTECT, related_name="verdicts"
    )

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fact__isnull=False, row_id=None, row_kind="")
                | models.Q(fact=None, row_id__isnull=False) & ~models.Q(row_kind=""),
                name="verdict_on_one_thing",
            )
        ]
        indexes = [
            models.Index(fields=["row_kind", "row_id", "-at"], condition=models.Q(fact=None), name="verdict_on_row"),
            models.Index(fields=["fact"], condition=models.Q(kind="disputed"), name="verdict_disputed"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
