"""Somebody of Alpenglow asks to join: confirmed by mail, decided by Nora; a stranger learns of nobody."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from activity.refusals import Invalid, NotAllowed, Refused
from partners.actions.colleague_requests import (
    accept_colleague,
    ask_to_join,
    confirm_address,
    decline_colleague,
    work_off_colleague_requests,
)
from partners.mail_domains import PUBLIC
from partners.models import ColleagueRequest, Contact, Invitation
from partners.pace import ASKED_AT_MOST
from partners.queries.colleagues import partners_of_domain, requests_to_decide
from partners.queries.needs import partner_needs
from tests import factories

pytestmark = pytest.mark.django_db
IDA = "ida@alpenglow.example"


@pytest.fixture
def worked_off(django_capture_on_commit_callbacks):
    def work() -> int:
        with django_capture_on_commit_callbacks(execute=True):
            return work_off_colleague_requests()

    return work


def token_in(mail) -> str:
    return mail.body.partition("/join/")[2].partition("/")[0]


@pytest.fixture
def asking(cast, mailoutbox, worked_off) -> ColleagueRequest:
    """Ida has confirmed her address."""
    ask_to_join(name="Ida Falk", email=IDA)
    worked_off()
    confirm_address(token_in(mailoutbox[-1]))
    mailoutbox.clear()
    return ColleagueRequest.objects.get()


def test_ida_asks_confirms_and_is_accepted(cast, client, mailoutbox, worked_off):
    assert "Look into your mailbox" in client.post("/join/", {"name": "Ida Falk", "email": IDA.upper()}).content.decode()
    assert worked_off() == 1
    link = f"/join/{token_in(mailoutbox[-1])}/"
    assert "Alpenglow" not in mailoutbox[-1].body
    assert client.get(link).status_code == 200
    assert not requests_to_decide(cast.alpenglow).exists()  # opening it decides nothing: scanners open links, too
    assert "Alpenglow" not in client.post(link).content.decode()
    worked_off()
    assert [(mail.to, "Ida Falk" in mail.subject) for mail in mailoutbox[1:]] == [(["nora@alpenglow.example"], True)]
    nora = Client()
    nora.force_login(cast.nora.user)
    assert "1 person asks to join" in nora.get("/").content.decode()
    row = requests_to_decide(cast.alpenglow).get()
    page = reverse("portal:join_request", args=[row.public_id])
    assert IDA in nora.get(page).content.decode()
    assert nora.post(page, {"accept": "1", "functions": ["sales"]}).status_code == 302
    contact = Contact.objects.get(email=IDA)
    assert (contact.partner, contact.functions, contact.user, Invitation.objects.get().contact) == (
        cast.alpenglow, ["sales"], None, contact
    )  # fmt: skip
    assert nora.get(page).status_code == 404
    assert client.get(link).status_code == 410


def test_declined_with_a_reason_that_she_reads(cast, asking, mailoutbox):
    nora = Client()
    nora.force_login(cast.nora.user)
    page = reverse("portal:join_request", args=[asking.public_id])
    assert nora.post(page, {"decline": "1", "reason": ""}).status_code == 422
    assert nora.post(page, {"decline": "1", "reason": "Use the shared login of the desk."}).status_code == 302
    assert "Use the shared login of the desk." in mailoutbox[-1].body
    assert (ColleagueRequest.objects.get().state, Contact.objects.filter(email=IDA).exists()) == ("declined", False)
    with pytest.raises(Refused, match="decided this just before"):
        accept_colleague(asking, by=cast.nora)


def test_only_admins_of_that_organisation_decide(cast, asking):
    Contact.objects.filter(pk=cast.sven.pk).update(is_partner_admin=True)
    cast.sven.refresh_from_db()
    for by in (cast.ben, cast.sven):
        with pytest.raises(NotAllowed):
            accept_colleague(asking, by=by)
        with pytest.raises(NotAllowed):
            decline_colleague(asking, by=by, reason="No.")
    sven = Client()
    sven.force_login(cast.sven.user)
    assert sven.get(reverse("portal:join_request", args=[asking.public_id])).status_code == 404
    assert ColleagueRequest.objects.get().state == "confirmed"


def test_when_the_mail_server_refuses_nothing_is_decided(cast, asking, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(Refused, match="did not take"):
        accept_colleague(asking, by=cast.nora)
    with pytest.raises(Refused, match="did not take"):
        decline_colleague(asking, by=cast.nora, reason="No.")
    assert (ColleagueRequest.objects.get().state, Contact.objects.filter(email=IDA).exists()) == ("confirmed", False)


def test_a_stranger_is_answered_alike_whoever_is_known(cast, client, mailoutbox, worked_off):
    """In words, in status and in what the database is asked."""
    client.post("/join/", {"name": "Eve", "email": "first@unknown.example"})  # whoever is first fills what is remembered
    addresses = ("ida@alpenglow.example", "nora@alpenglow.example", "eve@unknown.example", "eve@gmail.com", "maria@vendor.example")
    answers = set()
    for address in addresses:
        with CaptureQueriesContext(connection) as asked:
            answer = client.post("/join/", {"name": "Eve", "email": address})
        said = answer.content.decode().partition("<main")[2].partition("</main")[0]
        answers.add((answer.status_code, said, len(asked)))
    assert len(answers) == 1
    worked_off()
    assert sorted(mail.to[0] for mail in mailoutbox) == ["ida@alpenglow.example", "nora@alpenglow.example"]
    assert "You are in the Vendor partner portal already" in [mail.subject for mail in mailoutbox if mail.to[0].startswith("nora")]
    assert list(ColleagueRequest.objects.values_list("email", flat=True)) == [IDA]  # nothing is kept of the others


def test_an_address_is_mailed_once_a_day_and_a_network_asks_so_often(cast, client, mailoutbox, worked_off):
    for _time in range(3):
        ask_to_join(name="Ida", email=IDA)
    assert (ColleagueRequest.objects.count(), worked_off(), worked_off()) == (1, 1, 0)
    for _time in range(ASKED_AT_MOST):
        client.post("/join/", {"name": "Ida", "email": IDA})
    answer = client.post("/join/", {"name": "Eve", "email": "eve@baltic.example"})
    assert (answer.status_code, "asked very often" in answer.content.decode()) == (422, True)
    assert not ColleagueRequest.objects.filter(email="eve@baltic.example").exists()


@pytest.mark.parametrize(("name", "email"), [("", IDA), ("Ida", ""), ("Ida", "nonsense"), ("Ida\nBcc: all", IDA), ("x" * 201, IDA)])
def test_bad_input_is_refused_and_nothing_written(cast, client, name, email):
    with pytest.raises(Invalid):
        ask_to_join(name=name, email=email)
    assert client.post("/join/", {"name": "", "email": email}).status_code == 422
    assert not ColleagueRequest.objects.exists()


def test_links_that_do_not_hold_say_so(cast, client, mailoutbox, worked_off):
    ask_to_join(name="Ida", email=IDA)
    worked_off()
    link = f"/join/{token_in(mailoutbox[-1])}/"
    ColleagueRequest.objects.update(asked_at=timezone.now() - timedelta(days=4))
    for address in (link, "/join/invented/"):
        assert client.post(address).status_code == 410
    assert not requests_to_decide(cast.alpenglow).exists()
    worked_off()
    assert not ColleagueRequest.objects.exists()


# Whose a domain is.


@given(st.sampled_from(sorted(PUBLIC)))
def test_a_public_mail_domain_is_nobodys(domain):
    assert partners_of_domain(f"ida@{domain}") == []


def test_not_even_where_somebody_of_a_partner_uses_one(cast):
    factories.make_contact(cast.alpenglow, "Kai", "kai@gmail.com", login=True)
    assert partners_of_domain("eve@gmail.com") == []


def test_a_domain_is_that_of_the_website_or_of_people_who_have_joined(cast):
    assert partners_of_domain("x@ALPENGLOW.example") == [cast.alpenglow]
    for foreign in (
        "x@evilalpenglow.example",
        "x@alpenglow.example.evil.example",
        "x@sub.alpenglow.example",
        "x@example",
        "x@",
        "x",
    ):
        assert partners_of_domain(foreign) == []
    factories.make_contact(cast.alpenglow, "Not joined", "n@freelance.example")
    assert partners_of_domain("x@freelance.example") == []
    type(cast.baltic).objects.filter(pk=cast.baltic.pk).update(website="https://www.baltic-cloud.example/en/")
    assert partners_of_domain("x@baltic-cloud.example") == [cast.baltic]
    assert partners_of_domain("x@cloud.example") == []
    cast.baltic.enrolments.update(ends_on=timezone.localdate() - timedelta(days=1))
    assert partners_of_domain("x@baltic-cloud.example") == []


def test_of_two_partners_with_one_domain_each_is_asked(cast, mailoutbox, worked_off):
    sister = factories.make_partner("Alpenglow Austria", programme=cast.programme)
    resi = factories.make_contact(sister, "Resi", "resi@alpenglow.example", login=True, is_partner_admin=True)
    ask_to_join(name="Ida", email=IDA)
    worked_off()
    confirm_address(token_in(mailoutbox[-1]))
    assert [requests_to_decide(each).count() for each in (cast.alpenglow, sister)] == [1, 1]
    accept_colleague(requests_to_decide(sister).get(), by=resi)
    assert Contact.objects.get(email=IDA).partner == sister
    assert requests_to_decide(cast.alpenglow).count() == 1


# Where nobody of the organisation answers, a manager does.


def needs(user) -> list[str]:
    return [need.sentence for need in partner_needs(user) if "asks to join" in need.sentence]


def test_what_no_admin_answered_for_days_needs_a_manager(cast, asking):
    assert needs(cast.maria) == []
    ColleagueRequest.objects.update(confirmed_at=timezone.now() - timedelta(days=4))
    assert needs(cast.maria) == ["1 person asks to join a partner, and nobody there answers"]
    assert needs(cast.arthur) == []
    ColleagueRequest.objects.update(confirmed_at=timezone.now())
    Contact.objects.filter(pk=cast.nora.pk).update(is_partner_admin=False)
    assert len(needs(cast.maria)) == 1  # nobody there could


def test_a_manager_sees_what_waits_and_accepts(cast, client, asking, mailoutbox):
    client.force_login(cast.maria)
    listed = client.get("/admin/partners/colleaguerequest/").content.decode()
    page = f"/admin/partners/colleaguerequest/{asking.public_id}/"
    assert all(said in listed for said in (page, "Ida Falk", IDA, "Alpenglow"))
    assert "Nora Berg" in client.get(page).content.decode()
    assert client.post(page, {"accept": "1", "functions": ["nonsense"]}).status_code == 422
    assert not Contact.objects.filter(email=IDA).exists()
    assert client.post(page, {"accept": "1", "functions": ["sales"]}).status_code == 302
    asking.refresh_from_db()
    assert (asking.state, asking.decided_by, asking.contact.functions) == ("accepted", cast.maria, ["sales"])
    assert [mail.to for mail in mailoutbox] == [[IDA]]
    assert page not in client.get("/admin/partners/colleaguerequest/").content.decode()
    assert page in client.get("/admin/partners/colleaguerequest/?state=accepted").content.decode()
    answer = client.post(page, {"decline": "1", "reason": "Too late."})
    assert (answer.status_code, "decided this just before" in answer.content.decode()) == (409, True)


def test_a_manager_declines_with_a_reason_that_she_reads(cast, client, asking, mailoutbox):
    client.force_login(cast.maria)
    page = f"/admin/partners/colleaguerequest/{asking.public_id}/"
    assert client.post(page, {"decline": "1", "reason": " "}).status_code == 422
    assert not mailoutbox
    assert client.post(page, {"decline": "1", "reason": "We do not know you."}).status_code == 302
    assert "We do not know you." in mailoutbox[-1].body
    assert (ColleagueRequest.objects.get().state, Contact.objects.filter(email=IDA).exists()) == ("declined", False)


def test_a_manager_of_other_partners_or_without_the_right_decides_nothing(cast, client, asking):
    paul = factories.make_user("paul@vendor.example", roles=("Partner manager",))
    for user, status in ((paul, 404), (cast.arthur, 403), (cast.nora.user, 302)):
        client.force_login(user)
        page = f"/admin/partners/colleaguerequest/{asking.public_id}/"
        assert (client.get(page).status_code, client.post(page, {"accept": "1"}).status_code) == (status, status)
        with pytest.raises(NotAllowed):
            accept_colleague(asking, by=user)
    assert ColleagueRequest.objects.get().state == "confirmed"
