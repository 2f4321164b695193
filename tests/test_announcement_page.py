"""Reading, acknowledging and asking, as a partner's person does it."""

import pytest
from django.urls import reverse

from communications.actions.questions import answer_question
from communications.models import Acknowledgement, Attachment, Delivery, Question
from tests import factories, portal_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(cast):
    return portal_story.announce(cast, "Quality standard 7", cast.nora, cast.ben, body=portal_story.BODY,
                                 requires_acknowledgement=True, call_to_action="Quality leads: confirm by Friday.")  # fmt: skip


def address(announcement, name="announcement"):
    return reverse(f"communications:{name}", args=[announcement.public_id])


def test_ben_reads_it_with_his_name_in_it(client, cast, asked):
    client.force_login(cast.ben.user)

    page = client.get(address(asked)).content.decode()

    assert "Quality leads: confirm by Friday." in page
    assert "Ben, the change concerns Alpenglow GmbH" in page
    assert "You work for Alpenglow GmbH" in page
    assert "/t/c/" in page


def test_a_table_in_it_scrolls_also_by_keys(client, cast):
    told = portal_story.announce(cast, "Prices", cast.ben, body="| Part | Price |\n|---|---|\n| Pump | 12 |")
    client.force_login(cast.ben.user)
    assert '<table tabindex="0">' in client.get(address(told)).content.decode()


def test_reading_marks_it_read_for_ben_alone(client, cast, asked):
    client.force_login(cast.ben.user)
    assert client.get(address(asked)).status_code == 200

    assert Delivery.objects.get(contact=cast.ben, announcement=asked).read_at
    assert Delivery.objects.get(contact=cast.nora, announcement=asked).read_at is None


def test_viewing_as_ben_counts_as_nothing(client, cast, asked):
    client.force_login(cast.maria)
    client.post(reverse("partners:view_as", args=[cast.ben.public_id]))

    page = client.get(address(asked))
    assert "You see the portal as Ben Ott" in page.content.decode()
    assert Delivery.objects.get(contact=cast.ben, announcement=asked).read_at is None

    assert client.post(address(asked, "acknowledge")).status_code == 403
    assert client.post(address(asked, "ask"), {"text": "Why?"}).status_code == 403
    assert not Acknowledgement.objects.exists()
    assert not Question.objects.exists()


def test_what_has_not_reached_sven_is_not_there(client, cast, asked):
    client.force_login(cast.sven.user)
    absent = "/announcements/00000000-0000-7000-8000-000000000000/"

    foreign_page, absent_page = client.get(address(asked)), client.get(absent)
    assert foreign_page.status_code == absent_page.status_code == 404
    assert client.post(address(asked, "acknowledge")).status_code == 404
    assert client.post(address(asked, "ask"), {"text": "What is this?"}).status_code == 404
    assert not Acknowledgement.objects.exists()
    assert not Question.objects.exists()


def test_nora_acknowledges_for_her_organisation(client, cast, asked):
    client.force_login(cast.nora.user)

    page = client.post(address(asked, "acknowledge"), follow=True).content.decode()

    row = Acknowledgement.objects.get()
    assert (row.contact, row.partner, row.version) == (cast.nora, cast.alpenglow, 1)
    assert "You acknowledged this" in page


def test_acknowledging_twice_is_once(client, cast, asked):
    client.force_login(cast.nora.user)
    client.post(address(asked, "acknowledge"))
    client.post(address(asked, "acknowledge"))

    assert Acknowledgement.objects.count() == 1


def test_what_asks_for_nothing_cannot_be_acknowledged(client, cast):
    news = portal_story.announce(cast, "Only news", cast.nora)
    client.force_login(cast.nora.user)

    page = client.post(address(news, "acknowledge"), follow=True).content.decode()

    assert "does not ask for an acknowledgement" in page
    assert not Acknowledgement.objects.exists()


def test_with_scripts_only_the_acknowledgement_comes_back(client, cast, asked):
    client.force_login(cast.nora.user)

    answer = client.post(address(asked, "acknowledge"), headers={"hx-request": "true"}).content.decode()

    assert "<html" not in answer
    assert "data-focus" in answer


