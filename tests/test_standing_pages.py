"""Managers' pages of tiers, stages and scorecards, and the portal's: what they show, what their forms do, whom they refuse."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from context.actions.scorecards import add_line, create_scorecard
from context.actions.stages import add_stage_criterion
from context.actions.tier_policies import draft_policy, publish_policy
from context.models import Metric, Scorecard, StageCriterion, StageMove, StagePace, TierPolicy
from context.periods import latest_period
from partners.actions.enrolments import end_enrolment
from partners.models import Enrolment, PerformanceRecord, Tier
from tests import tier_story
from tests.factories import make_partner, make_programme, make_user

pytestmark = pytest.mark.django_db

BOARD = "/admin/context/stagemove/board/"


@pytest.fixture
def maria(cast, client):
    client.force_login(cast.maria)
    return client


@pytest.fixture
def enrolment(cast) -> Enrolment:
    enrolment = Enrolment.objects.select_related("partner", "programme").get(partner=cast.alpenglow)
    Enrolment.objects.filter(pk=enrolment.pk).update(stage="onboard")
    return enrolment


def _text(response) -> str:
    return " ".join(response.content.decode().split())


# --- Tiers -----------------------------------------------------------------------------------------------------------


def test_maria_drafts_fills_looks_and_publishes(cast, maria):
    tier_story.make_certification()
    tier_story.rank_tiers(cast)
    drafted = maria.post("/admin/context/tierpolicy/add/", {"programme": cast.programme.pk})
    policy = TierPolicy.objects.get()
    page = drafted["Location"]
    gold = Tier.objects.get(key="gold")
    rule = json.dumps(tier_story.CERTIFICATE)
    maria.post(f"{page}add/?tier=gold", {"label": "Gate certificate", "rule": rule})
    maria.post(page, {"grace_days": 14})

    assert "Gate certificate" in _text(maria.get(page))
    looked = maria.get(page, {"look": 1})
    assert (looked.context["simulation"].down, looked.context["simulation"].unchanged) == (1, 1)
    policy.refresh_from_db()
    maria.post(page, {"publish": 1, "seen": policy.edited_at.isoformat()})

    policy.refresh_from_db()
    assert (policy.status, policy.grace_days, policy.published_by) == ("published", 14, cast.maria)
    assert [criterion.tier for criterion in policy.criteria.all()] == [gold]


def test_a_bad_criterion_is_told_on_the_form(cast, maria):
    page = reverse("admin:context_tierpolicy_page", args=[draft_policy(cast.programme, by=cast.maria).public_id])
    Tier.objects.filter(key="gold")
    for rule, said in (("{", "not valid JSON"), ('{"field": "nothing"}', "There is no field"), ('{"all": []}', "Add a condition")):
        answer = maria.post(f"{page}add/?tier=gold", {"label": "Something", "rule": rule})
        assert said in _text(answer)
    assert not TierPolicy.objects.get().criteria.exists()


def test_a_criterion_is_changed_and_removed_from_its_page(cast, maria):
    policy = tier_story.draft(cast)
    criterion = policy.criteria.first()
    page = reverse("admin:context_tierpolicy_criterion", args=[criterion.public_id])
    assert maria.get(page).status_code == 200

    maria.post(page, {"label": "Sells a lot", "rule": json.dumps(tier_story.REVENUE)})
    criterion.refresh_from_db()
    assert criterion.label == "Sells a lot"
    maria.post(page, {"remove": 1})
    assert policy.criteria.count() == 1


def test_a_tier_is_given_by_hand_from_the_partner_page(cast, maria):
    publish_policy(tier_story.draft(cast), by=cast.maria)
    enrolment = Enrolment.objects.get(partner=cast.baltic)
    page = reverse("admin:context_tierpolicy_enrolments_hold", args=[enrolment.public_id])
    gold = Tier.objects.get(key="gold")

    assert "This field is required" in _text(maria.post(page, {"tier": gold.pk, "reason": ""}))
    maria.post(page, {"tier": gold.pk, "reason": "Won the launch customer"})

    enrolment.refresh_from_db()
    assert enrolment.tier == gold
    overview = _text(maria.get(reverse("admin:partners_partner_overview", args=[cast.baltic.public_id]) + "?tab=performance"))
    assert "set by hand until" in overview
    assert "Won the launch customer" in overview
    maria.post(page, {"release": 1})
    assert "set by hand until" not in _text(maria.get(page))


def test_the_partner_page_says_what_is_missing(cast, maria, enrolment):
    publish_policy(tier_story.draft(cast), by=cast.maria)
    tier_story.sells(cast.baltic, 84_000)
    page = _text(maria.get(reverse("admin:partners_partner_overview", args=[cast.baltic.public_id]) + "?tab=performance"))
    assert "2 things are missing for Gold" in page
    assert "here: 84,000" in page


# --- The board -------------------------------------------------------------------------------------------------------


def test_the_board_is_one_page_of_few_queries(cast, maria, enrolment, django_assert_max_num_queries):
    tier_story.make_certification()
    add_stage_criterion(cast.programme, "onboard", "exit", by=cast.maria, label="Gate certificate", rule=tier_story.CERTIFICATE)
    for number in range(20):
        partner = make_partner(f"More {number}", programme=cast.programme)
        Enrolment.objects.filter(partner=partner).update(stage="onboard")
    maria.get(BOARD)
    with django_assert_max_num_queries(12):
        page = _text(maria.get(BOARD))
    assert "Gate certificate" in page
    assert "9 more" in page
    assert maria.get(BOARD, {"programme": "nothing", "manager": "nobody"}).status_code == 200


def test_the_number_of_a_stage_leads_to_those_who_are_still_in_it(cast, maria, enrolment):
    end_enrolment(Enrolment.objects.create(partner=cast.baltic, programme=make_programme("makers"), stage="onboard"), by=cast.maria)
    page = _text(maria.get(BOARD))
    link = "/admin/partners/enrolment/?current=yes&amp;stage=onboard"
    assert f'{link}">1<' in page

    rows = maria.get(link.replace("&amp;", "&")).context["cl"].queryset
    assert list(rows) == [enrolment]
    assert maria.get("/admin/partners/enrolment/?current=no").context["cl"].queryset.get().partner == cast.baltic


def test_a_card_is_moved_with_a_reason_and_the_filter_stays(cast, maria, enrolment):
    page = reverse("admin:context_stagemove_enrolments_move", args=[enrolment.public_id]) + "?programme=vendor"
    assert "In Onboard now" in _text(maria.get(page))

    assert "This field is required" in _text(maria.post(page, {"stage": "enable", "reason": ""}))
    moved = maria.post(page, {"stage": "enable", "reason": "Signed"})

    assert moved["Location"] == f"{BOARD}?programme=vendor"
    move = StageMove.objects.get()
    assert (move.to_stage, move.reason, move.by) == ("enable", "Signed", cast.maria)


def test_what_stages_ask_is_kept_on_a_page(cast, maria):
    tier_story.make_certification()
    lifecycle = "/admin/context/stagemove/lifecycle/?programme=vendor"
    new = reverse("admin:context_stagemove_programmes_new_criterion", args=[cast.programme.public_id])
    maria.post(f"{new}?stage=enable&side=exit", {"label": "Gate certificate", "rule": json.dumps(tier_story.CERTIFICATE)})
    assert maria.get(f"{new}?stage=nowhere&side=exit").status_code == 404
    maria.post(lifecycle, {"stage": "enable", "days": 30})
    maria.post(lifecycle, {"stage": "enable", "days": 0})

    assert "Gate certificate" in _text(maria.get(lifecycle))
    assert StagePace.objects.get().days == 30
    criterion = StageCriterion.objects.get()
    maria.post(reverse("admin:context_stagemove_criterion", args=[criterion.public_id]), {"remove": 1})
    assert not StageCriterion.objects.exists()


def test_who_may_not_change_sees_and_cannot(cast, client, enrolment):
    policy = tier_story.draft(cast)
    client.force_login(cast.arthur)
    page = reverse("admin:context_tierpolicy_page", args=[policy.public_id])
    assert client.get(page).status_code == 200
    assert client.get(BOARD).status_code == 200
    for address in (
        page,
        reverse("admin:context_stagemove_enrolments_move", args=[enrolment.public_id]),
        reverse("admin:context_tierpolicy_enrolments_hold", args=[enrolment.public_id]),
        "/admin/context/stagemove/lifecycle/",
    ):
        assert client.post(address, {"publish": 1, "stage": "enable", "reason": "x", "days": 3}).status_code == 403
    policy.refresh_from_db()
    enrolment.refresh_from_db()
    assert (policy.status, enrolment.stage) == ("draft", "onboard")


def test_somebody_elses_portfolio_is_not_moved(cast, client, enrolment):
    client.force_login(make_user("max@vendor.example", name="Max", roles=("Partner manager",)))
    page = reverse("admin:context_stagemove_enrolments_move", args=[enrolment.public_id])
    assert client.post(page, {"stage": "enable", "reason": "Mine"}).status_code == 404
    assert "Alpenglow" not in client.get(BOARD).content.decode()


# --- Scorecards ------------------------------------------------------------------------------------------------------


@pytest.fixture
def card(cast) -> Scorecard:
    card = create_scorecard(by=cast.maria, programme=cast.programme, name="Seller", is_shared=True)
    add_line(card, by=cast.maria, metric=Metric.objects.get(key="license_revenue"), target=100)
    quarter = latest_period("quarter", timezone.localdate())
    for value, verified_at in ((80, timezone.now()), (30, None)):
        PerformanceRecord.objects.create(
            partner=cast.alpenglow, metric="license_revenue", value=value, period_start=quarter.start, period_end=quarter.end,
            verified_at=verified_at, source="orders",
        )  # fmt: skip
    return card


def test_each_figure_leads_to_its_records(cast, maria, card, enrolment):
    [line] = card.lines.all()
    quarter = latest_period("quarter", timezone.localdate()).key
    filled = _text(maria.get(reverse("admin:context_scorecard_filled", args=[card.public_id, enrolment.public_id])))
    door = reverse("admin:context_scorecard_records", args=[card.public_id, enrolment.public_id, line.public_id])

    assert f"{door}?period={quarter}&amp;proof=verified" in filled
    assert maria.get(door, {"period": quarter}).context["found"].total == 2
    assert maria.get(door, {"period": quarter, "proof": "claimed"}).context["found"].total == 1
    assert maria.get(door, {"period": "soon"}).status_code == 404


def test_maria_keeps_the_lines_in_the_form(cast, maria, card):
    [line] = card.lines.all()
    page = reverse("admin:context_scorecard_change", args=[card.pk])
    form = {
        "name": "Seller", "kind": "", "period": "month", "is_shared": "on", "lines-TOTAL_FORMS": 2, "lines-INITIAL_FORMS": 1,
        "lines-0-id": line.pk, "lines-0-scorecard": card.pk, "lines-0-metric": line.metric_id, "lines-0-target": "120",
        "lines-0-position": 0, "lines-1-metric": Metric.objects.get(key="defects").pk, "lines-1-label": "Faulty",
        "lines-1-position": 3, "lines-1-scorecard": card.pk,
    }  # fmt: skip
    assert maria.post(page, form).status_code == 302
    card.refresh_from_db()
    assert card.period == "month"
    assert [(str(row), row.target) for row in card.lines.all()] == [("Licence revenue", 120), ("Faulty", None)]

    maria.post(page, form | {"lines-INITIAL_FORMS": 1, "lines-TOTAL_FORMS": 1, "lines-0-DELETE": "on"})
    assert [str(row) for row in card.lines.all()] == ["Faulty"]


def test_nora_reads_the_shared_scorecard_and_sven_does_not(cast, client, card, enrolment):
    [line] = card.lines.all()
    quarter = latest_period("quarter", timezone.localdate()).key
    page = reverse("portal:scorecard", args=[card.public_id, enrolment.public_id])
    door = reverse("portal:scorecard_records", args=[card.public_id, enrolment.public_id, line.public_id]) + f"?period={quarter}"
    client.force_login(cast.nora.user)
    assert "Licence revenue" in _text(client.get(page))
    assert client.get(door).context["found"].total == 2
    assert page in _text(client.get("/organisation/standing/"))

    Scorecard.objects.update(is_shared=False)
    assert client.get(page).status_code == 404
    Scorecard.objects.update(is_shared=True)
    client.force_login(cast.sven.user)
    assert client.get(page).status_code == 404
    assert client.get(door).status_code == 404


def test_the_portal_says_what_is_missing(cast, client):
    publish_policy(tier_story.draft(cast), by=cast.maria)
    tier_story.sells(cast.baltic, 84_000)
    client.force_login(cast.sven.user)

    assert "0 of 2 met" in _text(client.get("/"))
    standing = _text(client.get("/organisation/standing/"))
    assert "2 things are missing for Gold" in standing
    assert "now: 84,000" in standing


def test_the_performance_tab_asks_the_same_for_many_programmes_and_names_metrics(client, cast, django_assert_max_num_queries):
    """The criteria of all tiers and stages are asked together; records go by the name of their metric."""
    tier_story.one_of_each(cast)
    TierPolicy.objects.update(status=TierPolicy.Status.PUBLISHED)
    for number in range(3):
        programme = make_programme(f"other-{number}")
        Enrolment.objects.create(partner=cast.alpenglow, programme=programme, stage="onboard")
        tier_story.sells(cast.alpenglow, 1000 + number)
    client.force_login(cast.maria)
    page = f"/admin/partners/partner/{cast.alpenglow.public_id}/overview/?tab=performance"
    client.get(page)

    with django_assert_max_num_queries(22):
        told = client.get(page).content.decode()
    label = Metric.objects.get(key="license_revenue").label
    assert f'<th scope="row">{label}</th>' in told
    assert "license_revenue" not in told
