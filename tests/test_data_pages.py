"""What we hold: the portal's pages about the organisation's and the person's data."""

import csv
import io
import json
import zipfile
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from activity.models import Access, Task
from communications.actions.preferences import set_preference
from communications.models import Delivery, Topic
from context.actions.facts import record_fact
from context.actions.performance import add_figure
from context.actions.verdicts import give_verdict
from context.models import DataPoint, Fact, Side, Verdict
from partners.actions.data_copies import forget_old_copies
from partners.models import Consent, Contact, DataCopy, Erasure, PartnerRegion, Purpose
from partners.personal_data import erasers, person_behind
from partners.tasks import erase_person
from portal import copies
from portal.queries.own_data import AT_ONCE, HEADINGS, own_data_of
from portal.tasks import make_copy
from tests import factories, portal_story
from tests.api import integrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(cast):
    portal_story.tell(cast)
    DataPoint.objects.create(key="employees", label="Employees", type="number", purpose="To know how large a team can be trained")
    DataPoint.objects.create(key="margin", label="Our view of the margin", seen_by=Side.MANAGERS)
    record_fact(cast.alpenglow, "margin", "thin", source="gossip", method="manual", by=cast.maria)
    return record_fact(cast.alpenglow, "employees", 42, source="annual review", method="review", by=cast.maria)


def test_each_value_tells_source_standing_and_purpose(cast, held, client):
    client.force_login(cast.nora.user)

    page = client.get("/data/").content.decode()

    for words in ("Employees", "42", "annual review", "To know how large a team can be trained", "DACH", "ISO 27001"):
        assert words in page
    assert "Our view of the margin" not in page
    assert "gossip" not in page


def test_it_tells_which_announcements_a_value_chose_recipients_for(cast, held, client):
    announcement = Delivery.objects.filter(contact_id=cast.nora.pk).first().announcement
    announcement.segment.data_points.add(held.data_point)
    client.force_login(cast.nora.user)

    [employees] = [each for each in client.get("/data/").context["holdings"].held if each.point.key == "employees"]

    assert employees.announcements == [announcement]
    assert announcement.title in client.get("/data/").content.decode()


def test_a_manager_who_opens_the_page_of_the_partner_is_on_record_once_a_day(cast, held, client):
    client.force_login(cast.maria)
    for _again in range(2):
        client.get(f"/admin/partners/partner/{cast.alpenglow.public_id}/overview/")

    assert Access.objects.count() == 1
    client.force_login(cast.nora.user)
    [looked] = client.get("/data/").context["holdings"].looked
    assert (looked.who, looked.days, looked.ways) == ("Maria Lund", 1, ["the partner's page"])
    client.force_login(cast.sven.user)
    assert client.get("/data/").context["holdings"].looked == []


def test_who_looked_is_told_with_what_for(cast, held, client):
    DataPoint.objects.create(key="motto", label="Motto", purpose="To greet you by it")
    DataPoint.objects.filter(key="margin").update(purpose="To bargain")
    motto = record_fact(cast.alpenglow, "motto", "Upwards", source="a call", method="manual", by=cast.maria)

    def purposes() -> list[str]:
        client.force_login(cast.nora.user)
        return [row.purposes for row in client.get("/data/").context["holdings"].looked]

    integrator(cast.maria).get(f"facts/{motto.public_id}/")
    assert purposes() == [["To greet you by it"]]
    assert "To greet you by it" in client.get("/data/").text.partition("Who looked")[2]
    client.force_login(cast.maria)
    client.get(reverse("admin:context_ledger_entry", args=["fact", Fact.objects.get(data_point__key="margin").public_id]))
    assert purposes() == [["To greet you by it"]]  # what is the managers' alone is not told
    client.force_login(cast.maria)
    client.get(f"/admin/partners/partner/{cast.alpenglow.public_id}/overview/")
    assert purposes() == [["To greet you by it", "To know how large a team can be trained"]]
    DataPoint.objects.filter(key="motto").update(purpose="To print it")
    with copies.copy_for(cast.nora, reader=cast.nora.user) as file, zipfile.ZipFile(file) as archive:
        [row] = json.loads(archive.read("organisation/accesses.json"))
        lines = archive.read("organisation/accesses.csv").decode()
    assert row["purposes"] == ["To know how large a team can be trained", "To print it"]
    assert '"To know how large a team can be trained, To print it"' in lines


@pytest.mark.parametrize(
    ("page", "of", "asked"),
    [
        ("context_partner_as_of", "partner", {"on": "2026-01-31", "ask": "known_at"}),
        ("context_partner_differences", "partner", {"since": "2026-01-01", "until": "2026-01-31", "ask": "known_at"}),
        ("context_ledger_entry", "fact", {}),
    ],
)
def test_whoever_reads_what_is_known_of_the_partner_elsewhere_is_on_record_too(cast, held, client, page, of, asked):
    client.force_login(cast.maria)
    named = {"partner": [cast.alpenglow.public_id], "fact": ["fact", held.public_id]}[of]
    assert client.get(reverse(f"admin:{page}", args=named), asked).status_code == 200
    assert Access.objects.get().user == cast.maria