def test_ben_asks_and_reads_the_answer_there(client, cast, asked):
    client.force_login(cast.ben.user)
    client.post(address(asked, "ask"), {"text": "Does it hold for plants abroad?"})
    question = Question.objects.get()
    assert "answer promised by" in client.get(address(asked)).content.decode()

    answer_question(question, by=cast.maria, text="Yes, from January on.")

    page = client.get(address(asked)).content.decode()
    assert "Yes, from January on." in page
    assert "Maria Lund" in page


def test_questions_stay_within_the_organisation(client, cast):
    shared = portal_story.announce(cast, "For all", cast.nora, cast.ben, cast.sven)
    client.force_login(cast.sven.user)
    client.post(address(shared, "ask"), {"text": "Baltic's secret plan"})

    client.force_login(cast.ben.user)
    assert "Baltic" not in client.get(address(shared)).content.decode()


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001])
def test_an_empty_or_endless_question_is_refused_with_a_sentence(client, cast, asked, text):
    client.force_login(cast.ben.user)

    answer = client.post(address(asked, "ask"), {"text": text})

    assert answer.status_code == 422
    assert answer.context["form"].errors["text"]
    assert not Question.objects.exists()


def test_a_question_is_text_and_never_markup(client, cast, asked):
    client.force_login(cast.ben.user)
    client.post(address(asked, "ask"), {"text": "<script>alert(1)</script>"})

    page = client.get(address(asked)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_files_are_offered_below_the_text(client, cast, asked):
    Attachment.objects.create(announcement=asked, file="x.pdf", name="checklist.pdf", content_type="application/pdf", size=2048)
    client.force_login(cast.ben.user)

    page = client.get(address(asked)).content.decode()

    assert "checklist.pdf" in page
    assert "/t/f/" in page


def test_the_list_filters_by_topic_and_by_what_is_unread(client, cast):
    prices = portal_story.topic("prices", "Prices")
    portal_story.announce(cast, "New price list", cast.ben, topic=prices)
    portal_story.announce(cast, "Old letter", cast.ben, read=True)
    client.force_login(cast.ben.user)

    def titles(query):
        return [item.title for item in client.get(f"/announcements/{query}").context["items"]]

    assert sorted(titles("")) == ["New price list", "Old letter"]
    assert titles("?topic=prices") == ["New price list"]
    assert titles("?unread=1") == ["New price list"]
    assert len(titles("?topic=nonsense&kind=%00&unread=%00")) == len(titles(""))  # what is not offered narrows nothing
    assert titles("?kind=event") == []


def test_the_list_has_pages(client, cast):
    for number in range(23):
        portal_story.announce(cast, f"News {number}", cast.ben, days_ago=number)
    client.force_login(cast.ben.user)

    assert len(client.get("/announcements/").context["items"]) == 20
    assert [item.title for item in client.get("/announcements/?page=2").context["items"]] == ["News 20", "News 21", "News 22"]


def test_both_pages_ask_the_database_little(client, cast, django_assert_max_num_queries):
    asked = portal_story.tell(cast)
    for number in range(12):
        portal_story.announce(cast, f"News {number}", cast.nora)
        Question.objects.create(announcement=asked, contact=cast.ben, partner=cast.alpenglow, text=f"And {number}?")
    client.force_login(cast.nora.user)
    client.get("/")

    for path in ("/announcements/", address(asked)):
        with django_assert_max_num_queries(12):
            assert client.get(path).status_code == 200


def test_one_login_reads_for_the_partner_it_has_chosen(client, cast):
    also = factories.make_contact(cast.baltic, "Nora Berg", "nora@baltic.example", user=cast.nora.user)
    portal_story.announce(cast, "For Baltic only", also)
    client.force_login(cast.nora.user)
    assert client.get("/announcements/").context["items"] == []

    client.post(reverse("partners:switch"), {"contact": str(also.public_id)})

    assert [item.title for item in client.get("/announcements/").context["items"]] == ["For Baltic only"]
