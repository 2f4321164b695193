"""Surveys, which partners answer, and interview forms, which a manager fills in while talking. Each question is bound to a data
point, so that an answer is a claim in the ledger."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from context.models.data_points import DataPoint
from context.models.facts import Fact
from context.models.segments import Segment
from partners.models import Contact, Partner, Programme


class SurveyState(models.TextChoices):
    DRAFT = "draft", _("draft")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


SURVEY_MAY_BECOME: dict[str, tuple[str, ...]] = {
    SurveyState.DRAFT: (SurveyState.OPEN,),
    SurveyState.OPEN: (SurveyState.CLOSED,),
    SurveyState.CLOSED: (SurveyState.OPEN,),
}


class SurveyQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What managers may work with. What a partner is asked goes by its response."""
        return self if user.is_authenticated and user.is_staff and user.has_perm("context.view_survey") else self.none()


class Survey(PublicModel):
    class Mode(models.TextChoices):
        SURVEY = "survey", _("survey: partners answer it in the portal")
        INTERVIEW = "interview", _("interview: a manager fills it in during a talk")

    title = models.CharField(_("title"), max_length=120)
    intro = models.TextField(_("introduction"), max_length=2000, blank=True, help_text=_("What it is for, and how long it takes."))
    mode = models.CharField(_("kind"), max_length=20, choices=Mode.choices, default=Mode.SURVEY)
    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="+")
    segment = models.ForeignKey(
        Segment,
        verbose_name=_("for the partners of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="surveys",
        help_text=_("A survey asks the partners that are in it on the day it is published."),
    )
    functions = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("answered by"),
        default=list,
        blank=True,
        help_text=_("A partner's admins may always answer; people with these functions may, too."),
    )
    answer_by = models.DateField(_("answer by"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=SurveyState.choices, default=SurveyState.DRAFT, editable=False)
    opened_at = models.DateTimeField(_("published"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys and interviews")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_interview(self) -> bool:
        return self.mode == self.Mode.INTERVIEW


class SurveyQuestion(PublicModel):
    """`show_if` is None or a condition on an earlier question: {"question": its id, "op": …, "value": …}, see
    `context/branching.py`."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="questions")
    order = models.PositiveSmallIntegerField(_("order"))
    data_point = models.ForeignKey(
        DataPoint, verbose_name=_("data point"), on_delete=models.PROTECT, related_name="survey_questions"
    )
    wording = models.CharField(_("wording"), max_length=300, blank=True, help_text=_("Left empty, the data point's own question."))
    is_required = models.BooleanField(_("must be answered"), default=False)
    show_if = models.JSONField(_("asked only if"), null=True, blank=True)

    class Meta:
        verbose_name = _("survey question")
        verbose_name_plural = _("survey questions")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "data_point"], name="data_point_asked_once_in_a_survey"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def key(self) -> str:
        return str(self.public_id)

    @property
    def text(self) -> str:
        return self.wording or self.data_point.question or self.data_point.label


class SurveyResponseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Managers see what the partners they see have answered."""
        return self.filter(survey__in=Survey.objects.visible_to(user), partner__in=Partner.objects.visible_to(user))

    def asked_of(self, contact: Contact):
        """The surveys that this person may answer for their partner."""
        asked = self.filter(partner=contact.partner_id, interviewer=None, survey__mode=Survey.Mode.SURVEY).exclude(
            survey__state=SurveyState.DRAFT
        )
        return asked if contact.is_partner_admin else asked.filter(survey__functions__overlap=contact.functions)

    def open(self):
        return self.filter(submitted_at=None, survey__state=SurveyState.OPEN)


class SurveyResponse(PublicModel):
    """One partner and one survey: asked, begun, submitted. An interview has one for each talk.

    `answers` holds values by question id, those of questions that branching hides included, until it is submitted."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="responses")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="survey_responses")
    contact = models.ForeignKey(
        Contact, verbose_name=_("answered by"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    interviewer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField(_("answers"), default=dict)
    facts = models.ManyToManyField(Fact, related_name="survey_responses", editable=False)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    started_at = models.DateTimeField(_("begun"), null=True, editable=False)
    submitted_at = models.DateTimeField(_("submitted"), null=True, editable=False)

    objects = SurveyResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey response")
        verbose_name_plural = _("survey responses")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "partner"], condition=Q(interviewer=None), name="survey_asks_a_partner_once"),
        ]
        indexes = [models.Index(fields=["partner"], condition=Q(submitted_at=None), name="survey_response_open")]

    def __str__(self) -> str:
        return f"{self.survey} · {self.partner}"

    @property
    def is_submitted(self) -> bool:
        return self.submitted_at is not None
