"""Digests and reminders that come back: each says so, and they count in the same row as announcements."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from activity.notice_names import NoticeName, read_notice_name
from communications.actions.bounces import StillBeingSentError, take_bounce
from communications.actions.digests import send_due_digests
from communications.models import (
    AttentionPolicy,
    Delivery,
    Digest,
    DigestItem,
    ReadingReminder,
    Reminder,
    ReturnedMail,
    Suppression,
)
from tests import bounce_story
from tests.announcement_story import draft, send
from tests.test_bounces import standard

pytestmark = pytest.mark.django_db
FULL = {"status": "5.2.2", "said": "552 5.2.2 Mailbox full"}


@pytest.fixture(autouse=True)
def _four_in_a_row(settings):
    settings.MAIL_SOFT_BOUNCES = 4


def ago(days: float):
    return timezone.now() - timedelta(days=days)


def digest(contact, *, days_ago: float, state="delivered") -> NoticeName:
    row = Digest.objects.create(
        person=contact.email, contact=contact, address=contact.email, state=state, due_at=ago(days_ago), sent_at=ago(days_ago)
    )
    return NoticeName("digest", row.pk)


def reminder(contact, *, days_ago: float, state="delivered") -> NoticeName:
    row = Reminder.objects.create(contact=contact, address=contact.email, things=1, state=state, sent_at=ago(days_ago))
    return NoticeName("reminder", row.pk)


def reading(contact, announcement, *, days_ago: float) -> NoticeName:
    row = ReadingReminder.objects.create(
        contact=contact, announcement=announcement, address=contact.email, state="sent", day=ago(days_ago).date(),
        not_before=ago(days_ago),
    )  # fmt: skip
    return NoticeName("reading", row.pk)


def come_back(name: NoticeName, contact, **report):
    message_id = name.message_id("partners@vendor.example").encode()
    content = standard(recipient=contact.email, **(report or FULL)).replace(b"<0199.nora@vendor.example>", message_id)
    return take_bounce(content)[1]


def test_all_that_she_was_mailed_counts_in_one_row(cast):
    announcement = bounce_story.mailed(cast, cast.nora, days_ago=9)
    take_bounce(bounce_story.returned_from(cast.nora, announcement, **FULL))
    come_back(digest(cast.nora, days_ago=7), cast.nora)
    come_back(reminder(cast.nora, days_ago=5), cast.nora)
    assert not Suppression.objects.exists()
    come_back(reading(cast.nora, announcement, days_ago=3), cast.nora)
    row = Suppression.objects.get()
    assert (row.address, row.source) == (cast.nora.email, "soft")
    assert row.reason == "4 mails in a row came back within 6 days, the last one: 552 5.2.2 Mailbox full"
    assert Digest.objects.get().state == Reminder.objects.get().state == ReadingReminder.objects.get().state == "failed"


@pytest.mark.parametrize("arrives", ["digest", "reminder", "reading"])
def test_any_of_them_that_arrives_ends_the_row(cast, arrives):
    announcements = [bounce_story.mailed(cast, cast.nora, title=f"News {days}", days_ago=days) for days in (12, 11, 10)]
    for announcement in announcements:
        take_bounce(bounce_story.returned_from(cast.nora, announcement, **FULL))
    {"digest": digest, "reminder": reminder}.get(arrives, lambda *who, **when: reading(*who, announcements[0], **when))(
        cast.nora, days_ago=9
    )
    come_back(digest(cast.nora, days_ago=8), cast.nora)
    assert not Suppression.objects.exists()


def test_the_same_report_again_changes_nothing(cast):
    name = digest(cast.nora, days_ago=1)
    for _again in range(3):
        assert come_back(name, cast.nora) is not None
    assert ReturnedMail.objects.get().notice == f"digest.{name.pk}"
    assert Digest.objects.get().reason == "came back: 552 5.2.2 Mailbox full"


def test_nobody_lives_there(cast):
    come_back(reminder(cast.nora, days_ago=1), cast.nora, status="5.1.1", said="550 5.1.1 User unknown")
    assert (Suppression.objects.get().address, Suppression.objects.get().source) == (cast.nora.email, "bounce")


def test_what_is_made_up_or_about_another_address_is_not_believed(cast):
    name = digest(cast.nora, days_ago=1)
    assert read_notice_name(f"<{name}@vendor.example>") == read_notice_name(f"bounces+{str(name).upper()}@mail.example") == name
    assert read_notice_name(str(name)[:-1] + "x") is read_notice_name(f"digest.{name.pk}") is None
    assert read_notice_name(str(name).replace("digest", "reminder")) is None
    assert come_back(name, cast.ben) is None
    assert come_back(NoticeName("digest", name.pk + 1), cast.nora) is None
    assert Digest.objects.get().state == "delivered"
    assert not Suppression.objects.exists()


def test_a_report_that_is_quicker_than_our_own_record_comes_again(cast):
    for name in (digest(cast.nora, days_ago=0, state="sending"), reminder(cast.nora, days_ago=0, state="sending")):
        with pytest.raises(StillBeingSentError), transaction.atomic():
            come_back(name, cast.nora)
    assert come_back(reminder(cast.nora, days_ago=1, state="sending"), cast.nora), "its worker died; it may have gone"


def test_a_digest_that_comes_back_says_so_of_all_that_was_in_it(cast, sink, settings):
    settings.BOUNCE_ADDRESS = "bounces@mail.example"
    AttentionPolicy.objects.update_or_create(pk=1, defaults={"per_day": 1})
    send(draft(cast, title="First"), cast)
    second = send(draft(cast, title="Second"), cast)
    AttentionPolicy.objects.update(per_day=9)
    Digest.objects.update(due_at=timezone.now())
    send_due_digests()

    row = Digest.objects.get(person=cast.nora.email)
    (sender,) = [sender for address, sender in sink.senders if address == cast.nora.email and "digest" in sender]
    assert read_notice_name(sender) == NoticeName("digest", row.pk)
    assert (row.state, row.address) == ("delivered", cast.nora.email)
    assert take_bounce(standard(recipient=cast.nora.email, **FULL), [sender])[1] is not None
    row.refresh_from_db()
    assert (row.state, row.reason) == ("failed", "came back: 552 5.2.2 Mailbox full")
    mail = Delivery.objects.get(announcement=second, contact=cast.nora, channel="email")
    assert (mail.state, mail.reason) == ("suppressed", "digest_failed")
    assert DigestItem.objects.get(digest=row).left_out == "digest_failed"
