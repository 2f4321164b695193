"""Alpenglow's half-year review: both sides fill it in unseen, talk, and what they agree on is known and verified."""

import re
from datetime import date

import pytest
from django.urls import reverse

from activity.refusals import Invalid, NotAllowed, Refused
from context.actions.reviews import (
    agree,
    cancel_review,
    create_next_review,
    create_review,
    fill_in,
    hand_in,
    open_review,
    start_reviews,
)
from context.models import Fact, Metric, Review, ReviewLine
from context.queries.facts import current_facts
from partners.models import PerformanceRecord
from tests import factories
from tests.collecting_story import make_points, make_review

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(cast) -> Review:
    review = make_review(cast, make_points())
    open_review(review, by=cast.maria)
    return review


def line(review: Review, key: str) -> ReviewLine:
    return review.lines.get(metric=key) if key == "revenue" else review.lines.get(data_point__key=key)


def said(review: Review, **values) -> dict:
    return {line(review, key).pk: value for key, value in values.items()}


def both_hand_in(cast, review: Review) -> None:
    fill_in(review, "partner", said(review, staff="120", revenue="500000"), {}, by=cast.nora.user)
    hand_in(review, "partner", by=cast.nora.user)
    fill_in(review, "manager", said(review, staff="100", revenue="480000"), {}, by=cast.maria)
    hand_in(review, "manager", by=cast.maria)


def test_it_is_talked_over_once_both_have_handed_in(cast, review):
    fill_in(review, "partner", said(review, staff="120"), {line(review, "staff").pk: "Two more start in May"}, by=cast.nora.user)
    hand_in(review, "partner", by=cast.nora.user)
    assert (review.state, review.is_shown_side_by_side) == ("open", False)
    fill_in(review, "manager", said(review, staff="100"), {}, by=cast.maria)
    hand_in(review, "manager", by=cast.maria)
    assert (review.state, review.is_shown_side_by_side) == ("talk", True)
    assert Fact.objects.count() == 0


def test_what_is_agreed_is_known_and_verified(cast, review):
    both_hand_in(cast, review)
    assert agree(review, said(review, staff="110", revenue="490000"), by=cast.maria) == 2
    [fact] = current_facts(cast.alpenglow)
    assert (fact.value, fact.method, fact.source, fact.is_verified) == (110, "review", "review “Half-year review”", True)
    record = PerformanceRecord.objects.get()
    assert (record.metric, record.value, record.unit, record.period_end) == ("revenue", 490000, "EUR", date(2026, 6, 30))
    assert (record.verified_by, record.method) == (cast.maria, "review")
    assert (line(review, "staff").fact_id, line(review, "audits").agreed_value) == (fact.fact_id, None)
    assert review.state == "agreed"


def sold(cast, value, month: int, **more) -> PerformanceRecord:
    days = {"period_start": date(2026, month, 1), "period_end": date(2026, month, 28)}
    return PerformanceRecord.objects.create(partner=cast.alpenglow, metric="revenue", unit="EUR", value=value, **{**days, **more})


def revenue() -> list[tuple]:
    return [(row.value, row.is_verified) for row in PerformanceRecord.objects.order_by("value")]


def test_what_is_agreed_takes_the_place_of_the_same_figure(cast, review):
    """It was imported as a claim; were it to stay, both would be summed up."""
    whole = {"period_start": review.period_start, "period_end": review.period_end, "programme": cast.programme}
    imported = sold(cast, 480_000, 1, **whole)
    both_hand_in(cast, review)
    agree(review, said(review, revenue="490000"), by=cast.maria)
    assert revenue() == [(490_000, True)]
    assert PerformanceRecord.ledger.get(pk=imported.pk).withdrawn_at is not None
    assert line(review, "revenue").record == PerformanceRecord.objects.get()


def test_figures_of_parts_that_add_up_to_what_is_agreed_are_verified(cast, review):
    sold(cast, 200_000, 2)
    sold(cast, 290_000, 4, programme=cast.programme)
    sold(cast, 50_000, 3, programme=factories.make_programme("makers"))
    both_hand_in(cast, review)
    agree(review, said(review, revenue="490000"), by=cast.maria)
    assert revenue() == [(50_000, False), (200_000, True), (290_000, True)]
    assert (line(review, "revenue").agreed_value, line(review, "revenue").record) == (490_000, None)


