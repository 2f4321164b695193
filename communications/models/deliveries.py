"""The delivery ledger: one row for each person and channel of an announcement, in exactly one state.

The table is partitioned by announcement and has no database-level foreign keys (see docs/decisions/): that is what
makes freezing a large audience quick. Its primary key makes freezing it twice harmless."""

from django.contrib.postgres.indexes import Index
from django.db import models
from django.db.models import Case, When, Window
from django.db.models.functions import Now, RowNumber
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communications.models.announcements import URGENT, Announcement, Channel, State
from partners.models import Partner


class DeliveryState(models.TextChoices):
    QUEUED = "queued", _("queued")
    SENDING = "sending", _("sending")
    DEFERRED = "deferred", _("deferred")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("failed")
    SUPPRESSED = "suppressed", _("suppressed")
    IN_DOUBT = "in_doubt", _("in doubt")
    CANCELLED = "cancelled", _("cancelled")


PENDING = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.DEFERRED)


class Reason(models.TextChoices):
    """Why a delivery is not (yet) delivered, where the reason is ours and not a server's words."""

    NO_ADDRESS = "no_address", _("no e-mail address")
    SAME_ADDRESS = "same_address", _("reached as a contact of another partner")
    UNSUBSCRIBED = "unsubscribed", _("does not want this topic by e-mail")
    BOUNCED = "bounced", _("the address is suppressed")
    HAD_ENOUGH = "had_enough", _("had enough for now; it waits in the portal")
    ROLLED_UP = "rolled_up", _("had enough for now; it goes into their digest, and waits in the portal")
    DIGEST_FAILED = "digest_failed", _("the digest that it was in did not arrive; it waits in the portal")
    QUIET_HOURS = "quiet_hours", _("in their quiet hours; it goes when these end")
    BEST_TIME = "best_time", _("it goes at their best time")
    WITHDRAWN = "withdrawn", _("cancelled before its digest went")
    NO_CONSENT = "no_consent", _("has not agreed to what this topic is for")
    EXPIRED = "expired", _("expired before it could be sent")
    LEFT = "left", _("no longer works there")
    NOTHING_NEW = "nothing_new", _("nothing in this newsletter is new to them")
    ACTED = "acted", _("already acted in the portal")


class DeliveryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What managers see of an announcement's deliveries: those to the partners they see."""
        if user.is_staff and user.has_perm("partners.view_all_partners") and user.has_perm("communications.view_announcement"):
            return self
        return self.filter(announcement__in=Announcement.objects.visible_to(user), partner__in=Partner.objects.visible_to(user))

    def pending(self):
        return self.filter(state__in=PENDING)


class Delivery(models.Model):
    pk = models.CompositePrimaryKey("announcement_id", "contact_id", "channel")
    announcement = models.ForeignKey(Announcement, on_delete=models.DO_NOTHING, db_constraint=False, related_name="deliveries")
    contact = models.ForeignKey(
        "partners.Contact", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="deliveries"
    )
    channel = models.CharField(max_length=20, choices=Channel.choices)
    partner = models.ForeignKey(
        "partners.Partner", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    address = models.CharField(max_length=254, blank=True)
    state = models.CharField(max_length=12, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    reason = models.CharField(max_length=300, blank=True)
    chunk = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    variant = models.CharField(max_length=1, default="", db_default="")  # drawn for the test; the rest gets the winner

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        managed = True
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [
            Index(fields=["announcement"], name="delivery_in_doubt", condition=models.Q(state="in_doubt")),
            Index(fields=["contact", "channel", "state"], name="delivery_of_contact"),
            Index(fields=["announcement", "channel", "chunk", "state"], name="delivery_of_chunk"),
            Index(
                fields=["address", "settled_at"], name="delivery_to_address", condition=models.Q(state="delivered", channel="email")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id}/{self.contact_id}/{self.channel}: {self.state}"

    @property
    def is_sending(self) -> bool:
        return self.state == DeliveryState.SENDING


class DeliveryChunkQuerySet(models.QuerySet):
    def to_take(self):
        """Free and due, and their announcement is being sent."""
        return self.filter(lease=None, done_at=None, due_at__lte=timezone.now(), announcement__state=State.SENDING)

    def in_turn(self):
        """Ids, urgent ones first, then one of each announcement after the other."""
        nth = Window(RowNumber(), partition_by="announcement_id", order_by=("number", "pk"))
        is_urgent = Case(When(announcement__kind__in=URGENT, then=0), default=1, output_field=models.IntegerField())
        return self.annotate(nth=nth, urgency=is_urgent).order_by("urgency", "nth", "pk").values_list("pk", flat=True)

    def urgent(self):
        return self.filter(announcement__kind__in=URGENT)


class DeliveryChunk(models.Model):
    """About a thousand deliveries of one channel, worked by one task at a time: whoever holds the lease."""

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="chunks")
    channel = models.CharField(max_length=20, choices=Channel.choices)
    number = models.PositiveIntegerField()
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=timezone.now, db_default=Now())  # what is deferred is given up days after this
    due_at = models.DateTimeField(default=timezone.now)
    handed_out_at = models.DateTimeField(null=True)  # and not taken yet
    done_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0, db_default=0)  # in a row

    objects = DeliveryChunkQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery chunk")
        verbose_name_plural = _("delivery chunks")
        constraints = [models.UniqueConstraint(fields=["announcement", "channel", "number"], name="chunk_once")]
        indexes = [Index(fields=["due_at"], name="chunk_open", condition=models.Q(done_at=None))]

    def __str__(self) -> str:
        return f"{self.announcement_id}/{self.channel}/{self.number}"
