"""Two partners that are one become one, with everything that is on record for either, and can be taken apart again."""

from datetime import date

import pytest
from django.apps import apps
from django.utils import timezone

from activity.models import Access, Activity, Task, WebhookEndpoint
from activity.refusals import Invalid, Refused
from communications.models import Acknowledgement, Delivery, Question
from context.actions.facts import record_fact
from context.actions.verdicts import give_verdict
from context.models import Fact, Waiting
from context.rules.compiling import compile_rules
from partners.actions.merges import forget_in_merges, merge_partners, plan_merge, undo_merge
from partners.actions.relations import relate_partners
from partners.actions.typed_rows import save_typed_row
from partners.merging import tables_of_partners
from partners.models import (
    Certification,
    Contact,
    Enrolment,
    FormerName,
    Merge,
    Partner,
    PartnerCertification,
    PartnerKey,
    PartnerRegion,
    PartnerRelation,
    PerformanceRecord,
    Region,
    Site,
)
from partners.personal_data import person_of
from tests.factories import make_announcement, make_contact, make_partner, make_programme, make_segment

pytestmark = pytest.mark.django_db

HISTORY = {"Merge", "MergeMove", "Activity"}


@pytest.fixture
def twin(cast) -> Partner:
    """Alpenglow once more, as another list knew it: with what that list and its people said."""
    twin = make_partner("Alpen-Glow Ltd", programme=cast.programme, tier="silver", country="AT", website="https://alpenglow.example",
                        external_id="A-2")  # fmt: skip
    makers = make_programme("makers")
    Enrolment.objects.create(partner=twin, programme=makers, starts_on=date(2025, 1, 1))
    make_contact(twin, "Nora Berg", "Nora@alpenglow.example", user=cast.nora.user)
    make_contact(twin, "Tess Other", "tess@alpenglow.example")
    PartnerKey.objects.create(partner=twin, system="crm", value="77")
    alps = Region.objects.create(key="alps", name="Alps")
    for partner in (cast.alpenglow, twin):
        save_typed_row(PartnerRegion(partner=partner, region=alps), by=cast.maria)
        record_fact(partner, "strengths", f"said of {partner.name}", source="call", method="interview", by=cast.maria)
    give_verdict(PartnerRegion.objects.get(partner=twin), "verified", by=cast.maria)
    give_verdict(Fact.objects.get(partner=twin), "verified", by=cast.maria)
    save_typed_row(Site(partner=twin, name="Linz", kind=Site.Kind.BRANCH), by=cast.maria)
    iso = Certification.objects.create(key="iso", name="ISO 9001")
    nora = twin.contacts.get(name="Nora Berg")
    save_typed_row(PartnerCertification(partner=twin, contact=nora, certification=iso), by=cast.maria)
    day = date(2026, 3, 31)
    save_typed_row(
        PerformanceRecord(partner=twin, metric="revenue", period_start=day, period_end=day, value=5, unit="EUR"), by=cast.maria
    )
    relate_partners(twin, "distributed_by", cast.baltic, by=cast.maria)
    relate_partners(twin, "parent", cast.alpenglow, by=cast.maria)
    Task.objects.create(title="Call them", partner_id=twin.pk)
    asked = make_announcement(programme=cast.programme, segment=make_segment(), author=cast.maria)
    for contact in twin.contacts.all():
        Delivery.objects.create(announcement=asked, contact=contact, partner=twin, channel="email", state="delivered")
    Acknowledgement.objects.create(announcement=asked, contact=nora, partner=twin, version=1)
    Question.objects.create(announcement=asked, contact=nora, partner=twin, text="When?")
    return twin


