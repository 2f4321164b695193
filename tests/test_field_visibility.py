"""Who may see a data point sees it, and nobody else does: not in a page, a list, a filter, a segment, an export or the API."""

import pytest
from django.test import Client

from accounts.actions.api_tokens import create_api_token
from activity.models import Activity
from context.actions.facts import record_fact
from context.actions.segments import create_segment
from context.actions.verdicts import give_verdict
from context.models import DataPoint, Side, Verdict
from context.queries.facts import current_facts
from context.queries.segment_builder import builder_offer
from partners.models import PartnerSpecialty, Region, Specialty
from partners.visibility import hidden_from
from tests.walk import all_routes, is_walked, path_of
from tests.world import own_values

CHOOSING = ("/admin/context/fact/", "/admin/context/segment/", "/api/")

pytestmark = pytest.mark.django_db

OURS, THEIRS, BOTHS = "canary-of-the-managers", "canary-of-the-partner", "canary-of-both"


@pytest.fixture
def canaries(cast):
    for side, value in ((Side.MANAGERS, OURS), (Side.PARTNER, THEIRS), (Side.BOTH, BOTHS)):
        DataPoint.objects.create(key=f"point-{side}", label=f"Point {side}", seen_by=side)
        fact = record_fact(cast.alpenglow, f"point-{side}", value, source="a call", method="manual", by=cast.maria)
        give_verdict(fact, Verdict.Kind.VERIFIED, by=cast.maria, comment=f"because {value}")


@pytest.mark.slow
def test_no_page_of_the_portal_tells_the_partner_what_is_the_managers(cast, world, canaries):
    for contact in (cast.nora, cast.ben):
        seen = _everything(contact.user, world)
        assert [path for path, body in seen.items() if OURS in body] == []
        assert any(BOTHS in body for body in seen.values())


@pytest.mark.slow
def test_no_page_no_list_no_export_and_no_api_tells_managers_what_is_the_partners(cast, world, canaries):
    seen = _everything(cast.maria, world) | _api(cast.maria, world)

    assert [path for path, body in seen.items() if THEIRS in body] == []
    assert [path for path, body in seen.items() if "Point partner" in body and path.startswith(CHOOSING)] == []
    assert any(OURS in body for body in seen.values())


def test_a_manager_who_views_the_portal_sees_only_what_both_may_see(cast, canaries, client):
    client.force_login(cast.maria)
    client.post(f"/view-as/{cast.nora.public_id}/")

    page = client.get("/organisation/").content.decode()

    assert BOTHS in page
    assert OURS not in page
    assert THEIRS not in page


def test_a_rule_cannot_ask_what_only_the_partner_may_see(cast, canaries):
    from activity.refusals import Invalid

    rule = {"field": f"fact.point-{Side.PARTNER}", "op": "eq", "value": THEIRS}
    with pytest.raises(Invalid, match="point-partner"):
        create_segment(by=cast.maria, name="A peep", rule=rule)
    names = {field["name"] for field in builder_offer(cast.maria).fields}
    assert f"fact.point-{Side.MANAGERS}" in names
    assert f"fact.point-{Side.PARTNER}" not in names


def test_what_happened_does_not_tell_a_value_that_is_for_one_side(canaries):
    told = " ".join(f"{row.sentence} {row.data}" for row in Activity.objects.filter(verb="fact.verified"))

    assert BOTHS in told
    assert OURS not in told
    assert THEIRS not in told


def test_kinds_of_rows_and_columns_hide_by_the_same_rule(cast, client):
    specialty, region = Specialty.objects.create(key="s", name=OURS), Region.objects.create(key="r", name=THEIRS)
    PartnerSpecialty.objects.create(partner=cast.alpenglow, specialty=specialty)
    cast.alpenglow.regions.create(region=region)
    DataPoint.objects.filter(key="specialties").update(seen_by=Side.MANAGERS)
    DataPoint.objects.filter(key="regions").update(seen_by=Side.PARTNER)
    DataPoint.objects.filter(key="website").update(seen_by=Side.MANAGERS)
    cast.alpenglow.website = "https://only-for-us.example"
    cast.alpenglow.save()

    client.force_login(cast.nora.user)
    page = client.get("/organisation/").content.decode()
    assert (OURS in page, THEIRS in page, "only-for-us" in page) == (False, True, False)

    client.force_login(cast.maria)
    page = client.get(f"/admin/partners/partner/{cast.alpenglow.public_id}/overview/").content.decode()
    assert (OURS in page, THEIRS in page, "only-for-us" in page) == (True, False, True)
    assert hidden_from(cast.maria) == {"regions"}
    assert "partner.region" not in {field["name"] for field in builder_offer(cast.maria).fields}


def test_facts_are_told_to_their_side(cast, canaries):
    def told(user) -> set[str]:
        facts = current_facts(cast.alpenglow, among=DataPoint.objects.seen_by(user))
        return {fact.value for fact in facts} & {OURS, THEIRS, BOTHS}

    assert told(cast.maria) == {OURS, BOTHS}
    assert told(cast.nora.user) == {THEIRS, BOTHS}


def _everything(user, world) -> dict[str, str]:
    """Every page that opens by GET, what is searched for included."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    paths = [path_of(route, own_values(route, world)) for route in all_routes() if is_walked(route)]
    paths += [f"/admin/partners/partner/{world.cast.alpenglow.pk}/{page}/" for page in ("change", "history")]
    paths += [f"/admin/partners/partner/{world.cast.alpenglow.public_id}/overview/?tab={tab}" for tab in ("performance", "work")]
    paths += [f"/admin/context/fact/?q={canary}" for canary in ("Alpenglow",)] + ["/admin/context/segment/add/"]
    return {path: _body(client.get(path)) for path in paths if "logout" not in path and not path.startswith("/api/")}


def _api(user, world) -> dict[str, str]:
    _row, token = create_api_token(user, ["all"])
    client = Client(raise_request_exception=False)
    walked = [route for route in all_routes() if route.pattern.startswith("api/") and is_walked(route)]
    paths = [path_of(route, own_values(route, world)) for route in walked]
    return {path: _body(client.get(path, headers={"authorization": f"Bearer {token}"})) for path in paths}


def _body(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="replace")
