"""What the library takes: a file that is what its name says. Bombs, two files in one, ways out and viruses are refused, and nothing
of them is kept."""

import socketserver
import struct
import threading
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from PIL import Image

from activity.refusals import Invalid, Refused
from enablement.actions.previews import prepare_waiting
from enablement.actions.resources import add_version
from enablement.file_types import media_type_of, safe_name
from enablement.models import Resource, ResourceVersion
from tests.library_story import filed, pdf, picture, published, upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><svg xmlns="x">&b;</svg>'
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def zipped(**parts: bytes) -> bytes:
    return zipped_as({name.replace("__", "/").replace("_", "."): content for name, content in parts.items()})


def zipped_as(parts: dict[str, bytes], **info) -> bytes:
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            for field, value in info.items():
                setattr(entry, field, value)
            archive.writestr(entry, content)
    return kept.getvalue()


def wide_picture() -> bytes:
    """A picture of a few kilobytes with 120 million pixels."""
    kept = BytesIO()
    Image.new("1", (12_000, 10_000)).save(kept, "PNG")
    return kept.getvalue()


@pytest.mark.parametrize(("name", "content", "sentence"), [
    ("a.pdf", b"MZ\x90\x00\x03 program", "is not what its name says"),
    ("a.pdf", b"<html><script>alert(1)</script>", "is not what its name says"),
    ("a.pdf", b"%PDF-1.7\nno more of it", "is not what its name says"),
    ("a.pdf", pdf() + zipped(run_exe=b"program"), "is not what its name says"),
    ("a.png", picture("JPEG"), "is not what its name says"),
    ("a.png", b"\x89PNG\r\n\x1a\n<script>", "is not what its name says"),
    ("a.png", picture() + zipped(run_exe=b"program"), "is not what its name says"),
    ("a.gif", b"GIF89a/*<svg onload=alert(1)>*/", "is not what its name says"),
    ("a.png", wide_picture(), "too many pixels"),
    ("a.mp4", b"\x00\x00\x00\x18ftypmp42<script>alert(1)</script>", "is not what its name says"),
    ("a.txt", b"PK\x03\x04 an archive", "is not what its name says"),
    ("a.html", b"\x7fELF program", "is not what its name says"),
    ("a.svg", ENTITIES, "defines entities"),
    ("a.svg", b"<html><body>no picture</body></html>", "is not what its name says"),
    ("a.docx", zipped(other_txt=b"no document"), "is not what its name says"),
    ("a.zip", zipped(bomb_txt=b"0" * 60_000_000), "unpacks to more than anyone would read"),
    ("a.docx", zipped(word__document_xml=b" " * 30_000_000), "unpacks to more than anyone would read"),
    ("a.zip", zipped_as({f"{n}.txt": b"x" for n in range(5001)}), "unpacks to more than anyone would read"),
    ("a.zip", zipped_as({"../../etc/cron.d/job": b"x"}), "leads out of it"),
    ("a.zip", zipped_as({"..\\..\\windows\\job": b"x"}), "leads out of it"),
    ("a.zip", zipped_as({"/etc/passwd": b"x"}), "leads out of it"),
    ("a.zip", zipped_as({"C:/windows/job": b"x"}), "leads out of it"),
    ("a.zip", zipped_as({"link": b"/etc/passwd"}, external_attr=0xA1ED << 16, create_system=3), "leads out of it"),
    ("a.exe", b"MZ\x90\x00", "of no type that the library takes"),
    ("a.pdf.exe", pdf(), "of no type that the library takes"),
    ("pdf", pdf(), "of no type that the library takes"),
    ("a.md", b"\xef\xbb\xbf \n", "is empty"),
])  # fmt: skip
def test_what_is_not_what_it_says_or_would_hurt_is_refused_and_leaves_nothing(cast, settings, name, content, sentence):
    with pytest.raises(Invalid, match=sentence):
        filed(cast, content=content, name=name)
    assert not Resource.objects.exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize(("name", "content", "media_type"), [
    ("a.pdf", pdf(), "application/pdf"), ("a.PNG", picture(), "image/png"), ("a.jpg", picture("JPEG"), "image/jpeg"),
    ("a.md", b"# Title", "text/markdown"), ("a.zip", zipped(a_txt=b"x"), "application/zip"), ("a.svg", SVG, "image/svg+xml"),
    ("a.html", b"<p>Hello</p>", "text/html"), ("a.csv", "Größe;1".encode("cp1252"), "text/csv"),
    ("a.webm", b"\x1a\x45\xdf\xa3\x42\x82\x84webm" + b"\0" * 20, "video/webm"),
])  # fmt: skip
def test_what_is_what_it_says_is_taken(name, content, media_type):
    assert media_type_of(BytesIO(content), name) == media_type


def test_names_lead_nowhere():
    assert safe_name("../../etc/passwd") == "passwd"
    assert safe_name("..\\..\\a\u202egpj.exe\r\nX: y") == "a-gpj.exe-X- y"
    assert safe_name("...") == "file"


def test_too_large_a_file_is_refused(cast, settings):
    settings.LIBRARY_MAX_BYTES = 100
    with pytest.raises(Invalid, match="is larger than"):
        filed(cast)
    assert not Resource.objects.exists()


def test_svg_and_html_are_saved_and_never_run(cast):
    client = Client()
    client.force_login(cast.ben.user)
    for name, content in (("logo.svg", SVG), ("page.html", b"<h1>T</h1><p onclick='x()'>Word</p><script>alert(1)</script>")):
        resource = published(cast, name, content=content, name=name)
        answer = client.get(client.get(f"/library/{resource.public_id}/download/").url)
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    prepare_waiting()
    page = client.get(f"/library/{resource.public_id}/").content.decode()
    assert "<h3>T</h3><p>Word</p>" in page
    assert "alert(1)" not in page


