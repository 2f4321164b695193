"""A disk without room, made by a limit on the size of files, which needs no rights."""

import secrets
from pathlib import Path

import pytest
from django.urls import reverse

from activity.models import Activity
from communications.models import Announcement, Attachment
from partnerhub.running import any_free_port
from tests.faults.house import Answer, wait_until
from tests.faults.story import company
from tests.faults.test_redis import cookie_of

pytestmark = pytest.mark.slow
ROOM = 256 * 1024
LIMITED = ["sh", "-c", f'ulimit -f {ROOM // 512}; exec "$@"', "sh"]


def upload(house, port: int, path: str, cookie: str, fields: dict[str, str], content: bytes) -> Answer:
    token, boundary = secrets.token_hex(16), secrets.token_hex(8)
    values = {**fields, "csrfmiddlewaretoken": token}.items()
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in values]
    head = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    head += f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="plan.txt"\r\nContent-Type: text/plain\r\n\r\n'
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Cookie": f"{cookie}; csrftoken={token}"}
    return house.ask("POST", path, body=head.encode() + content + f"\r\n--{boundary}--\r\n".encode(), headers=headers, port=port)


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.fault("disk full")
@pytest.mark.parametrize("megabytes", [1, 4], ids=["kept in memory first", "kept on disk first"])
def test_an_upload_that_does_not_fit(house, happened, megabytes):
    told = company(3)
    cookie, port = cookie_of(told.maria), any_free_port()
    announcement = told.approve()
    before = (Announcement.objects.values("title", "state", "version").get(), Activity.objects.count())
    media = house.folder / f"media of {megabytes} MB"
    media.mkdir()
    house.start("full web", like="web", wrapper=LIMITED, PORT=str(port), MEDIA_ROOT=str(media))
    wait_until(lambda: house.get("/health/live", port=port).status == 200, what="the web server answers")
    path = reverse("admin:communications_announcement_change", args=[announcement.public_id])
    fields = {"title": "Changed", "body": "Changed, too.", "kind": "product_update", "segment": str(announcement.segment_id),
              "channels": "email", "then": "save"}  # fmt: skip

    answer = upload(house, port, path, cookie, fields, b"word " * (megabytes * 200_000))

    assert answer.status == 507
    assert "disk of this server is full" in answer.text
    assert files_in(media) == []
    assert not Attachment.objects.exists()
    assert (Announcement.objects.values("title", "state", "version").get(), Activity.objects.count()) == before
    small = upload(house, port, path, cookie, fields, b"word " * 1000)
    assert small.status == 302, small.text
    assert Attachment.objects.get().size == 5000
    assert len(files_in(media)) == 1
    happened(f"{megabytes} MB where {ROOM // 1024} KB fit: 507 with a sentence, no file, no row changed; a small one fits")