def test_what_parts_of_the_period_do_not_add_up_to_is_not_summed_up_with_them(cast, review, client):
    sold(cast, 200_000, 2)
    sold(cast, 280_000, 4)
    both_hand_in(cast, review)
    with pytest.raises(Invalid, match="2 figures that add up to 480,000; with 490000 all of them would be summed up"):
        agree(review, said(review, staff="110", revenue="490000"), by=cast.maria)
    review.refresh_from_db()
    assert (review.state, Fact.objects.count(), revenue()) == ("talk", 0, [(200_000, False), (280_000, False)])

    client.force_login(cast.maria)
    boxes = {f"v{line(review, 'staff').pk}": "110", f"v{line(review, 'revenue').pk}": "490000"}
    page = client.post(reverse("admin:context_review_page", args=[review.public_id]), {**boxes, "do": "agree"})
    assert "add up to 480,000" in page.text
    assert revenue() == [(200_000, False), (280_000, False)]
    agree(review, said(review, staff="110"), by=cast.maria)
    assert review.state == "agreed"


def test_shares_and_latest_figures_are_not_added_up(cast, review):
    Metric.objects.create(key="revenue", label="Revenue", unit="EUR", summing="last")
    sold(cast, 200_000, 2)
    both_hand_in(cast, review)
    agree(review, said(review, revenue="490000"), by=cast.maria)
    assert revenue() == [(200_000, False), (490_000, True)]


def test_nothing_is_agreed_before_both_have_handed_in(cast, review):
    with pytest.raises(Refused, match="Both sides have to hand in"):
        agree(review, said(review, staff="110"), by=cast.maria)
    assert Fact.objects.count() == 0


def test_a_wrong_value_ends_the_agreement_whole(cast, review):
    both_hand_in(cast, review)
    with pytest.raises(Invalid, match="“a lot” is no value of “Revenue”"):
        agree(review, said(review, staff="110", revenue="a lot"), by=cast.maria)
    review.refresh_from_db()
    assert (review.state, Fact.objects.count(), PerformanceRecord.objects.count()) == ("talk", 0, 0)


def test_a_side_is_filled_in_by_its_own_people_until_it_is_handed_in(cast, review):
    values = said(review, staff="1")
    for side, user in (("partner", cast.ben.user), ("partner", cast.sven.user), ("partner", cast.maria), ("manager", cast.arthur)):
        with pytest.raises(NotAllowed):
            fill_in(review, side, values, {}, by=user)
    with pytest.raises(Invalid, match="Nothing is filled in yet"):
        hand_in(review, "partner", by=cast.nora.user)
    both_hand_in(cast, review)
    with pytest.raises(Refused, match="nothing can be filled in now"):
        fill_in(review, "partner", values, {}, by=cast.nora.user)
    assert line(review, "staff").partner_value == 120


def test_bad_plans_are_refused(cast, review):
    kept = {"by": cast.maria, "title": "R", "period_start": date(2026, 1, 1), "period_end": date(2026, 3, 31)}
    points = [each.data_point for each in review.lines.exclude(data_point=None)]
    for bad, sentence in (
        ({"title": " ", "data_points": points}, "Give it a title"),
        ({"period_end": date(2025, 1, 1), "data_points": points}, "ends before it begins"),
        ({}, "at least one thing"),
        ({"metrics": [("revenue", "EUR"), ("revenue", "USD")]}, "chosen twice"),
    ):
        with pytest.raises(Invalid, match=sentence):
            create_review(cast.alpenglow, cast.programme, **{**kept, **bad})
    assert Review.objects.count() == 1


def test_the_next_one_has_the_same_lines_for_the_period_after(cast, review):
    following = create_next_review(review, by=cast.maria)
    assert (following.period_start, following.period_end) == (date(2026, 7, 1), date(2026, 12, 31))
    assert [each.label for each in following.lines.all()] == ["Staff", "Own audits", "Revenue"]
    assert (following.previous, following.state) == (review, "draft")


def test_one_that_is_called_off_records_nothing_and_cannot_be_opened_again(cast, review):
    cancel_review(review, by=cast.maria)
    with pytest.raises(Refused, match="cannot become"):
        open_review(review, by=cast.maria)


# The partner's page


@pytest.fixture
def nora(client, cast):
    client.force_login(cast.nora.user)
    return client


def address(review: Review) -> str:
    return reverse("context:review", args=[review.public_id])


