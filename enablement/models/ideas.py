"""Ideas of partners, with what proves that they are needed; what is answered, and until when an answer is promised."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from communications.models import Names
from context.models import Segment
from partners.models import Contact, Partner, Programme


class IdeaStatus(models.TextChoices):
    NEW = "new", _("new")
    REVIEW = "review", _("under review")
    PLANNED = "planned", _("planned")
    PROGRESS = "progress", _("in progress")
    SHIPPED = "shipped", _("shipped")
    DECLINED = "declined", _("declined")


# Every step that there is; a settled idea may be taken up again.
IDEA_MAY_BECOME = {
    IdeaStatus.NEW: (IdeaStatus.REVIEW, IdeaStatus.PLANNED, IdeaStatus.DECLINED),
    IdeaStatus.REVIEW: (IdeaStatus.PLANNED, IdeaStatus.PROGRESS, IdeaStatus.DECLINED),
    IdeaStatus.PLANNED: (IdeaStatus.PROGRESS, IdeaStatus.REVIEW, IdeaStatus.DECLINED),
    IdeaStatus.PROGRESS: (IdeaStatus.SHIPPED, IdeaStatus.PLANNED, IdeaStatus.DECLINED),
    IdeaStatus.SHIPPED: (),
    IdeaStatus.DECLINED: (IdeaStatus.REVIEW,),
}
SETTLED = (IdeaStatus.SHIPPED, IdeaStatus.DECLINED)

_DAYS = [MinValueValidator(1), MaxValueValidator(730)]


class IdeaPolicy(models.Model):
    """One row for each programme; one without works with what stands here."""

    programme = models.OneToOneField(Programme, verbose_name=_("programme"), on_delete=models.CASCADE, related_name="+")
    votes = models.PositiveSmallIntegerField(
        _("votes at once"), default=10, validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("How many ideas one person may back at the same time. A vote comes back once its idea is settled."),
    )  # fmt: skip
    days_new = models.PositiveSmallIntegerField(_("days until a new idea is looked at"), default=7, validators=_DAYS)
    days_review = models.PositiveSmallIntegerField(_("days for a review"), default=30, validators=_DAYS)
    days_planned = models.PositiveSmallIntegerField(_("days until what is planned begins"), default=120, validators=_DAYS)
    days_progress = models.PositiveSmallIntegerField(_("days until what was begun is there"), default=120, validators=_DAYS)

    class Meta:
        verbose_name = _("policy for ideas")
        verbose_name_plural = _("policies for ideas")

    def __str__(self) -> str:
        return str(self.programme)

    def days_for(self, status: str) -> int | None:
        """None where nothing more is promised."""
        return None if status in SETTLED else getattr(self, f"days_{status}")


class IdeaQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Managers: ideas are the programme's, so whoever may read ideas reads all of them."""
        return self if user.is_authenticated and user.is_staff and user.has_perm("enablement.view_idea") else self.none()

    def open(self):
        return self.filter(merged_into=None, hidden_at=None).exclude(status__in=SETTLED)

    def late(self):
        return self.open().filter(promised_by__lt=timezone.now())

    def reported(self):
        reports = IdeaReport.objects.filter(settled_at=None)
        here = Q(idea=models.OuterRef("pk")) | Q(post__idea=models.OuterRef("pk"))
        return self.filter(models.Exists(reports.filter(here)))


