"""One partner that is two is taken apart, with what was chosen, and can be put together again."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Sum

from activity.models import Activity, Task
from activity.refusals import Refused
from communications.models import Delivery
from context.actions.facts import record_fact
from context.actions.verdicts import give_verdict
from context.models import Fact, Note
from partners.actions.merges import merge_partners
from partners.actions.relations import relate_partners
from partners.actions.splits import plan_split, split_partner, undo_split
from partners.actions.typed_rows import save_typed_row
from partners.merging import movables
from partners.models import (
    Certification,
    Enrolment,
    Evidence,
    NotTheSame,
    Partner,
    PartnerCertification,
    PartnerKey,
    PartnerRegion,
    PerformanceRecord,
    Region,
    Site,
    Split,
)
from partners.queries.splits import offers_of
from tests.factories import make_announcement, make_contact, make_programme, make_segment, make_user
from tests.test_merging import _everything

pytestmark = pytest.mark.django_db

NEW = {"name": "Glow Logistics AG", "country": "CH", "external_id": "G-1"}
PARTNERS = "/admin/partners/partner/"


@pytest.fixture
def mixed(cast, media) -> Partner:
    """Alpenglow, with what is really the haulier's next door: a person, a site, figures, a fact and its proof."""
    alpenglow = cast.alpenglow
    makers = make_programme("makers")
    Enrolment.objects.create(partner=alpenglow, programme=makers, stage="sell", manager=cast.maria)
    hanna = make_contact(alpenglow, "Hanna Haul", "hanna@glow.example")
    PartnerKey.objects.create(partner=alpenglow, system="crm", value="77")
    for name in ("Alps", "Jura"):
        region = Region.objects.create(key=name.lower(), name=name)
        save_typed_row(PartnerRegion(partner=alpenglow, region=region), by=cast.maria)
    save_typed_row(Site(partner=alpenglow, name="Basel depot", kind=Site.Kind.WAREHOUSE), by=cast.maria)
    iso = Certification.objects.create(key="iso", name="ISO 9001")
    save_typed_row(PartnerCertification(partner=alpenglow, contact=hanna, certification=iso), by=cast.maria)
    for month, value, industry in ((1, 100, ""), (2, 120, ""), (1, 7, "haulage"), (2, "8.5", "haulage")):
        day = date(2026, month, 28)
        row = PerformanceRecord(partner=alpenglow, metric="revenue", period_start=day, period_end=day, value=value, unit="EUR")
        row.industry = industry
        save_typed_row(row, by=cast.maria)
    record_fact(alpenglow, "strengths", "consulting", source="call", method="interview", by=cast.maria)
    proof = SimpleUploadedFile("lorries.txt", b"twelve lorries")
    haul = record_fact(alpenglow, "strengths", "lorries", source="visit", method="manual", by=cast.maria, evidence_file=proof)
    give_verdict(haul, "verified", by=cast.maria)
    record_fact(alpenglow, "challenges", "drives", source="call", method="interview", by=cast.maria, contact=hanna)
    relate_partners(alpenglow, "distributed_by", cast.baltic, by=cast.maria)
    Task.objects.create(title="Call the depot", partner_id=alpenglow.pk)
    Note.objects.create(partner=alpenglow, kind="call", text="About lorries", written_by=cast.maria)
    asked = make_announcement(programme=cast.programme, segment=make_segment(), author=cast.maria)
    Delivery.objects.create(announcement=asked, contact=hanna, partner=alpenglow, channel="email", state="delivered")
    return alpenglow


def _named(partner: Partner, user, *labels: str) -> set[str]:
    """What the page would send for the items of these labels."""
    found = {item.label: f"{offer.kind}:{item.key}" for offer in offers_of(partner, user) for item in offer.items}
    return {found[label] for label in labels}


HAULIER = ("makers", "Hanna Haul", "Basel depot", "Jura", "Revenue · haulage", "crm: 77", "Strengths: lorries", "Call the depot",
           "About lorries", "Alpenglow GmbH is distributed by Baltic Cloud OÜ")  # fmt: skip


def _split(cast, partner, **more) -> Split:
    labels = tuple("Makers" if label == "makers" else label for label in HAULIER)
    return split_partner(partner, NEW, _named(partner, cast.maria, *labels), by=cast.maria, **more)


