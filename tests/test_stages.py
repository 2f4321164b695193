"""The lifecycle: moves with their reason and evidence, whatever made them; who is stuck and what they lack."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activity.refusals import Invalid, Refused
from context.actions.stages import (
    add_stage_criterion,
    catch_up_stage_moves,
    change_stage_criterion,
    move_stage,
    remove_stage_criterion,
    set_stage_pace,
)
from context.models import StageCriterion, StageMove, StagePace
from context.queries.stages import CARDS, board_of, next_stage, stage_standing_of
from context.queries.standing_needs import standing_needs
from partners.actions.bulk_edits import apply_bulk_edit, field_of, undo_bulk_edit
from partners.actions.enrolments import change_enrolment, enrol_partner
from partners.actions.partners import create_partner
from partners.models import Enrolment, Stage
from tests import tier_story
from tests.factories import make_partner, make_programme, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def onboarding(cast) -> Enrolment:
    """Alpenglow is being taken on; to leave it has to hold a certificate, and to be enabled it has to sell something."""
    tier_story.make_certification()
    add_stage_criterion(cast.programme, "onboard", "exit", by=cast.maria, label="Gate certificate", rule=tier_story.CERTIFICATE)
    selling = {"field": "performance.license_revenue", "op": "gt", "value": 0, "within_days": 365}
    add_stage_criterion(cast.programme, "enable", "entry", by=cast.maria, label="A first sale", rule=selling)
    enrolment = Enrolment.objects.select_related("partner", "programme").get(partner=cast.alpenglow)
    change_enrolment(enrolment, by=cast.maria, stage="onboard")
    return enrolment


def test_maria_moves_alpenglow_on_with_a_reason_and_the_evidence_is_kept(cast, onboarding):
    tier_story.certify(cast.alpenglow, "gate")

    move = move_stage(onboarding, "enable", by=cast.maria, reason="The first order is signed")

    assert (move.from_stage, move.to_stage, move.by, move.reason) == ("onboard", "enable", cast.maria, "The first order is signed")
    assert [(row["label"], row["about"], row["holds"]) for row in move.evidence] == [
        ("Gate certificate", "exit", True),
        ("A first sale", "entry", False),
    ]
    onboarding.refresh_from_db()
    assert onboarding.stage == "enable"


def test_a_move_is_refused_without_a_reason_to_the_same_stage_or_to_none(cast, onboarding):
    before = StageMove.objects.count()
    for to, reason in (("enable", "  "), ("onboard", "Because"), ("nowhere", "Because"), ("", "Because")):
        with pytest.raises(Refused):
            move_stage(onboarding, to, by=cast.maria, reason=reason)
    onboarding.refresh_from_db()
    assert (onboarding.stage, StageMove.objects.count()) == ("onboard", before)


def test_every_way_to_change_a_stage_is_on_record(cast):
    enrolment = Enrolment.objects.get(partner=cast.alpenglow)
    change_enrolment(enrolment, by=cast.maria, stage="recruit")
    _plan, activity = apply_bulk_edit(Enrolment.objects.all(), field_of(Enrolment, "stage"), "sell", by=cast.maria)
    undo_bulk_edit(activity, by=cast.maria)
    new = create_partner(by=cast.maria, name="Corvid AG", programme=cast.programme)
    other = enrol_partner(new, make_programme("makers"), by=cast.maria, stage="strategize")

    assert [(move.from_stage, move.to_stage) for move in enrolment.stage_moves.order_by("pk")] == [
        ("", "recruit"),
        ("recruit", "sell"),
        ("sell", "recruit"),
    ]
    assert [move.to_stage for move in other.stage_moves.all()] == ["strategize"]


def test_what_was_written_in_bulk_is_caught_up_with_once(cast):
    starts = timezone.localdate() - timedelta(days=200)
    Enrolment.objects.filter(partner=cast.alpenglow).update(stage="sell", starts_on=starts)

    assert catch_up_stage_moves("landscape.csv", by=cast.maria) == 1
    assert catch_up_stage_moves("landscape.csv", by=cast.maria) == 0

    move = StageMove.objects.get()
    assert (move.to_stage, move.reason, move.by, move.at.date()) == ("sell", "landscape.csv", cast.maria, starts)

    Enrolment.objects.filter(partner=cast.alpenglow).update(stage="accelerate")
    catch_up_stage_moves("Found so", partner_ids=[cast.baltic.pk])
    assert StageMove.objects.count() == 1
    catch_up_stage_moves("Found so", partner_ids=[cast.alpenglow.pk])
    latest = StageMove.objects.latest("pk")
    assert (latest.from_stage, latest.to_stage, latest.at.date()) == ("sell", "accelerate", timezone.now().date())


def test_the_standing_says_what_is_missing_and_for_how_long(cast, onboarding):
    StageMove.objects.update(at=timezone.now() - timedelta(days=100))
    tier_story.sells(cast.alpenglow, 5)

    standing = stage_standing_of(onboarding)

    assert (standing.days, standing.is_stuck, standing.next_stage) == (100, True, "enable")
    assert [(row.label, row.actual) for row in standing.missing] == [("Gate certificate", "nothing known")]
    set_stage_pace(cast.programme, "onboard", 120, by=cast.maria)
    assert not stage_standing_of(onboarding).is_stuck


def test_the_board_says_who_is_stuck_and_why(cast, onboarding):
    StageMove.objects.update(at=timezone.now() - timedelta(days=100))
    Enrolment.objects.filter(partner=cast.baltic).update(stage="sell")

    board = board_of(cast.maria)

    columns = {column.stage: column for column in board.columns}
    assert list(columns) == list(Stage)
    [card] = columns[Stage.ONBOARD].cards
    assert (card.enrolment.partner, card.days, card.is_stuck) == (cast.alpenglow, 100, True)
    assert card.missing == ("Gate certificate", "A first sale")
    assert (columns[Stage.ONBOARD].stuck, columns[Stage.SELL].total, board.total, board.stuck) == (1, 1, 2, 1)


def test_the_board_is_limited_filtered_and_shows_only_ones_own(cast, onboarding, django_assert_max_num_queries):
    for number in range(CARDS + 3):
        partner = make_partner(f"More {number}", programme=cast.programme)
        Enrolment.objects.filter(partner=partner).update(stage="onboard")
    manager = make_user("max@vendor.example", name="Max", roles=("Partner manager",))
    Enrolment.objects.filter(partner=cast.alpenglow).update(manager=manager)

    with django_assert_max_num_queries(8):
        board = board_of(cast.maria)
    column = next(column for column in board.columns if column.stage == Stage.ONBOARD)

    assert (column.total, len(column.cards), column.not_shown) == (CARDS + 4, CARDS, 4)
    assert board_of(cast.maria, programme="nothing").total == 0
    assert board_of(cast.maria, manager=manager.public_id).total == 1
    assert board_of(manager).total == 1


def test_criteria_are_changed_and_removed_and_bad_ones_refused(cast, onboarding):
    criterion = StageCriterion.objects.get(stage="onboard")
    change_stage_criterion(criterion, by=cast.maria, label="The Gate certificate")
    for fields in ({"label": ""}, {"rule": {"all": []}}, {"rule": {"field": "nothing"}}, {"stage": "sell"}):
        with pytest.raises(Invalid):
            change_stage_criterion(criterion, by=cast.maria, **fields)
    criterion.refresh_from_db()
    assert (criterion.label, criterion.stage) == ("The Gate certificate", "onboard")
    remove_stage_criterion(criterion, by=cast.maria)
    assert StageCriterion.objects.count() == 1
    with pytest.raises(Invalid):
        set_stage_pace(cast.programme, "onboard", 0, by=cast.maria)
    assert not StagePace.objects.exists()


def test_stages_follow_each_other():
    assert (next_stage(""), next_stage("strategize"), next_stage("accelerate")) == ("strategize", "recruit", "")


def test_who_is_stuck_waits_for_the_manager_who_answers_for_it(cast, onboarding):
    StageMove.objects.update(at=timezone.now() - timedelta(days=100))
    assert not [need for need in standing_needs(cast.maria) if "stuck" in need.sentence]
    Enrolment.objects.filter(partner=cast.alpenglow).update(manager=cast.maria)
    [need] = [need for need in standing_needs(cast.maria) if "stuck" in need.sentence]
    assert (need.sentence, need.detail) == ("1 partner is stuck in its stage", "Alpenglow GmbH: Onboard")
    set_stage_pace(cast.programme, "onboard", 200, by=cast.maria)
    assert list(standing_needs(cast.maria)) == []


def test_what_stages_ask_of_a_place_is_asked_of_the_place_that_is_in_the_stage(cast, onboarding):
    """Somebody is responsible for Alpenglow here and nobody there: there the same criterion is missing."""
    makers = make_programme("makers")
    change_enrolment(onboarding, by=cast.maria, manager=cast.maria)
    there = enrol_partner(cast.alpenglow, makers, by=cast.maria, stage="onboard")
    known = {"field": "enrolment.manager", "op": "is_empty", "value": False}
    for programme in (cast.programme, makers):
        add_stage_criterion(programme, "onboard", "exit", by=cast.maria, label="Somebody is responsible", rule=known)

    cards = {card.enrolment: card.missing for column in board_of(cast.maria).columns for card in column.cards}

    assert "Somebody is responsible" not in cards[onboarding]
    assert cards[there] == ("Somebody is responsible",)
    [outcome] = stage_standing_of(there).outcomes
    assert (outcome.holds, outcome.actual) == (False, "nothing known")
