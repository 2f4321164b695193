"""What a text says that something else says otherwise is shown side by side before it is approved, and stops nobody."""

import pytest
from django.http import QueryDict
from django.utils import timezone

from communications.actions.announcements import approve_announcement, submit_announcement
from communications.actions.mentions import forget_mentions, note_mentions
from communications.actions.statements import change_statement, change_value, create_statement
from communications.consistency.texts import said_in
from communications.forms.linking import button_of, with_link
from communications.models import Announcement, Mention, State
from communications.queries.contradictions import consistency_of
from communications.text_sources import ShownText, TextSource, _sources, register_text_source
from partners.models import Product
from tests import announcement_story, factories
from tests.statement_story import list_price, prices, sent, translated

pytestmark = pytest.mark.django_db


def found(draft, cast) -> tuple[list, list]:
    """(our value, their value, where) of the exact ones, then of the likely ones."""
    told = consistency_of(draft, cast.maria)
    return tuple([(pair.here.value, pair.there.value, pair.there.title) for pair in pairs] for pairs in (told.exact, told.likely))


def test_the_same_sentence_with_another_figure_contradicts(cast, sink):
    sent(cast, "Last year", body="Premium support costs €120 for each site.")
    draft = prices(cast, "This year", body="Hello {{ contact.name }}.\n\nPremium support costs €140 for each site. All else stays.")
    assert found(draft, cast) == ([("€140", "€120", "Last year")], [])
    pair = consistency_of(draft, cast.maria).exact[0]
    assert (pair.here.sentence, pair.there.sentence) == (
        "Premium support costs €140 for each site.", "Premium support costs €120 for each site.",
    )  # fmt: skip


def test_much_the_same_sentence_is_likely_and_stops_nobody(cast, sink):
    sent(cast, "Last year", body="Premium support for Harbour costs €120.")
    draft = prices(cast, "This year", body="From now on premium support for Harbour costs partners €140.")
    assert found(draft, cast) == ([], [("€140", "€120", "Last year")])
    version = submit_announcement(draft, by=cast.maria)
    approve_announcement(draft, by=cast.arthur, version=version.number)
    assert draft.state == State.APPROVED


def test_an_exact_one_stops_nobody_either(cast, sink):
    sent(cast, "Last year", body="Premium support costs €120 for each site.")
    draft = prices(cast, "This year", body="Premium support costs €140 for each site.")
    announcement_story.approve(draft, cast)
    assert draft.state == State.APPROVED


def test_another_subject_contradicts_nothing(cast, sink):
    sent(cast, "Gate", body="Premium support for Gate costs €120. Orders close on 1 May 2030.")
    draft = prices(cast, "Beacon", body="Basic training in Beacon costs €140. Invoices are due on 1 June 2030.")
    assert found(draft, cast) == ([], [])


PRICE_LIST = {"changes_from": "the list of spring", "changes_to": "the list of autumn"}


def dated(cast, title: str, day: str, **fields) -> Announcement:
    return prices(cast, title, body="See the list.", kind="price_list", details={**PRICE_LIST, "effective_on": day}, **fields)


def test_the_label_of_a_detail_makes_no_two_texts_alike(cast, sink):
    """“Takes effect on” stands in each of them, whatever it is about."""
    announcement_story.send(dated(cast, "New prices for Harbour licences", "2030-05-01"), cast)
    assert found(dated(cast, "New prices for Beacon licences", "2030-06-01"), cast) == ([], [])
    german = {"language": "de", "body": "Siehe Liste."}
    announcement_story.send(prices(cast, "Preise Harbour Lizenzen", kind="price_list",
                                   details={**PRICE_LIST, "effective_on": "2030-05-01"}, **german), cast)  # fmt: skip
    draft = prices(
        cast, "Preise Beacon Lizenzen", kind="price_list", details={**PRICE_LIST, "effective_on": "2030-06-01"}, **german
    )
    assert found(draft, cast) == ([], [])


def test_details_of_one_subject_contradict_as_ever(cast, sink):
    announcement_story.send(dated(cast, "New prices for Harbour licences", "2030-05-01"), cast)
    again = dated(cast, "New prices for Harbour licences", "2030-06-01", segment=factories.make_segment("Others"))
    assert found(again, cast) == (
        [("1 June 2030", "1 May 2030", "New prices for Harbour licences")], [],
    )  # fmt: skip
    assert found(dated(cast, "New prices for Harbour licences abroad", "2030-06-01"), cast) == (
        [], [("1 June 2030", "1 May 2030", "New prices for Harbour licences")],
    )  # fmt: skip


