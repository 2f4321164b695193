"""Small things on the pages about sending that misled or broke off."""

import logging
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from communications.models import AttentionPolicy, SendingLimit
from communications.models import variants as rules
from partners.models import Contact
from tests import crisis_story, factories
from tests.announcement_story import draft, send
from tests.api import integrator

pytestmark = pytest.mark.django_db
SENDING = "admin:communications_announcement_sending"


@pytest.fixture
def maria(cast, client):
    client.force_login(cast.maria, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_limit_for_one_domain_without_a_domain_is_refused_with_a_sentence(maria):
    form = {"applies_to": "domain", "domain": "", "per_minute": "5"}
    answer = maria.post(reverse("admin:communications_sendinglimit_add"), form)
    assert "Name a domain where the limit is for one domain, and none otherwise." in answer.text
    assert "violated" not in answer.text
    SendingLimit.objects.create(domain="gmail.com", per_minute=1)
    again = maria.post(reverse("admin:communications_sendinglimit_add"), {**form, "domain": "gmail.com"})
    assert "There is a limit for this already. Change that one." in again.text
    assert SendingLimit.objects.count() == 1


def test_the_titles_of_variants_are_words(cast, maria, monkeypatch):
    monkeypatch.setattr(rules, "SMALLEST_GROUP", 10)
    Contact.objects.bulk_create(
        [Contact(partner=cast.baltic, name=f"P {n}", email=f"p{n}@baltic.example", functions=["sales"]) for n in range(60)]
    )
    sent = send(draft(cast, variant_title="Other {{ contact.name }}", test_percent=50, channels=["portal"]), cast)
    text = maria.get(reverse("admin:communications_announcement_report", args=[sent.public_id])).text
    assert "Other [contact&#x27;s name]" in text
    assert "Other {{" not in text


def test_drills_are_compared_with_drills(cast, maria, sink):
    real = send(draft(cast), cast)
    crisis = crisis_story.start(cast, is_drill=True)
    crisis_story.work_off()
    drill = crisis.messages.first().announcement
    page = reverse("admin:communications_announcement_compare")
    assert maria.get(page).context["offered"] == [real]
    assert real not in maria.get(page, {"id": str(drill.public_id)}).context["offered"]


def test_a_day_holds_no_more_than_a_week(cast, maria):
    policy = AttentionPolicy.objects.get_or_create(pk=1)[0]
    page = reverse("admin:communications_attentionpolicy_change", args=[policy.pk])
    answer = maria.post(page, {"per_day": "10", "per_week": "5"})
    assert "Seven days hold at least as many as one" in answer.text
    assert maria.post(page, {"per_day": "5", "per_week": "5"}).status_code == 302


def test_submitting_names_everything_that_is_missing(cast):
    announcement = draft(cast)
    type(announcement).objects.filter(pk=announcement.pk).update(kind="incentive", details={}, call_to_action="")
    answer = integrator(cast.maria).post(f"announcements/{announcement.public_id}/submit/")
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) > 1
    for sentences in answer.json()["errors"].values():
        assert sentences[0] in answer.json()["detail"]


def test_who_may_not_is_one_line_in_the_log(cast, client, caplog):
    from partnerhub.logs import RefusalsInOneLine

    vera = factories.make_user("vera@vendor.example", roles=("Vendor sales",))
    client.force_login(vera, backend="django.contrib.auth.backends.ModelBackend")
    caplog.handler.addFilter(RefusalsInOneLine())
    with caplog.at_level(logging.WARNING):
        assert client.get(reverse(SENDING)).status_code == 403
    (line,) = [record for record in caplog.records if "Forbidden" in record.getMessage()]
    assert line.exc_info is None


def test_the_administration_is_english_for_everybody(cast, maria, sink):
    User.objects.filter(pk=cast.maria.pk).update(language="de")
    announcement = send(draft(cast), cast)
    announcement.deliveries.filter(contact=cast.nora).update(settled_at=timezone.now() - timedelta(days=1))
    for page in (reverse(SENDING), reverse("admin:communications_announcement_report", args=[announcement.public_id])):
        answer = maria.get(page)
        assert '<html lang="en"' in answer.text
        assert "zugestellt" not in answer.text
    assert "delivered" in maria.get(reverse(SENDING)).text


def test_each_page_says_where_it_is(cast, maria):
    pages = {
        reverse(SENDING): "Sending",
        reverse("admin:communications_sendinglimit_now"): "What limits sending",
        reverse("admin:communications_announcement_compare"): "Announcements side by side",
    }
    for page, title in pages.items():
        head = maria.get(page).text.partition('class="co"')[0]
        assert title in head.partition("<body")[2], title
