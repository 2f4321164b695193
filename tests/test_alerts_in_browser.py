"""An alert in the browser: set the rule, find a certificate that runs out, act on the task, judge it, see it counted."""

import re

import pytest
from django.urls import reverse

from communications.models import Alert
from tests.alert_story import expiring

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_from_a_rule_to_how_useful_it_is(cast, visit):
    expiring(cast, contact=cast.ben)
    maria = visit(cast.maria)
    page = maria.open(reverse("admin:communications_alertrule_add"))
    page.locator("[name=name]").fill("Certificates run out")
    page.evaluate("document.querySelector('[name=cause]').value = 'certificates'")
    page.locator("[name=days]").fill("30")
    page.locator("[name=drafts_notice]").check()
    page.locator("[name=notice_title]").fill("Renew your certificate")
    page.locator("[name=notice_body]").fill("Dear {{ contact.first_name }}, book the exam.")
    page.locator("[name=_save]").click()
    page.locator("a.row-link", has_text="Certificates run out").click()
    page.get_by_role("button", name="Look now").click()
    page.get_by_text("1 new alert.").wait_for()

    page = maria.open(reverse("admin:index"))
    page.get_by_text("Plan the renewal with them").first.wait_for()
    page.get_by_role("link", name="open its source").first.click()
    page.get_by_role("heading", name=re.compile("Alpenglow GmbH: The certificate “Aurora” expires")).wait_for()
    page.get_by_role("link", name="Renew your certificate").wait_for()
    page.get_by_role("button", name="Useful", exact=True).click()
    page.get_by_text("Thank you. It counts for its rule.").wait_for()
    page.get_by_role("button", name="Done").click()
    page.get_by_text(re.compile("closed on .*: done")).wait_for()
    assert Alert.objects.get().task.state == "done"

    page.get_by_role("link", name="Certificates run out").click()
    page.get_by_text("1 of 1 judged were useful.").wait_for()
    assert maria.complaints == []
