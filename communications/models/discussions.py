"""Discussions: in a forum, or on an announcement among those who got it. Who moderates hides, and nothing is ever lost."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from communications.models.announcements import Announcement
from communications.models.forums import Forum, Names
from communications.models.questions import Question
from partners.models import Contact, Partner


class DiscussionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Managers: forums are the programme's, so whoever may read discussions reads all of them."""
        if not (user.is_authenticated and user.is_staff and user.has_perm("communications.view_discussion")):
            return self.none()
        return self.filter(Q(forum__isnull=False) | Q(announcement__in=Announcement.objects.visible_to(user)))

    def unanswered(self):
        """Begun by a partner, with nothing accepted and not a word from us."""
        ours = Post.objects.filter(discussion=models.OuterRef("pk"), contact=None)
        return self.filter(contact__isnull=False, accepted=None, is_hidden=False).exclude(models.Exists(ours))

    def reported(self):
        open_ones = PostReport.objects.filter(post__discussion=models.OuterRef("pk"), settled_at=None)
        return self.filter(models.Exists(open_ones))


class Discussion(PublicModel):
    """`question` is the one it was published from. `is_hidden` while its first post is."""

    forum = models.ForeignKey(Forum, null=True, blank=True, on_delete=models.PROTECT, related_name="discussions")
    announcement = models.ForeignKey(Announcement, null=True, blank=True, on_delete=models.CASCADE, related_name="discussions")
    question = models.OneToOneField(Question, null=True, blank=True, on_delete=models.SET_NULL, related_name="discussion")
    title = models.CharField(_("title"), max_length=160)
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    opened_at = models.DateTimeField(_("begun"), default=timezone.now)
    last_at = models.DateTimeField(_("last post"), default=timezone.now)
    locked_at = models.DateTimeField(_("locked"), null=True, blank=True)
    is_hidden = models.BooleanField(_("hidden"), default=False)
    accepted = models.ForeignKey("Post", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = DiscussionQuerySet.as_manager()

    class Meta:
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")
        ordering = ["-last_at", "-pk"]
        indexes = [
            models.Index(fields=["forum", "-last_at"], name="discussion_of_forum"),
            models.Index(fields=["announcement", "-last_at"], name="discussion_of_announcement"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(forum=None, announcement__isnull=False) | Q(forum__isnull=False, announcement=None),
                name="discussion_is_somewhere",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def programme(self):
        return self.forum.programme if self.forum else self.announcement.programme

    @property
    def place(self) -> str:
        return str(self.forum or self.announcement)

    @property
    def takes_posts(self) -> bool:
        return self.locked_at is None and not self.is_hidden and (self.forum is None or self.forum.is_open)


class PostQuerySet(models.QuerySet):
    def shown(self):
        return self.filter(hidden_at=None, taken_back_at=None)


class Post(PublicModel):
    """By somebody of a partner, else by one of ours. `names` is what others may learn of the writer: it was promised when they
    wrote, and is never widened."""

    discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="posts")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    partner = models.ForeignKey(Partner, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    names = models.CharField(max_length=20, choices=Names.choices, default=Names.NOBODY)
    text = models.TextField(_("text"), max_length=8000)
    at = models.DateTimeField(_("written"), default=timezone.now)
    hidden_at = models.DateTimeField(_("hidden"), null=True, blank=True)
    hidden_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    hidden_reason = models.CharField(_("why"), max_length=300, blank=True)
    taken_back_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def is_shown(self) -> bool:
        return self.hidden_at is None and self.taken_back_at is None


class PostReport(models.Model):
    """A person says that a post should not be there; a manager settles it."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reports")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("report of a post")
        verbose_name_plural = _("reports of posts")
        constraints = [models.UniqueConstraint(fields=["post", "contact"], name="post_reported_once_by_a_person")]

    def __str__(self) -> str:
        return self.reason


class Follow(models.Model):
    """A forum or a discussion that somebody wants to hear of. `told_at` is up to when they have been told; before `not_before` they
    are not mailed."""

    class When(models.TextChoices):
        SOON = "soon", _("soon")
        DIGEST = "digest", _("with my digest")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    forum = models.ForeignKey(Forum, null=True, blank=True, on_delete=models.CASCADE, related_name="follows")
    discussion = models.ForeignKey(Discussion, null=True, blank=True, on_delete=models.CASCADE, related_name="follows")
    when = models.CharField(_("mailed"), max_length=10, choices=When.choices, default=When.SOON)
    told_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            models.UniqueConstraint(fields=["contact", "forum"], condition=Q(discussion=None), name="forum_followed_once"),
            models.UniqueConstraint(fields=["contact", "discussion"], condition=Q(forum=None), name="discussion_followed_once"),
            models.CheckConstraint(
                condition=Q(forum=None, discussion__isnull=False) | Q(forum__isnull=False, discussion=None),
                name="follow_is_of_one",
            ),
        ]

    def __str__(self) -> str:
        return str(self.forum or self.discussion)


class DiscussionMail(models.Model):
    """One mail about what is new where somebody follows. Committed as sending before it is handed over, so it never goes twice."""

    class State(models.TextChoices):
        SENDING = "sending", _("sending")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    address = models.EmailField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENDING)
    reason = models.CharField(max_length=300, blank=True)
    posts = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("mail about discussions")
        verbose_name_plural = _("mails about discussions")
        indexes = [
            models.Index(fields=["at"], condition=Q(state="sending"), name="discussion_mail_open"),
            models.Index(fields=["address", "at"], condition=Q(state="sent"), name="discussion_mail_to_address"),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.get_state_display()}"