def test_a_program_that_reads_the_profile_is_on_record_as_its_manager(cast, held):
    assert integrator(cast.maria).get(f"partners/{cast.alpenglow.public_id}/profile/").status_code == 200
    assert Access.objects.get().user == cast.maria


def test_nora_disputes_a_value_with_a_comment(cast, held, client):
    client.force_login(cast.nora.user)

    response = client.post(f"/data/{held.public_id}/dispute/", {"comment": "We are 60 since May."})

    assert response.status_code == 302
    verdict = Verdict.objects.get()
    assert (verdict.fact, verdict.kind, verdict.by, verdict.comment) == (held, "disputed", cast.nora.user, "We are 60 since May.")
    again = client.post(f"/data/{held.public_id}/dispute/", {"comment": "Really."})
    assert again.status_code == 422
    assert Verdict.objects.count() == 1


def test_what_maria_decided_meanwhile_is_not_disputed_unseen(cast, held, client):
    client.force_login(cast.nora.user)
    page = client.get(f"/data/{held.public_id}/dispute/")
    given = {"comment": "We are 60 since May.", "seen": page.context["form"]["seen"].value() or ""}
    give_verdict(held, "verified", by=cast.maria)

    refused = client.post(f"/data/{held.public_id}/dispute/", given)

    assert refused.status_code == 422
    assert "Maria Lund decided “verified” meanwhile" in refused.content.decode()
    assert Verdict.objects.get().kind == "verified"
    seen = client.get(f"/data/{held.public_id}/dispute/").context["form"]["seen"].value()
    assert client.post(f"/data/{held.public_id}/dispute/", {**given, "seen": seen}).status_code == 302
    assert Verdict.objects.count() == 2


def test_a_typed_row_is_disputed_alike(cast, held, client):
    row = PartnerRegion.objects.first()
    client.force_login(cast.ben.user)

    client.post(f"/data/{row.public_id}/dispute/", {"comment": "We left DACH."})

    row.refresh_from_db()
    assert row.is_disputed
    assert Verdict.objects.get().row_id == row.pk


def test_what_is_not_theirs_or_not_shown_to_them_cannot_be_disputed(cast, held, client):
    hidden = Fact.objects.get(data_point__key="margin")
    for user, fact in ((cast.sven.user, held), (cast.nora.user, hidden)):
        client.force_login(user)
        assert client.post(f"/data/{fact.public_id}/dispute/", {"comment": "No."}).status_code == 404
    assert not Verdict.objects.exists()


def test_consent_is_given_and_withdrawn_and_both_stay_on_record(cast, client):
    Purpose.objects.create(key="stories", name="Success stories", text="We write about you.")
    client.force_login(cast.nora.user)

    client.post("/data/consent/", {"purpose": "stories"})
    given = Consent.objects.get()
    assert (given.contact, given.how, given.withdrawn_at) == (cast.nora, "portal", None)
    client.post("/data/consent/", {"purpose": "stories", "withdraw": "1"})
    given.refresh_from_db()
    assert given.withdrawn_at is not None
    client.post("/data/consent/", {"purpose": "stories"})
    assert Consent.objects.count() == 2


def test_a_purpose_that_nobody_wrote_down_is_nowhere(cast, client):
    client.force_login(cast.nora.user)
    for said in ("", "nonsense", "a\x00b"):
        assert client.post("/data/consent/", {"purpose": said}).status_code == 404
    assert not Consent.objects.exists()


def test_a_contract_asks_no_consent(cast, client):
    Purpose.objects.create(key="orders", name="Orders", basis=Purpose.Basis.CONTRACT)
    client.force_login(cast.nora.user)

    page = client.post("/data/consent/", {"purpose": "orders"}, follow=True).content.decode()

    assert "asks for no consent" in page
    assert not Consent.objects.exists()


def test_the_person_sees_their_own_and_nobody_elses(cast, held, client):
    client.force_login(cast.ben.user)

    page = portal_story.own_data(client)

    assert "ben@alpenglow.example" in page
    assert "Where do we find the new part numbers?" in page
    assert "nora@alpenglow.example" not in page


def test_their_choice_of_topics_is_told_with_where_it_was_made(cast, held, client):
    topic = Topic.objects.create(key="offers", name="Offers")
    for contact, how in ((cast.ben, "one_click"), (cast.nora, "an older system")):
        set_preference(contact.email, topic, is_wanted=False, how=how)
    client.force_login(cast.ben.user)
    assert "with the button of the mail program" in portal_story.own_data(client)
    client.force_login(cast.nora.user)
    assert "an older system" in portal_story.own_data(client)


