"""Rooms in which a partner and we draft a text together: only who is named enters, and each saved text is kept."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from partners.models import Contact, Partner, Programme


class RoomQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those in which this manager is named; a role opens none."""
        if not (user.is_authenticated and user.is_staff and user.has_perm("enablement.view_room")):
            return self.none()
        return self.filter(pk__in=RoomMember.objects.filter(user=user, contact=None).values("room"))


class Room(PublicModel):
    """`text` is the latest version, whose number is `version`. Once finished nothing is written until it is opened again."""

    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(Partner, verbose_name=_("partner"), on_delete=models.CASCADE, related_name="rooms")
    title = models.CharField(_("title"), max_length=160)
    text = models.TextField(_("text"), max_length=60_000, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    last_at = models.DateTimeField(_("last change"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("drafting room")
        verbose_name_plural = _("drafting rooms")
        ordering = ["-last_at", "-pk"]

    def __str__(self) -> str:
        return self.title


class RoomMember(models.Model):
    """Somebody at the partner, who is `contact`, or one of ours, who is `user`. `seen_at` is when they last looked,
    `told_at` up to when they were told by mail; before `not_before` they are not mailed."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="members")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("person in a room")
        verbose_name_plural = _("people in rooms")
        constraints = [
            models.UniqueConstraint(fields=["room", "contact"], condition=Q(user=None), name="contact_in_room_once"),
            models.UniqueConstraint(fields=["room", "user"], condition=Q(contact=None), name="manager_in_room_once"),
            models.CheckConstraint(
                condition=Q(contact=None, user__isnull=False) | Q(contact__isnull=False, user=None), name="room_member_is_one"
            ),
        ]

    def __str__(self) -> str:
        return str(self.contact or self.user)


class Written(models.Model):
    """By one of the two sides."""

    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True

    @property
    def who(self) -> str:
        return str(self.contact or self.by or "–")


class RoomVersion(Written):
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    note = models.CharField(_("what was changed"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("version of a draft")
        verbose_name_plural = _("versions of drafts")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["room", "number"], name="draft_version_once")]

    def __str__(self) -> str:
        return f"{self.room} {self.number}"


class RoomComment(PublicModel, Written):
    """On a passage, word for word as it stood in that version, or on all of it. `replacement` makes it a suggestion: what the
    passage should say instead, until somebody accepts or declines it."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("open")
        SETTLED = "settled", _("settled")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="comments")
    version = models.PositiveIntegerField()
    quote = models.TextField(_("passage"), max_length=2000, blank=True)
    text = models.TextField(_("comment"), max_length=4000, blank=True)
    is_suggestion = models.BooleanField(default=False)
    replacement = models.TextField(_("should say"), max_length=4000, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=200, blank=True)
    reason = models.CharField(_("why"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("comment on a draft")
        verbose_name_plural = _("comments on drafts")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:80] or self.replacement[:80]


class RoomFile(PublicModel, Written):
    """What belongs to the text. Its type is what its bytes show."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(_("file"), upload_to="rooms/%Y/%m/", max_length=300)
    name = models.CharField(_("name"), max_length=200)
    media_type = models.CharField(_("type"), max_length=120)
    size = models.PositiveIntegerField(_("bytes"))

    class Meta:
        verbose_name = _("file in a room")
        verbose_name_plural = _("files in rooms")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.name