class Idea(PublicModel):
    """By somebody of a partner, else by one of ours. `names` is what others may learn of who proposed it while it is open;
    `may_be_named` is their consent to be named once it is shipped. `votes` counts its rows, under the lock of this one."""

    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="ideas")
    segment = models.ForeignKey(
        Segment, verbose_name=_("for the people of"), null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text=_("Asked anew each time somebody looks. Empty: everybody in the programme."),
    )  # fmt: skip
    title = models.CharField(_("title"), max_length=160)
    problem = models.TextField(_("problem"), max_length=4000)
    proposal = models.TextField(_("proposal"), max_length=4000)
    hurt = models.TextField(_("who is hurt, and how much"), max_length=2000, blank=True)
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    partner = models.ForeignKey(Partner, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    names = models.CharField(max_length=20, choices=Names.choices, default=Names.NOBODY)
    may_be_named = models.BooleanField(_("named when it is shipped"), default=False)
    status = models.CharField(_("status"), max_length=20, choices=IdeaStatus.choices, default=IdeaStatus.NEW)
    status_at = models.DateTimeField(_("in this status since"), default=timezone.now)
    promised_by = models.DateTimeField(_("next word promised by"), null=True, blank=True)
    late_told_at = models.DateTimeField(null=True, blank=True, editable=False)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("in whose hands"), null=True, blank=True, on_delete=models.SET_NULL,
        related_name="ideas",
    )  # fmt: skip
    merged_into = models.ForeignKey(
        "self", verbose_name=_("merged into"), null=True, blank=True, on_delete=models.PROTECT, related_name="doubles"
    )
    votes = models.PositiveIntegerField(_("votes"), default=0)
    proposed_at = models.DateTimeField(_("proposed"), default=timezone.now)
    hidden_at = models.DateTimeField(_("hidden"), null=True, blank=True)
    hidden_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    hidden_reason = models.CharField(_("why"), max_length=300, blank=True)

    objects = IdeaQuerySet.as_manager()

    class Meta:
        verbose_name = _("idea")
        verbose_name_plural = _("ideas")
        ordering = ["-proposed_at", "-pk"]
        indexes = [
            models.Index(fields=["programme", "status", "-votes"], name="idea_on_board"),
            models.Index(fields=["promised_by"], condition=Q(promised_by__isnull=False, late_told_at=None), name="idea_promised"),
            GinIndex(SearchVector("title", "problem", "proposal", config="english"), name="idea_words"),
            GinIndex(fields=["title"], name="idea_title_trigram", opclasses=["gin_trgm_ops"]),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(merged_into=models.F("id")), name="idea_is_no_double_of_itself"),
            models.CheckConstraint(condition=~Q(status="declined") | ~Q(reason=""), name="declined_idea_has_a_reason"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_settled(self) -> bool:
        return self.status in SETTLED

    @property
    def is_late(self) -> bool:
        return self.takes_votes and self.promised_by is not None and self.promised_by < timezone.now()

    @property
    def takes_votes(self) -> bool:
        return not self.is_settled and self.merged_into_id is None and self.hidden_at is None


class IdeaMove(models.Model):
    """A step of an idea, as those who follow it are told."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="moves")
    status = models.CharField(max_length=20, choices=IdeaStatus.choices)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("step of an idea")
        verbose_name_plural = _("steps of ideas")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.get_status_display()


class IdeaPostQuerySet(models.QuerySet):
    def shown(self):
        return self.filter(hidden_at=None, taken_back_at=None)


class IdeaPost(PublicModel):
    """What is added to an idea: a word of ours or of a partner, or evidence, which is a figure, a file or both. Whoever gave
    evidence is named when the idea is shipped, if they agree."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="posts")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    partner = models.ForeignKey(Partner, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    names = models.CharField(max_length=20, choices=Names.choices, default=Names.NOBODY)
    text = models.TextField(_("text"), max_length=4000, blank=True)
    is_evidence = models.BooleanField(_("evidence"), default=False)
    may_be_named = models.BooleanField(default=False)
    file = models.FileField(_("file"), upload_to="ideas/%Y/%m/", max_length=300, blank=True)
    file_name = models.CharField(_("name"), max_length=200, blank=True)
    media_type = models.CharField(_("type"), max_length=120, blank=True)
    size = models.PositiveIntegerField(_("bytes"), default=0)
    at = models.DateTimeField(_("written"), default=timezone.now)
    hidden_at = models.DateTimeField(_("hidden"), null=True, blank=True)
    hidden_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    hidden_reason = models.CharField(_("why"), max_length=300, blank=True)
    taken_back_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = IdeaPostQuerySet.as_manager()

    class Meta:
        verbose_name = _("word on an idea")
        verbose_name_plural = _("words on ideas")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:80] or self.file_name

    @property
    def is_shown(self) -> bool:
        return self.hidden_at is None and self.taken_back_at is None


class IdeaReport(models.Model):
    """A person says that an idea, or a word on one, should not be there; a manager settles it."""

    idea = models.ForeignKey(Idea, null=True, blank=True, on_delete=models.CASCADE, related_name="reports")
    post = models.ForeignKey(IdeaPost, null=True, blank=True, on_delete=models.CASCADE, related_name="reports")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("report of an idea")
        verbose_name_plural = _("reports of ideas")
        constraints = [
            models.UniqueConstraint(fields=["idea", "contact"], condition=Q(post=None), name="idea_reported_once_by_a_person"),
            models.UniqueConstraint(fields=["post", "contact"], condition=Q(idea=None), name="idea_post_reported_once"),
            models.CheckConstraint(
                condition=Q(idea=None, post__isnull=False) | Q(idea__isnull=False, post=None), name="idea_report_is_of_one"
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class IdeaFollow(models.Model):
    """Whoever proposed, backed or proved an idea hears of it. `told_at` is up to when; before `not_before` they are not mailed."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="follows")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    told_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("follower of an idea")
        verbose_name_plural = _("followers of ideas")
        constraints = [models.UniqueConstraint(fields=["idea", "contact"], name="idea_followed_once")]

    def __str__(self) -> str:
        return str(self.idea)