def test_an_address_that_someone_else_wrote_down_shows_nothing_of_its_owner(cast, held, client):
    factories.make_contact(cast.baltic, "Eve", "ben@alpenglow.example", user=cast.sven.user)
    client.force_login(cast.sven.user)

    assert "part numbers" not in client.get("/data/you/").content.decode()


def test_everything_can_be_taken_along_and_no_cell_is_a_formula(cast, held, client, media):
    record_fact(cast.alpenglow, "challenges", "=1+1", source="form", method="survey", by=cast.nora.user)
    client.force_login(cast.nora.user)

    assert client.get("/data/download/").status_code == 404
    client.post("/data/copy/")
    assert "being put together" in client.get("/data/copy/").content.decode()
    client.post("/data/copy/")
    make_copy(DataCopy.objects.get().pk)
    assert "Your copy is ready" in client.get("/data/copy/").content.decode()
    response = client.get("/data/download/")

    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    values = json.loads(archive.read("organisation/values.json"))
    assert {row["value"] for row in values if row["data_point"] in ("employees", "challenges")} == {42, "=1+1"}
    lines = list(csv.DictReader(io.StringIO(archive.read("organisation/values.csv").decode("utf-8-sig"))))
    assert [line["value"] for line in lines if line["data_point"] == "challenges"] == ["'=1+1"]
    assert "margin" not in {line["data_point"] for line in lines}
    assert json.loads(archive.read("you/contact.json"))[0]["email"] == "nora@alpenglow.example"
    assert archive.read("you/deliveries.csv").decode().count("\n") > 1
    assert response["Content-Type"] == "application/zip"


def test_of_many_figures_the_page_shows_the_latest_and_the_copy_has_all(cast, held, client, monkeypatch):
    monkeypatch.setattr("portal.queries.holdings.ROWS_OF_A_KIND", 2)
    old = {"period_start": date(2025, 1, 1), "period_end": date(2025, 1, 31)}
    add_figure(cast.alpenglow, by=cast.maria, metric="license_revenue", value=10, **old)
    client.force_login(cast.nora.user)

    page = client.get("/data/").content.decode()
    assert "These are the latest 2; all of them" in page
    assert ("Q3 2026: 412,000 EUR" in page, "2025: 10 EUR" in page) == (True, False)
    with copies.copy_for(cast.nora, reader=cast.nora.user) as file, zipfile.ZipFile(file) as archive:
        held_of_them = json.loads(archive.read("organisation/values.json"))
    told = [value["value"] for value in held_of_them if value["data_point"] == "performance"]
    assert (len(told), "Licence revenue, Jan 2025: 10 EUR" in told) == (cast.alpenglow.performance.count(), True)


