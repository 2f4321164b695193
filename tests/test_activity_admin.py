"""What happened, as managers read it: of their own partners only, where they have a portfolio."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from activity.actions import record_activity
from partners.models import Enrolment
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PAGE = "/admin/activity/activity/"


def test_a_manager_of_a_portfolio_reads_of_their_own_partners(cast, client):
    paul = make_user("paul@vendor.example", roles=("Partner manager",))
    paul.user_permissions.add(Permission.objects.get(codename="view_activity"))
    Enrolment.objects.filter(partner=cast.baltic).update(manager=paul)
    record_activity("partner.changed", "Alpenglow moved to Graz", partner_id=cast.alpenglow.pk)
    foreign = record_activity("partner.changed", "Alpenglow was sold", partner_id=cast.alpenglow.pk)
    record_activity("partner.changed", "Baltic grew", partner_id=cast.baltic.pk)
    record_activity("import.finished", "A file was imported")
    client.force_login(paul)

    page = client.get(PAGE).content.decode()

    assert "Baltic grew" in page
    assert "A file was imported" in page
    assert "Alpenglow" not in page
    assert client.get(reverse("admin:activity_activity_change", args=[foreign.pk])).status_code in (302, 404)


def test_who_sees_every_partner_reads_everything(cast, client):
    record_activity("partner.changed", "Alpenglow moved to Graz", partner_id=cast.alpenglow.pk)
    client.force_login(cast.maria)

    assert "Alpenglow moved to Graz" in client.get(PAGE).content.decode()