def test_everything_of_the_merged_partner_is_the_kept_ones(cast, twin):
    merge = merge_partners(cast.alpenglow, twin, by=cast.maria)

    twin.refresh_from_db()
    assert twin.merged_into == cast.alpenglow
    kept = cast.alpenglow
    assert set(kept.contacts.current().values_list("name", flat=True)) == {"Nora Berg", "Ben Ott", "Tess Other"}
    assert set(kept.keys.values_list("value", flat=True)) == {"77"}
    for model in (Delivery, Acknowledgement, Question, Fact, Site, PerformanceRecord, PartnerCertification):
        assert not model._base_manager.filter(partner=twin).exists(), model
        assert model._base_manager.filter(partner=kept).exists(), model
    assert Task.objects.get().partner_id == kept.pk
    assert Delivery.objects.filter(state="delivered").count() == 2
    assert PartnerCertification.objects.get().contact == cast.nora
    assert list(PartnerRelation.objects.filter(partner=kept).values_list("kind", flat=True)) == ["distributed_by"]
    assert Activity.objects.filter(verb="partner.merged", partner_id=kept.pk, subject_id=merge.pk).exists()


def test_a_merge_taken_back_leaves_the_database_as_it_was(cast, twin):
    before = _everything()

    merge = merge_partners(cast.alpenglow, twin, {"website": "merged", "external_id": "merged", "name": "merged"}, by=cast.maria)
    cast.alpenglow.refresh_from_db()
    assert (cast.alpenglow.name, cast.alpenglow.external_id) == ("Alpen-Glow Ltd", "A-2")
    assert _everything() != before
    assert undo_merge(merge, by=cast.arthur) == 0

    assert _everything() == before
    merge.refresh_from_db()
    assert merge.undone_by == cast.arthur
    with pytest.raises(Refused, match="taken back before"):
        undo_merge(merge, by=cast.maria)


def test_a_preview_changes_nothing_and_says_what_would_move(cast, twin):
    before = _everything()

    plan = plan_merge(cast.alpenglow, twin, {}, by=cast.maria)

    assert _everything() == before
    assert not Merge.objects.exists()
    counts = dict(plan.counts)
    assert (counts[Contact], counts[Enrolment], counts[Fact], counts[Delivery]) == (2, 2, 1, 2)


def test_in_one_programme_one_place_stays(cast, twin):
    merge_partners(cast.alpenglow, twin, by=cast.maria)

    current = cast.alpenglow.enrolments.current()
    assert {(row.programme.key, row.tier and row.tier.key, row.is_primary) for row in current} == {
        ("vendor", "gold", True),
        ("makers", None, False),
    }
    ended = cast.alpenglow.enrolments.get(status="ended")
    assert (ended.tier.key, ended.ends_on) == ("silver", timezone.localdate())


def test_the_place_of_the_merged_partner_can_be_the_one_that_stays(cast, twin):
    merge_partners(cast.alpenglow, twin, {"programme:vendor": "merged"}, by=cast.maria)

    primary = cast.alpenglow.enrolments.current().get(is_primary=True)
    assert (primary.programme.key, primary.tier.key) == ("vendor", "silver")


def test_of_two_like_rows_the_verified_one_holds_and_the_profile_says_what_the_ledger_says(cast, twin):
    merge_partners(cast.alpenglow, twin, by=cast.maria)

    assert PartnerRegion.objects.get(partner=cast.alpenglow).is_verified
    assert PartnerRegion.ledger.filter(partner=cast.alpenglow).count() == 2
    cast.alpenglow.profile.refresh_from_db()
    assert cast.alpenglow.profile.regions == ["alps"]
    assert cast.alpenglow.profile.certifications == ["iso"]
    website = {"website": "https://alpenglow.example"}  # the kept one had none
    assert cast.alpenglow.profile.facts == {"strengths": "said of Alpen-Glow Ltd", **website}
    twin.profile.refresh_from_db()
    assert (twin.profile.regions, twin.profile.facts) == ([], {})


def test_one_person_at_both_is_one_person(cast, twin):
    merge_partners(cast.alpenglow, twin, by=cast.maria)

    assert list(Contact.objects.of_login(cast.nora.user)) == [cast.nora]
    other = Contact.objects.exclude(pk=cast.nora.pk).get(name="Nora Berg")
    assert (other.partner, other.email, other.left_on) == (cast.alpenglow, "", timezone.localdate())