def test_what_was_chosen_goes_and_the_rest_stays(cast, mixed):
    made = _split(cast, mixed).made

    assert (made.name, made.country, made.external_id) == ("Glow Logistics AG", "CH", "G-1")
    assert [place.programme.key for place in made.enrolments.current().filter(is_primary=True)] == ["makers"]
    assert [place.programme.key for place in mixed.enrolments.current().filter(is_primary=True)] == ["vendor"]
    assert [contact.name for contact in made.contacts.all()] == ["Hanna Haul"]
    assert {row.name for row in mixed.contacts.all()} == {"Nora Berg", "Ben Ott"}
    assert (made.sites.count(), made.keys.count(), made.notes.count(), made.relations.count()) == (1, 1, 1, 1)
    assert Task.objects.get().partner_id == made.pk
    assert not mixed.sites.exists()
    for partner, regions, strengths, revenue in (
        (mixed, ["alps"], "consulting", 220),
        (made, ["jura"], "lorries", Decimal("15.5")),
    ):
        partner.profile.refresh_from_db()
        assert (partner.profile.regions, partner.profile.facts["strengths"]) == (regions, strengths)
        assert partner.performance.aggregate(Sum("value"))["value__sum"] == revenue
    # What belongs to what went, went along: the person's certificate, what is known of the person, the proof.
    assert made.certifications.get().contact.name == "Hanna Haul"
    assert made.profile.certifications == ["iso"]
    assert Fact.objects.get(contact__name="Hanna Haul").partner == made
    assert Evidence.objects.get().partner == made
    # What happened stays.
    assert Delivery.objects.get().partner == mixed
    told = Activity.objects.filter(verb="partner.split").values_list("partner_id", "sentence")
    assert dict(told)[mixed.pk] == "Glow Logistics AG turned out to be an organisation of its own and was split off"
    assert dict(told)[made.pk].startswith("Split off Alpenglow GmbH")
    assert NotTheSame.objects.filter(first=mixed, second=made).exists()


def test_a_split_taken_back_leaves_everything_as_it_was(cast, mixed):
    before = _everything()
    place = mixed.enrolments.get(programme__key="vendor")
    split = _split(cast, mixed, both_in=[place.pk])
    assert {row.programme.key: row.tier and row.tier.key for row in split.made.enrolments.current()} == {
        "vendor": "gold", "makers": None
    }  # fmt: skip

    undo_split(split, by=cast.arthur)

    made = Partner.objects.get(name="Glow Logistics AG")
    assert (made.merged_into, made.external_id) == (mixed, None)
    split.refresh_from_db()
    assert split.undone_by == cast.arthur
    with pytest.raises(Refused, match="taken back before"):
        undo_split(split, by=cast.maria)
    Activity.objects.filter(partner_id=made.pk).delete()
    split.delete()
    made.profile.delete()
    made.delete()
    assert _without_splits(_everything()) == _without_splits(before)


def _without_splits(content: dict) -> dict:
    content["activity"] = [row for row in content["activity"] if "split" not in row]
    return content


def test_a_preview_writes_nothing_and_says_whose_is_what(cast, mixed):
    before = _everything()

    plan = plan_split(mixed, NEW, _named(mixed, cast.maria, "Hanna Haul", "Revenue · haulage"), by=cast.maria)

    assert _everything() == before
    lines = {line.title: (line.stays, line.goes, line.named) for line in plan.lines}
    assert lines["People"] == (2, 1, ("Hanna Haul",))
    assert lines["Figures"] == (2, 2, ("Revenue · haulage",))
    assert [(row.metric, row.before, row.stays, row.goes) for row in plan.sums] == [
        ("Revenue", Decimal("235.5"), 220, Decimal("15.5"))
    ]
    assert {line.title for line in plan.fixed} == {"deliveries", "evidence files"}
    assert plan.places == ()


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("a fact", "got something of its own: 1 fact. Merge Glow Logistics AG into Alpenglow GmbH instead"),
        ("a merge", "has been merged since. Take that merge back first"),
        ("another person", "the same person, place or key was added there since"),
        ("a tier", "changed again since"),
    ],
)
def test_what_came_since_forbids_to_take_it_back(cast, mixed, what, sentence):
    split = _split(cast, mixed, both_in=[mixed.enrolments.get(programme__key="vendor").pk])
    made = split.made
    if what == "a fact":
        record_fact(made, "challenges", "roads", source="call", method="interview", by=cast.maria)
        record_fact(made, "portal_members", 1, source="the portal", method="observed")
    elif what == "a merge":
        merge_partners(cast.baltic, made, by=cast.maria)
    elif what == "a tier":
        made.enrolments.filter(programme__key="vendor").update(tier=None)
    else:
        make_contact(mixed, "Hanna Again", "Hanna@glow.example")
    before = _everything()

    with pytest.raises(Refused, match=sentence):
        undo_split(split, by=cast.maria)

    assert _everything() == before