def test_a_copy_is_for_who_asked_for_it_and_for_a_week(cast, held, client, media):
    client.force_login(cast.nora.user)
    client.post("/data/copy/")
    copy = DataCopy.objects.get()
    make_copy(copy.pk)
    make_copy(copy.pk)
    copy.refresh_from_db()
    assert copy.file.storage.exists(copy.file.name)
    assert "nora" not in copy.file.name
    for other in (cast.ben, cast.sven):
        client.force_login(other.user)
        assert client.get("/data/download/").status_code == 404
        assert "Your copy is ready" not in client.get("/data/copy/").content.decode()
    DataCopy.objects.update(expires_at=timezone.now())
    client.force_login(cast.nora.user)
    assert client.get("/data/download/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_an_old_copy_goes_with_its_file(cast, held, client, media):
    client.force_login(cast.nora.user)
    client.post("/data/copy/")
    make_copy(DataCopy.objects.get().pk)
    copy = DataCopy.objects.get()
    assert forget_old_copies() == 0
    DataCopy.objects.update(expires_at=timezone.now())
    assert forget_old_copies() == 1
    assert not copy.file.storage.exists(copy.file.name)
    assert not DataCopy.objects.exists()


def test_a_copy_that_cannot_be_made_says_so(cast, held, client, monkeypatch):
    client.force_login(cast.nora.user)
    client.post("/data/copy/")
    monkeypatch.setattr(copies, "holdings_of", lambda *_args, **_more: 1 / 0)
    make_copy(DataCopy.objects.get().pk)
    assert "could not be made" in client.get("/data/copy/").content.decode()
    assert client.get("/data/download/").status_code == 404


def test_consent_told_to_a_manager_is_written_down_with_its_origin(cast, client):
    purpose = Purpose.objects.create(key="stories", name="Success stories")
    address = f"/admin/partners/consent/person/{cast.nora.public_id}/"
    client.force_login(cast.maria)
    told = {"purpose": purpose.pk, "said": "given", "how": "phone", "at": "2026-01-05T10:00", "note": "She called on Monday."}
    assert client.post(address, {**told, "note": ""}).status_code == 422
    assert "in the future" in client.post(address, {**told, "at": "2099-01-01T10:00"}).content.decode()
    assert not Consent.objects.exists()
    client.post(address, told)
    consent = Consent.objects.get()
    assert (consent.contact, consent.recorded_by, consent.how, consent.given_at.day) == (cast.nora, cast.maria, "phone", 5)
    assert "Nora Berg agreed to" in client.post(address, told).content.decode()
    client.force_login(cast.nora.user)
    assert "by phone, written down by Maria Lund: She called on Monday." in client.get("/data/you/").content.decode()

    client.force_login(cast.maria)
    withdrawn = {**told, "said": "withdrawn", "how": "paper", "at": "", "note": "Letter in folder 7."}
    assert "before it was given" in client.post(address, {**withdrawn, "at": "2026-01-04T10:00"}).content.decode()
    client.post(address, withdrawn)
    consent.refresh_from_db()
    assert (consent.withdrawal_recorded_by, consent.withdrawn_how) == (cast.maria, "paper")
    client.force_login(cast.nora.user)
    assert "on paper, written down by Maria Lund: Letter in folder 7." in client.get("/data/you/").content.decode()
    client.force_login(cast.arthur)
    assert client.post(address, told).status_code == 403
    assert Consent.objects.count() == 1


def test_who_views_as_somebody_else_takes_nothing_along(cast, held, client):
    client.force_login(cast.maria)
    client.post(f"/view-as/{cast.nora.public_id}/")

    assert client.get("/data/").status_code == 200
    assert client.get("/data/copy/").status_code == 403
    assert client.get("/data/download/").status_code == 404


def test_ben_asks_to_be_forgotten_and_a_manager_does_it(cast, held, client):
    client.force_login(cast.ben.user)
    client.post("/data/forget/")
    assert "Your partner manager has it as a task" in client.get("/data/you/").content.decode()
    assert Task.objects.get().owner == cast.maria

    client.force_login(cast.maria)
    address = f"/admin/partners/erasure/person/{cast.ben.public_id}/"
    assert "Ben Ott" in client.get(address).content.decode()
    assert client.post(address, {"name": "Somebody"}).status_code == 409
    cast.ben.refresh_from_db()
    assert cast.ben.name == "Ben Ott"
    waiting = client.post(address, {"name": "ben ott"}, follow=True)
    assert "is being erased" in waiting.content.decode()
    assert client.get(address).url == waiting.redirect_chain[-1][0]
    erase_person(Erasure.objects.get().pk)

    cast.ben.refresh_from_db()
    assert cast.ben.name == "[erased]"
    assert Erasure.objects.get().state == "done"
    assert client.get(address).status_code == 404
    assert "Figures stay as they were" in client.get(waiting.redirect_chain[-1][0]).content.decode()


def test_the_pages_ask_the_database_a_fixed_number_of_times(cast, held, client, django_assert_max_num_queries):
    client.force_login(cast.nora.user)
    parts = [f"/data/you/?from={begins}" for begins in range(0, len(erasers()), AT_ONCE)]
    for path in ("/data/", "/data/you/", *parts):
        client.get(path)
        with django_assert_max_num_queries(12, info=path):
            client.get(path)


def test_what_is_held_comes_part_by_part_and_nothing_of_it_is_missed(cast, held, client):
    client.force_login(cast.nora.user)
    first = client.get("/data/you/").content.decode()
    assert f"{AT_ONCE} of {len(erasers())} kinds were looked through so far." in first
    part = client.get(f"/data/you/?from={AT_ONCE}", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    shown, begins, titles = own_data_of(cast.nora), 0, []
    while True:
        titles += [section.title for section in shown.sections]
        assert (shown.begins, shown.of) == (begins, len(erasers()))
        if shown.is_last:
            break
        begins = shown.ends
        shown = own_data_of(cast.nora, begins)
    person = person_behind(cast.nora)
    assert sorted(titles) == sorted(str(each.title) for each in erasers() if next(iter(each.find(person)), None))
    last = client.get("/data/you/?from=9999").content.decode()
    assert f"These are all {len(erasers())} kinds" in last
    for strange in ("x", "-1", "²", "99999999999999999999"):
        assert client.get(f"/data/you/?from={strange}").status_code == 200


def test_each_column_of_what_is_held_has_a_name_for_people(cast, world):
    """Of whatever there is of anybody; a name from the code is no heading."""
    unnamed = {
        (eraser.label, column)
        for contact in Contact.objects.all()
        for eraser in erasers()
        for row in eraser.find(person_behind(contact))
        for column in row
        if column not in HEADINGS
    }
    assert unnamed == set()
