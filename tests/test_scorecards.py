"""Scorecards: each figure of a period, what is verified apart from what is claimed, and the records behind it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from activity.refusals import Invalid, Refused
from context.actions.metrics import create_metric, delete_metric, install_metrics
from context.actions.scorecards import add_line, change_line, change_scorecard, create_scorecard, delete_scorecard, remove_line
from context.models import Metric, Scorecard, ScorecardLine
from context.periods import Period, latest_period, period_named, periods_up_to
from context.queries.scorecards import records_counted, scorecard_of, scorecards_of
from context.trends import draw_bars
from partners.models import Enrolment, PerformanceRecord, Product
from tests.factories import make_programme, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(cast) -> Scorecard:
    card = create_scorecard(by=cast.maria, programme=cast.programme, name="Seller", period="quarter")
    add_line(card, by=cast.maria, metric=Metric.objects.get(key="license_revenue"), target=100)
    return card


@pytest.fixture
def enrolment(cast) -> Enrolment:
    return Enrolment.objects.select_related("partner", "programme").get(partner=cast.alpenglow)


QUARTER = latest_period("quarter", timezone.localdate())


def _record(cast, value, *, metric="license_revenue", verified=False, period=QUARTER, **more) -> PerformanceRecord:
    proof = {"verified_by": cast.maria, "verified_at": timezone.now()} if verified else {}
    days = {"period_start": period.start, "period_end": period.end}
    return PerformanceRecord.objects.create(partner=cast.alpenglow, metric=metric, value=value, **{**days, **proof, **more})


def test_verified_and_claimed_are_told_apart(cast, card, enrolment):
    _record(cast, 70, verified=True)
    _record(cast, 50, verified=True)
    _record(cast, 30)
    _record(cast, 900, verified=True, disputed_at=timezone.now())
    _record(cast, 80, verified=True, period=QUARTER.before())

    [row] = scorecard_of(card, enrolment).rows

    assert (row.verified.value, row.verified.records) == (120, 2)
    assert (row.claimed.value, row.claimed.records) == (930, 2)
    assert (row.previous, row.change, row.meets) == (80, None, True)
    PerformanceRecord.objects.filter(verified_at=None).update(verified_at=timezone.now())
    PerformanceRecord.objects.exclude(disputed_at=None).delete()
    [row] = scorecard_of(card, enrolment).rows
    assert (row.change, row.is_better) == (70, True)
    assert [bar.is_last for bar in row.bars] == [False] * 7 + [True]


def test_the_records_behind_a_figure_are_those_that_were_counted(cast, card, enrolment):
    verified, claim = _record(cast, 70, verified=True), _record(cast, 30)
    _record(cast, 5, metric="defects")
    _record(cast, 5, period=QUARTER.before())
    _record(cast, 5, programme=make_programme("makers"))
    withdrawn = _record(cast, 5)
    PerformanceRecord.ledger.filter(pk=withdrawn.pk).update(withdrawn_at=timezone.now())
    [line] = card.lines.all()

    assert set(records_counted(line, enrolment, QUARTER)) == {verified, claim}
    assert list(records_counted(line, enrolment, QUARTER, verified=True)) == [verified]
    assert list(records_counted(line, enrolment, QUARTER, verified=False)) == [claim]


def test_a_line_can_be_about_one_product_industry_or_activity(cast, card, enrolment):
    aurora = Product.objects.create(programme=cast.programme, line="A", name="Aurora", version="3")
    _record(cast, 70, product=aurora, industry="retail", verified=True)
    _record(cast, 30, industry="retail", verified=True)
    _record(cast, 11, activity="sells", verified=True)
    revenue = Metric.objects.get(key="license_revenue")
    add_line(card, by=cast.maria, metric=revenue, label="Aurora", product=aurora)
    add_line(card, by=cast.maria, metric=revenue, label="Retail", industry="retail")
    add_line(card, by=cast.maria, metric=revenue, label="Sold", activity="sells")

    rows = {str(row.line): row.verified.value for row in scorecard_of(card, enrolment).rows}

    assert rows == {"Licence revenue": 111, "Aurora": 70, "Retail": 100, "Sold": 11}


def test_metrics_are_put_together_as_they_say(cast, card, enrolment):
    for key, summing, is_more_better in (("audit", "last", True), ("late", "average", False)):
        metric = create_metric(by=cast.maria, key=key, label=key, summing=summing, is_more_better=is_more_better)
        add_line(card, by=cast.maria, metric=metric, target=5)
        first = Period("span", QUARTER.start, QUARTER.start + timedelta(days=20))
        _record(cast, 4, metric=key, verified=True, period=first)
        _record(cast, 8, metric=key, verified=True)

    rows = {str(row.line): row for row in scorecard_of(card, enrolment).rows}

    assert (rows["audit"].verified.value, rows["audit"].meets) == (8, True)
    assert (rows["late"].verified.value, rows["late"].meets) == (6, False)
    assert (rows["Licence revenue"].verified.value, rows["Licence revenue"].meets) == (None, None)


def test_who_sees_which_scorecards(cast, card, enrolment):
    shared = create_scorecard(by=cast.maria, programme=cast.programme, name="Shared", is_shared=True)
    create_scorecard(by=cast.maria, programme=cast.programme, name="Others")
    create_scorecard(by=cast.maria, programme=make_programme("makers"), name="Makers", is_shared=True)
    vera = make_user("vera@vendor.example", roles=("Vendor sales",))

    def names(user):
        return [found.scorecard.name for found in scorecards_of(enrolment, user=user)]

    assert names(cast.maria) == ["Others", "Seller", "Shared"]
    assert names(cast.nora.user) == [shared.name]
    assert names(vera) == []


def test_scorecards_cost_few_queries(cast, card, enrolment, django_assert_max_num_queries):
    for number in range(5):
        other = create_scorecard(by=cast.maria, programme=cast.programme, name=f"More {number}")
        add_line(other, by=cast.maria, metric=Metric.objects.get(key="defects"))
    user = type(cast.maria).objects.get(pk=cast.maria.pk)
    with django_assert_max_num_queries(5):
        scorecards_of(enrolment, user=user)


def test_changes_are_checked(cast, card):
    [line] = card.lines.all()
    makers = make_programme("makers")
    foreign = Product.objects.create(programme=makers, line="L", name="Lynx", version="1")
    refused = (
        lambda: change_scorecard(card, by=cast.maria, period="decade"),
        lambda: change_scorecard(card, by=cast.maria, name=""),
        lambda: create_scorecard(by=cast.maria, programme=cast.programme, name="Seller"),
        lambda: change_line(line, by=cast.maria, product=foreign),
        lambda: change_line(line, by=cast.maria, target=True),
        lambda: change_line(line, by=cast.maria, activity="flies"),
        lambda: delete_metric(line.metric, by=cast.maria),
        lambda: create_metric(by=cast.maria, key="defects", label="Twice"),
        lambda: create_metric(by=cast.maria, key="Not a key", label="Bad"),
    )
    for refuse in refused:
        with pytest.raises((Invalid, Refused)):
            refuse()
    card.refresh_from_db()
    line.refresh_from_db()
    assert (card.name, card.period, line.product, line.target) == ("Seller", "quarter", None, Decimal(100))
    remove_line(line, by=cast.maria)
    delete_scorecard(card, by=cast.maria)
    assert not ScorecardLine.objects.exists()


def test_a_metric_that_a_manager_renamed_stays_so(cast):
    Metric.objects.filter(key="defects").update(label="Faulty parts")
    install_metrics()
    assert Metric.objects.get(key="defects").label == "Faulty parts"


@given(day=st.dates(date(2001, 1, 1), date(2099, 12, 31)), kind=st.sampled_from(["month", "quarter", "rolling_year"]))
def test_periods_follow_each_other_without_gap(day, kind):
    latest = latest_period(kind, day)
    assert latest.end < day
    assert (day - latest.end).days <= (92 if kind == "quarter" else 31)
    assert period_named(kind, latest.key) == latest
    first, second = periods_up_to(latest, 2)
    assert second == latest
    if kind == "rolling_year":
        assert (second.start - first.start).days in (28, 29, 30, 31)
    else:
        assert first.end + timedelta(days=1) == second.start


def test_what_is_no_period_is_none():
    assert [period_named("quarter", key) for key in ("2026-10", "2026-Q5", "", "x", "0000-Q1")] == [None] * 5


@given(
    st.lists(
        st.tuples(st.just("x"), st.none() | st.decimals(-5, 1000, places=2), st.none() | st.decimals(-5, 1000, places=2)),
        max_size=12,
    ),
    st.booleans(),
)
def test_bars_stay_inside_their_picture(points, stacked):
    for bar in draw_bars(points, stacked=stacked):
        assert bar.claimed_y >= 0
        assert bar.x >= 0
        assert bar.x + bar.width <= 240.5