def test_nora_fills_in_and_sees_our_side_only_after_both_handed_in(cast, review, nora):
    fill_in(review, "manager", said(review, staff="98731"), {line(review, "staff").pk: "Our own count"}, by=cast.maria)
    hand_in(review, "manager", by=cast.maria)
    assert "Fill in your side of “Half-year review”" in nora.get("/").content.decode()
    page = nora.get(address(review)).content.decode()
    assert "neither side sees the other" in page
    assert "98,731" not in page
    assert "Our own count" not in page

    staff = line(review, "staff").pk
    wrong = nora.post(address(review), {f"v{staff}": "many", "do": "hand_in"})
    assert wrong.status_code == 422
    assert "it has to be a number" in wrong.content.decode()
    nora.post(address(review), {f"v{staff}": "120", f"c{staff}": "Without trainees", "do": "hand_in"})
    words = re.sub(r"<[^>]+>", " ", nora.get(address(review)).content.decode())
    for said_there in ("120", "98,731", "Our own count", "Now talk it over with Maria Lund"):
        assert said_there in words


def test_a_draft_and_a_foreign_review_are_absent(client, cast, review, nora):
    Review.objects.update(state="draft")
    assert nora.get(address(review)).status_code == 404
    Review.objects.update(state="open")
    cast.sven.is_partner_admin = True
    cast.sven.save()
    client.force_login(cast.sven.user)
    assert client.get(address(review)).status_code == 404
    client.force_login(cast.ben.user)
    assert client.get(address(review)).status_code == 403


# A whole segment


@pytest.fixture
def many(cast) -> dict:
    """Alpenglow can be reviewed; Baltic has nobody to answer, Cirrus is elsewhere, Dune has one in these months."""
    other = factories.make_programme("makers")
    factories.make_partner("Cirrus AS", programme=other)
    dune = factories.make_partner("Dune Ltd", programme=cast.programme)
    points = make_points()
    dates = {"period_start": date(2026, 1, 1), "period_end": date(2026, 6, 30)}
    create_review(dune, cast.programme, by=cast.maria, title="Kick-off", data_points=[points["staff"]], **dates)
    asked = {"segment": factories.make_segment(), "programme": cast.programme, "title": "Half-year", **dates}
    return {**asked, "data_points": [points["staff"]], "metrics": [("revenue", "EUR")]}


def test_each_partner_of_a_segment_gets_one_and_who_does_not_is_named(cast, many):
    petra = factories.make_user("petra@vendor.example", roles=("Partner manager",))
    cast.alpenglow.enrolments.update(manager=petra)
    plan = start_reviews(by=cast.maria, **many)
    assert [(place.partner, place.manager) for place in plan.places] == [(cast.alpenglow, petra)]
    assert {partner.name: reason for partner, reason in plan.skipped} == {
        "Baltic Cloud OÜ": "has no admin who can sign in: invite one first",
        "Cirrus AS": "is not in Vendor",
        "Dune Ltd": "has “Kick-off” in this period",
    }
    review = Review.objects.get(title="Half-year")
    assert (review.partner, review.state, review.manager, review.lines.count()) == (cast.alpenglow, "open", petra, 2)
    with pytest.raises(Refused, match="No partner of “Everyone” can be reviewed now"):
        start_reviews(by=cast.maria, **many)
    with pytest.raises(Invalid, match="chosen twice"):
        start_reviews(by=cast.maria, **{**many, "title": "Next", "period_start": date(2027, 1, 1), "period_end": date(2027, 6, 1),
                                        "metrics": [("revenue", ""), ("revenue", "EUR")]})  # fmt: skip
    assert Review.objects.count() == 2


def test_a_manager_starts_them_after_a_look_and_only_for_the_own_portfolio(cast, many, client):
    revenue = Metric.objects.create(key="revenue", label="Revenue", unit="EUR")
    asked = {"segment": many["segment"].pk, "programme": many["programme"].pk, "title": "Half-year", "metrics": [revenue.pk],
             "period_start": "2026-01-01", "period_end": "2026-06-30"}  # fmt: skip
    address = reverse("admin:context_review_segment")
    client.force_login(cast.maria)
    text = client.post(address, asked).text
    assert "Start 1 review" in text
    assert "invite one first" in text
    assert Review.objects.count() == 1
    petra = factories.make_user("petra@vendor.example", roles=("Partner manager",))
    client.force_login(petra)
    assert "can be reviewed now" in client.post(address, {**asked, "apply": "1"}).text
    client.force_login(cast.arthur)
    assert client.post(address, {**asked, "apply": "1"}).status_code == 403
    assert Review.objects.count() == 1
    client.force_login(cast.maria)
    assert "1 reviews are started; 3 partners were skipped" in client.post(address, {**asked, "apply": "1"}, follow=True).text
    assert "Start reviews for a segment" in client.get(reverse("admin:context_review_changelist")).text