def test_a_merged_partner_is_nobodys_partner_any_more(cast, twin):
    everyone = compile_rules({"all": []})
    assert twin in everyone.partners()

    merge_partners(cast.alpenglow, twin, by=cast.maria)

    assert set(everyone.partners()) == {cast.alpenglow, cast.baltic}
    assert twin not in Partner.objects.visible_to(cast.maria)
    assert FormerName.objects.get(partner=cast.alpenglow).name == "Alpen-Glow Ltd"


def test_who_was_merged_before_leads_straight_to_who_is_kept_now(cast, twin):
    first = merge_partners(twin, cast.baltic, by=cast.maria)
    merge_partners(cast.alpenglow, twin, by=cast.maria)

    cast.baltic.refresh_from_db()
    assert cast.baltic.merged_into == cast.alpenglow
    with pytest.raises(Refused, match="has itself been merged since"):
        undo_merge(first, by=cast.maria)


def test_what_changed_since_stays_with_the_kept_partner(cast, twin):
    merge = merge_partners(cast.alpenglow, twin, {"country": "merged"}, by=cast.maria)
    Partner.objects.filter(pk=cast.alpenglow.pk).update(country="CH")
    record_fact(cast.alpenglow, "challenges", "new", source="call", method="interview")

    assert undo_merge(merge, by=cast.maria) == 1

    cast.alpenglow.refresh_from_db()
    assert cast.alpenglow.country == "CH"
    assert Fact.objects.get(data_point__key="challenges").partner == cast.alpenglow


def test_who_is_erased_does_not_come_back_with_a_merge_taken_back(cast, twin):
    merge = merge_partners(cast.alpenglow, twin, by=cast.maria)
    ghost = Contact.objects.exclude(pk=cast.nora.pk).get(name="Nora Berg")

    assert ghost.pk in person_of(cast.nora).contact_ids
    forget_in_merges(person_of(cast.nora))

    undo_merge(merge, by=cast.maria)
    ghost.refresh_from_db()
    assert (ghost.email, ghost.left_on) == ("", timezone.localdate())


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [({"created_at": "merged"}, "nothing to choose"), ({"website": "both"}, "nothing to choose")],
)
def test_what_cannot_be_chosen_is_refused_and_nothing_moves(cast, twin, choices, sentence):
    before = _everything()
    with pytest.raises(Invalid, match=sentence):
        merge_partners(cast.alpenglow, twin, choices, by=cast.maria)
    assert _everything() == before


def test_a_partner_is_not_merged_with_itself_nor_twice(cast, twin):
    with pytest.raises(Invalid, match="with itself"):
        merge_partners(twin, twin, by=cast.maria)
    merge_partners(cast.alpenglow, twin, by=cast.maria)
    with pytest.raises(Refused, match="merged meanwhile"):
        merge_partners(cast.baltic, twin, by=cast.maria)


def test_every_table_that_names_a_partner_takes_part():
    """Also one that names it without a foreign key: such a table registers a mover, or is listed here with what does."""
    moved = {model for model, _field in tables_of_partners()}
    by_number = {
        model
        for model in apps.get_models()
        if any(field.name == "partner_id" for field in model._meta.concrete_fields) and not hasattr(model, "pgh_id")
    }
    assert {Delivery, Fact, Site, PartnerKey, Question} <= moved
    listed = {Access, Activity, Task, Waiting, WebhookEndpoint}
    assert by_number - moved == listed, "Register a mover in partners.merging for this table."


def _everything() -> dict[str, list]:
    """All rows of all tables, but for history and the moments at which derived rows were made."""
    content = {}
    for model in apps.get_models(include_auto_created=True):
        if model.__name__ in HISTORY or hasattr(model, "pgh_id") or not model._meta.managed or model._meta.proxy:
            continue
        if model._meta.app_label not in {"partners", "context", "communications", "activity"}:
            continue
        derived = ("refreshed_at", "pk", *(("id",) if model.__name__ == "Headcount" else ()))
        columns = [field.attname for field in model._meta.concrete_fields if field.name not in derived]
        content[model._meta.label] = sorted(map(repr, model._base_manager.values_list(*columns)))
    activity = Activity.objects.exclude(verb__in=["partner.merged", "partner.unmerged"])
    content["activity"] = sorted(map(repr, activity.values_list("pk", "partner_id", "verb")))
    return content
