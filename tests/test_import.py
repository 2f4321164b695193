"""What a file changes and what it leaves alone: planned first, then written, the same again changes nothing."""

from datetime import UTC, datetime

import pytest

from accounts.models import User
from activity.models import Activity
from context.actions.facts import rebuild_profile_facts, record_fact
from context.actions.verdicts import give_verdict
from partners.models import Contact, Partner
from tests.import_story import TWO, bring_in, everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def test_a_table_brings_partners_their_places_people_and_the_source_of_each_value(cast, tmp_path):
    run = bring_in(tmp_path, "list.csv", TWO, by=cast.maria)
    assert (run.status, run.counts["new"], run.counts["new_partners"], run.rows_done) == ("done", 2, 2, 2)
    corvus = Partner.objects.get(external_id="C-1")
    assert (corvus.name, corvus.country, corvus.website) == ("Corvus AG", "CH", "https://corvus.example")
    place = corvus.enrolments.get()
    assert (place.programme, place.kind.key, place.tier.key, place.is_primary) == (cast.programme, "reseller", "gold", True)
    assert corvus.contacts.get().functions == ["sales", "technical"]
    facts = {fact.data_point.key: fact for fact in corvus.facts.filter(contact=None).select_related("data_point")}
    assert set(facts) == {"name", "country", "website", "kind", "tier", "status"}
    said = corvus.facts.values_list("source", "method", "asserted_by")
    assert set(said) == {("list.csv", "import", cast.maria.pk)}
    assert corvus.profile.facts["tier@vendor"] == "gold"
    assert Partner.objects.get(external_id="D-1").enrolments.get().status == "prospect"


def test_each_value_of_a_person_has_its_source(cast, tmp_path):
    bring_in(tmp_path, "list.csv", TWO)
    ida = Contact.objects.get(email="ida@corvus.example")
    told = dict(ida.facts.values_list("data_point__key", "value"))
    assert told == {
        "contact_name": "Ida Frey",
        "contact_email": "ida@corvus.example",
        "contact_functions": ["sales", "technical"],
    }
    assert not [key for key in ida.partner.profile.facts if key.startswith("contact")]


def test_what_is_known_better_of_a_person_stands_against_the_file(cast, tmp_path):
    bring_in(tmp_path, "list.csv", TWO)
    ida = Contact.objects.get(email="ida@corvus.example")
    give_verdict(ida.facts.get(data_point__key="contact_name"), "verified", by=cast.maria)
    run = bring_in(tmp_path, "other.csv", TWO.replace("Ida Frey", "Ida Freitag").replace('"sales, technical"', "sales"))
    [changed] = run.preview["examples"]["changed"][:1]
    assert changed["what"] == "contact functions: sales, technical → sales"
    ida.refresh_from_db()
    assert (ida.name, ida.functions) == ("Ida Frey", ["sales"])
    assert ida.facts.filter(source="other.csv", value="Ida Freitag").exists()


def test_a_profile_written_by_an_import_is_what_the_ledger_gives(cast, tmp_path):
    rows = "Corvus AG,C-1,CH,gold,2024-05-01\nDelta Freight,D-1,NL,silver,2023-01-01\n"
    bring_in(tmp_path, "list.csv", "name,external_id,country,tier,observed_on\n" + rows)
    before = everything()
    rebuild_profile_facts(Partner.objects.values_list("pk", flat=True))
    assert everything() == before


def test_importing_gives_nobody_access(cast, tmp_path):
    users = User.objects.count()
    bring_in(tmp_path, "list.csv", TWO)
    ida = Contact.objects.get(email="ida@corvus.example")
    assert (ida.user, ida.is_partner_admin, User.objects.count()) == (None, False, users)


def test_the_second_run_changes_nothing(cast, tmp_path):
    bring_in(tmp_path, "list.csv", TWO)
    before = everything()
    run = bring_in(tmp_path, "list.csv", TWO)
    assert (run.counts["unchanged"], run.counts["new"], run.counts["changed"], run.counts["facts"]) == (2, 0, 0, 0)
    assert everything() == before


def test_one_activity_is_written_for_a_run(cast, tmp_path):
    before = Activity.objects.count()
    run = bring_in(tmp_path, "list.csv", TWO, by=cast.maria)
    [activity] = Activity.objects.order_by("-pk")[: Activity.objects.count() - before]
    assert (activity.verb, activity.actor, activity.subject_id) == ("import.finished", cast.maria, run.pk)


def test_what_changed_in_the_file_changes_and_is_told_before(cast, tmp_path):
    bring_in(tmp_path, "list.csv", TWO)
    run = bring_in(tmp_path, "list.csv", TWO.replace("gold", "silver").replace("ida@corvus.example,", "IDA@corvus.example,"))
    [changed] = run.preview["examples"]["changed"]
    assert changed == {"row": 2, "name": "Corvus AG", "what": "tier: gold → silver"}
    corvus = Partner.objects.get(external_id="C-1")
    assert (corvus.enrolments.get().tier.key, corvus.facts.filter(data_point__key="tier").count()) == ("silver", 2)


def test_a_verified_value_and_a_later_one_stand_against_the_file(cast, tmp_path):
    bring_in(tmp_path, "list.csv", TWO)
    corvus = Partner.objects.get(external_id="C-1")
    give_verdict(corvus.facts.get(data_point__key="website"), "verified", by=cast.maria)
    delta = Partner.objects.get(external_id="D-1")
    record_fact(delta, "country", "BE", source="call", method="interview", observed_at=datetime(2024, 5, 1, tzinfo=UTC))
    Partner.objects.filter(pk=delta.pk).update(country="BE")
    old = TWO.replace("https://corvus.example", "https://elsewhere.example").replace("NL", "LU")
    bring_in(tmp_path, "old.csv", old, as_of="2020-01-01")
    assert Partner.objects.get(pk=corvus.pk).website == "https://corvus.example"
    assert corvus.facts.filter(value="https://elsewhere.example", source="old.csv, 2020-01-01").exists()
    assert Partner.objects.get(pk=delta.pk).country == "BE"


def test_a_value_edited_by_hand_stays_when_the_file_says_nothing_new(cast, tmp_path):
    bring_in(tmp_path, "list.csv", TWO)
    Partner.objects.filter(external_id="C-1").update(website="https://by-hand.example")
    run = bring_in(tmp_path, "list.csv", TWO)
    assert run.counts["unchanged"] == 2
    assert Partner.objects.get(external_id="C-1").website == "https://by-hand.example"
