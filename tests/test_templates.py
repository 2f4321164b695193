"""What a draft can begin with: managed by managers, copied into the draft."""

import pytest
from django.urls import reverse

from activity.refusals import Invalid
from communications.actions.templates import change_template, create_template, delete_template
from communications.models import Announcement, ContentTemplate, Kind
from communications.rendering import compile_text
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def advisory(cast) -> ContentTemplate:
    return create_template(
        by=cast.maria, name="Advisory of ours", kind=Kind.SECURITY_ADVISORY, language="de", title="Sicherheit: …",
        call_to_action="Technik: …", body="::: warning\n…\n:::",
    )  # fmt: skip


def test_every_kind_has_a_template_from_the_first_day_and_each_can_be_drawn(cast):
    shipped = ContentTemplate.objects.all()
    assert {template.kind for template in shipped} == set(Kind.values)
    for template in shipped:
        compile_text(template.body, template.language)


def test_a_draft_begins_with_a_template_and_stays_as_it_is_when_that_changes(cast, client, advisory):
    client.force_login(cast.maria)
    address = reverse("admin:communications_announcement_add")
    page = client.get(address, {"template": str(advisory.public_id)})
    html = page.content.decode()
    assert "Sicherheit: …" in html
    assert 'name="detail_severity"' in html
    assert "still to be written" in html
    form = page.context["form"]
    assert (form["language"].value(), form["kind"].value()) == ("de", "security_advisory")

    entered = {name: form[name].value() for name in ("title", "body", "call_to_action", "kind", "language", "new_id")}
    client.post(address, entered | {"segment": factories.make_segment().pk, "channels": ["portal"], "then": "save"})
    begun = Announcement.objects.get()
    change_template(advisory, by=cast.maria, body="Another")
    begun.refresh_from_db()
    assert (begun.body, begun.language) == ("::: warning\n…\n:::", "de")


def test_a_template_that_does_not_exist_begins_an_empty_draft(cast, client):
    client.force_login(cast.maria)
    for named in ("nonsense", "0190c3c4-0000-7000-8000-000000000000"):
        page = client.get(reverse("admin:communications_announcement_add"), {"template": named})
        assert page.status_code == 200
        assert page.context["form"]["title"].value() is None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": " "}, "name"),
        ({"kind": "poem"}, "kind"),
        ({"language": "xx"}, "language"),
        ({"body": "::: note\nno end"}, "body"),
        ({"title": "{{ nobody }}"}, "title"),
        ({"owner": "x"}, "owner"),
    ],
)
def test_a_template_that_could_not_be_used_is_refused(cast, advisory, fields, field):
    with pytest.raises(Invalid) as refused:
        change_template(advisory, by=cast.maria, **fields)
    assert refused.value.field == field
    advisory.refresh_from_db()
    assert advisory.name == "Advisory of ours"


def test_a_name_stands_once_in_a_language(cast, advisory):
    same = {"name": advisory.name, "kind": advisory.kind, "title": "x", "body": "y"}
    with pytest.raises(Invalid, match="already"):
        create_template(by=cast.maria, language="de", **same)
    create_template(by=cast.maria, language="fr", **same)


def test_deleting_one_takes_it_off_the_list(cast, client, advisory):
    client.force_login(cast.maria)
    address = reverse("admin:communications_announcement_add")
    assert "Advisory of ours" in client.get(address).content.decode()
    delete_template(advisory, by=cast.maria)
    assert "Advisory of ours" not in client.get(address).content.decode()
