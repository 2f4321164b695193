"""Nothing stale: what is out is looked at again; what is over is gone at that moment, says so, and names what came after it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activity.refusals import Invalid, Refused
from communications.actions import announcements, deliveries, freshness
from communications.actions.digests import send_due_digests
from communications.models import Announcement, Attachment, Delivery, Digest
from communications.queries.announcement_report import report_of
from communications.queries.feed import feed_of
from communications.queries.freshness import over_for, to_review
from communications.queries.unread import unread_count
from communications.tracking_tokens import Place, TrackingToken
from tests import factories
from tests.announcement_story import approve, draft, send, work_off
from tests.api import integrator

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
ALPENGLOW = {"all": [{"field": "partner.external_id", "op": "eq", "value": "A-1"}]}


def reviewed_on(announcement, days: int) -> None:
    Announcement.objects.filter(pk=announcement.pk).update(review_on=TODAY() + timedelta(days=days))


def page_of(client, contact, announcement):
    client.force_login(contact.user)
    return client.get(reverse("communications:announcement", args=[announcement.public_id]))


def test_every_announcement_has_a_day_of_review_once_it_is_submitted(cast):
    first, second = approve(draft(cast), cast), draft(cast, "Soon again", review_every=30)
    assert first.review_on == TODAY() + timedelta(days=180)
    announcements.submit_announcement(second, by=cast.maria)
    assert second.review_on == TODAY() + timedelta(days=30)
    late = draft(cast, "Late", review_on=TODAY())
    with pytest.raises(Invalid, match="has passed"):
        announcements.submit_announcement(late, by=cast.maria)
    assert late.versions.count() == 0


def test_still_right_is_asked_again_after_its_interval(cast, sink):
    sent = send(draft(cast, review_every=90), cast)
    reviewed_on(sent, -3)
    assert list(to_review(cast.maria)) == [sent]
    assert freshness.renew_announcement(sent, by=cast.maria) == TODAY() + timedelta(days=90)
    assert not to_review(cast.maria)
    assert sent.approved_version == 1


def test_what_is_retired_is_gone_at_that_moment_and_its_old_address_says_so(cast, client, sink):
    sent = send(draft(cast), cast)
    assert page_of(client, cast.nora, sent).status_code == 200
    assert unread_count(cast.ben) == 1
    freshness.retire_announcement(sent, by=cast.maria, reason="Aurora 4 is out")
    assert feed_of(cast.nora) == []
    assert unread_count(cast.ben) == 0
    assert sent.title not in client.get(reverse("communications:announcements")).content.decode()
    assert sent.title not in client.get("/").content.decode()
    gone = page_of(client, cast.nora, sent)
    assert gone.status_code == 410
    assert "no longer valid" in gone.content.decode()
    assert "Hello Nora" not in gone.content.decode()
    asked = client.post(reverse("communications:ask", args=[sent.public_id]), {"text": "Still?"})
    assert (asked.status_code, sent.questions.count()) == (410, 0)


def test_the_old_address_leads_to_the_last_successor_that_the_reader_has(cast, client, sink):
    nobody = factories.make_segment("Alpenglow", rule=ALPENGLOW)
    first, second = send(draft(cast, "Prices 2028"), cast), send(draft(cast, "Prices 2029"), cast)
    third = send(draft(cast, "Prices 2030", segment=nobody), cast)
    freshness.retire_announcement(first, by=cast.maria, successor=second)
    freshness.retire_announcement(second, by=cast.maria, successor=third)
    gone = page_of(client, cast.nora, first).content.decode()
    assert reverse("communications:announcement", args=[third.public_id]) in gone
    assert "Prices 2030" in gone
    assert "Prices 2029" not in gone
    # Sven never got the third one, so he is not told of it.
    elsewhere = page_of(client, cast.sven, first)
    assert elsewhere.status_code == 410
    assert "Prices 2030" not in elsewhere.content.decode()


def test_what_never_reached_somebody_stays_absent_when_it_is_over(cast, client, sink):
    only = factories.make_segment("Alpenglow", rule=ALPENGLOW)
    sent = send(draft(cast, segment=only), cast)
    freshness.retire_announcement(sent, by=cast.maria)
    assert page_of(client, cast.sven, sent).status_code == 404
    assert over_for(cast.sven, sent.public_id) is None


def test_what_expires_by_itself_says_so_too(cast, client, sink):
    sent = send(draft(cast, expires_at=timezone.now() + timedelta(hours=1)), cast)
    Announcement.objects.filter(pk=sent.pk).update(expires_at=timezone.now())
    gone = page_of(client, cast.nora, sent)
    assert gone.status_code == 410
    assert "meant to end" in gone.content.decode()

    newer = send(draft(cast, "Aurora 4 is here"), cast)
    with pytest.raises(Refused, match="not over"):
        freshness.name_successor(newer, sent, by=cast.maria)
    client.force_login(cast.maria)
    answer = reverse("admin:communications_announcement_freshness_answer", args=[sent.public_id, "replace"])
    assert (
        "What came after it"
        in client.get(reverse("admin:communications_announcement_page", args=[sent.public_id])).content.decode()
    )
    client.post(answer, {"successor": str(newer.public_id), "from": "page"})
    assert "Aurora 4 is here" in page_of(client, cast.nora, sent).content.decode()


@pytest.mark.parametrize("channel", ["email", "portal"])
def test_what_is_retired_while_it_is_being_sent_goes_to_nobody_else(cast, sink, channel):
    begun = approve(draft(cast, channels=[channel]), cast)
    announcements.schedule_announcement(begun, by=cast.maria)
    deliveries.release_due()
    (chunk,) = deliveries.hand_out_chunks()
    freshness.retire_announcement(begun, by=cast.maria)
    deliveries.deliver_chunk(chunk)
    work_off()
    assert sink.mails == []
    rows = Delivery.objects.filter(announcement=begun)
    assert set(rows.values_list("state", "reason")) == {("suppressed", "expired")}
    sums = report_of(begun).channels[channel]
    assert (sums.suppressed, sums.audience, sums.pending) == (3, 3, 0)


def test_what_expires_between_two_windows_of_a_chunk_is_noticed(cast, sink, monkeypatch, settings):
    """One mail is on its way when it is retired; the next window asks again."""
    settings.MAIL_CONNECTIONS = 1
    monkeypatch.setattr("communications.actions.mail_deliveries.ROWS_A_CONNECTION", 1)
    begun = approve(draft(cast, channels=["email"]), cast)
    announcements.schedule_announcement(begun, by=cast.maria)
    deliveries.release_due()
    (chunk,) = deliveries.hand_out_chunks()
    from communications.actions import mail_deliveries

    asked = mail_deliveries.mail_window
    windows = []

    def after_the_first(version, contact_ids):
        windows.append(contact_ids)
        if len(windows) == 2:
            Announcement.objects.filter(pk=begun.pk).update(expires_at=timezone.now())
        return asked(version, contact_ids)

    monkeypatch.setattr(mail_deliveries, "mail_window", after_the_first)
    deliveries.deliver_chunk(chunk)
    work_off()
    assert len(sink.mails) == 1
    states = sorted(Delivery.objects.filter(announcement=begun).values_list("state", flat=True))
    assert states == ["delivered", "suppressed", "suppressed"]


def test_a_digest_leaves_out_what_was_retired_meanwhile(cast, sink):
    sent = send(draft(cast), cast)
    digest = Digest.objects.create(person="nora@alpenglow.example", contact=cast.nora, due_at=timezone.now())
    digest.items.create(announcement=sent, contact=cast.nora)
    freshness.retire_announcement(sent, by=cast.maria)
    sink.mails.clear()
    send_due_digests()
    assert sink.mails == []
    assert digest.items.get().left_out == "expired"


def test_its_files_are_gone_and_pictures_in_old_mails_stay(cast, client, sink, media):
    sent = send(draft(cast), cast)
    from django.core.files.base import ContentFile

    for name, content_type in (("prices.pdf", "application/pdf"), ("plan.png", "image/png")):
        Attachment.objects.create(announcement=sent, name=name, file=ContentFile(b"x", name), content_type=content_type, size=1)
    token = TrackingToken(sent.pk, cast.nora.pk, "email", 1, Place.FILE)
    assert client.get(f"/t/f/{token}/prices.pdf").status_code == 200
    freshness.retire_announcement(sent, by=cast.maria)
    assert client.get(f"/t/f/{token}/prices.pdf").status_code == 410
    assert client.get(f"/t/f/{token}/plan.png").status_code == 200


def test_what_no_reader_has_is_no_successor(cast, sink):
    """The old address would name none."""
    old = send(draft(cast, "Prices", segment=factories.make_segment("Alpenglow", rule=ALPENGLOW)), cast)
    baltic = {"all": [{"field": "partner.name", "op": "eq", "value": cast.baltic.name}]}
    elsewhere = send(draft(cast, "Prices for the north", segment=factories.make_segment("Baltic", rule=baltic)), cast)
    with pytest.raises(Refused, match="Nobody who got “Prices” has got “Prices for the north”"):
        freshness.retire_announcement(old, by=cast.maria, successor=elsewhere)
    old.refresh_from_db()
    assert old.retired_at is None


def test_refusals_of_retiring_change_nothing(cast, sink):
    unsent, sent = draft(cast, "Not out"), send(draft(cast, "Out"), cast)
    for refused, by in ((unsent, None), (sent, sent), (sent, unsent)):
        with pytest.raises(Refused):
            freshness.retire_announcement(refused, by=cast.maria, successor=by)
    sent.refresh_from_db()
    assert (sent.retired_at, sent.successor, sent.expires_at) == (None, None, None)
    freshness.retire_announcement(sent, by=cast.maria)
    for again in (freshness.retire_announcement, freshness.renew_announcement):
        with pytest.raises(Refused, match="is over already"):
            again(sent, by=cast.maria)


def test_the_queue_shows_what_is_due_and_takes_one_answer_each(cast, client, sink, django_assert_max_num_queries):
    rows = [send(draft(cast, title), cast) for title in ("Renew me", "Retire me", "Replace me", "Later")]
    for row, days in zip(rows, (-3, 0, 5, 60), strict=True):
        reviewed_on(row, days)
    client.force_login(cast.maria)
    address = reverse("admin:communications_announcement_freshness")
    with django_assert_max_num_queries(12):
        page = client.get(address).content.decode()
    assert "1 is overdue for review" in page
    queued = page.partition('class="co-queue"')[2]
    assert all(f">{row}</a>" in queued for row in rows[:3])
    assert f">{rows[3]}</a>" not in queued
    assert "“Renew me” is to be reviewed" in client.get(reverse("admin:index")).content.decode()

    def answer(row, verb, **said):
        return client.post(
            reverse("admin:communications_announcement_freshness_answer", args=[row.public_id, verb]), said, follow=True
        )

    assert "Still right" in answer(rows[0], "renew").content.decode()
    assert "is retired" in answer(rows[1], "retire", reason="Old").content.decode()
    assert "Choose what replaces it" in answer(rows[2], "replace").content.decode()
    assert "leads to" in answer(rows[2], "replace", successor=str(rows[3].public_id)).content.decode()
    assert "Nothing is to be reviewed" in client.get(address).content.decode()
    assert (
        client.post(reverse("admin:communications_announcement_freshness_answer", args=[rows[3].public_id, "x"])).status_code == 404
    )


def test_it_is_asked_of_its_owner_and_of_whoever_covers_for_them(cast, client, sink):
    sent = send(draft(cast, owner=cast.arthur), cast)
    reviewed_on(sent, 0)
    client.force_login(cast.maria)
    address = reverse("admin:communications_announcement_freshness")
    assert "Nothing is to be reviewed" in client.get(address).content.decode()
    assert str(sent) in client.get(f"{address}?whose=all").content.decode()
    care = reverse("admin:communications_announcement_freshness_answer", args=[sent.public_id, "care"])
    client.post(care, {"owner": cast.maria.pk, "review_on": TODAY().isoformat(), "review_every": 60})
    sent.refresh_from_db()
    assert (sent.owner, sent.review_every) == (cast.maria, 60)
    assert str(sent) in client.get(address).content.decode()
    client.post(care, {"owner": cast.maria.pk, "review_on": "soon", "review_every": 2})
    sent.refresh_from_db()
    assert sent.review_every == 60


def test_the_api_renews_and_retires(cast, sink):
    maria, arthur = integrator(cast.maria), cast.arthur.email
    old, new = send(draft(cast, "Old"), cast), send(draft(cast, "New"), cast)
    assert maria.post(f"announcements/{old.public_id}/renew/").status_code == 200
    retired = maria.post(f"announcements/{old.public_id}/retire/", {"successor": str(new.public_id), "reason": "x"}).json()
    assert retired["successor"] == str(new.public_id)
    assert retired["retired_at"]
    assert maria.post(f"announcements/{old.public_id}/retire/").status_code == 409
    kept = maria.patch(f"announcements/{draft(cast, 'Next').public_id}/", {"owner": arthur, "review_every": 30})
    assert (kept.json()["owner"], kept.json()["review_every"]) == (arthur, 30)
    refused = maria.patch(f"announcements/{draft(cast, 'Third').public_id}/", {"owner": "nora@alpenglow.example"})
    assert refused.status_code in (400, 422)
