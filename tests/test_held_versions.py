"""Who took which version of a resource, who holds one that no longer holds, and how they are written to."""

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from activity.refusals import Refused
from communications.models import Announcement
from communications.queries.audience import audience_of
from context.rules.happenings import happened_at
from enablement.actions.downloads import note_download
from enablement.actions.recalls import draft_recall
from enablement.actions.resources import (
    create_resource,
    publish_resource,
    retire_resource,
)
from enablement.models import ResourceDownload
from enablement.queries.held_versions import OUTDATED, TAKEN, holders_of, overdue_holders
from partners.actions.contacts import end_contact
from partners.middleware import CONTACT_KEY
from tests import factories
from tests.clients import signed_in
from tests.library_story import alpenglows, published, renewed, upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def test_a_download_is_counted_and_its_link_is_for_one_person_and_a_short_time(cast, monkeypatch):
    resource = published(cast, segment=alpenglows(cast))
    ben, sven = signed_in(cast.ben.user), signed_in(cast.sven.user)
    assert sven.get(f"/library/{resource.public_id}/download/").status_code == 404
    led = ben.get(f"/library/{resource.public_id}/download/")
    taken = ResourceDownload.objects.get()
    assert (taken.contact, taken.partner, taken.version) == (cast.ben, cast.alpenglow, resource.current)
    answer = ben.get(led.url)
    assert b"".join(answer.streaming_content) == resource.current.file.read()
    assert answer["Content-Disposition"] == 'attachment; filename="guide.pdf"'
    assert (answer["Content-Security-Policy"], answer["X-Content-Type-Options"]) == ("default-src 'none'; sandbox", "nosniff")
    part = ben.get(led.url, headers={"range": "bytes=0-4"})
    assert (part.status_code, b"".join(part.streaming_content), part["Content-Range"]) == (
        206, b"%PDF-", f"bytes 0-4/{resource.current.size}",
    )  # fmt: skip
    assert ben.get(led.url, headers={"range": f"bytes={resource.current.size}-"}).status_code == 416
    assert sven.get(led.url).status_code == 404
    assert signed_in(cast.nora.user).get(led.url).status_code == 404
    assert Client().get(led.url).status_code == 302
    assert ben.get(f"{led.url[:-3]}x/").status_code == 404
    monkeypatch.setattr(signing.time, "time", lambda: timezone.now().timestamp() + 601)
    late = ben.get(led.url)
    assert (late.status_code, "This link has expired" in late.content.decode()) == (410, True)
    monkeypatch.undo()
    retire_resource(resource, by=cast.maria)
    assert ben.get(led.url).status_code == 404


def test_who_views_as_somebody_sees_the_same_and_is_not_counted(cast):
    resource = published(cast, segment=alpenglows(cast))
    maria = signed_in(cast.maria)
    maria.post(f"/view-as/{cast.sven.public_id}/")
    assert maria.get(f"/library/{resource.public_id}/").status_code == 404
    maria.post("/view-as/stop/")
    maria.post(f"/view-as/{cast.ben.public_id}/")
    assert maria.get(f"/library/{resource.public_id}/download/").status_code == 302
    assert not ResourceDownload.objects.exists()


def test_exactly_those_who_hold_an_older_version_are_written_to(cast):
    resource = published(cast)
    for contact in (cast.nora, cast.ben, cast.sven):
        note_download(resource.current, contact)
    with pytest.raises(Refused, match="Nobody holds an older version"):
        draft_recall(resource, by=cast.maria)
    assert not Announcement.objects.exists()
    renewed(resource, cast)
    note_download(resource.current, cast.nora)

    assert set(overdue_holders(resource)) == {cast.ben, cast.sven}
    assert [(row.contact.name, row.version.number) for row in holders_of(resource, cast.maria)] == [
        ("Ben Ott", 1), ("Sven Tamm", 1), ("Nora Berg", 2),
    ]  # fmt: skip
    draft = draft_recall(resource, by=cast.maria)
    assert "The hours were wrong." in draft.body
    assert set(audience_of(draft)) == {cast.ben, cast.sven}
    assert draft_recall(resource, by=cast.maria).segment == draft.segment
    note_download(resource.current, cast.ben)
    assert set(audience_of(draft)) == {cast.sven}


def test_whoever_looks_is_told_that_what_they_took_is_older(cast):
    resource, ben = published(cast, language="de"), signed_in(cast.ben.user)
    address = f"/library/{resource.public_id}/"
    assert '<h1 lang="de" dir="auto">' in ben.get(address).content.decode()
    ben.get(f"{address}download/")
    assert "You took version" not in ben.get(address).content.decode()
    renewed(resource, cast)
    page = ben.get(address).content.decode()
    assert "You took version 1 on" in page
    assert "This is version 2, and it takes its place." in page
    assert "You took version" not in signed_in(cast.nora.user).get(address).content.decode()
    ben.get(f"{address}download/")
    ben.get(f"{address}download/1/")  # to compare them
    assert "You took version" not in ben.get(address).content.decode()


