"""An announcement and its life: draft → submitted → approved → scheduled → sending → sent."""

from copy import copy

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from communications.attention.priorities import Priority, priority_of
from communications.models.freshness import Kept
from communications.models.topics import Topic
from communications.models.translations import TRANSLATED, Translated, best_language
from communications.rendering.merge_fields import with_labels
from communications.rendering.statement_marks import tell
from context.models import Segment
from partners.models import Contact, Programme, Stage


class Kind(models.TextChoices):
    PRODUCT_UPDATE = "product_update", _("Product update")
    SALES_PLAY = "sales_play", _("Sales play")
    TRAINING = "training", _("Training")
    COLLATERAL = "collateral", _("Marketing collateral")
    POLICY = "policy", _("Policy or programme change")
    PRICE_LIST = "price_list", _("Price list")
    PLANNED_CHANGE = "planned_change", _("Planned change")
    SECURITY_ADVISORY = "security_advisory", _("Security advisory")
    EVENT = "event", _("Event")
    INCENTIVE = "incentive", _("Incentive")
    NEWSLETTER = "newsletter", _("Newsletter")
    CRISIS = "crisis", _("Crisis")


# These overtake whatever else is being sent.
URGENT = (Kind.CRISIS, Kind.SECURITY_ADVISORY)


class Channel(models.TextChoices):
    PORTAL = "portal", _("Portal")
    EMAIL = "email", _("E-mail")
    WEBHOOK = "webhook", _("Chat and webhooks")


class Variant(models.TextChoices):
    A = "a", _("A")
    B = "b", _("B")


class Measure(models.TextChoices):
    """What a test of two variants counts: always of people, never of suspected machines."""

    CLICKED = "clicked", _("people who follow a link")
    OPENED = "opened", _("people who open the mail")


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("waiting for approval")
    APPROVED = "approved", _("approved")
    SCHEDULED = "scheduled", _("scheduled")
    SENDING = "sending", _("sending")
    PAUSED = "paused", _("paused")
    SENT = "sent", _("sent")
    CANCELLED = "cancelled", _("cancelled")


# The whole life in one table. A paused announcement goes back to where it was: scheduled while its audience is
# not frozen yet, sending after that.
MAY_BECOME: dict[State, tuple[State, ...]] = {
    State.DRAFT: (State.SUBMITTED, State.CANCELLED),
    State.SUBMITTED: (State.APPROVED, State.DRAFT, State.CANCELLED),
    State.APPROVED: (State.SCHEDULED, State.DRAFT, State.CANCELLED),
    State.SCHEDULED: (State.SENDING, State.PAUSED, State.APPROVED, State.CANCELLED),
    State.SENDING: (State.SENT, State.PAUSED, State.CANCELLED),
    State.PAUSED: (State.SCHEDULED, State.SENDING, State.CANCELLED),
    State.SENT: (State.SENDING,),  # somebody joined later, or a person decided to resend what was in doubt
    State.CANCELLED: (),
}


def all_channels() -> list[str]:
    return [Channel.PORTAL.value, Channel.EMAIL.value]


class AnnouncementQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What managers may work with. What a partner's person may read goes by delivery, see `delivered_to`."""
        return (
            self if user.is_authenticated and user.is_staff and user.has_perm("communications.view_announcement") else self.none()
        )

    def delivered_to(self, contact: Contact):
        """What has reached this contact in the portal and has not expired."""
        from communications.models.deliveries import Delivery, DeliveryState

        rows = Delivery.objects.filter(contact_id=contact.pk, channel=Channel.PORTAL, state=DeliveryState.DELIVERED)
        return self.filter(pk__in=rows.values("announcement_id")).exclude(expires_at__lte=timezone.now())

    def with_rows(self):
        """Whose deliveries are here to be counted: frozen, and not archived."""
        return self.exclude(frozen_at=None).filter(archived_report=None)

    def due(self):
        return self.filter(state=State.SCHEDULED, send_at__lte=timezone.now())

    def real(self):
        """Without what was said in drills, which nobody has heard as news."""
        return self.exclude(crisis_message__crisis__is_drill=True)

    def open_to_newcomers(self):
        """Gone out, and still for whoever enters the segment. A paused one waits until it is resumed."""
        under_way = self.filter(stays_open=True, by_journey=False, state__in=(State.SENDING, State.SENT), frozen_at__isnull=False)
        return under_way.filter(expires_at__gt=timezone.now())


