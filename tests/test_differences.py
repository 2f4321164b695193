"""What differs between two days: what came, changed and went, by both questions, on a page and by API."""

from datetime import datetime, timedelta

import pytest
from django.db.models import JSONField, Value
from django.urls import reverse
from django.utils import timezone

from activity.refusals import Invalid
from context.actions.verdicts import give_verdict
from context.models import DataPoint, Fact, Verdict
from context.queries.differences import differences_between
from partners.models import PartnerRegion, Region, Site
from partners.visibility import hidden_from
from tests.agreement_story import signed
from tests.api import integrator
from tests.factories import make_programme

pytestmark = pytest.mark.django_db


LAST_90 = {
    "since": (timezone.localdate() - timedelta(days=90)).isoformat(),
    "until": timezone.localdate().isoformat(),
}


def days_ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


@pytest.fixture
def points(db) -> dict[str, DataPoint]:
    keys = ("employees", "strengths", "challenges", "customers")
    return {key: DataPoint.objects.get_or_create(key=key, defaults={"label": key.title()})[0] for key in keys}


@pytest.fixture
def story(cast, points):
    """Of Alpenglow: ten days ago its employees were corrected, its strengths verified, a challenge came, its industries ended,
    a depot moved, a region was withdrawn, and what nobody touched stayed."""

    def say(key, value, days, recorded=None, **more) -> Fact:
        seen = {"observed_at": days_ago(days), "recorded_at": days_ago(recorded if recorded is not None else days)}
        return Fact.objects.create(partner=cast.alpenglow, data_point=points[key], value=value, source="call", method="manual",
                                   **seen, **more)  # fmt: skip

    say("employees", 100, 60)
    say("employees", 120, 10)
    strengths = say("strengths", "consulting", 60)
    say("challenges", "drivers", 40, 10)
    say("customers", ["rail"], 60)
    say("customers", Value(None, JSONField()), 10)
    give_verdict(strengths, "verified", by=cast.maria)
    Verdict.objects.update(at=days_ago(10))
    say("employees", 7, 60, programme=make_programme("makers"))
    alps, jura = (Region.objects.create(key=name.lower(), name=name) for name in ("Alps", "Jura"))
    for region, gone in ((alps, None), (jura, days_ago(10))):
        PartnerRegion.ledger.create(partner=cast.alpenglow, region=region, withdrawn_at=gone, **_seen(60))
    for serves, days, gone in ((["DE"], 60, days_ago(10)), (["DE", "FR"], 10, None)):
        Site.ledger.create(partner=cast.alpenglow, name="Depot", kind="warehouse", serves=serves, withdrawn_at=gone, **_seen(days))
    return cast


def _seen(days: float) -> dict:
    return {"observed_at": days_ago(days), "recorded_at": days_ago(days)}


def _between(cast, since: float, until: float, question: str, user=None) -> dict[str, tuple]:
    user = user or cast.maria
    found = differences_between(
        cast.alpenglow, days_ago(since), days_ago(until), question=question, among=DataPoint.objects.seen_by(user),
        hidden=hidden_from(user),
    )  # fmt: skip
    return {each.label: (each.kind, each.before and each.before.in_words, each.after and each.after.in_words) for each in found}


def test_what_came_changed_and_went_is_told_apart(story):
    labels = {point.key: point.label for point in DataPoint.objects.all()}
    assert _between(story, 30, 5, "known_at") == {
        labels["employees"]: ("changed", "100", "120"),
        labels["strengths"]: ("judged", "consulting", "consulting"),
        labels["challenges"]: ("added", None, "drivers"),
        labels["customers"]: ("removed", "rail", ""),
        "Regions": ("removed", "Jura", None),
        "Sites": ("changed", "Depot · serves the countries: DE", "Depot · serves the countries: DE, FR"),
    }
    assert _between(story, 5, 1, "known_at") == {}
    assert _between(story, 70, 50, "known_at")[f"{labels['employees']} · Makers"] == ("added", None, "7")


def test_the_two_questions_are_not_mixed(story):
    """The drivers were short 40 days ago; we have known it for ten. What is verified today was always true."""
    label, strengths = DataPoint.objects.get(key="challenges").label, DataPoint.objects.get(key="strengths").label
    assert label in _between(story, 50, 30, "true_at")
    assert label not in _between(story, 50, 30, "known_at")
    assert label not in _between(story, 30, 5, "true_at")
    assert strengths not in _between(story, 30, 5, "true_at")


def test_who_withdrew_it_is_told(story):
    fact = Fact.objects.get(data_point__key="challenges")
    give_verdict(fact, "withdrawn", by=story.maria, comment="a mistake")
    found = differences_between(
        story.alpenglow, days_ago(5), timezone.now(), question="known_at", among=DataPoint.objects.all(), hidden=frozenset()
    )
    assert [(each.kind, each.end.by, each.end.comment) for each in found] == [("removed", "Maria Lund", "a mistake")]


def test_what_a_reader_may_not_see_does_not_differ_for_them(story):
    DataPoint.objects.filter(key__in=["strengths", "sites"]).update(seen_by="partner")
    told = _between(story, 30, 5, "known_at")
    assert "Sites" not in told
    assert DataPoint.objects.get(key="strengths").label not in told


