"""Opinion surveys: what people think, asked one by one. Unlike the surveys of `context`, which a partner answers as one and whose
answers are facts, nothing here can be led back to a person where the survey is anonymous."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from context.models import DataPoint, Segment
from partners.models import Contact, Programme

FEWEST = 3  # a smaller group hides nobody


class OpinionPolicy(models.Model):
    """One row: how small a group may be shown, and how often a person is asked at most."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    smallest_group = models.PositiveSmallIntegerField(
        _("smallest group shown"), default=5, validators=[MinValueValidator(FEWEST), MaxValueValidator(50)],
        help_text=_("Of anonymous surveys nothing is shown of fewer people. A survey keeps what held when it was opened."),
    )  # fmt: skip
    rest_days = models.PositiveSmallIntegerField(
        _("days of rest"), default=60, validators=[MaxValueValidator(730)],
        help_text=_("Who was asked within so many days, in whichever programme, is left out of the next survey."),
    )  # fmt: skip

    question_rest_days = models.PositiveSmallIntegerField(
        _("days of rest after a question of the day"), default=7, db_default=7, validators=[MaxValueValidator(730)],
        help_text=_("The same for a single question that takes a tap. It and whole surveys do not hold each other back."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("opinion policy")
        verbose_name_plural = _("opinion policy")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="one_opinion_policy"),
            models.CheckConstraint(condition=Q(smallest_group__range=(FEWEST, 50)), name="smallest_group_hides_people"),
        ]

    def __str__(self) -> str:
        return str(_("groups of %(n)d, %(days)d days of rest") % {"n": self.smallest_group, "days": self.rest_days})

    def rest_after(self, *, is_one_question: bool) -> int:
        return self.question_rest_days if is_one_question else self.rest_days


class OpinionState(models.TextChoices):
    DRAFT = "draft", _("draft")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


class Cut(models.TextChoices):
    """The one thing by which results are shown apart. Two would cross, and what is left of one group could be told from another."""

    NONE = "", _("nothing: all together")
    COUNTRY = "country", _("country")
    TIER = "tier", _("tier")
    KIND = "kind", _("kind of partner")
    STAGE = "stage", _("lifecycle stage")


class OpinionSurveyQuerySet(models.QuerySet):
    def visible_to(self, user):
        may = user.is_authenticated and user.is_staff and user.has_perm("communications.view_opinionsurvey")
        return self if may else self.none()


