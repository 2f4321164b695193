"""Of a certificate that runs out its holder and the portal admins of their organisation hear a month and a week before, once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from communications.models import TopicPreference
from enablement.actions.certificates import revoke_certificate
from enablement.actions.renewal_mails import certificates_topic, mail_renewals, note_renewals
from enablement.models import Certificate, Course, NewsMail, RenewalNotice
from enablement.tasks import ask_to_renew
from tests import learning_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(cast):
    """Ben passed it a year ago."""
    return learning_story.passed(learning_story.published(cast), cast.ben).certificate


def runs_out_in(days: int) -> None:
    today = timezone.localdate()
    Certificate.objects.update(expires_on=today + timedelta(days=days), issued_on=today - timedelta(days=365))


def told(sink) -> list[str]:
    said, sink.mails[:] = sorted(sink.recipients), []
    return said


def test_holder_and_admin_hear_a_month_and_a_week_before_and_never_twice(cast, held, sink):
    runs_out_in(31)
    assert (note_renewals(), mail_renewals()) == (0, 0)
    runs_out_in(30)
    ask_to_renew()
    ask_to_renew()
    assert (mail_renewals(), mail_renewals()) == (2, 0)
    text = sink.to("ben@alpenglow.example").get_body(("plain",)).get_content()
    assert "Your certificate holds until" in text
    assert f"/learning/courses/{held.course.public_id}/" in text
    assert "The certificate of Ben Ott holds until" in sink.to("nora@alpenglow.example").get_body(("plain",)).get_content()
    assert told(sink) == ["ben@alpenglow.example", "nora@alpenglow.example"]
    runs_out_in(8)
    assert (note_renewals(), mail_renewals()) == (0, 0)
    runs_out_in(7)
    note_renewals()
    assert mail_renewals() == 2
    runs_out_in(1)
    note_renewals()
    assert mail_renewals() == 0
    assert NewsMail.objects.filter(kind="certificate", state="sent").count() == 4


def test_what_was_missed_is_told_once(cast, held, sink):
    runs_out_in(5)
    note_renewals()
    assert mail_renewals() == 2
    assert set(RenewalNotice.objects.values_list("days", flat=True)) == {7}


def test_an_admin_hears_of_several_in_one_mail(cast, held, sink):
    learning_story.passed(held.course, cast.nora)
    runs_out_in(30)
    note_renewals()
    assert mail_renewals() == 2
    text = sink.to("nora@alpenglow.example").get_body(("plain",)).get_content()
    assert "Your certificate holds until" in text
    assert "The certificate of Ben Ott holds until" in text
    assert sink.to("nora@alpenglow.example")["Subject"] == "2 certificates run out"


def test_who_wants_no_such_mails_gets_none(cast, held, sink):
    TopicPreference.objects.create(address="nora@alpenglow.example", topic=certificates_topic(), channel="email", is_wanted=False)
    runs_out_in(30)
    note_renewals()
    assert mail_renewals() == 1
    assert told(sink) == ["ben@alpenglow.example"]


def test_what_was_renewed_or_revoked_or_is_no_ones_to_renew_yet_is_no_news(cast, held, sink):
    runs_out_in(30)
    note_renewals()
    learning_story.passed(held.course, cast.ben)
    assert (mail_renewals(), note_renewals()) == (0, 0)
    newest = Certificate.objects.latest("pk")
    runs_out_in(30)
    note_renewals()
    revoke_certificate(newest, by=cast.maria, reason="A mistake")
    assert (mail_renewals(), note_renewals()) == (0, 0)
    Certificate.objects.filter(pk=newest.pk).update(revoked_at=None)
    Course.objects.update(renew_days=10)
    assert note_renewals() == 0


def test_who_left_or_is_no_admin_any_more_hears_of_nobody(cast, held, sink):
    runs_out_in(30)
    note_renewals()
    cast.nora.is_partner_admin = False
    cast.nora.save()
    cast.ben.left_on = timezone.localdate()
    cast.ben.save()
    assert (mail_renewals(), told(sink)) == (0, [])
