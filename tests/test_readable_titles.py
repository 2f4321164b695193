"""A title that is written with merge fields, where no one person reads it: its fields are named in words."""

import pytest
from django.urls import reverse

from communications.actions.questions import ask_question
from communications.rendering.merge_fields import LABELS, MERGE_FIELDS, with_labels
from tests import announcement_story, factories

READABLE = "Aurora 3 for [contact&#x27;s first name] at [partner&#x27;s name]"


def test_each_field_is_named_in_words():
    assert set(LABELS) == set(MERGE_FIELDS)
    assert with_labels("Hello {{contact.name}}, of {{ partner.name }}") == "Hello [contact's name], of [partner's name]"
    assert with_labels("Braces {{ of another kind }} stay") == "Braces {{ of another kind }} stay"


@pytest.mark.django_db
def test_managers_read_no_braces(cast, client, sink):
    title = "Aurora 3 for {{ contact.first_name }} at {{ partner.name }}"
    draft = announcement_story.draft(cast, title, segment=factories.make_segment())
    sent = announcement_story.send(draft, cast)
    question = ask_question(sent, contact=cast.nora, text="Is there a trial?")
    client.force_login(cast.maria, backend="django.contrib.auth.backends.ModelBackend")

    one = {"args": [sent.public_id]}
    for address in (
        reverse("admin:communications_announcement_changelist"),
        reverse("admin:communications_announcement_page", **one),
        reverse("admin:communications_announcement_version", args=[sent.public_id, 1]),
        reverse("admin:communications_announcement_report", **one),
        reverse("admin:communications_announcement_report_people", args=[sent.public_id, "audience"]),
        reverse("admin:communications_question_changelist"),
        reverse("admin:communications_question_page", args=[question.public_id]),
        reverse("admin:partners_partner_overview", args=[cast.alpenglow.public_id]),
    ):
        page = client.get(address).content.decode()
        assert "{{ contact" not in page, address
        assert READABLE.replace("&#x27;", "'") in page.replace("&#x27;", "'").replace("&#39;", "'"), address


@pytest.mark.django_db
def test_the_reader_still_reads_their_own_name(cast, client, sink):
    sent = announcement_story.send(announcement_story.draft(cast, "Aurora 3 for {{ contact.first_name }}"), cast)
    client.force_login(cast.nora.user, backend="django.contrib.auth.backends.ModelBackend")

    assert "Aurora 3 for Nora" in client.get(reverse("communications:announcement", args=[sent.public_id])).content.decode()
    assert sink.to("nora@alpenglow.example")["Subject"] == "Aurora 3 for Nora"