def test_previews_are_made_in_the_background_and_one_that_fails_keeps_nothing_back(cast, monkeypatch):
    broken, whole = published(cast, "Broken"), published(cast, "Whole", content=picture(), name="a.png")
    assert not ResourceVersion.objects.filter(preview="ready").exists()
    broken.current.file.storage.delete(broken.current.file.name)
    for _try in range(4):
        prepare_waiting()
    whole.current.refresh_from_db()
    broken.current.refresh_from_db()
    assert (whole.current.preview, whole.current.pictures.count()) == ("ready", 1)
    assert (broken.current.preview, broken.current.tries) == ("none", 3)
    client = Client()
    client.force_login(cast.ben.user)
    assert client.get(f"/library/{whole.public_id}/pages/1/")["Content-Type"] == "image/webp"
    assert client.get(f"/library/{whole.public_id}/pages/2/").status_code == 404
    assert client.get(f"/library/{broken.public_id}/").status_code == 200


HOSTILE_SVG = b"""<?xml version="1.0" encoding="utf-8"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 20" onload="alert(1)">
<script>alert(2)</script><style>@import url(https://evil.example/a.css);</style>
<style>rect { fill: url( "https://evil.example/b") }</style><style>.kind { fill: teal }</style>
<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><iframe src="/"/></body></foreignObject>
<a href="javascript:alert(3)"><text>led away</text></a><animate attributeName="href" to="javascript:alert(4)"/>
<image href="https://evil.example/c.png"/><image xlink:href="data:image/svg+xml;base64,PHN2Zy8+"/><use href="/other.svg#x"/>
<rect class="kind" width="9" style="fill:url(https://evil.example/d)" onclick="alert(5)"/>
<rect fill="url('#g')" id="kept"/></svg>"""
COPIES = b"""<svg xmlns="http://www.w3.org/2000/svg"><g id="a"><path d="M0 0"/></g><g id="b"><use href="#a"/><use href="#a"/></g>
<use href="#b"/></svg>"""
NESTED = b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g>" * 15_000 + b"</g>" * 15_000 + b"</svg>"
GONE = ("alert", "evil", "script", "foreign", "iframe", "led away", "animate", "onload", "onclick", "svg+xml", "other.svg")


def test_of_an_svg_only_what_it_draws_is_shown_as_a_picture(cast):
    resource = published(cast, "Logo", content=HOSTILE_SVG, name="logo.svg")
    prepare_waiting()
    client = Client()
    client.force_login(cast.ben.user)
    page = client.get(f"/library/{resource.public_id}/").content.decode()
    assert f'<img src="/library/{resource.public_id}/pages/1/" width="40" height="20"' in page
    answer = client.get(f"/library/{resource.public_id}/pages/1/")
    drawn = b"".join(answer.streaming_content).decode()
    assert answer["Content-Type"] == "image/svg+xml"
    assert {"default-src 'none'", "sandbox"} <= set(answer["Content-Security-Policy"].split("; "))
    assert [gone for gone in GONE if gone in drawn] == []
    assert all(kept in drawn for kept in ('viewBox="0 0 40 20"', ".kind { fill: teal }", "url('#g')", 'id="kept"'))


@pytest.mark.parametrize("content", [COPIES, NESTED, b'<svg xmlns="http://www.w3.org/2000/svg"><g></svg>'])
def test_an_svg_that_no_browser_should_draw_is_offered_to_be_downloaded(cast, content):
    resource = published(cast, "Logo", content=content, name="logo.svg")
    prepare_waiting()
    client = Client()
    client.force_login(cast.ben.user)
    assert "There is no preview of this file." in client.get(f"/library/{resource.public_id}/").content.decode()
    assert client.get(f"/library/{resource.public_id}/pages/1/").status_code == 404
    assert client.get(f"/library/{resource.public_id}/download/").status_code == 302


class _Scanner(socketserver.StreamRequestHandler):
    """Speaks INSTREAM as clamd does: lengths before pieces, a zero at the end; what has EICAR's line in it is found. In the middle
    of what is too much for it, it says so and hangs up."""

    most = 1 << 20

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!I", self.rfile.read(4))[0]:
            if len(content) + length > self.most:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
            content += self.rfile.read(length)
        self.wfile.write(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0")


@pytest.fixture
def scanner(settings):
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Scanner)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.VIRUS_SCAN_URL = f"tcp://127.0.0.1:{server.server_address[1]}"
    yield server
    server.shutdown()
    server.server_close()


def test_a_virus_is_named_and_not_kept(cast, scanner):
    resource = filed(cast)
    with pytest.raises(Invalid, match="carries a virus \\(Eicar-Test-Signature\\)"):
        add_version(resource, by=cast.maria, changes="New.", file=upload(EICAR, "note.txt"))
    resource.refresh_from_db()
    assert (resource.current.number, resource.versions.count()) == (1, 1)


def test_what_is_too_large_for_the_scanner_is_not_kept_and_says_so(cast, scanner):
    with pytest.raises(Invalid, match="larger than what the virus scanner looks at"):
        filed(cast, content=b"All is well. " * 1_000_000, name="note.txt")
    assert not Resource.objects.exists()


def test_what_no_scanner_looked_at_is_not_kept(cast, scanner, settings):
    scanner.shutdown()
    scanner.server_close()
    with pytest.raises(Refused, match="could not be checked for viruses, so nothing was kept"):
        filed(cast)
    assert not Resource.objects.exists()