def test_the_days_have_to_be_in_order(story):
    with pytest.raises(Invalid, match="has to come before"):
        _between(story, 5, 30, "known_at")


def _days(since: float, until: float, **more) -> dict:
    return {"since": days_ago(since).date().isoformat(), "until": days_ago(until).date().isoformat(), "ask": "known_at", **more}


def test_a_manager_reads_it_on_a_page(story, client):
    client.force_login(story.maria)
    address = reverse("admin:context_partner_differences", args=[story.alpenglow.public_id])
    overview = client.get(reverse("admin:partners_partner_overview", args=[story.alpenglow.public_id]))
    assert address in overview.content.decode()
    page = " ".join(client.get(address, _days(30, 5)).content.decode().split())
    for words in ("Added", "Changed", "Removed", "120", "verified · Maria Lund", "none any more", "withdrawn on"):
        assert words in page
    assert "Nothing differs between these two days" in client.get(address, _days(5, 1)).content.decode()
    assert "has to come before" in client.get(address, _days(5, 30)).content.decode()
    assert "lies in the future" in client.get(address, _days(5, -3)).content.decode()


def test_it_asks_as_little_for_fifty_facts_as_for_five(story, client, django_assert_max_num_queries):
    client.force_login(story.maria)
    address = reverse("admin:context_partner_differences", args=[story.alpenglow.public_id])
    for number in range(50):
        point = DataPoint.objects.create(key=f"point_{number}", label=f"Point {number}")
        for value, days in (("old", 60), ("new", 10)):
            Fact.objects.create(partner=story.alpenglow, data_point=point, value=value, source="call", method="manual",
                                observed_at=days_ago(days), recorded_at=days_ago(days))  # fmt: skip
    client.get(address, _days(30, 5))
    with django_assert_max_num_queries(20):
        page = client.get(address, _days(30, 5)).content.decode()
    assert page.count("Point ") == 50


def test_the_api_tells_it_beside_the_profile(story):
    api = integrator(story.maria)
    address = f"partners/{story.alpenglow.public_id}/profile/differences/"
    answer = api.get(address, since=days_ago(30).date().isoformat(), until=days_ago(5).date().isoformat()).json()
    told = {each["data_point"]: each for each in answer["differences"]}
    assert (answer["question"], told["employees"]["kind"]) == ("known_at", "changed")
    assert (told["employees"]["before"]["value"], told["employees"]["after"]["value"]) == (100, 120)
    assert told["strengths"]["after"]["decided_by"] == "Maria Lund"
    assert told["regions"]["end"]["at"]
    for wrong, sentence in (({}, "Write a day"), ({"since": "2999-01-01"}, "lies in the future"),
                            ({"since": "2020-01-01", "question": "x"}, "Ask what was true")):  # fmt: skip
        refused = api.get(address, **wrong)
        assert refused.status_code == 422
        assert sentence in refused.json()["detail"]


def test_the_partners_own_people_read_what_changed(cast, client, story):
    """Between two days of theirs; of what is the managers' alone, nothing."""
    DataPoint.objects.filter(key="challenges").update(seen_by="managers")
    client.force_login(cast.nora.user)
    assert client.get(reverse("portal:data_changes")).context["changes"] is None
    page = client.get(reverse("portal:data_changes"), LAST_90)
    told = {(group.kind, each.data_point) for group in page.context["changes"] for each in group.differences}
    assert {("changed", "employees")} <= told or {("added", "employees")} <= told
    assert "challenges" not in {key for _kind, key in told}

    days = {"since": (timezone.localdate() - timedelta(days=11)).isoformat(), "until": timezone.localdate().isoformat()}
    groups = {group.kind: group.differences for group in client.get(reverse("portal:data_changes"), days).context["changes"]}
    [employees] = [each for each in groups["changed"] if each.data_point == "employees"]
    assert employees.before.value != employees.after.value
    client.force_login(cast.sven.user)
    assert client.get(reverse("portal:data_changes"), days).context["changes"] == []


def test_days_that_cannot_be_are_said_on_the_partners_page(cast, client):
    client.force_login(cast.nora.user)
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    for asked, says in (
        ({"since": "2026-01-02", "until": "2026-01-01"}, "The first day has to come before the second one."),
        ({"since": "2026-01-02", "until": tomorrow}, "This day has not come yet."),
        ({"since": "soon", "until": "2026-01-01"}, "Enter a valid date"),
        ({"since": "2026-01-01"}, "This field is required"),
    ):
        page = client.get(reverse("portal:data_changes"), asked)
        assert (page.status_code, says in page.text) == (422, True)


def test_a_colleague_reads_nothing_of_agreements_there(cast, client):
    signed(cast)
    for contact, sees in ((cast.nora, True), (cast.ben, False)):
        client.force_login(contact.user)
        assert ("Distribution agreement 2027" in client.get(reverse("portal:data_changes"), LAST_90).text) is sees


def test_however_much_changed_the_partners_page_asks_as_often(cast, client, story, django_assert_max_num_queries):
    client.force_login(cast.nora.user)
    client.get(reverse("portal:data_changes"), LAST_90)
    with django_assert_max_num_queries(20):
        client.get(reverse("portal:data_changes"), LAST_90)