def test_dates_of_two_things_differ_by_right(cast, sink):
    """All words but the name of what it is about are the same."""
    announcement_story.send(dated(cast, "New prices for Harbour licences in Europe and Asia", "2030-05-01"), cast)
    sent(cast, "Webinar", body="The webinar about Harbour for integrators and sellers takes place on 3 June 2030.")
    assert found(dated(cast, "New prices for Beacon licences in Europe and Asia", "2030-06-01"), cast) == ([], [])
    other = "The webinar about Beacon for integrators and sellers takes place on 4 June 2030."
    assert found(prices(cast, "Another webinar", body=other), cast) == ([], [])
    same = "The webinar about Harbour for all integrators and sellers takes place on Tuesday, 4 June 2030."
    assert found(prices(cast, "The same webinar", body=same), cast) == ([], [("4 June 2030", "3 June 2030", "Webinar")])


def test_products_are_told_apart_where_every_noun_has_a_capital(cast, sink):
    for name in ("Harbour", "Beacon"):
        Product.objects.create(programme=cast.programme, line="Licences", name=f"{name} Suite")
    german = {"language": "de"}
    sent(cast, "Hafen", body="Die Lizenzen für Harbour gelten in allen Ländern und Werken ab 1. Mai 2030.", **german)
    beacon = "Die Lizenzen für Beacon gelten in allen Ländern und Werken ab 1. Juni 2030."
    assert found(prices(cast, "Feuer", body=beacon, **german), cast) == ([], [])
    harbour = "Die Lizenzen für Harbour gelten künftig in allen Ländern und Werken ab 1. Juni 2030."
    assert found(prices(cast, "Hafen neu", body=harbour, **german), cast)[1] == [("1. Juni 2030", "1. Mai 2030", "Hafen")]


def test_a_label_still_says_what_a_value_is(cast, sink):
    create_statement(
        by=cast.maria, programme=cast.programme, key="harbour-from", name="Harbour prices from", kind="date", text="2030-05-01",
        phrases=["Takes effect Harbour licences"],
    )  # fmt: skip
    draft = dated(cast, "New prices for Harbour licences", "2030-06-01")
    assert found(draft, cast)[0] == [("1 June 2030", "1 May 2030", "Harbour prices from")]


def test_another_currency_or_another_kind_of_figure_is_no_contradiction(cast, sink):
    sent(cast, "Europe", body="Premium support costs €120 for each site.")
    assert found(prices(cast, "America", body="Premium support costs $130 for each site."), cast) == ([], [])
    assert found(prices(cast, "Rate", body="Premium support costs 12% for each site."), cast) == ([], [])


def test_what_the_registry_says_otherwise_contradicts(cast):
    list_price(cast)
    draft = prices(cast, body="The list price of Harbour is €49 for each user.")
    assert found(draft, cast) == ([("€49", "€45", "Harbour list price")], [])
    draft = prices(cast, "Both", body="The list price of Harbour goes from €45 to €49.")
    assert found(draft, cast) == ([], [])
    draft = prices(cast, "Neither", body="The list price of Harbour goes from €46 to €49.")
    assert [pair[:2] for pair in found(draft, cast)[1]] == [("€46", "€45"), ("€49", "€45")]


def test_a_statement_that_is_put_in_is_held_against_what_is_out_in_every_language(cast, sink):
    statement = list_price(cast)
    sent(cast, "Season", body="No price here.", translations=translated("Der Listenpreis von Harbour ist 45 Euro.", "Saison"))
    change_value(statement, by=cast.maria, text="49", currency="EUR")
    draft = prices(cast, "New")
    assert found(draft, cast) == ([("€49", "45\xa0€", "Season")], [])
    pair = consistency_of(draft, cast.maria).exact[0]
    assert (pair.about, pair.there.language) == ("Harbour list price", "de")


def test_translations_are_held_against_what_is_out_too(cast, sink):
    sent(cast, "Alt", body="Der Support kostet 120 Euro je Standort.", language="de")
    draft = prices(cast, "New", body="Nothing.", translations=translated("Der Support kostet 140 Euro je Standort.", "Neu"))
    assert found(draft, cast) == ([("140\xa0€", "120\xa0€", "Alt")], [])


