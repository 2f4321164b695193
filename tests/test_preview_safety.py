"""A preview shows what somebody else wrote, in a manager's session: nothing in it may run, load or send."""

import pytest
from django.urls import reverse

from communications.models import EngagementEvent, State, Touch
from tests import announcement_story, factories

pytestmark = pytest.mark.django_db
PREVIEW = "admin:communications_announcement_preview"
HOSTILE = """
<script>document.title = 'run'</script>
<img src=x onerror="document.title = 'run'">
[click](javascript:document.title='run')
<iframe srcdoc="<script>parent.document.title='run'</script>"></iframe>
<style>body { display: none }</style>
Hello {{ contact.name }}.
"""


@pytest.fixture
def maria(cast, client):
    client.force_login(cast.maria, backend="django.contrib.auth.backends.ModelBackend")
    return client


def form(segment, /, **changes) -> dict:
    return {"title": "Aurora", "body": HOSTILE, "kind": "product_update", "segment": segment.pk, "channels": ["email"], **changes}


def directives(response) -> dict[str, list[str]]:
    parts = [part.split() for part in response["Content-Security-Policy"].split(";")]
    return {part[0]: part[1:] for part in parts if part}


@pytest.mark.parametrize("channel", ["email", "portal"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_script_in_the_words_stays_words(cast, maria, channel, theme):
    cast.nora.name = "<script>document.title='run'</script>"
    cast.nora.save()
    look = {"look_channel": channel, "look_theme": theme, "look_as": str(cast.nora.public_id)}
    answer = maria.post(reverse(PREVIEW), form(factories.make_segment(), **look))
    shown = answer.content.decode()
    assert "<script" not in shown.lower()
    assert "<iframe" not in shown.lower()
    assert "<img src=x" not in shown
    assert 'href="javascript' not in shown
    assert "&lt;script&gt;" in shown


def test_its_own_policy_lets_nothing_run_or_load(cast, maria):
    draft = announcement_story.draft(cast)
    saved = maria.get(reverse("admin:communications_announcement_version_preview", args=[draft.public_id, 0]))
    for answer in (saved, maria.post(reverse(PREVIEW), form(draft.segment))):
        policy = directives(answer)
        assert policy["default-src"] == ["'none'"]
        assert policy["img-src"] == ["'self'", "data:"]
        assert policy["style-src"] == ["'unsafe-inline'"]
        assert "script-src" not in policy
        assert "allow-scripts" not in policy["sandbox"]
        assert "allow-same-origin" not in policy["sandbox"]


def test_it_is_read_as_the_chosen_contact_and_counts_for_nobody(cast, maria):
    draft = announcement_story.draft(cast)
    body = {"body": "Hello {{ contact.name }}, see [it](https://vendor.example/)."}
    for channel in ("email", "portal"):
        look = {"look_channel": channel, "look_as": str(cast.ben.public_id)}
        shown = maria.post(reverse(PREVIEW), form(draft.segment, **body, **look)).content.decode()
        assert "Hello Ben Ott" in shown
        assert 'href="https://vendor.example/"' in shown  # straight there, past what counts clicks
        assert "/t/c/" not in shown
        assert "/t/o/" not in shown
    assert not EngagementEvent.objects.exists()
    assert not Touch.objects.exists()
    draft.refresh_from_db()
    assert (draft.body, draft.state) == ("Hello {{ contact.name }}, read [the notes](https://vendor.example/notes).", State.DRAFT)


def test_what_is_wrong_is_said_instead_of_a_preview(cast, maria):
    answer = maria.post(reverse(PREVIEW), form(factories.make_segment(), body="{{ contact.nmae }} <script>1</script>"))
    assert answer.status_code == 200
    assert "Did you mean" in answer.content.decode()
    assert "<script" not in answer.content.decode()
    for unfinished in ({}, {"title": "", "body": ""}, {"segment": "none"}, {"announcement": "no id"}):
        assert maria.post(reverse(PREVIEW), unfinished).status_code in (200, 404)


def test_nobody_is_shown_people_of_partners_they_may_not_see(cast, client):
    manager = factories.make_user("mo@vendor.example", roles=("Partner manager",))
    cast.alpenglow.enrolments.update(manager=manager)
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    draft = announcement_story.draft(cast)
    shown = client.post(reverse(PREVIEW), form(draft.segment, look_as=str(cast.sven.public_id))).content.decode()
    assert "Sven Tamm" not in shown
    composer = client.get(reverse("admin:communications_announcement_change", args=[draft.public_id])).content.decode()
    assert "Nora Berg" in composer
    assert "Sven Tamm" not in composer


def test_only_who_writes_or_reads_them_may_look(cast, client):
    draft = announcement_story.draft(cast)
    seller = factories.make_user("s@vendor.example", roles=("Vendor sales",))
    client.force_login(seller, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse(PREVIEW), form(draft.segment)).status_code == 403
    assert client.get(reverse("admin:communications_announcement_version_preview", args=[draft.public_id, 0])).status_code == 403
