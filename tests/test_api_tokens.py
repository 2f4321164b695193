"""Who gets in, and how far: tokens, their scopes and their owners' roles."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.actions.api_tokens import create_api_token, revoke_api_token
from accounts.models import ApiToken, Scope
from activity.refusals import Invalid, NotAllowed
from partners.models import Partner
from tests.api import integrator
from tests.factories import PASSWORD, make_segment, make_user

READS = {
    Scope.PARTNERS_READ: ("programmes", "partners", "enrolments", "contacts", "products"),
    Scope.SEGMENTS_READ: ("segments",),
    Scope.ANNOUNCEMENTS_READ: ("announcements", "deliveries", "engagement"),
    Scope.QUESTIONS_READ: ("questions",),
    Scope.CONVERSATIONS_READ: ("conversations",),
}
NOUNS = [(noun, scope) for scope, nouns in READS.items() for noun in nouns]


def command(**options) -> str:
    out = StringIO()
    call_command("create_api_token", stdout=out, **options)
    return out.getvalue()


def test_the_command_prints_a_working_token_as_its_last_word(cast):
    token = command(email="Maria@vendor.example", scopes="all").split()[-1]
    answer = Client().get("/api/v1/partners/", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert not ApiToken.objects.filter(digest=token).exists()


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"email": "nobody@vendor.example", "scopes": "all"}, "nobody@vendor.example"),
        ({"email": "maria@vendor.example", "scopes": "partners:fly"}, "partners:read"),
        ({"email": "maria@vendor.example", "scopes": ","}, "at least one scope"),
        ({"email": "nora@alpenglow.example", "scopes": "all"}, "no role"),
        ({"email": "nora@alpenglow.example", "scopes": "partners:read"}, "may not hold"),
        ({"email": "arthur@vendor.example", "scopes": "partners:write"}, "may not hold"),
        ({"email": "maria@vendor.example", "scopes": "all", "days": 0}, "--days"),
    ],
)
def test_the_command_refuses_with_a_sentence_and_makes_nothing(cast, options, word):
    with pytest.raises(CommandError, match=word):
        command(**options)
    assert not ApiToken.objects.exists()


def test_all_is_what_the_owner_may_have_and_no_more(cast):
    row, _token = create_api_token(cast.arthur, ["all"])
    assert Scope.ANNOUNCEMENTS_APPROVE in row.scopes
    assert Scope.PARTNERS_WRITE not in row.scopes
    with pytest.raises(NotAllowed):
        create_api_token(cast.nora.user, ["all"])
    with pytest.raises(Invalid):
        create_api_token(cast.maria, ["everything"])


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer phk_wrong", "Bearer a b", "Bearer \xe9", "Basic bWFyaWE6eA=="])
def test_without_a_good_token_it_is_401_and_says_how(cast, header):
    answer = Client().get("/api/v1/partners/", headers={"authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_token_dies_when_revoked_expired_or_its_owner_leaves(cast):
    row, token = create_api_token(cast.maria, ["all"])
    get = lambda: Client().get("/api/v1/partners/", headers={"authorization": f"Bearer {token}"}).status_code  # noqa: E731
    assert get() == 200
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert get() == 401
    ApiToken.objects.update(expires_at=None)
    cast.maria.is_active = False
    cast.maria.save()
    assert get() == 401
    cast.maria.is_active = True
    cast.maria.save()
    revoke_api_token(row, by=cast.maria)
    assert get() == 401


@pytest.mark.parametrize(("noun", "scope"), NOUNS)
def test_each_noun_is_read_with_its_own_scope_only(cast, noun, scope):
    assert integrator(cast.maria, scope).get(f"{noun}/").status_code == 200
    others = [other for other in Scope if other != scope]
    answer = integrator(cast.maria, *[other for other in others if other != Scope.ANNOUNCEMENTS_APPROVE]).get(f"{noun}/")
    assert answer.status_code == 403
    assert scope in answer.json()["detail"]


@pytest.mark.parametrize("noun", ["partners", "enrolments", "contacts", "products", "segments", "announcements"])
def test_a_reading_token_writes_nothing(cast, noun):
    reader = integrator(cast.maria, *READS)
    answer = reader.post(f"{noun}/", {"name": "Intruder"})
    assert answer.status_code == 403
    assert not Partner.objects.filter(name="Intruder").exists()


def test_a_write_scope_does_not_reach_nouns_the_owners_role_may_not_write(cast):
    pia = make_user("pia@vendor.example", roles=("Partner manager",))
    answer = integrator(pia).post("products/", {"line": "Aurora", "name": "Aurora"})
    assert answer.status_code == 403


def test_a_token_loses_what_its_owner_loses(cast):
    her = integrator(cast.maria)
    cast.maria.groups.clear()
    assert her.get("partners/").status_code == 403


@pytest.mark.parametrize("noun", [noun for noun, _scope in NOUNS])
def test_a_partners_person_gets_nothing_through_the_api(cast, noun):
    client = Client()
    client.force_login(cast.nora.user)
    assert client.get(f"/api/v1/{noun}/").status_code == 403


def test_a_managers_session_reads_and_writes_only_with_its_csrf_token(cast):
    client = Client(enforce_csrf_checks=True)
    assert client.login(username=cast.maria.email, password=PASSWORD)
    assert client.get("/api/v1/partners/").status_code == 200
    answer = client.post("/api/v1/partners/", {"name": "Forged"}, content_type="application/json")
    assert answer.status_code == 403
    assert not Partner.objects.filter(name="Forged").exists()


def test_segments_are_not_written_by_an_approver(cast):
    segment = make_segment()
    answer = integrator(cast.arthur).patch(f"segments/{segment.public_id}/", {"name": "Mine"})
    assert answer.status_code == 403
    segment.refresh_from_db()
    assert segment.name == "Everyone"
