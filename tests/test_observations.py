"""What the portal sees by itself becomes facts that managers read."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from context.actions.observations import record_what_was_seen
from context.models import DataPoint, Fact
from context.queries.facts import current_facts
from tests import factories

pytestmark = pytest.mark.django_db


def seen_of(partner) -> dict:
    return {fact.data_point.key: (fact.value, fact.method, fact.source) for fact in current_facts(partner)}


def test_who_can_come_and_who_came(cast):
    User.objects.filter(pk=cast.ben.user.pk).update(last_seen_at="2026-03-04T23:30:00Z")
    assert record_what_was_seen() == 3
    assert seen_of(cast.alpenglow) == {
        "portal_members": (2, "observed", "the portal"),
        "last_sign_in": ("2026-03-04", "observed", "the portal"),
    }
    assert seen_of(cast.baltic) == {"portal_members": (1, "observed", "the portal")}


def test_only_when_it_changes_and_not_more_than_daily(cast):
    record_what_was_seen()
    assert record_what_was_seen() == 0
    factories.make_contact(cast.baltic, "Mari Saar", "mari@baltic.example", login=True)
    assert record_what_was_seen() == 0
    Fact.objects.update(recorded_at=timezone.now() - timedelta(days=2), observed_at=timezone.now() - timedelta(days=2))
    assert record_what_was_seen() == 1
    assert seen_of(cast.baltic)["portal_members"][0] == 2
    assert Fact.objects.count() == 3


def test_a_partner_whom_nobody_has_joined_is_left_out_until_somebody_leaves(cast):
    factories.make_partner("Quiet", programme=cast.programme)
    record_what_was_seen()
    assert Fact.objects.filter(partner__name="Quiet").count() == 0
    cast.sven.left_on = timezone.localdate()
    cast.sven.save()
    Fact.objects.update(recorded_at=timezone.now() - timedelta(days=2), observed_at=timezone.now() - timedelta(days=2))
    record_what_was_seen()
    assert seen_of(cast.baltic)["portal_members"][0] == 0


def test_partners_do_not_see_it_and_nobody_edits_it(client, cast):
    record_what_was_seen()
    client.force_login(cast.nora.user)
    assert "People in the portal" not in client.get("/organisation/").content.decode()
    points = DataPoint.objects.filter(key__in=["portal_members", "last_sign_in"])
    assert {(point.seen_by, point.edited_by, point.is_builtin) for point in points} == {("managers", "managers", True)}
