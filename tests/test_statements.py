"""What many texts say is kept once: put in by its mark, written as each language does, and changed with everything in sight that
said the old value."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from activity.models import Activity
from activity.refusals import Invalid, Refused
from communications.actions.announcements import (
    cancel_announcement,
    change_announcement,
    pause_announcement,
    resume_announcement,
    schedule_announcement,
    submit_announcement,
)
from communications.actions.corrections import draft_correction
from communications.actions.deliveries import deliver_chunk, hand_out_chunks, release_due
from communications.actions.statements import change_statement, change_value, create_statement
from communications.models import Announcement, Delivery, DeliveryChunk, Mention, State, Statement, StatementRevision
from communications.queries.announcement_page import approved_version, mail_preview, reading_of
from communications.queries.audience import audience_of
from communications.queries.feed import feed_of
from communications.queries.merge_values import merge_values_of
from communications.queries.statements import old_revisions, told_alike, told_of
from communications.rendering.chat import chat_message
from context.rules import explain
from partners.models import Contact
from tests import announcement_story, factories, statement_story
from tests.statement_story import list_price, prices, sent, translated

pytestmark = pytest.mark.django_db


def speaks(contact: Contact, language: str) -> Contact:
    Contact.objects.filter(pk=contact.pk).update(language=language)
    contact.language = language
    return contact


def only(contact: Contact):
    asked = {"field": "contact.name", "op": "eq", "value": contact.name}
    return factories.make_segment(contact.name, {"all": []}, {"all": [asked]})


def told(statement: Statement, user) -> list[tuple[str, list[tuple[str, str]], int, int]]:
    items = told_of(statement, [row.value for row in old_revisions(statement)], user).items
    return [
        (item.announcement.title, [(row.language, row.text) for row in item.mentions], item.mailed, item.shown) for item in items
    ]


def test_each_reads_the_value_as_their_language_writes_it(cast, sink):
    list_price(cast, "1245.50")
    speaks(cast.nora, "de-at")
    announcement = sent(
        cast,
        "Harbour at {{ statement.harbour-list-price }}",
        translations=translated(title="Nur {{ statement.harbour-list-price }}"),
    )
    assert "beträgt 1.245,50\xa0€ je Nutzer" in reading_of(announcement, cast.nora).html
    assert "is €1,245.50 for each user" in reading_of(announcement, cast.ben).html
    assert [feed_of(person)[0].title for person in (cast.nora, cast.ben)] == ["Nur 1.245,50\xa0€", "Harbour at €1,245.50"]
    assert sink.to("nora@alpenglow.example")["Subject"] == "Nur 1.245,50 €"
    assert "€1,245.50 for each user" in " ".join(sink.to("ben@alpenglow.example").get_body(["plain"]).get_content().split())
    version = approved_version(announcement)
    message = chat_message(version.in_language("de"), merge_values_of(cast.nora, cast.programme), "https://x.example/")
    assert message.title == "Nur 1.245,50 €"
    assert "1.245,50\xa0€" in message.text


def test_a_draft_is_shown_with_what_holds_now(cast):
    statement, draft = list_price(cast), prices(cast)
    assert "€45" in mail_preview(draft, cast.ben).text
    change_value(statement, by=cast.maria, text="49", currency="EUR")
    assert "€49" in mail_preview(draft, cast.ben).text


def test_a_version_keeps_what_it_states(cast, sink):
    statement, announcement = list_price(cast), sent(cast)
    changed = change_value(statement, by=cast.maria, text="49.00", currency="eur", reason="New list")
    assert (changed.taken_back, changed.held, changed.closed, changed.going_on) == ((), (), (), ())
    reading = reading_of(announcement, cast.ben)
    assert "€45" in reading.html
    assert [(each.was, each.now) for each in reading.outdated] == [("€45", "€49")]
    kept = announcement.versions.get().stated["harbour-list-price"]
    assert (kept["revision"], kept["text"], kept["currency"]) == (1, "45", "EUR")
    assert [(row.number, row.text, row.reason) for row in statement.revisions.all()] == [(2, "49", "New list"), (1, "45", "")]
    assert Activity.objects.filter(verb="statement.restated").get().sentence == "“Harbour list price” is now €49; it was €45"


def test_what_was_told_is_listed_by_item_language_and_mail(cast, sink):
    statement = list_price(cast)
    speaks(cast.nora, "de")
    sent(cast, translations=translated())
    sent(cast, "Written out", body="The list price of Harbour is €45, as before.", channels=["portal"])
    sent(cast, "Another price", body="The list price of Gate is €45.")
    assert told(statement, cast.maria) == []
    change_value(statement, by=cast.maria, text="49", currency="EUR")
    assert told(statement, cast.maria) == [
        ("Written out", [("en", "45")], 0, 3),
        ("Prices of the season", [("de", "45"), ("en", "45")], 3, 3),
    ]
    assert told_of(statement, [row.value for row in old_revisions(statement)], cast.maria).people == 3


def test_only_those_who_got_the_translation_that_said_it_were_told(cast, sink):
    statement = list_price(cast)
    speaks(cast.nora, "de-at")
    speaks(cast.ben, "fr")
    sent(cast, body="Prices stay.", translations=translated("Der Listenpreis von Harbour beträgt 45 € je Nutzer."))
    change_value(statement, by=cast.maria, text="49", currency="EUR")
    assert told(statement, cast.maria) == [("Prices of the season", [("de", "45")], 1, 1)]
    draft = draft_correction(statement, by=cast.maria).draft
    assert list(audience_of(draft)) == [cast.nora]


def test_a_correction_goes_to_exactly_those_who_received_it(cast, sink):
    statement = list_price(cast)
    only_alpenglow = factories.make_segment(
        "Alpenglow", rule={"all": [{"field": "partner.name", "op": "eq", "value": cast.alpenglow.name}]}
    )
    sent(cast, segment=only_alpenglow)
    change_value(statement, by=cast.maria, text="49", currency="EUR")
    draft = draft_correction(statement, by=cast.maria).draft
    assert set(audience_of(draft)) == {cast.nora, cast.ben}
    assert draft.segment.name == "Told that “Harbour list price” is €45"
    assert "Harbour list price: €45 → {{ statement.harbour-list-price }}" in draft.body
    assert "- Prices of the season" in draft.body
    correction = announcement_story.send(draft, cast)
    assert "€49" in reading_of(correction, cast.ben).html
    assert not Delivery.objects.filter(announcement_id=correction.pk, contact_id=cast.sven.pk).exists()
    assert draft_correction(statement, by=cast.maria).draft.segment == draft.segment
    why = explain(draft.segment.rule, draft.segment.contact_rule, cast.alpenglow)
    assert why.holds
    assert "Harbour list price: €45" in str(why)


def test_whoever_was_told_another_old_value_can_be_left_out(cast, sink):
    statement = list_price(cast)
    sent(cast, "First", segment=only(cast.nora))
    change_value(statement, by=cast.maria, text="49", currency="EUR")
    sent(cast, "Second", segment=only(cast.ben))
    change_value(statement, by=cast.maria, text="52", currency="EUR")
    assert list(audience_of(draft_correction(statement, by=cast.maria, revisions=[2]).draft)) == [cast.ben]
    assert set(audience_of(draft_correction(statement, by=cast.maria).draft)) == {cast.nora, cast.ben}
    with pytest.raises(Invalid, match="hold no more"):
        draft_correction(statement, by=cast.maria, revisions=[3])


def test_while_a_correction_has_not_gone_out_there_is_no_second(cast, sink):
    statement = list_price(cast)
    sent(cast)
    change_value(statement, by=cast.maria, text="49", currency="EUR")
    draft, is_new = draft_correction(statement, by=cast.maria)
    assert is_new
    assert draft_correction(statement, by=cast.arthur) == (draft, False)
    announcement_story.approve(draft, cast)
    assert draft_correction(statement, by=cast.maria) == (draft, False)
    cancel_announcement(draft, by=cast.maria)
    assert draft_correction(statement, by=cast.maria).is_new


def test_nobody_told_is_nobody_to_correct(cast):
    statement = list_price(cast)
    change_value(statement, by=cast.maria, text="49", currency="EUR")
    with pytest.raises(Refused, match="nobody to correct"):
        draft_correction(statement, by=cast.maria)
    assert Announcement.objects.count() == 0


def test_what_is_not_out_yet_goes_back_to_its_writers(cast):
    statement = list_price(cast)
    later = timezone.now() + timedelta(days=1)
    submitted, approved, scheduled, paused, other = (prices(cast, name) for name in ("One", "Two", "Three", "Four", "Five"))
    submit_announcement(submitted, by=cast.maria)
    for each in (approved, scheduled, paused):
        announcement_story.approve(each, cast)
    for each in (scheduled, paused):
        schedule_announcement(each, by=cast.maria, send_at=later)
    pause_announcement(paused, by=cast.maria)
    change_announcement(other, by=cast.maria, body="No price.")
    announcement_story.approve(other, cast)
    changed = change_value(statement, by=cast.maria, text="49", currency="EUR")
    assert [row.title for row in changed.taken_back] == ["One", "Two", "Three", "Four"]
    states = dict(Announcement.objects.values_list("title", "state"))
    assert states == {"One": "draft", "Two": "draft", "Three": "draft", "Four": "draft", "Five": "approved"}
    scheduled.refresh_from_db()
    assert (scheduled.approved_version, scheduled.send_at) == (None, None)
    assert scheduled.transitions.last().reason == "“Harbour list price” is now €49; it was €45"
    assert submit_announcement(scheduled, by=cast.maria).stated["harbour-list-price"]["text"] == "49"


def test_changed_while_it_is_being_sent(cast, sink):
    """The portal has it when the price changes. It keeps what it said, and the mails wait for a person."""
    statement = list_price(cast)
    announcement = announcement_story.approve(prices(cast, channels=["portal", "email"]), cast)
    schedule_announcement(announcement, by=cast.maria)
    release_due()
    for chunk in DeliveryChunk.objects.filter(pk__in=hand_out_chunks(), channel="portal"):
        deliver_chunk(chunk.pk)
    changed = change_value(statement, by=cast.maria, text="49", currency="EUR")
    assert [row.pk for row in changed.held] == [announcement.pk]
    announcement.refresh_from_db()
    assert announcement.state == State.PAUSED
    assert announcement.transitions.last().reason == "“Harbour list price” is now €49; it was €45"
    assert told(statement, cast.maria) == [("Prices of the season", [("en", "45")], 0, 3)]
    draft = draft_correction(statement, by=cast.maria).draft
    assert audience_of(draft).count() == 3

    resume_announcement(announcement, by=cast.maria)
    DeliveryChunk.objects.update(handed_out_at=None)  # the worker that had it took it while it was paused
    announcement_story.work_off()
    assert told(statement, cast.maria) == [("Prices of the season", [("en", "45")], 3, 3)]
    assert all("€45" in mail.get_body(["plain"]).get_content() for _address, mail in sink.mails)


def test_what_is_being_sent_may_go_on_and_is_told_as_it_was(cast, sink):
    statement = list_price(cast)
    announcement = announcement_story.approve(prices(cast), cast)
    schedule_announcement(announcement, by=cast.maria)
    release_due()
    changed = change_value(statement, by=cast.maria, text="49", currency="EUR", hold=False)
    assert [row.pk for row in changed.going_on] == [announcement.pk]
    announcement_story.work_off()
    assert told(statement, cast.maria) == [("Prices of the season", [("en", "45")], 3, 3)]


def test_whoever_joins_later_is_not_told_the_old_value(cast, sink):
    statement = list_price(cast)
    until = timezone.now() + timedelta(days=9)
    kept, closed = (sent(cast, title, stays_open=True, expires_at=until) for title in ("Kept open", "Closed"))
    Announcement.objects.filter(pk=kept.pk).update(stays_open=False)
    changed = change_value(statement, by=cast.maria, text="49", currency="EUR")
    assert [row.pk for row in changed.closed] == [closed.pk]
    closed.refresh_from_db()
    assert (closed.stays_open, closed.state) == (False, State.SENT)
    assert statement.revisions.count() == 2


def test_what_was_cancelled_in_the_middle_reached_only_some(cast, sink):
    statement = list_price(cast)
    announcement = announcement_story.approve(prices(cast), cast)
    schedule_announcement(announcement, by=cast.maria)
    release_due()
    change_value(statement, by=cast.maria, text="49", currency="EUR")
    cancel_announcement(announcement, by=cast.maria, reason="The price is another")
    reached = Delivery.objects.filter(announcement_id=announcement.pk, state="delivered").count()
    assert sum(item[2] + item[3] for item in told(statement, cast.maria)) == reached


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": "forty-five"}, "text"),
        ({"text": "-3"}, "text"),
        ({"text": "NaN"}, "text"),
        ({"currency": "Euro"}, "currency"),
        ({"currency": ""}, "currency"),
        ({"kind": "date", "currency": "", "text": "1 May 2030"}, "text"),
        ({"kind": "percentage", "currency": "EUR"}, "currency"),
        ({"kind": "version", "currency": "", "text": "new"}, "text"),
        ({"kind": "name", "currency": "", "text": "{{ contact.name }}"}, "text"),
        ({"kind": "name", "currency": "", "text": "Day", "words": {"german": "Tag"}}, "words"),
        ({"kind": "colour"}, "kind"),
        ({"key": "List Price"}, "key"),
        ({"name": ""}, "name"),
        ({"phrases": ["list price of 45 €"]}, "phrases"),
        ({"words": {"de": "x"}}, "words"),
    ],
)
def test_what_is_no_value_is_refused_with_a_sentence(cast, fields, field):
    good = {"name": "Price", "kind": "price", "text": "45", "currency": "EUR"}
    with pytest.raises(Invalid) as refusal:
        create_statement(by=cast.maria, **good | fields)
    assert refusal.value.field == field
    assert Statement.objects.count() == 0


def test_a_key_and_a_name_are_there_once(cast):
    list_price(cast)
    for fields, field in (
        ({"name": "Harbour list price", "key": "other"}, "name"),
        ({"name": "Other", "key": "harbour-list-price"}, "key"),
    ):
        with pytest.raises(Invalid) as refusal:
            create_statement(by=cast.maria, kind="price", text="1", currency="EUR", programme=cast.programme, **fields)
        assert refusal.value.field == field
    assert Statement.objects.count() == 1


def test_a_change_names_what_it_saw(cast):
    statement = list_price(cast)
    change_value(statement, by=cast.maria, text="49", currency="EUR", revision=1)
    with pytest.raises(Refused, match="€49 now"):
        change_value(statement, by=cast.arthur, text="47", currency="EUR", revision=1)
    with pytest.raises(Invalid, match="already"):
        change_value(statement, by=cast.maria, text="49.00", currency="EUR")
    assert StatementRevision.objects.count() == 2
    assert change_statement(statement, by=cast.maria, name="Price of Harbour").name == "Price of Harbour"
    with pytest.raises(Invalid):
        change_statement(statement, by=cast.maria, text="1")


def test_a_text_that_names_what_is_not_there_is_refused(cast):
    list_price(cast)
    draft = prices(cast, body="No price.")
    for fields, field in (
        ({"body": "{{ statement.harbour-list-prize }}"}, "body"),
        ({"title": "{{ statement.other }}"}, "title"),
        ({"translations": statement_story.translated("{{ statement.other }}")}, "translations.de.body"),
    ):
        with pytest.raises(Invalid, match="has no statement") as refusal:
            change_announcement(draft, by=cast.maria, **fields)
        assert refusal.value.field == field
    draft.refresh_from_db()
    assert draft.body == "No price."
    with pytest.raises(Invalid, match="merge field"):
        change_announcement(draft, by=cast.maria, body="{{=3435}}")


def test_a_name_is_said_in_each_language(cast, sink):
    create_statement(
        by=cast.maria,
        name="The day",
        key="day",
        kind="name",
        text="Partner Day",
        words={"de": "Partnertag"},
        programme=cast.programme,
    )
    speaks(cast.nora, "de")
    announcement = sent(cast, body="Come to {{ statement.day }}.", translations=translated("Kommen Sie zum {{ statement.day }}."))
    assert "zum Partnertag." in reading_of(announcement, cast.nora).html
    assert "to Partner Day." in reading_of(announcement, cast.ben).html


def test_a_detail_may_name_one_too(cast, sink):
    list_price(cast)
    details = {"effective_on": "2030-05-01", "changes_from": "€40", "changes_to": "{{ statement.harbour-list-price }}"}
    announcement = sent(cast, kind="price_list", details=details)
    facts = {fact.label: (fact.before, fact.value) for fact in reading_of(announcement, cast.ben).facts}
    assert facts["What changes"] == ("€40", "€45")
    assert set(Mention.objects.values_list("text", flat=True)) == {"45", "2030-05-01"}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_submitted_while_the_value_changes_nothing_is_lost(cast):
    """Either the version has the new value, or it is a draft again: never one with an old value that nobody was told of."""
    statement = list_price(cast)
    for price in range(50, 56):
        draft = prices(cast, f"At {price}")
        barrier, failures = threading.Barrier(2), []

        def run(act, barrier=barrier, failures=failures):
            try:
                barrier.wait()
                act()
            except Exception as failure:  # noqa: BLE001 - told below
                failures.append(failure)
            finally:
                connection.close()

        works = [
            threading.Thread(target=run, args=(lambda draft=draft: submit_announcement(draft, by=cast.maria),)),
            threading.Thread(
                target=run, args=(lambda price=price: change_value(statement, by=cast.maria, text=str(price), currency="EUR"),)
            ),
        ]
        for work in works:
            work.start()
        for work in works:
            work.join(30)
        assert failures == []
        draft.refresh_from_db()
        version = draft.versions.first()
        assert draft.state == State.DRAFT or version.stated["harbour-list-price"]["text"] == str(price)


def test_a_currency_is_one_of_those_there_are(cast):
    with pytest.raises(Invalid, match="no currency “XXQ”"):
        create_statement(by=cast.maria, programme=cast.programme, name="Price", kind="price", text="45", currency="xxq")


def test_two_that_texts_speak_of_alike_are_named(cast):
    statement = list_price(cast)
    fields = {"by": cast.maria, "programme": cast.programme, "phrases": ["Price list: the Harbour"]}
    other = create_statement(name="Another", kind="price", text="1", currency="EUR", **fields)
    create_statement(name="Its day", kind="date", text="2030-05-01", **fields)  # nobody takes a day for a price
    assert told_alike(statement) == [other]
    assert told_alike(other) == [statement]
    change_statement(other, by=cast.maria, is_current=False)
    assert told_alike(statement) == told_alike(other) == []
