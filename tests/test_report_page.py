"""The report in the admin: the same figures as the API, each with the rows behind it, and as CSV."""

import csv
import io

import pytest
from django.urls import reverse

from communications.actions.questions import ask_question
from communications.models import Delivery, DeliveryState
from communications.queries.announcement_breakdown import FIGURES, breakdown_of, people_behind
from communications.queries.announcement_report import report_of
from communications.queries.portfolio import portfolio_of
from partners.models import PartnerRegion, Region
from tests import announcement_story, factories
from tests.api import integrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def maria(cast, client):
    client.force_login(cast.maria, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def sent(cast, sink):
    return announcement_story.tell(cast)


def url(announcement, name: str, *args) -> str:
    return reverse(f"admin:communications_announcement_{name}", args=[announcement.public_id, *args])


def read_csv(answer) -> list[dict]:
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_it_says_the_main_thing_in_a_sentence(cast, maria, sent):
    page = maria.get(url(sent, "report"))
    assert page.context["sentence"] == "3 of 3 received it, 2 people read it, 1 acknowledged, 1 asked."
    assert "1 of 2 partners acknowledged it" in page.content.decode()
    assert [partner.name for partner in page.context["partners"].missing] == ["Baltic Cloud OÜ"]


def test_its_figures_are_those_of_the_api(cast, maria, sent):
    told, total = report_of(sent), breakdown_of(sent).total
    assert (total.audience, total.acknowledged, total.asked) == (told.audience, told.acknowledged, told.questions)
    assert (total.clicked, total.machine_clicked) == (told.clicked.human, told.clicked.machine)
    assert total.machine_read == told.opened.machine == 1
    shown = maria.get(url(sent, "report")).context["report"]
    assert shown.channels == told.channels


def test_every_group_adds_up_to_the_whole(cast, sent):
    broken_down = breakdown_of(sent)
    for lines in broken_down.by.values():
        for name, whole in broken_down.total.figures().items():
            assert sum(line.figures()[name] for line in lines) == whole


def test_the_people_behind_a_number_are_as_many_as_it_says(cast, maria, sent):
    total, told = breakdown_of(sent).total.figures(), report_of(sent)
    counted = {**total, "opened": told.opened.human, "machine_opened": told.opened.machine, "seen": told.read,
               "not_received": total["audience"] - total["received"]}  # fmt: skip
    for figure in FIGURES:
        people = people_behind(sent, figure, where={})
        assert len(people) == counted[figure], figure
        page = maria.get(url(sent, "report_people", figure)).content.decode()
        assert all(person.name in page for person in people), figure


def test_each_group_counts_each_person_once(cast, sent):
    for key, name in (("dach", "DACH"), ("nordics", "Nordics")):
        PartnerRegion.objects.create(partner=cast.alpenglow, region=Region.objects.create(key=key, name=name))
    breakdown = breakdown_of(sent)

    assert {line.key: line.audience for line in breakdown.by["region"]} == {"DACH, Nordics": 2, "": 1}
    for name, lines in breakdown.by.items():
        assert sum(line.audience for line in lines) == breakdown.total.audience, name


def test_by_function_and_language(cast, maria, sent):
    type(cast.ben).objects.filter(pk=cast.ben.pk).update(language="de")
    by = breakdown_of(sent).by
    assert {line.key: line.audience for line in by["function"]} == {"executive, sales": 1, "sales": 1, "technical": 1}
    assert {line.key: line.audience for line in by["language"]} == {"": 2, "de": 1}
    page = maria.get(url(sent, "report")).content.decode()
    assert "By function of the person" in page
    assert "German" in page
    people = maria.get(url(sent, "report_people", "audience"), {"function": "executive, sales"}).context["people"]
    assert [person.name for person in people] == ["Nora Berg"]


def test_the_breakdown_is_the_same_by_api(cast, sent):
    answer = integrator(cast.maria).get(f"announcements/{sent.public_id}/breakdown/").json()
    assert answer == breakdown_of(sent).as_dict()
    assert {line["key"]: line["machine_read"] for line in answer["by"]["country"]} == {"DE": 0, "EE": 1}


def test_a_number_of_a_group_leads_to_that_group(cast, maria, sent):
    page = maria.get(url(sent, "report_people", "audience") + "?country=EE").content.decode()
    assert "Sven Tamm" in page
    assert "Nora Berg" not in page
    assert maria.get(url(sent, "report_people", "wages")).status_code == 404


def test_the_rows_behind_a_sum(cast, maria, sent):
    page = maria.get(url(sent, "report_deliveries") + "?channel=email&state=suppressed").content.decode()
    assert "sven@baltic.example" in page
    assert "the address is suppressed" in page
    assert "nora@alpenglow.example" not in page
    assert "nora@alpenglow.example" in maria.get(url(sent, "report_deliveries") + "?channel=fax&state=lost").content.decode()


@pytest.fixture
def mo(cast, client):
    """A manager who is responsible for Alpenglow and sees no other partner."""
    manager = factories.make_user("mo@vendor.example", roles=("Partner manager",))
    cast.alpenglow.enrolments.update(manager=manager)
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    return manager


def test_a_manager_sees_the_rows_of_their_own_partners_only(client, mo, sent):
    for page in (url(sent, "report_deliveries"), url(sent, "report_people", "audience")):
        words = client.get(page).content.decode()
        assert "Nora Berg" in words
        assert "Sven" not in words
    rows = read_csv(client.get(url(sent, "recipients_csv")))
    assert {row["partner"] for row in rows} == {"Alpenglow GmbH"}


def test_a_portfolio_managers_figures_count_what_their_rows_list(cast, client, mo, sent):
    ask_question(sent, contact=cast.sven, text="Not for Mo's eyes?")
    page = client.get(url(sent, "report"))
    total = page.context["breakdown"].total.figures()
    assert page.context["sentence"] == "2 of 2 received it, 2 people read it, 1 acknowledged, 1 asked."
    assert "your 1 partner, of 2 partners that it was for" in page.content.decode()
    assert "1 of 1 partners acknowledged it" in page.content.decode()
    for figure in total:
        listed = client.get(url(sent, "report_people", figure)).context["people"]
        assert len(listed) == total[figure], figure
    for channel, sums, _cells in page.context["channels"]:
        rows = client.get(url(sent, "report_deliveries"), {"channel": channel.value}).context["rows"]
        assert len(rows) == sums.audience == 2
    assert page.context["report"].reasons == {}
    assert report_of(sent).reasons


def test_a_portfolio_managers_figures_are_the_same_by_api_and_csv(cast, client, mo, sent):
    told = report_of(sent, portfolio_of(mo))
    assert (told.is_whole, told.partners, told.partners_in_all, told.audience, told.questions) == (False, 1, 2, 2, 1)

    rows = {(row["about"], row["figure"]): row["value"] for row in read_csv(client.get(url(sent, "figures_csv")))}
    assert (rows["all", "is_whole"], rows["all", "partners"], rows["all", "partners_in_all"]) == ("False", "1", "2")
    assert rows["all", "audience"] == "2"
    assert ("country EE", "audience") not in rows

    answer = integrator(mo).get(f"announcements/{sent.public_id}/report/").json()
    assert {**answer, "as_of": None} == {**told.as_dict(), "as_of": None}


def test_a_manager_without_any_of_its_partners_is_told_so(cast, client, sent):
    other = factories.make_user("other@vendor.example", roles=("Partner manager",))
    client.force_login(other, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(url(sent, "report"))
    assert "None of your partners is among the 2 that it was for." in page.content.decode()
    assert page.context["report"].audience == 0


def test_figures_as_csv_are_the_same(cast, maria, sent):
    rows = {(row["about"], row["figure"]): row["value"] for row in read_csv(maria.get(url(sent, "figures_csv")))}
    told = report_of(sent)
    assert rows["all", "audience"] == str(told.audience)
    assert rows["opened", "human"] == str(told.opened.human)
    assert rows["channel email", "suppressed"] == str(told.channels["email"].suppressed)
    assert rows["country EE", "machine_read"] == "1"


def test_a_cell_never_begins_like_a_formula(cast, maria, sink):
    for name in ("=HYPERLINK(1)", "+1", "-1", "@sum", "\tx", "\rx"):
        factories.make_contact(cast.baltic, name, f"x{ord(name[0])}@baltic.example")
    sent = announcement_story.send(announcement_story.draft(cast), cast)
    names = {row["name"] for row in read_csv(maria.get(url(sent, "recipients_csv")))}
    assert "'=HYPERLINK(1)" in names
    assert not {name for name in names if name[0] in "=+-@\t\r"}


def test_recipients_as_csv_are_one_row_for_each_delivery(cast, maria, sent):
    rows = read_csv(maria.get(url(sent, "recipients_csv")))
    assert len(rows) == Delivery.objects.filter(announcement=sent).count() == 6
    ben = next(row for row in rows if row["name"] == "Ben Ott" and row["channel"] == "email")
    assert (ben["state"], ben["opened"], ben["clicked"], ben["acknowledged"]) == ("delivered", "1", "1", "0")


def test_a_person_decides_about_what_is_in_doubt(cast, maria, sent):
    row = Delivery.objects.filter(announcement=sent, contact=cast.ben, channel="email")
    row.update(state=DeliveryState.IN_DOUBT)
    assert "1 delivery is in doubt" in maria.get(url(sent, "report")).content.decode()
    assert "in doubt: resend or skip" in maria.get(reverse("admin:index")).content.decode()
    answer = maria.post(url(sent, "settle"), {"contact": cast.ben.public_id, "channel": "email", "decision": "skip"}, follow=True)
    assert "not sent again" in answer.content.decode()
    assert row.get().state == DeliveryState.FAILED
    again = maria.post(url(sent, "settle"), {"contact": cast.ben.public_id, "channel": "email", "decision": "resend"}, follow=True)
    assert "no longer in doubt" in again.content.decode()
    assert row.get().state == DeliveryState.FAILED


def test_only_who_may_send_decides_about_what_is_in_doubt(cast, client, sent):
    row = Delivery.objects.filter(announcement=sent, contact=cast.ben, channel="email")
    row.update(state=DeliveryState.IN_DOUBT)
    analyst = factories.make_user("ana@vendor.example", roles=("Analyst",))
    client.force_login(analyst, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(url(sent, "settle"), {"contact": cast.ben.public_id, "channel": "email", "decision": "skip"})
    assert answer.status_code == 403
    assert row.get().state == DeliveryState.IN_DOUBT


def test_it_renews_itself_while_it_is_sent_and_then_stops(cast, maria, sink, settings):
    settings.EMAIL_PORT = 1  # nobody takes the mails, so they wait
    moving = announcement_story.send(announcement_story.draft(cast), cast)
    assert 'hx-trigger="every 3s"' in maria.get(url(moving, "report_live")).content.decode()
    moving.deliveries.update(state=DeliveryState.DELIVERED)
    type(moving).objects.update(state="sent")
    assert "hx-trigger" not in maria.get(url(moving, "report_live")).content.decode()


def test_before_it_has_gone_out_there_is_nothing_to_tell(cast, maria):
    page = maria.get(url(announcement_story.draft(cast), "report"))
    assert page.context["sentence"] == "Nothing has gone out yet."


def test_the_report_asks_little_whatever_the_size(cast, maria, sink, django_assert_max_num_queries):
    for n in range(60):
        factories.make_contact(cast.baltic, f"Person {n}", f"person{n}@baltic.example")
    sent = announcement_story.tell(cast)
    maria.get(url(sent, "report"))
    with django_assert_max_num_queries(21):
        maria.get(url(sent, "report"))
    for page in (url(sent, "report_deliveries"), url(sent, "report_people", "audience")):
        with django_assert_max_num_queries(12):
            maria.get(page)


def test_reasons_and_links_lead_to_their_rows(cast, maria, sent):
    told = report_of(sent)
    assert told.reasons == {"the address is suppressed": 1}
    rows = maria.get(url(sent, "report_deliveries"), {"why": "the address is suppressed"}).context["rows"]
    assert [row.name for row in rows] == ["Sven Tamm"]
    people = maria.get(url(sent, "report_people", "clicked"), {"link": "0"})
    assert [person.name for person in people.context["people"]] == ["Ben Ott"]
    assert "https://vendor.example/notes" in people.content.decode()
    assert not maria.get(url(sent, "report_people", "clicked"), {"link": "7"}).context["people"]