class OpinionSurvey(PublicModel):
    """Draft → open → closed, for good. `version` is that of its questions which is asked now."""

    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=160)
    intro = models.TextField(_("introduction"), max_length=2000, blank=True, help_text=_("What it is for, and how long it takes."))
    segment = models.ForeignKey(
        Segment, verbose_name=_("for the people of"), null=True, on_delete=models.PROTECT, related_name="+",
        help_text=_("Those in it on the day it is opened, who can sign in."),
    )  # fmt: skip
    is_anonymous = models.BooleanField(
        _("anonymous"), default=True, help_text=_("Nobody learns who answered what. It stays as it is once the survey is open.")
    )
    cut = models.CharField(_("results apart by"), max_length=10, choices=Cut.choices, default=Cut.NONE, blank=True)
    smallest_group = models.PositiveSmallIntegerField(default=5, editable=False)
    language = models.CharField(_("language of the text"), max_length=16, default="en", db_default="en", editable=False)
    translations = models.JSONField(default=dict, db_default={}, editable=False)  # title and intro, by language
    answer_by = models.DateField(_("answer by"), null=True, blank=True, help_text=_("It closes at the end of that day."))
    state = models.CharField(_("state"), max_length=10, choices=OpinionState.choices, default=OpinionState.DRAFT, editable=False)
    version = models.PositiveSmallIntegerField(default=0, editable=False)
    is_one_question = models.BooleanField(default=False, db_default=False, editable=False)  # that takes a tap, when it was opened
    opened_at = models.DateTimeField(_("opened"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    reminded_at = models.DateTimeField(_("reminded"), null=True, editable=False)
    told_at = models.DateTimeField(_("what was done was told"), null=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = OpinionSurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("opinion survey")
        verbose_name_plural = _("opinion surveys")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(smallest_group__gte=FEWEST), name="opinion_smallest_group"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def may_be_answered(self) -> bool:
        return self.state == OpinionState.OPEN and (self.answer_by is None or self.answer_by >= timezone.localdate())


class OpinionQuestion(PublicModel):
    """As it is being written. What people are asked is the latest version, a copy."""

    class Kind(models.TextChoices):
        NPS = "nps", _("recommendation, 0 to 10 (NPS)")
        SCALE = "scale", _("scale, 1 to 5")
        CHOICE = "choice", _("one of several")
        TEXT = "text", _("free text")
        FACT = "fact", _("a fact about the organisation, kept as its claim")

    survey = models.ForeignKey(OpinionSurvey, on_delete=models.CASCADE, related_name="questions")
    order = models.PositiveSmallIntegerField(_("order"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    wording = models.CharField(_("question"), max_length=300)
    options = ArrayField(models.CharField(max_length=120), verbose_name=_("answers to choose from"), default=list, blank=True)
    data_point = models.ForeignKey(
        DataPoint, verbose_name=_("data point"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_required = models.BooleanField(_("must be answered"), default=False)
    translations = models.JSONField(default=dict, db_default={}, editable=False)  # wording and options in their order, by language

    class Meta:
        verbose_name = _("opinion question")
        verbose_name_plural = _("opinion questions")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="fact", data_point__isnull=False) | (~Q(kind="fact") & Q(data_point=None)),
                name="opinion_fact_has_a_data_point",
            )
        ]

    def __str__(self) -> str:
        return self.wording

    @property
    def key(self) -> str:
        return str(self.public_id)

    @property
    def takes_a_tap(self) -> bool:
        return self.kind in BY_TAP


BY_TAP = (OpinionQuestion.Kind.NPS, OpinionQuestion.Kind.SCALE, OpinionQuestion.Kind.CHOICE)


class OpinionVersion(models.Model):
    """The questions as they are asked, never changed: a list of objects with key, kind, wording, options, translations (of
    these two, by language), data_point, required and `since`, the version in which the question came to be asked so."""

    survey = models.ForeignKey(OpinionSurvey, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    questions = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("version of an opinion survey")
        verbose_name_plural = _("versions of opinion surveys")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="opinion_version_once")]

    def __str__(self) -> str:
        return f"{self.survey} v{self.number}"


class OpinionAsk(models.Model):
    """One person who is asked. `person` is as attention knows them, `group` what the results are cut by; whether they have
    answered is known, what they have answered is not, nor when."""

    class Mail(models.TextChoices):
        NONE = "none", _("no mail")
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("sending")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    survey = models.ForeignKey(OpinionSurvey, on_delete=models.CASCADE, related_name="asks")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    person = models.EmailField(blank=True)
    group = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    has_answered = models.BooleanField(default=False)
    mail = models.CharField(max_length=10, choices=Mail.choices, default=Mail.WAITING)
    mail_reason = models.CharField(max_length=300, blank=True)
    mail_due_at = models.DateTimeField(default=timezone.now)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("person asked")
        verbose_name_plural = _("people asked")
        constraints = [models.UniqueConstraint(fields=["survey", "contact"], name="opinion_asked_once")]
        indexes = [
            models.Index(fields=["person", "asked_at"], name="opinion_asked_lately"),
            models.Index(fields=["mail_due_at"], condition=Q(mail__in=("waiting", "sending")), name="opinion_to_mail"),
        ]

    def __str__(self) -> str:
        return f"{self.survey}: {self.person}"


class OpinionResponse(models.Model):
    """What somebody answered. Of an anonymous survey neither who nor when; the key is drawn by lot, so that no order shows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(OpinionSurvey, on_delete=models.CASCADE, related_name="responses")
    is_anonymous = models.BooleanField()
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(null=True)
    version = models.PositiveSmallIntegerField()
    group = models.CharField(max_length=200, blank=True)
    answers = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("opinion")
        verbose_name_plural = _("opinions")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_anonymous=False) | Q(contact=None, at=None), name="anonymous_opinion_names_nobody"
            )
        ]

    def __str__(self) -> str:
        return str(self.survey)


class OpinionOutcome(models.Model):
    """You said, we did."""

    survey = models.ForeignKey(OpinionSurvey, on_delete=models.CASCADE, related_name="outcomes")
    order = models.PositiveSmallIntegerField(default=0)
    said = models.CharField(_("you said"), max_length=300)
    did = models.CharField(_("we did"), max_length=500)

    class Meta:
        verbose_name = _("outcome of a survey")
        verbose_name_plural = _("outcomes of surveys")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.said