def test_a_refused_split_moves_nothing(cast, mixed):
    before = _everything()
    for organisation, goes, sentence in (
        (NEW, set(), "Nothing goes to the new partner yet"),
        (NEW, {"people:0"}, "has changed meanwhile"),
        (NEW, {"merges:1"}, "nothing to choose here"),
        ({**NEW, "name": ""}, {"people:all"}, "A name is needed"),
        ({**NEW, "external_id": "A-1"}, {"people:all"}, "already has the external id"),
        ({**NEW, "country": "Germany"}, {"people:all"}, "is not a country code"),
        ({**NEW, "merged_into": "1"}, {"people:all"}, "is no field of an organisation"),
    ):
        with pytest.raises(Refused, match=sentence):
            split_partner(mixed, organisation, goes, by=cast.maria)
    assert _everything() == before


def test_whoever_would_lose_sight_of_one_half_is_refused(cast, mixed):
    """Paul is responsible for Alpenglow in one programme; both halves have to stay in his portfolio."""
    paul = make_user("paul@vendor.example", roles=("Partner manager",))
    place = mixed.enrolments.get(programme__key="vendor")
    Enrolment.objects.filter(pk=place.pk).update(manager=paul)
    goes = _named(mixed, paul, "Hanna Haul")
    with pytest.raises(Refused, match="lose sight of Glow Logistics AG"):
        split_partner(mixed, NEW, goes, by=paul)
    assert split_partner(mixed, NEW, goes, by=paul, both_in=[place.pk]).made in Partner.objects.visible_to(paul)


def test_what_is_hidden_from_a_reader_is_not_theirs_to_choose(cast, mixed):
    Note.objects.update(is_shared=False)
    vera = make_user("vera@vendor.example", roles=("Vendor sales",))
    Enrolment.objects.filter(partner=mixed).update(manager=vera)
    kinds = {offer.kind for offer in offers_of(mixed, vera)}
    assert "people" in kinds
    assert not {"notes", "tasks"} & kinds


def test_nothing_that_names_a_partner_is_forgotten(cast, mixed):
    """Each movable reads rows of its own table that are this partner's."""
    for movable in movables().values():
        rows = [key for item in movable.read(mixed, cast.maria) for key in item.rows]
        for row in movable.model._base_manager.filter(pk__in=rows):
            assert mixed.pk in {getattr(row, column) for column in movable.columns}


# --- In the browser -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_manager_chooses_looks_splits_and_takes_it_back(cast, mixed, client):
    client.force_login(cast.maria)
    address = f"{PARTNERS}{mixed.public_id}/split/"
    assert f'href="{address}"' in client.get(f"{PARTNERS}{mixed.public_id}/overview/").content.decode()
    page = client.get(address).content.decode()
    assert "Alpenglow GmbH is two organisations" in page
    vendor = mixed.enrolments.get(programme__key="vendor").pk
    chosen = {**NEW, "goes": list(_named(mixed, cast.maria, "Hanna Haul", "Basel depot")), f"place:{vendor}": "both"}

    look = " ".join(client.post(address, {**chosen, "step": "look"}).content.decode().split())
    assert "Glow Logistics AG is then in Vendor." in look
    assert "Hanna Haul" in look
    assert not Split.objects.exists()
    again = client.post(address, {**chosen, "step": "choose"}).content.decode()
    assert 'value="both" checked' in again
    assert "Glow Logistics AG" in again

    done = client.post(address, {**chosen, "step": "do"}, follow=True).content.decode()
    assert "Glow Logistics AG is a partner of its own now." in done
    split = Split.objects.get()
    assert "was split off" in client.get(address).content.decode()
    undone = client.post(f"{PARTNERS}{split.public_id}/split/undo/", follow=True).content.decode()
    assert "Glow Logistics AG is part of Alpenglow GmbH again." in undone
    old = client.get(f"{PARTNERS}{split.made.public_id}/overview/")
    assert (old.status_code, old["Location"]) == (301, f"{PARTNERS}{mixed.public_id}/overview/")


def test_what_is_wrong_is_said_beside_its_field_and_the_choice_is_kept(cast, mixed, client):
    client.force_login(cast.maria)
    goes = list(_named(mixed, cast.maria, "Basel depot"))
    answer = client.post(f"{PARTNERS}{mixed.public_id}/split/", {"name": "X", "country": "Germany", "goes": goes, "step": "do"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "use DE" in page
    assert f'value="{goes[0]}" checked' in page
    assert not Split.objects.exists()


def test_who_may_not_split_is_refused(cast, mixed, client):
    paul = make_user("paul@vendor.example", roles=("Partner manager",))
    Enrolment.objects.filter(partner=mixed).update(manager=paul)
    split = _split(cast, mixed)
    client.force_login(paul)
    assert client.get(f"{PARTNERS}{mixed.public_id}/split/").status_code == 403
    assert client.post(f"{PARTNERS}{split.public_id}/split/undo/").status_code == 403
    client.force_login(cast.maria)
    assert client.post(f"{PARTNERS}{mixed.public_id}/split/undo/").status_code == 404
    split.refresh_from_db()
    assert split.undone_at is None