def test_who_works_for_two_partners_holds_it_once_and_who_left_is_told_as_such(cast):
    resource, maria = published(cast), signed_in(cast.maria)
    twice = factories.make_contact(cast.baltic, "Ben Ott", "ben@baltic.example", user=cast.ben.user)
    for contact in (cast.ben, twice):
        note_download(resource.current, contact)
    renewed(resource, cast)
    address = f"/admin/enablement/resource/{resource.public_id}/"
    page = maria.get(address)
    assert [(row.number, row.taken, row.people) for row in page.context["figures"]] == [(2, 0, 0), (1, 2, 1)]
    assert page.context["overdue"] == 1
    for contact in (cast.ben, twice):
        end_contact(contact, by=cast.maria)
    page = maria.get(address).content.decode()
    assert "Taken by 1 person who has left." in page
    assert "Nobody has taken it yet." not in page


def test_who_took_the_new_one_for_another_partner_is_not_written_to(cast):
    resource = published(cast)
    twice = factories.make_contact(cast.baltic, "Ben Ott", "ben@baltic.example", user=cast.ben.user)
    for contact in (cast.ben, cast.nora):
        note_download(resource.current, contact)
    renewed(resource, cast)
    note_download(resource.current, twice)
    assert set(overdue_holders(resource)) == {cast.nora}
    draft = draft_recall(resource, by=cast.maria)
    assert set(audience_of(draft)) == {cast.nora}
    assert {(kind, contact) for kind, contact, _title in happened_at(cast.alpenglow)} == {
        (TAKEN, cast.ben.pk), (TAKEN, cast.nora.pk), (OUTDATED, cast.nora.pk),
    }  # fmt: skip


def test_those_who_hold_what_was_retired_are_written_to_in_its_language(cast):
    resource, after = published(cast, "Preisliste", language="de"), published(cast, "Preisliste 2027", language="de")
    retire_resource(resource, by=cast.maria, reason="Die Preise waren falsch.", successor=after)
    with pytest.raises(Refused, match="Nobody has taken “Preisliste”"):
        draft_recall(resource, by=cast.maria)
    for contact in (cast.nora, cast.sven):
        note_download(resource.current, contact)
    maria = signed_in(cast.maria)
    address = f"/admin/enablement/resource/{resource.public_id}/"
    assert "Write to the 2 who have taken it" in maria.get(address).content.decode()
    maria.post(address, {"do": "recall"})
    draft = Announcement.objects.get()
    assert (draft.language, draft.title) == ("de", "„Preisliste“ gilt nicht mehr")
    assert draft.body.startswith("Guten Tag {{ contact.first_name }},")
    assert "Die Preise waren falsch." in draft.body
    assert f"/library/{after.public_id}/)" in draft.body
    assert set(audience_of(draft)) == {cast.nora, cast.sven}


def test_what_is_only_looked_at_from_afar_is_no_download(cast):
    resource, nora = published(cast), signed_in(cast.nora.user)
    assert nora.head(f"/library/{resource.public_id}/download/").status_code == 302
    assert not ResourceDownload.objects.exists()


def test_what_one_partner_has_is_taken_for_that_one_whichever_is_chosen(cast):
    """Nora works for Baltic, too, in the programme of somebody else; she has chosen Alpenglow."""
    theirs = factories.make_programme("kestrane")
    baltic = factories.make_partner("Baltic Parts", programme=theirs)
    there = factories.make_contact(baltic, "Nora Berg", "nora@parts.example", user=cast.nora.user)
    file = create_resource(by=cast.maria, programme=theirs, kind="file", file=upload(
        b"<p>{{ partner.name }}: {{ contact.email }}</p>", "page.html"), title="Page")  # fmt: skip
    publish_resource(file, by=cast.maria)
    nora = signed_in(cast.nora.user)
    chosen = nora.session
    chosen[CONTACT_KEY] = str(cast.nora.public_id)
    chosen.save()
    assert nora.get(f"/library/{file.public_id}/download/").status_code == 302
    made = b"".join(nora.get(f"/library/{file.public_id}/branded/").streaming_content).decode()
    assert "<p>Baltic Parts: nora@parts.example</p>" in made
    look = nora.get(f"/library/{file.public_id}/branded/pages/1/")
    assert look.status_code == 404 or "Baltic Parts" in look.content.decode()
    assert set(ResourceDownload.objects.values_list("contact", flat=True)) == {there.pk}
