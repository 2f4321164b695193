"""The library by the API: files come as forms and go through the checks of the page, and a resource lives its whole life."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from activity.models import Activity
from enablement.models import Resource, ResourceVersion
from tests.api import integrator
from tests.factories import make_segment
from tests.library_story import filed, pdf, published, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def sent(content: bytes, name: str = "guide.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def kept_files(settings) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_a_file_lives_its_life_by_the_api(cast):
    api, segment = integrator(cast.maria), make_segment()
    said = {"file": sent(pdf("Pumps last.")), "title": "Guide to pumps", "segment": str(segment.public_id), "review_every": "90"}
    made = api.post_form("resources/", said)
    assert made.status_code == 201, made.json()
    about = made.json()
    assert (about["kind"], about["state"], about["file_name"], about["media_type"], about["version"], about["review_every"]) == (
        "file", "draft", "guide.pdf", "application/pdf", 1, 90,
    )  # fmt: skip
    at = f"resources/{about['id']}/"
    assert api.post(f"{at}publish/").json()["state"] == "published"
    newer = api.post_form(f"{at}versions/", {"file": sent(pdf("Pumps last longer.")), "changes": "The years were wrong."})
    assert (newer.status_code, newer.json()["version"]) == (201, 2)
    assert [row["changes"] for row in api.get(f"{at}versions/").json()] == ["The years were wrong.", ""]
    Resource.objects.update(review_on=timezone.localdate())
    assert api.post(f"{at}renew/").json()["review_on"] == str(timezone.localdate() + timedelta(days=90))
    assert api.patch(at, {"title": "Guide to all pumps"}).json()["title"] == "Guide to all pumps"
    assert api.post(f"{at}retire/", {"reason": "Out of date"}).json()["state"] == "retired"
    assert list(Activity.objects.filter(verb__startswith="resource.").order_by("pk").values_list("verb", flat=True)) == [
        "resource.created", "resource.published", "resource.version", "resource.renewed", "resource.changed", "resource.retired",
    ]  # fmt: skip


def test_a_file_without_a_title_is_called_as_it_is(cast):
    made = integrator(cast.maria).post_form("resources/", {"file": sent(pdf(), "../../Price list.pdf"), "kind": "file"})
    assert made.json()["title"] == made.json()["file_name"] == "Price list.pdf"


@pytest.mark.parametrize(("name", "content", "sentence"), [
    ("a.pdf", b"MZ\x90\x00\x03 program", "is not what its name says"),
    ("a.exe", b"MZ\x90\x00", "of no type that the library takes"),
    ("a.md", b"", "is empty"),
])  # fmt: skip
def test_what_the_page_refuses_is_refused_here_and_leaves_nothing(cast, settings, name, content, sentence):
    resource = filed(cast)
    before = kept_files(settings)
    api = integrator(cast.maria)
    for path, more in (("resources/", {}), (f"resources/{resource.public_id}/versions/", {"changes": "New."})):
        answer = api.post_form(path, {"file": sent(content, name), **more})
        assert answer.status_code == 422
        assert sentence in answer.json()["errors"]["file"][0]
    assert (Resource.objects.count(), ResourceVersion.objects.count()) == (1, 1)
    assert kept_files(settings) == before


def test_what_is_too_large_or_was_not_scanned_is_not_kept(cast, settings):
    api = integrator(cast.maria)
    settings.VIRUS_SCAN_URL = "tcp://127.0.0.1:1"
    answer = api.post_form("resources/", {"file": sent(pdf())})
    assert (answer.status_code, "could not be checked for viruses" in answer.json()["detail"]) == (409, True)
    settings.LIBRARY_MAX_BYTES = 100
    answer = api.post_form("resources/", {"file": sent(pdf())})
    assert (answer.status_code, "is larger than" in answer.json()["detail"]) == (422, True)
    assert not Resource.objects.exists()
    assert not kept_files(settings)


def test_each_kind_is_sent_in_its_own_way(cast):
    api = integrator(cast.maria)
    file, page = filed(cast), written(cast)
    for answer, status, sentence in (
        (api.post("resources/", {"kind": "file", "title": "Guide"}), 400, "A file is sent as multipart/form-data."),
        (api.post_form("resources/", {"title": "Guide"}), 400, "file: "),
        (api.post_form("resources/", {"file": "no file"}), 400, "file: "),
        (api.post_form("resources/", {"file": sent(pdf()), "kind": "page"}), 400, "kind: "),
        (api.post_form("resources/", {"file": sent(pdf()), "colour": "red"}), 400, "There is no such field here."),
        (api.post_form("resources/", {"file": sent(pdf()), **dict.fromkeys(map(str, range(1001)), "")}), 400, "more fields"),
        (api.post_form("resources/", {"file": sent(pdf()), "title": "a\0b"}), 422, "cannot be stored"),
        (api.post(f"resources/{file.public_id}/versions/", {"changes": "x", "body": "y"}), 422, "as multipart"),
        (api.post_form(f"resources/{page.public_id}/versions/", {"changes": "x", "file": sent(pdf())}), 422, "as JSON"),
        (api.post_form(f"resources/{file.public_id}/retire/", {"reason": "Old"}), 415, "multipart/form-data"),
    ):  # fmt: skip
        assert (answer.status_code, sentence in answer.json()["detail"]) == (status, True), answer.json()
    assert (Resource.objects.count(), ResourceVersion.objects.count()) == (2, 2)


def test_a_token_without_the_scope_or_the_role_hands_in_nothing(cast):
    resource = published(cast)
    for api in (integrator(cast.maria, "library:read"), integrator(cast.arthur)):
        assert api.post_form("resources/", {"file": sent(pdf())}).status_code == 403
        answer = api.post_form(f"resources/{resource.public_id}/versions/", {"file": sent(pdf("New.")), "changes": "New."})
        assert answer.status_code == 403
        assert api.post(f"resources/{resource.public_id}/renew/").status_code == 403
    assert ResourceVersion.objects.count() == 1


def test_an_upload_that_is_repeated_is_made_once(cast):
    api, content = integrator(cast.maria), pdf("Pumps last.")
    first, again = (api.post_form("resources/", {"file": sent(content)}, **{"Idempotency-Key": "one"}) for _time in range(2))
    assert (first.json(), again.headers["Idempotent-Replayed"]) == (again.json(), "true")
    other = api.post_form("resources/", {"file": sent(b"# Other", "guide.md")}, **{"Idempotency-Key": "one"})
    assert (other.status_code, Resource.objects.count()) == (422, 1)
