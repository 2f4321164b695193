"""A file of the library by the API: newest and older versions, for an integrator or for a person, as the portal hands it out."""

from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.test import override_settings
from django.utils import timezone

from enablement.actions.resources import retire_resource
from enablement.models import Resource, ResourceDownload, ResourceVersion
from enablement.queries.held_versions import figures_of_versions
from tests.api import integrator
from tests.library_story import alpenglows, filed, pdf, published, renewed, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def body(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def at(resource: Resource) -> str:
    return f"resources/{resource.public_id}/file/"


def test_the_newest_version_and_an_older_one_come_as_they_were_handed_in(cast):
    first = pdf("Pumps last.")
    resource, api = published(cast, content=first), integrator(cast.maria, "library:read")
    renewed(resource, cast)
    newest = api.get(at(resource))
    assert (newest.status_code, newest["Content-Type"], newest["X-Content-Type-Options"]) == (200, "application/pdf", "nosniff")
    assert newest["Content-Disposition"] == 'attachment; filename="guide.pdf"'
    assert len(body(newest)) == int(newest["Content-Length"]) == resource.versions.get(number=2).size
    assert body(api.get(at(resource), version=1)) == first
    assert not ResourceDownload.objects.exists(), "what managers take counts as nothing"


def test_a_part_is_had_and_every_type_is_accepted(cast):
    content = pdf("Pumps last.")
    resource, api = published(cast, content=content), integrator(cast.maria)
    headers = {"authorization": f"Bearer {api.token}", "range": "bytes=5-9", "accept": "application/pdf"}
    part = api.client.get(f"/api/v1/{at(resource)}", headers=headers)
    assert (part.status_code, body(part), part["Content-Range"]) == (206, content[5:10], f"bytes 5-9/{len(content)}")
    refused = api.client.get(f"/api/v1/{at(resource)}?version=7", headers=headers)
    assert (refused.status_code, refused["Content-Type"]) == (404, "application/problem+json")


def test_taken_for_a_person_it_is_counted_as_in_the_portal(cast):
    resource, api = published(cast, segment=alpenglows(cast)), integrator(cast.maria)
    renewed(resource, cast)
    assert api.get(at(resource), contact=cast.ben.public_id, version=1).status_code == 200
    assert api.get(at(resource), contact=cast.nora.public_id).status_code == 200
    assert [(row.number, row.taken, row.people) for row in figures_of_versions(resource)] == [(2, 1, 1), (1, 1, 1)]
    row = ResourceDownload.objects.get(contact=cast.ben)
    assert (row.partner, row.version.number) == (cast.alpenglow, 1)
    held = api.get(f"resources/{resource.public_id}/holders/").json()
    assert {each["contact"]: each["is_current"] for each in held} == {
        str(cast.ben.public_id): False, str(cast.nora.public_id): True,
    }  # fmt: skip


def test_fetched_in_parts_it_is_taken_once(cast):
    resource, api = published(cast), integrator(cast.maria)
    address = f"/api/v1/{at(resource)}?contact={cast.ben.public_id}"
    for part in ("bytes=0-99", "bytes=100-199", "bytes=200-"):
        assert api.client.get(address, headers={"authorization": f"Bearer {api.token}", "range": part}).status_code == 206
    assert api.client.head(address, headers={"authorization": f"Bearer {api.token}"}).status_code == 200
    assert ResourceDownload.objects.count() == 1


def test_for_a_person_only_what_is_out_and_for_them_is_there(cast):
    api = integrator(cast.maria)
    for_others, draft, retired, expired = (published(cast, "For others", segment=alpenglows(cast)), filed(cast, "Draft"),
                                           published(cast, "Retired"), published(cast, "Expired"))  # fmt: skip
    retire_resource(retired, by=cast.maria)
    Resource.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    for resource in (for_others, draft, retired, expired):
        answer = api.get(at(resource), contact=cast.sven.public_id)
        assert (answer.status_code, answer.json()["detail"]) == (404, "This resource is not out, or not for this person.")
        assert api.get(at(resource)).status_code == 200, "managers have it, as on its page"
    assert not ResourceDownload.objects.exists()


def test_only_who_may_write_takes_it_for_somebody(cast):
    resource = published(cast)
    for api in (integrator(cast.maria, "library:read"), integrator(cast.arthur)):
        assert api.get(at(resource)).status_code == 200
        assert api.get(at(resource), contact=cast.ben.public_id).status_code == 403
    cast.ben.left_on = timezone.localdate()
    cast.ben.save()
    gone = integrator(cast.maria).get(at(resource), contact=cast.ben.public_id)
    assert (gone.status_code, "There is no contact with this id" in gone.json()["detail"]) == (422, True)
    assert not ResourceDownload.objects.exists()


def test_what_cannot_be_had_is_said(cast):
    api, resource, page = integrator(cast.maria), published(cast), written(cast)
    for path, query, status, sentence in (
        (at(resource), {"version": 2}, 404, "There is no such version."),
        (at(resource), {"version": "0"}, 400, "A version is a number from 1."),
        (at(resource), {"version": "newest"}, 400, "A version is a number from 1."),
        (at(resource), {"contact": "Ben"}, 400, "Name the person by their id."),
        (at(resource), {"colour": "red"}, 400, "There is no such query parameter."),
        (at(page), {}, 409, "This is no file."),
    ):
        answer = api.get(path, **query)
        assert (answer.status_code, sentence in answer.json()["detail"]) == (status, True), answer.json()
    kept = resource.current.file
    kept.storage.delete(kept.name)
    assert "is not where it was kept" in api.get(at(resource), contact=cast.ben.public_id).json()["detail"]
    assert not ResourceDownload.objects.exists()


def test_a_store_outside_is_named_by_its_own_address_that_expires(cast, settings, monkeypatch):
    resource, api = published(cast), integrator(cast.maria)
    outside = {**settings.STORAGES, "library": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"access_key": "key", "secret_key": "hidden", "bucket_name": "files", "endpoint_url": "https://store.example",
                    "region_name": "eu-1", "querystring_auth": True, "addressing_style": "path", "signature_version": "s3v4"},
    }}  # fmt: skip
    with override_settings(STORAGES=outside):
        monkeypatch.setattr(ResourceVersion._meta.get_field("file"), "storage", storages["library"])
        answer = api.get(at(resource), contact=cast.ben.public_id)
    assert (answer.status_code, answer["Location"].startswith("https://store.example/files/library/")) == (302, True)
    assert ("X-Amz-Expires=600" in answer["Location"], "hidden" in answer["Location"]) == (True, False)
    assert ResourceDownload.objects.get().contact == cast.ben
