"""Addresses that are mailed no more, and what became known of mails after a server had taken them."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communications.models.announcements import Announcement


class Suppression(models.Model):
    """An address that must not be mailed, and why. `address` is in small letters."""

    class Source(models.TextChoices):
        BOUNCE = "bounce", _("refused by its server")
        SOFT = "soft", _("came back too often")
        COMPLAINT = "complaint", _("called our mail unwanted")
        PROVIDER = "provider", _("refused by the mail provider")
        BY_HAND = "by_hand", _("by hand")

    address = models.EmailField(_("address"), unique=True)
    reason = models.CharField(_("reason"), max_length=300)
    source = models.CharField(
        _("source"), max_length=12, choices=Source.choices, default=Source.BOUNCE, db_default=Source.BOUNCE.value
    )
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        ordering = ["-since"]
        indexes = [GinIndex(fields=["address"], name="suppression_address_trigram", opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return self.address


class ReturnedMail(models.Model):
    """What was said about a mail after a server had taken it, once for each kind: the same report again changes nothing.
    `sent_at` is when the server took it. It is about a delivery, or about the `notice` of that name, such as “digest.7”. No
    database-level foreign keys, like the delivery."""

    class Kind(models.TextChoices):
        HARD = "hard", _("nobody lives there")
        SOFT = "soft", _("could not be delivered this time")
        COMPLAINT = "complaint", _("called unwanted")
        UNSUBSCRIBED = "unsubscribed", _("unsubscribed at the mail provider")

    announcement = models.ForeignKey(
        Announcement, null=True, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    contact = models.ForeignKey(
        "partners.Contact", null=True, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    notice = models.CharField(max_length=40, blank=True, default="", db_default="")
    address = models.EmailField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    sent_at = models.DateTimeField()
    noted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("returned mail")
        verbose_name_plural = _("returned mails")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["announcement", "contact", "kind"], name="returned_once"),
            models.UniqueConstraint(fields=["notice", "kind"], condition=~models.Q(notice=""), name="notice_returned_once"),
            models.CheckConstraint(
                condition=models.Q(notice="", announcement__isnull=False, contact__isnull=False)
                | ~models.Q(notice="") & models.Q(announcement=None, contact=None),
                name="returned_is_about_one_mail",
            ),
        ]
        indexes = [models.Index(fields=["address", "sent_at"], name="returned_from_address", condition=models.Q(kind="soft"))]

    def __str__(self) -> str:
        return f"{self.notice or f'{self.announcement_id}/{self.contact_id}'}: {self.kind}"


class MailboxTrouble(models.Model):
    """Why the mailbox of what comes back cannot be read: one row, there only while it is so."""

    since = models.DateTimeField(default=timezone.now)
    said = models.CharField(max_length=200)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.said