class Worded(Translated):
    """What an announcement and a version of it may have besides their words: translations, and variant B with its trial."""

    variant_title = models.CharField(
        _("title of variant B"), max_length=200, blank=True, default="", db_default="", help_text=_("Empty: the same title.")
    )
    variant_body = models.TextField(
        _("text of variant B"), blank=True, default="", db_default="", help_text=_("Empty: the same text.")
    )
    test_percent = models.PositiveSmallIntegerField(
        _("percent of the audience that try them"), default=20, db_default=20, help_text=_("Half of them get A, half B.")
    )
    test_hours = models.PositiveSmallIntegerField(
        _("hours until it is decided"), default=4, db_default=4, help_text=_("Then the rest gets the better one.")
    )
    test_by = models.CharField(
        _("better is"), max_length=12, choices=Measure.choices, default=Measure.CLICKED, db_default="clicked"
    )

    class Meta:
        abstract = True

    @property
    def has_variant(self) -> bool:
        return bool(self.variant_title or self.variant_body)


class Purposeful(models.Model):
    """What an announcement, and a version of it, is for."""

    objective = models.ForeignKey(
        "communications.Objective", verbose_name=_("objective"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="%(class)ss",
    )  # fmt: skip
    theme = models.ForeignKey(
        "communications.Theme", verbose_name=_("theme"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="%(class)ss",
    )  # fmt: skip
    wanted_action = models.CharField(
        _("wanted action"), max_length=120, blank=True, default="", db_default="",
        help_text=_("What readers should do, such as “book the exam”. For us; readers see “who must act”."),
    )  # fmt: skip
    stages = ArrayField(
        models.CharField(max_length=20, choices=Stage.choices), verbose_name=_("lifecycle stages it serves"), default=list,
        blank=True, db_default=[],
    )  # fmt: skip

    class Meta:
        abstract = True

    @property
    def stage_names(self) -> str:
        return ", ".join(str(Stage(stage).label) for stage in self.stages)


class Announcement(Purposeful, Worded, Kept, PublicModel):
    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="announcements")
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), help_text=_("Markdown, with merge fields such as {{ contact.name }}."))
    kind = models.CharField(_("kind"), max_length=30, choices=Kind.choices, default=Kind.PRODUCT_UPDATE)
    segment = models.ForeignKey(Segment, verbose_name=_("segment"), on_delete=models.PROTECT, related_name="announcements")
    channels = ArrayField(
        models.CharField(max_length=20, choices=Channel.choices), verbose_name=_("channels"), default=all_channels
    )
    topic = models.ForeignKey(Topic, verbose_name=_("topic"), on_delete=models.PROTECT, related_name="announcements")
    requires_acknowledgement = models.BooleanField(_("asks for acknowledgement"), default=False)
    acknowledge_by = models.DateField(_("acknowledge by"), null=True, blank=True)
    call_to_action = models.CharField(
        _("who must act, and by when"), max_length=200, blank=True, help_text=_("One line above the text.")
    )
    priority = models.CharField(
        _("priority"), max_length=12, choices=Priority.choices, blank=True, default="", db_default="",
        help_text=_("Empty: what its kind stands for. Where somebody has had enough, the more important goes first."),
    )  # fmt: skip
    best_time_hours = models.PositiveSmallIntegerField(
        _("at each person's best time, within hours"), null=True, blank=True, validators=[MaxValueValidator(48)],
        help_text=_("Empty: to everybody at once."),
    )  # fmt: skip
    by_journey = models.BooleanField(
        _("by journeys only"), default=False, db_default=False,
        help_text=_("Nobody gets it when it is sent; whoever comes to it in a journey does, of its segment."),
    )  # fmt: skip
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), null=True, on_delete=models.SET_NULL, related_name="announcements"
    )
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.DRAFT, editable=False)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    approved_version = models.PositiveIntegerField(_("approved version"), null=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    send_at = models.DateTimeField(_("sent from"), null=True, blank=True, editable=False)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, editable=False)
    planned_on = models.DateField(
        _("planned for"), null=True, blank=True, help_text=_("A day on the calendar. It is proposed when it is scheduled.")
    )
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    stays_open = models.BooleanField(
        _("also for those who join later"), default=False, db_default=False,
        help_text=_("Until it expires, whoever enters the segment gets it, too."),
    )  # fmt: skip
    frozen_at = models.DateTimeField(_("audience frozen"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)
    writers = ArrayField(models.BigIntegerField(), default=list, db_default=[], editable=False)  # the ids of all who changed it
    winner = models.CharField(
        _("variant that the rest gets"), max_length=1, choices=Variant.choices, blank=True, default="", db_default="",
        editable=False,
    )  # fmt: skip
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-created_at", "-pk"]
        permissions = [
            ("approve_announcement", "Can approve announcements"),
            ("send_announcement", "Can schedule, pause, resume and cancel announcements"),
        ]
        indexes = [
            models.Index(fields=["state", "send_at"], name="announcement_due"),
            models.Index(fields=["review_on"], name="announcement_review", condition=models.Q(review_on__isnull=False)),
            models.Index(fields=["planned_on"], name="announcement_planned", condition=models.Q(planned_on__isnull=False)),
            models.Index(fields=["send_at"], name="announcement_sent_from", condition=models.Q(send_at__isnull=False)),
        ]

        triggers = [
            pgtrigger.Trigger(
                name="approved_by_somebody",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state=State.SUBMITTED, new__state=State.APPROVED),
                func="""
                    IF NOT EXISTS (SELECT 1 FROM communications_approval AS approval
                                   WHERE approval.announcement_id = NEW.id AND approval.version = NEW.approved_version) THEN
                        RAISE EXCEPTION 'an announcement is approved by somebody' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return with_labels(self.title)

    @property
    def weight(self) -> Priority:
        """How important it is: as its author said, else by its kind."""
        return priority_of(self.kind, self.priority)

    @property
    def is_critical(self) -> bool:
        return self.weight == Priority.CRITICAL

    @property
    def is_editable(self) -> bool:
        return self.state in (State.DRAFT, State.SUBMITTED, State.APPROVED)

    @property
    def is_live(self) -> bool:
        return self.state in (State.SENDING, State.SENT)

    def may_become(self, state: State) -> bool:
        return state in MAY_BECOME[State(self.state)]


class AnnouncementVersion(Purposeful, Worded):
    """What was submitted, word for word: this is what is approved and what is sent."""

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"))
    kind = models.CharField(max_length=30, choices=Kind.choices)
    channels = ArrayField(models.CharField(max_length=20, choices=Channel.choices))
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    requires_acknowledgement = models.BooleanField(default=False)
    acknowledge_by = models.DateField(null=True, blank=True)
    call_to_action = models.CharField(max_length=200, blank=True)
    stays_open = models.BooleanField(default=False, db_default=False)
    by_journey = models.BooleanField(default=False, db_default=False)
    segment_name = models.CharField(max_length=200)
    rule = models.JSONField()
    contact_rule = models.JSONField()
    links = ArrayField(models.CharField(max_length=2000), default=list)
    variant_links_from = models.PositiveSmallIntegerField(default=0, db_default=0)  # those of variant B's own text come after A's
    translation_links_from = models.JSONField(default=dict, db_default={})  # by language, as above
    writers = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    asks_another = models.BooleanField(default=True, db_default=True)  # by the policy: none of its writers may approve it
    approve_by = models.DateTimeField(_("to be approved by"), null=True)
    why = models.JSONField(default=list, db_default=[])
    stated = models.JSONField(default=dict, db_default={})  # the values of its statements when it was submitted, by their keys
    why_words = ""  # what may be said of it now, for whoever renders it
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    submitted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("announcement version")
        verbose_name_plural = _("announcement versions")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["announcement", "number"], name="announcement_version_once")]

    def __str__(self) -> str:
        return f"{with_labels(self.title)} v{self.number}"

    first_link = 0  # the number, among `links`, of the first one in this text
    missed_by = ""  # the language of whoever reads it though it is not in their language

    def in_language(self, language: str) -> "AnnouncementVersion":
        """The words for whoever reads this language: all of them in one, never mixed, with the values that they state as its reader
        writes them. Where there are none it is the text itself, which says so."""
        words = self._words_for(language)
        is_own = words.language.partition("-")[0] == language.partition("-")[0]
        return tell(words, language if is_own else words.language)

    def _words_for(self, language: str) -> "AnnouncementVersion":
        best = best_language(language, self.language, self.translations)
        if best == self.language:
            return self
        other = copy(self)
        if best is None:
            other.missed_by = language
            return other
        words = self.translations[best]
        for name in TRANSLATED:
            setattr(other, name, words.get(name, ""))
        other.details = self.details | words.get("details", {})
        other.language, other.first_link = best, self.translation_links_from.get(best, 0)
        return other

    def as_variant(self, variant: str) -> "AnnouncementVersion":
        """The words that people of this variant read; A's are the version's own."""
        if variant != Variant.B or not self.has_variant:
            return self
        other = copy(self)
        other.title = self.variant_title or self.title
        if self.variant_body:
            other.body, other.first_link = self.variant_body, self.variant_links_from
        return other


class AnnouncementTransition(models.Model):
    """Who moved an announcement from one state to another, when and why."""

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="transitions")
    from_state = models.CharField(max_length=20, choices=State.choices)
    to_state = models.CharField(max_length=20, choices=State.choices)
    version = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("transition")
        verbose_name_plural = _("transitions")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class Attachment(PublicModel):
    """An image or a file of an announcement. Written in the text as `![what it shows](image-name)` or `[label](file-name)`."""

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="attachments")
    file = models.FileField(_("file"), upload_to="attachments/%Y/%m/")
    name = models.CharField(_("name"), max_length=120)
    content_type = models.CharField(max_length=100, editable=False)
    size = models.PositiveIntegerField(_("bytes"), editable=False)
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["announcement", "name"], name="attachment_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")
