"""Addresses under which calendar programs read what is planned: made, shown once, revoked."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Refused
from communications.models import CalendarFeed
from partners.models import Contact

FEEDS_AT_MOST = 5
NOTED_EVERY = timedelta(hours=1)  # programs ask every few minutes; that one does is all that is to be known


def digest_of(token: str) -> str:
    """SHA-256 is enough: the token has 256 random bits, so there is nothing to guess slowly."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def open_feed(*, by: User, contact: Contact | None = None) -> tuple[CalendarFeed, str]:
    """One for the manager, or for the person they are at a partner. Returns it with its token, which is not kept."""
    if contact is not None:
        Contact.objects.select_for_update().get(pk=contact.pk)
    else:
        User.objects.select_for_update().get(pk=by.pk)
    if feeds_of(by, contact).count() >= FEEDS_AT_MOST:
        sentence = _("You have %(n)d addresses already. Revoke one that you no longer use.")
        raise Refused(sentence % {"n": FEEDS_AT_MOST}, code="too_many")
    token = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.create(user=None if contact else by, contact=contact, digest=digest_of(token))
    partner_id = contact.partner_id if contact else None
    record_activity("calendar_feed.opened", "A calendar address was made", by=by, partner_id=partner_id, subject=feed)
    return feed, token


@transaction.atomic
def revoke_feed(feed: CalendarFeed, *, by: User) -> None:
    """From now on its address answers as if there had never been one. Done twice, nothing more happens."""
    if CalendarFeed.objects.live().filter(pk=feed.pk).update(revoked_at=timezone.now()):
        partner_id = feed.contact.partner_id if feed.contact else None
        record_activity("calendar_feed.revoked", "A calendar address was revoked", by=by, partner_id=partner_id, subject=feed)


def feeds_of(user: User, contact: Contact | None = None):
    rows = CalendarFeed.objects.live()
    return rows.filter(contact=contact) if contact else rows.filter(user=user)


def feed_of_token(token: str) -> CalendarFeed | None:
    """The live feed whose address this is, of somebody who may still look; that it was read is noted once an hour."""
    rows = CalendarFeed.objects.live().select_related("user", "contact__partner", "contact__user")
    feed = rows.filter(digest=digest_of(token)).first()
    if feed is None or not _may_still(feed):
        return None
    now = timezone.now()
    if feed.read_at is None or feed.read_at < now - NOTED_EVERY:
        CalendarFeed.objects.filter(pk=feed.pk).update(read_at=now)
    return feed


def _may_still(feed: CalendarFeed) -> bool:
    if feed.user is not None:
        return feed.user.is_active and feed.user.is_staff
    contact = feed.contact
    return contact.left_on is None and contact.user is not None and contact.user.is_active
