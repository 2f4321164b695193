"""The whole main job, end to end: partners come in from a file, an announcement goes out, the answer comes back.

Maria manages, Arthur approves, Tess is invited and reads in the portal; Sven is a stranger."""

import re

import pytest
from django.core.management import call_command
from django.test import Client

from communications.actions.hits import read_hits
from communications.models import Announcement, Question
from context.models import Fact
from partners.actions.invitations import invite_contact
from partners.models import Contact, Enrolment, Partner
from tests.announcement_story import work_off
from tests.api import integrator
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

FILE = """name,country,website,external_id,kind,tier,contact_name,contact_email,contact_functions
Tarn & Söhne,AT,https://tarn.example,T-1,reseller,gold,Tess Tarn,tess@tarn.example,technical
Umbra Ltd,GB,https://umbra.example,U-1,reseller,silver,Uma Hill,uma@umbra.example,sales
"""
PERSON = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"}


def test_from_a_file_to_an_answer(cast, sink, tmp_path):
    tess = _partners_come_in(tmp_path)
    maria, arthur = integrator(cast.maria), integrator(cast.arthur)
    segment = _a_segment_finds_tess(maria)
    announcement = _maria_writes_and_arthur_approves(maria, arthur, segment)
    work_off()
    _the_mail_is_hers_and_its_link_leads_on(sink)
    portal = _tess_is_invited_and_signs_in(tess, cast.maria, sink)
    _she_reads_acknowledges_and_asks(portal, announcement)
    _sven_sees_nothing(cast.sven, announcement)
    _maria_answers(maria, portal, announcement)
    _the_report_adds_up(maria, announcement)


def _partners_come_in(tmp_path) -> Contact:
    file = tmp_path / "partners.csv"
    file.write_text(FILE)
    for _ in range(2):  # the second time changes nothing
        call_command("import_partners", str(file), mapping="partners", verbosity=0)
        assert Partner.objects.filter(external_id__in=["T-1", "U-1"]).count() == 2
    partner = Partner.objects.get(external_id="T-1")
    assert Enrolment.objects.get(partner=partner).tier.key == "gold"
    assert "partners.csv" in Fact.objects.get(partner=partner, data_point__key="website").source
    tess = partner.contacts.get()
    assert tess.user is None  # importing gives nobody access
    return tess


def _a_segment_finds_tess(maria) -> str:
    rule = {
        "all": [
            {"field": "partner.country", "op": "in", "value": ["AT", "CH"]},
            {"field": "enrolment.tier", "op": "eq", "value": "gold"},
        ]
    }
    contact_rule = {"all": [{"field": "contact.function", "op": "eq", "value": "technical"}]}
    segment = maria.post("segments/", {"name": "Alpine engineers", "rule": rule, "contact_rule": contact_rule}).json()
    preview = maria.get(f"segments/{segment['id']}/preview/").json()
    assert (preview["partners"], preview["people"]) == (1, 1)
    return segment["id"]


def _maria_writes_and_arthur_approves(maria, arthur, segment: str) -> Announcement:
    body = "Dear {{ contact.first_name }}, [read the notes](https://vendor.example/notes) before Friday."
    written = maria.post("announcements/", {
        "title": "Aurora 3 for {{ partner.name }}", "body": body, "kind": "product_update", "segment": segment,
        "channels": ["portal", "email"], "requires_acknowledgement": True,
        "details": {"product": "Aurora", "version": "3", "effective_on": "2030-05-01"},
    }).json()  # fmt: skip
    path = f"announcements/{written['id']}"
    version = maria.post(f"{path}/submit/").json()["version"]
    assert maria.post(f"{path}/approve/", {"version": version}).status_code == 403  # her own words
    assert arthur.post(f"{path}/approve/", {"version": version + 1}).status_code == 409  # not what he saw
    assert arthur.post(f"{path}/approve/", {"version": version}).status_code == 200
    assert maria.post(f"{path}/schedule/").status_code == 200
    assert maria.post(f"{path}/schedule/").status_code == 409  # a double click
    return Announcement.objects.get(public_id=written["id"])


def _the_mail_is_hers_and_its_link_leads_on(sink) -> None:
    assert sink.recipients == ["tess@tarn.example"]
    mail = sink.to("tess@tarn.example")
    assert mail["Subject"] == "Aurora 3 for Tarn & Söhne"
    text = mail.get_body(("plain",)).get_content()
    assert "Dear Tess," in text
    link = re.search(r"https?://[^/]+(/t/c/[\w-]+)", text).group(1)
    assert Client().get(link, **PERSON)["Location"] == "https://vendor.example/notes"


def _tess_is_invited_and_signs_in(tess: Contact, maria, sink) -> Client:
    sink.mails.clear()
    invite_contact(tess, by=maria)
    path = re.search(r"https?://[^/]+(/invitations/[\w-]+/)", sink.to(tess.email).get_body(("plain",)).get_content()).group(1)
    Client().post(path, {"name": "Tess Tarn", "password": PASSWORD})
    tess.refresh_from_db()
    portal = Client()
    answer = portal.post("/accounts/login/", {"login": tess.email, "password": PASSWORD})
    assert answer.status_code == 302
    return portal


def _she_reads_acknowledges_and_asks(portal: Client, announcement: Announcement) -> None:
    page = f"/announcements/{announcement.public_id}/"
    assert "Aurora 3 for Tarn &amp; Söhne" in portal.get("/announcements/").content.decode()
    assert "Dear Tess," in portal.get(page).content.decode()
    assert portal.post(f"{page}acknowledge").status_code == 302
    assert portal.post(f"{page}questions", {"text": "Is there a trial?"}).status_code == 302


def _sven_sees_nothing(sven: Contact, announcement: Announcement) -> None:
    stranger = Client()
    stranger.force_login(sven.user)
    assert "Aurora 3" not in stranger.get("/announcements/").content.decode()
    foreign = stranger.get(f"/announcements/{announcement.public_id}/")
    assert foreign.status_code == 404


def _maria_answers(maria, portal: Client, announcement: Announcement) -> None:
    question = Question.objects.get()
    assert maria.post(f"questions/{question.public_id}/answer/", {"text": "Yes, thirty days."}).status_code in (200, 201)
    assert "Yes, thirty days." in portal.get(f"/announcements/{announcement.public_id}/").content.decode()


def _the_report_adds_up(maria, announcement: Announcement) -> None:
    while read_hits():
        pass
    report = maria.get(f"announcements/{announcement.public_id}/report/").json()
    assert report["audience"] == 1
    for sums in report["channels"].values():
        states = ("pending", "delivered", "failed", "suppressed", "in_doubt", "cancelled")
        assert sum(sums[state] for state in states) == sums["audience"] == sums["delivered"] == 1
    assert report["clicked"] == {"human": 1, "machine": 0}
    assert (report["read"], report["acknowledged"], report["questions"]) == (1, 1, 1)
