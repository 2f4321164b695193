"""From a link in a mail to a figure in the report, and the way out of a topic."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from communications.actions import announcements, deliveries
from communications.actions.hits import read_hits
from communications.channels import hits
from communications.models import Channel, EngagementEvent, TopicPreference
from communications.queries.announcement_report import report_of
from communications.tracking_tokens import Place, TrackingToken, mail_token, mail_tokens, read_token
from tests import factories
from tests.announcement_story import work_off

pytestmark = pytest.mark.django_db

PERSON = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"}
SCANNER = {"HTTP_USER_AGENT": "Mozilla/5.0 Barracuda Sentinel (EE)"}


@pytest.fixture
def sent(cast, sink):
    announcement = factories.make_announcement(programme=cast.programme, segment=factories.make_segment(), author=cast.maria)
    version = announcements.submit_announcement(announcement, by=cast.maria)
    announcements.approve_announcement(announcement, by=cast.arthur, version=version.number)
    announcements.schedule_announcement(announcement, by=cast.maria)
    work_off()
    hits._client().delete(hits.STREAM)
    return announcement


def token(announcement, contact, link=0) -> str:
    return str(TrackingToken(announcement.pk, contact.pk, Channel.EMAIL, 1, link))


def read_all():
    while read_hits():
        pass


def test_a_click_leads_on_and_is_counted_once_per_person(client, cast, sent):
    for _ in range(2):
        answer = client.get(f"/t/c/{token(sent, cast.nora)}", **PERSON)
        assert answer.status_code == 302
        assert answer["Location"] == "https://vendor.example/notes"
    read_all()

    report = report_of(sent)
    assert (report.clicked.human, report.clicked.machine) == (1, 0)
    assert report.opened.human == 1  # who clicked has opened
    assert EngagementEvent.objects.count() == 2  # every hit is kept


def test_a_scanner_is_shown_apart(client, cast, sent):
    client.get(f"/t/c/{token(sent, cast.nora)}", **SCANNER)
    client.head(f"/t/c/{token(sent, cast.ben)}", **PERSON)
    client.get(f"/t/o/{token(sent, cast.sven, Place.PIXEL)}.gif", **PERSON)
    read_all()

    report = report_of(sent)
    assert (report.clicked.human, report.clicked.machine) == (0, 2)
    assert (report.opened.human, report.opened.machine) == (1, 2)
    assert set(EngagementEvent.objects.values_list("signal", flat=True)) == {"scanner", "head", ""}


def test_reading_the_same_batch_again_writes_nothing(client, cast, sent):
    client.get(f"/t/o/{token(sent, cast.nora, Place.PIXEL)}.gif", **PERSON)
    assert read_hits() == 1
    assert read_hits() == 0


def test_an_altered_token_is_like_none(client, cast, sent):
    good = token(sent, cast.nora)
    altered = ("A" if good[0] != "A" else "B") + good[1:]
    assert read_token(altered) is None
    assert client.get(f"/t/c/{altered}", **PERSON).status_code == 404
    assert client.get(f"/t/c/{token(sent, cast.nora, link=9)}", **PERSON).status_code == 404
    assert client.get("/t/o/nonsense.gif").status_code == 200  # a pixel, and nothing kept
    read_all()
    assert not EngagementEvent.objects.exists()


def test_a_link_cannot_be_bent_to_another_address(client, cast, sent):
    answer = client.get(f"/t/c/{token(sent, cast.nora)}?next=https://evil.example&u=https://evil.example", **PERSON)
    assert answer["Location"] == "https://vendor.example/notes"


def test_a_token_does_what_it_was_made_for_and_nothing_else(client, cast, sent):
    """The picture's is no link, a link's is no picture, and neither leaves a topic or fetches a file."""
    for path in ("/t/c/{}", "/t/u/{}", "/t/f/{}/plan.pdf", "/t/a/{}"):
        assert client.get(path.format(token(sent, cast.nora, Place.PIXEL)), **PERSON).status_code == 404
    for path in ("/t/u/{}", "/t/f/{}/plan.pdf", "/t/a/{}"):
        assert client.get(path.format(token(sent, cast.nora)), **PERSON).status_code == 404
    assert client.get(f"/t/o/{token(sent, cast.nora)}.gif", **PERSON).status_code == 200
    assert client.post(f"/t/u/{token(sent, cast.nora)}", {"List-Unsubscribe": "One-Click"}).status_code == 404
    read_all()
    assert not EngagementEvent.objects.exists()
    assert not TopicPreference.objects.exists()


@pytest.mark.parametrize("bent", ["{}=", "{}ä", " {}", "{}A", "{}\n"])
def test_a_token_has_one_spelling(cast, sent, bent):
    good = token(sent, cast.nora)
    assert read_token(good) == TrackingToken(sent.pk, cast.nora.pk, "email", 1, 0)
    assert read_token(bent.format(good)) is None
    shorter = bent.format(good[:-1])
    assert shorter == good or read_token(shorter) is None  # one in 64 ends with this letter


@pytest.mark.parametrize(("letter", "elsewhere"), [("-", "+"), ("_", "/")])
def test_letters_of_the_other_base64_are_none_of_a_token(letter, elsewhere):
    """Not every token has such a letter, so one that has is looked for."""
    good = next(text for person in range(1, 1000) if letter in (text := mail_token(1, person, 1, 0)))
    assert read_token(good) is not None
    assert read_token(good.replace(letter, elsewhere)) is None


@given(st.integers(1, 2**63 - 1), st.integers(0, 2**63 - 1), st.integers(1, 2**16 - 1), st.integers(0, 2**16 - 1))
def test_a_mail_full_of_tokens_has_the_same_as_each_by_itself(announcement, contact, version, link):
    text = mail_tokens(announcement, version, link)(contact).decode()
    assert text == mail_token(announcement, contact, version, link)
    assert read_token(text) == TrackingToken(announcement, contact, "email", version, link)


def test_following_the_way_out_only_asks(client, cast, sent):
    answer = client.get(f"/t/u/{token(sent, cast.nora, Place.WAY_OUT)}")
    assert answer.status_code == 200
    assert not TopicPreference.objects.exists()


def test_one_click_leaves_the_topic_without_cookies_or_sign_in(cast, sent):
    mail_program = Client(enforce_csrf_checks=True)
    answer = mail_program.post(f"/t/u/{token(sent, cast.nora, Place.WAY_OUT)}", {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    preference = TopicPreference.objects.get()
    assert (preference.address, preference.topic, preference.is_wanted) == ("nora@alpenglow.example", sent.topic, False)
    assert preference.how == "one_click"


def test_leaving_can_be_taken_back(client, cast, sent):
    url = f"/t/u/{token(sent, cast.nora, Place.WAY_OUT)}"
    client.post(url)
    client.post(url, {"again": "1"})
    assert TopicPreference.objects.get().is_wanted


def test_a_foreign_file_is_not_given(client, cast, sent):
    assert client.get(f"/t/f/{token(sent, cast.nora, Place.FILE)}/plan.pdf").status_code == 404


def test_what_left_a_topic_is_not_mailed_next_time(client, cast, sent, sink):
    client.post(f"/t/u/{token(sent, cast.nora, Place.WAY_OUT)}", {"List-Unsubscribe": "One-Click"})
    sink.mails.clear()
    again = factories.make_announcement("Again", programme=cast.programme, segment=sent.segment, author=cast.maria)
    version = announcements.submit_announcement(again, by=cast.maria)
    announcements.approve_announcement(again, by=cast.arthur, version=version.number)
    announcements.schedule_announcement(again, by=cast.maria)
    deliveries.release_due()
    work_off()
    assert "nora@alpenglow.example" not in sink.recipients
    assert report_of(again).channels["portal"].delivered == 3