def test_what_is_over_or_not_out_contradicts_nothing(cast, sink):
    body = "Premium support costs €120 for each site."
    over = sent(cast, "Over", body=body)
    Announcement.objects.filter(pk=over.pk).update(expires_at=timezone.now())
    prices(cast, "A draft", body=body)
    submit_announcement(prices(cast, "Waiting", body=body), by=cast.maria)
    draft = prices(cast, "This year", body="Premium support costs €140 for each site.")
    assert found(draft, cast) == ([], [])
    announcement_story.approve(prices(cast, "Approved", body=body), cast)
    assert found(draft, cast) == ([("€140", "€120", "Approved")], [])


def test_its_own_earlier_version_and_other_programmes_do_not_count(cast, sink):
    other = factories.make_programme("suppliers")
    announcement_story.send(announcement_story.draft(cast, "Suppliers", body="Premium support costs €120 for each site."), cast)
    Announcement.objects.update(programme=other)
    Mention.objects.update(programme=other)
    draft = prices(cast, "This year", body="Premium support costs €140 for each site.")
    assert found(draft, cast) == ([], [])
    announcement_story.approve(draft, cast)
    draft.body = "Premium support costs €150 for each site."
    assert found(draft, cast) == ([], [])


def test_what_is_written_out_is_offered_for_linking(cast):
    list_price(cast)
    body = "The list price of Harbour is **€45**, see [€45](https://x.example/€45).\n\nA chair costs €45. A table costs €90."
    draft = prices(cast, body=body)
    told = consistency_of(draft, cast.maria)
    assert [(link.said.sentence[:12], link.is_sure) for link in told.links] == [
        ("The list pri", True), ("The list pri", True), ("A chair cost", False),
    ]  # fmt: skip
    assert [said.written for said in told.unknown] == ["€90"]
    sent_form = QueryDict(mutable=True)
    sent_form.update({"body": body, "link": button_of(told.links[2], "en")})
    assert with_link(sent_form)["body"] == body.replace("A chair costs €45", "A chair costs {{ statement.harbour-list-price }}")


def test_a_link_to_what_has_changed_since_changes_nothing(cast):
    for link in ("", "body", "body|x|harbour|€45", "body|9|harbour|€45", "nothing|0|harbour|€45", "body|0|harbour|"):
        form = QueryDict(mutable=True)
        form.update({"body": "It is €45.", "link": link})
        assert with_link(form) == form


def test_what_is_not_offered_any_more_is_not_linked(cast):
    change_statement(list_price(cast), by=cast.maria, is_current=False)
    told = consistency_of(prices(cast, body="The list price of Harbour is €45."), cast.maria)
    assert (told.links, [said.written for said in told.unknown]) == ((), ["€45"])


def test_an_app_above_may_join_with_its_texts(cast):
    """A library tells what its pages say; it decides which of them are out, and for whom."""
    page = ShownText("Price page", "/library/1/")
    shown = TextSource("page", "page", lambda user, pairs: dict.fromkeys(pairs, page) if user == cast.maria else {})
    register_text_source(shown)
    try:
        said = [("en", "", each) for each in said_in("Premium support costs €120 for each site.", "en", {})]
        note_mentions("page", 1, cast.programme, said, number=3)
        draft = prices(cast, body="Premium support costs €140 for each site.")
        assert found(draft, cast) == ([("€140", "€120", "Price page")], [])
        assert consistency_of(draft, cast.arthur).exact == ()
        note_mentions("page", 1, cast.programme, [], number=3)
        forget_mentions("page", 1)
        assert found(draft, cast) == ([], [])
    finally:
        del _sources["page"]


def test_it_asks_as_often_for_many_figures_as_for_one(cast, sink, django_assert_max_num_queries):
    create_statement(by=cast.maria, name="Support", kind="price", text="120", currency="EUR", programme=cast.programme)
    for n in range(5):
        sent(cast, f"Old {n}", body=f"Service number {'abcde'[n] * 4} costs €120 for each site.", channels=["portal"])
    text = "".join(f"Service number {'abcde'[n] * 4} costs €14{n} for each site.\n\n" for n in range(5))
    draft = prices(cast, body=text)
    with django_assert_max_num_queries(6):
        assert len(consistency_of(draft, cast.maria).exact) == 5
