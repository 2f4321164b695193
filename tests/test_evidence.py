"""A file proves something only when it is what it says; and it is handed out only to those who may see what it proves."""

import struct
import zipfile
import zlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from activity.refusals import Invalid
from context.actions.data_points import create_data_point
from context.actions.facts import record_fact
from context.actions.verdicts import give_verdict
from context.models import Fact, Verdict
from partners.actions.evidence import add_evidence
from partners.models import Evidence

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%..."


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def picture(kind: str = "PNG") -> bytes:
    kept = BytesIO()
    Image.new("RGB", (8, 8)).save(kept, kind)
    return kept.getvalue()


def archive(*parts: str) -> bytes:
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w") as made:
        for part in parts:
            made.writestr(part, "x")
    return kept.getvalue()


def bomb() -> bytes:
    """A PNG whose head speaks of 60,000 by 60,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("form.pdf", PDF, "application/pdf"),
        ("seal.png", picture(), "image/png"),
        ("seal.JPG", picture("JPEG"), "image/jpeg"),
        ("words.txt", "Grüße".encode(), "text/plain"),
        ("list.csv", b"a;b\n1;2\n", "text/csv"),
        ("form.docx", archive("word/document.xml"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("list.xlsx", archive("xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_what_a_file_is_comes_from_its_bytes(cast, name, content, media_type):
    evidence = add_evidence(cast.alpenglow, file(name, content), by=cast.maria)
    assert (evidence.media_type, evidence.name, evidence.size, evidence.uploaded_by) == (media_type, name, len(content), cast.maria)
    assert evidence.file.read() == content
    assert len(evidence.sha256) == 64


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("form.pdf", picture(), "not what its name says"),
        ("seal.png", picture("JPEG"), "not what its name says"),
        ("seal.png", PDF, "not what its name says"),
        ("form.docx", archive("xl/workbook.xml"), "not what its name says"),
        ("form.docx", b"PK\x03\x04 nothing", "not what its name says"),
        ("words.txt", PDF, "not what its name says"),
        ("words.txt", b"\x00\x01\x02", "not what its name says"),
        ("page.html", b"<script>alert(1)</script>", "not what its name says"),
        ("page.svg", b"<svg/>", "not what its name says"),
        ("run.exe", b"MZ", "not what its name says"),
        ("empty.pdf", b"", "is empty"),
        ("empty.txt", b" \n", "is empty"),
        ("large.txt", b"x" * 2000, "larger than"),
        ("bomb.png", bomb(), "too many pixels"),
    ],
)
def test_anything_else_is_refused_and_nothing_is_kept(cast, settings, tmp_path, name, content, says):
    settings.ATTACHMENT_MAX_BYTES = 1500
    with pytest.raises(Invalid, match=says):
        add_evidence(cast.alpenglow, file(name, content), by=cast.maria)
    assert not Evidence.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_fact_that_is_refused_leaves_no_file(cast, tmp_path):
    create_data_point(by=cast.maria, key="staff", label="Staff", type="number")
    with pytest.raises(Invalid):
        record_fact(cast.alpenglow, "staff", "many", source="x", method="manual", by=cast.maria, evidence_file=file("a.pdf", PDF))
    with pytest.raises(Invalid):
        record_fact(cast.alpenglow, "staff", 1, source="x", method="manual", by=cast.maria, evidence_file=file("a.png", PDF))
    assert not Evidence.objects.exists()
    assert not Fact.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_fact_and_a_verdict_carry_their_proof(cast):
    create_data_point(by=cast.maria, key="staff", label="Staff", type="number")
    fact = record_fact(
        cast.alpenglow, "staff", 12, source="payroll", method="manual", by=cast.maria, evidence_file=file("a.pdf", PDF)
    )
    give_verdict(fact, "verified", by=cast.maria, evidence_file=file("b.pdf", PDF))
    assert (fact.evidence_file.name, Verdict.objects.get().evidence_file.name) == ("a.pdf", "b.pdf")


def test_it_is_handed_out_to_those_who_may_see_what_it_proves(cast, client):
    create_data_point(by=cast.maria, key="staff", label="Staff")
    create_data_point(by=cast.maria, key="secret", label="Secret", seen_by="managers", edited_by="managers")
    told = {"source": "x", "method": "manual", "by": cast.maria}
    shown = record_fact(cast.alpenglow, "staff", "12", evidence_file=file("<b>a.pdf", PDF), **told).evidence_file
    hidden = record_fact(cast.alpenglow, "secret", "12", evidence_file=file("b.pdf", PDF), **told).evidence_file
    loose = add_evidence(cast.alpenglow, file("c.pdf", PDF), by=cast.maria)
    own = add_evidence(cast.alpenglow, file("d.pdf", PDF), by=cast.nora.user)

    def answers(user) -> list[int]:
        client.force_login(user)
        return [client.get(reverse("partners:evidence", args=[each.public_id])).status_code for each in (shown, hidden, loose, own)]

    assert answers(cast.maria) == [200, 200, 200, 200]
    assert answers(cast.nora.user) == [200, 404, 404, 200]
    assert answers(cast.sven.user) == [404, 404, 404, 404]
    client.force_login(cast.nora.user)
    response = client.get(reverse("partners:evidence", args=[shown.public_id]))
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment")
    assert b"".join(response.streaming_content) == PDF
