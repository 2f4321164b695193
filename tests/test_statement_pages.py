"""The pages of statements, the composer's picker and checks, and what partners are shown of a change."""

import re

import pytest
from django.urls import reverse

from communications.models import Announcement, Statement
from tests.statement_story import SAYS, SAYS_OTHERWISE, list_price, prices, sent

pytestmark = pytest.mark.django_db
ADD = reverse("admin:communications_statement_add")


@pytest.fixture
def maria(cast, client):
    client.force_login(cast.maria, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page_of(statement: Statement, name: str = "page") -> str:
    return reverse(f"admin:communications_statement_{name}", args=[statement.public_id])


def words_of(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).replace("\xa0", " ").split())


def test_one_is_registered_on_its_form(cast, maria):
    entered = {"programme": cast.programme.pk, "name": "The day", "kind": "name", "text": "Partner Day", "currency": "", "key": "",
               "phrases": "the day\nder Tag\n", "words": "de: Partnertag", "is_current": "on"}  # fmt: skip
    answer = maria.post(ADD, entered)
    assert answer.status_code == 302, words_of(answer)
    made = Statement.objects.get()
    assert (made.key, made.phrases, made.words) == ("the-day", ["the day", "der Tag"], {"de": "Partnertag"})
    answer = maria.post(
        reverse("admin:communications_statement_change", args=[made.pk]), {"name": "Partner day", "phrases": "", "is_current": "on"}
    )
    assert answer.status_code == 302, words_of(answer)
    made.refresh_from_db()
    assert (made.name, made.text, made.phrases) == ("Partner day", "Partner Day", [])


def test_what_cannot_be_kept_is_said_where_it_stands(cast, maria):
    entered = {
        "programme": cast.programme.pk,
        "name": "Price",
        "kind": "price",
        "text": "a lot",
        "currency": "EUR",
        "is_current": "on",
    }
    answer = maria.post(ADD, entered)
    assert "“a lot” is no such number" in words_of(answer)
    answer = maria.post(ADD, {**entered, "words": "Partnertag"})
    assert "write the language, a colon and the name" in words_of(answer)
    assert Statement.objects.count() == 0


def test_its_page_tells_who_was_told_what(cast, maria, sink, django_assert_max_num_queries):
    statement = list_price(cast)
    sent(cast)
    maria.post(page_of(statement, "value"), {"text": "49", "currency": "EUR", "revision": 1, "reason": "New", "hold": "on"})
    with django_assert_max_num_queries(12):
        text = words_of(maria.get(page_of(statement)))
    assert "Harbour list price: €49" in text
    assert "3 people were told a value that holds no more" in text
    assert "The list price of Harbour is €45 for each user." in text
    assert "Draft a correction to exactly these 3 people" in text
    answer = maria.post(page_of(statement, "correct"))
    draft = Announcement.objects.latest("pk")
    assert answer["Location"] == reverse("admin:communications_announcement_change", args=[draft.public_id])
    text = words_of(maria.get(answer["Location"]))
    assert "Told that “Harbour list price” is €45" in text


def test_a_change_on_an_old_page_is_refused(cast, maria):
    statement = list_price(cast)
    for sent_value, sentence in (
        ({"text": "49", "currency": "EUR", "revision": 7}, "Somebody else has changed it"),
        ({"text": "x", "currency": "EUR", "revision": 1}, "is no such number"),
        ({"currency": "EUR", "revision": 1}, "This field is required"),
        ({"text": "45", "currency": "EUR", "revision": 1}, "what it is already"),
    ):
        answer = maria.post(page_of(statement, "value"), sent_value)
        assert answer.status_code in (409, 422), sent_value
        assert sentence in words_of(answer)
    statement.refresh_from_db()
    assert (statement.text, statement.revision) == ("45", 1)
    assert maria.post(page_of(statement, "correct"), follow=True).text.count("nobody to correct") == 1


def test_who_may_only_look_changes_nothing(cast, client):
    statement = list_price(cast)
    client.force_login(cast.arthur, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(page_of(statement)).status_code == 200
    assert client.post(page_of(statement, "value"), {"text": "49", "currency": "EUR", "revision": 1}).status_code == 403
    assert client.post(page_of(statement, "correct")).status_code == 403
    assert Statement.objects.get().text == "45"


def test_the_composer_offers_what_is_kept(cast, maria):
    list_price(cast)
    draft = prices(cast, body=SAYS_OTHERWISE)
    text = maria.get(reverse("admin:communications_announcement_change", args=[draft.public_id])).text
    assert "{{ statement.harbour-list-price }}" in text.replace("&#x27;", "'")
    assert "Put in “Harbour list price”" in text
    found = maria.post(
        reverse("admin:communications_announcement_statements"), {"look_statement": "harb", "programme": cast.programme.pk}
    )
    assert "Harbour list price" in found.text
    none = maria.post(
        reverse("admin:communications_announcement_statements"), {"look_statement": "beacon", "programme": cast.programme.pk}
    )
    assert "None is called so." in none.text


def test_a_figure_becomes_a_statement_without_a_script(cast, maria):
    list_price(cast)
    draft = prices(cast, body="The list price of Harbour is €45 for each user.")
    address = reverse("admin:communications_announcement_change", args=[draft.public_id])
    button = re.search(r'name="link" value="([^"]+)"', maria.get(address).text).group(1)
    entered = {
        "title": draft.title,
        "body": draft.body,
        "kind": draft.kind,
        "segment": draft.segment_id,
        "channels": ["portal"],
        "link": button,
    }
    answer = maria.post(address, entered)
    assert answer.status_code == 200
    assert SAYS in answer.text
    draft.refresh_from_db()
    assert "€45" in draft.body  # it is saved when its writer saves it


def test_the_approver_sees_both_sentences(cast, client, sink):
    sent(cast, "Last year", body="Premium support costs €120 for each site.")
    draft = prices(cast, "This year", body="Premium support costs €140 for each site.")
    from communications.actions.announcements import submit_announcement

    submit_announcement(draft, by=cast.maria)
    client.force_login(cast.arthur, backend="django.contrib.auth.backends.ModelBackend")
    for address in (
        reverse("admin:communications_announcement_page", args=[draft.public_id]),
        reverse("admin:communications_announcement_version", args=[draft.public_id, 1]),
    ):
        text = words_of(client.get(address))
        assert "Contradicts what is out" in text
        assert "Premium support costs €120 for each site." in text
        assert "Premium support costs €140 for each site." in text
    assert "Approve version 1" in words_of(client.get(reverse("admin:communications_announcement_page", args=[draft.public_id])))


def test_a_partner_is_told_what_has_changed_since(cast, client, sink):
    statement, announcement = list_price(cast), sent(cast)
    client.force_login(cast.ben.user, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("communications:announcement", args=[announcement.public_id])
    assert "Changed since" not in client.get(address).text
    from communications.actions.statements import change_value

    change_value(statement, by=cast.maria, text="49", currency="EUR")
    text = words_of(client.get(address))
    assert "Changed since Harbour list price: €45 → €49" in text
    assert "is €45 for each user" in text


def test_the_page_of_what_was_sent_says_what_holds_no_more(cast, maria, sink):
    statement, announcement = list_price(cast), sent(cast)
    from communications.actions.statements import change_value

    change_value(statement, by=cast.maria, text="49", currency="EUR")
    text = words_of(maria.get(reverse("admin:communications_announcement_page", args=[announcement.public_id])))
    assert "Harbour list price : €45 → €49 since" in text
