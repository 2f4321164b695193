"""What a template will look like with the reader's own logo and contact, before they download it."""

from html import unescape
from io import BytesIO

import pytest
from django.test import Client
from PIL import Image, features
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from enablement.actions.previews import prepare_waiting
from enablement.models import BrandedFile, Resource
from partners.models import Contact, Partner
from tests import library_story
from tests.library_story import picture, upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
HTML = b"<html><script>alert(1)</script><p>{{ partner.name }}: {{ contact.email }}</p><img src='{{ partner.logo }}'></html>"
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="300" height="80">'
    b'<text y="20">{{ contact.name }}</text><image xlink:href="{{ partner.logo }}" width="40" height="30"/></svg>'
)


def flyer(turned: int = 0) -> bytes:
    kept = BytesIO()
    canvas = Canvas(kept, pagesize=(300, 200))
    canvas.setPageRotation(turned)
    canvas.drawString(20, 60, "Your partner for pumps")
    canvas.acroForm.textfield(name="partner.logo", x=20, y=120, width=100, height=60)
    canvas.acroForm.textfield(name="contact.name", x=20, y=20, width=200, height=20)
    canvas.save()
    return kept.getvalue()


def template(cast, content: bytes, name: str) -> Resource:
    made = library_story.published(cast, name, content=content, name=name)
    prepare_waiting()
    made.refresh_from_db()
    return made


@pytest.fixture
def nora(cast, client):
    client.force_login(cast.nora.user)
    client.post("/library/logo/", {"file": upload(picture(), "logo.png")})
    return client


def test_a_pdf_is_shown_with_the_logo_and_the_words_of_its_reader(cast, nora):
    made = template(cast, flyer(), "flyer.pdf")
    page = nora.get(f"/library/{made.public_id}/").content.decode()
    assert "Preview with your logo and contact" in page
    assert f'src="/library/{made.public_id}/branded/pages/1/"' in page
    answer = nora.get(f"/library/{made.public_id}/branded/pages/1/")
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/webp", "private, max-age=60")
    shown, plain = (Image.open(BytesIO(content)).convert("RGB") for content in (answer.content, _plain(made)))
    assert shown.size == plain.size
    at = shown.width // 300
    assert _is_teal(shown.getpixel((30 * at, (200 - 150) * at)))
    assert not _is_teal(plain.getpixel((30 * at, (200 - 150) * at)))
    assert nora.get(f"/library/{made.public_id}/branded/pages/2/").status_code == 404
    assert not BrandedFile.objects.exists()  # a look keeps nothing, and counts as no download
    assert not made.current.downloads.exists()


def _plain(made: Resource) -> bytes:
    with made.current.pictures.get().picture.open("rb") as file:
        return file.read()


def _is_teal(colour) -> bool:
    return all(abs(one - other) < 40 for one, other in zip(colour, (0, 128, 128), strict=True))


def test_an_svg_is_shown_as_a_picture(cast, nora):
    made = template(cast, SVG, "badge.svg")
    answer = nora.get(f"/library/{made.public_id}/branded/pages/1/")
    drawn = answer.content.decode()
    assert answer["Content-Type"] == "image/svg+xml"
    assert "Nora Berg" in drawn
    assert "data:image/png;base64," in drawn
    assert "{{" not in drawn


def test_html_is_shown_in_a_frame_where_nothing_acts(cast, nora):
    made = template(cast, HTML, "note.html")
    page = nora.get(f"/library/{made.public_id}/").content.decode()
    assert f'src="/library/{made.public_id}/branded/pages/1/" sandbox' in page
    answer = nora.get(f"/library/{made.public_id}/branded/pages/1/")
    assert "Alpenglow GmbH: nora@alpenglow.example" in answer.content.decode()
    policy = answer["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert not any(part.startswith("script-src") for part in policy)


def test_where_something_is_missing_the_template_is_shown_and_said_why(cast, client):
    made = template(cast, flyer(), "flyer.pdf")
    client.force_login(cast.ben.user)
    page = client.get(f"/library/{made.public_id}/").content.decode()
    assert "Alpenglow GmbH has no logo here yet, and this template needs one." in page
    assert "Ask a portal admin of your organisation" in page
    assert f'src="/library/{made.public_id}/pages/1/"' in page
    assert client.get(f"/library/{made.public_id}/branded/pages/1/").status_code == 404


def test_a_name_that_no_pdf_can_draw_is_said_before_the_download(cast, nora):
    Contact.objects.filter(pk=cast.nora.pk).update(name="नोरा")
    made = template(cast, flyer(), "flyer.pdf")
    page = nora.get(f"/library/{made.public_id}/").content.decode()
    assert "cannot be drawn into a PDF" in page
    assert f'src="/library/{made.public_id}/pages/1/"' in page
    assert nora.get(f"/library/{made.public_id}/branded/pages/1/").status_code == 404


@pytest.mark.parametrize("name", ["Łucja Şahin", "Нора Берг", "Νόρα"])
def test_names_of_europe_are_drawn_as_they_are_written(cast, nora, name):
    Contact.objects.filter(pk=cast.nora.pk).update(name=name)
    made = template(cast, flyer(), "flyer.pdf")
    got = b"".join(nora.get(f"/library/{made.public_id}/branded/").streaming_content)
    assert name in PdfReader(BytesIO(got)).pages[0].extract_text()


@pytest.mark.parametrize("joins", [features.check("raqm"), False])
@pytest.mark.parametrize("name", ["נורה ברג", "نورا"])
def test_a_name_that_runs_to_the_left_is_drawn_as_it_is_written_or_not_at_all(cast, nora, monkeypatch, name, joins):
    """Its letters are joined where Pillow can; where it cannot, a sentence says so and there is no file."""
    monkeypatch.setattr(features, "check", lambda _feature: joins)
    Contact.objects.filter(pk=cast.nora.pk).update(name=name)
    made = template(cast, flyer(), "flyer.pdf")
    answer = nora.get(f"/library/{made.public_id}/branded/")
    pages = PdfReader(BytesIO(b"".join(answer.streaming_content))).pages if answer.streaming else []
    assert [len(page.images) for page in pages] == [2] * joins  # beside the logo
    assert not any(name[::-1] in page.extract_text() for page in pages)
    assert ("cannot be drawn into a PDF" in nora.get(f"/library/{made.public_id}/").content.decode()) != joins


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_on_a_page_that_is_shown_turned_they_stand_upright(cast, nora, turned):
    """A wide logo in a field that is as wide as high, to its reader: what is drawn of it is wider than high."""
    made = template(cast, flyer(turned), "flyer.pdf")
    shown = Image.open(BytesIO(nora.get(f"/library/{made.public_id}/branded/pages/1/").content)).convert("RGB")
    drawn = [(x, y) for x in range(0, shown.width, 4) for y in range(0, shown.height, 4) if _is_teal(shown.getpixel((x, y)))]
    across, down = ({point[axis] for point in drawn} for axis in (0, 1))
    assert max(across) - min(across) > 1.2 * (max(down) - min(down))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("<meta charset='iso-8859-1'><p>Grüße von {{ partner.name }}</p>".encode("latin-1"), "note.html"),
        (b"<p>Gr&uuml;&szlig;e von {{ partner.name }}</p>", "note.html"),
        ("<p>Grüße von {{ partner.name }}</p>".encode("utf-16"), "note.html"),
        ("<?xml version='1.0' encoding='iso-8859-2'?><svg xmlns='http://www.w3.org/2000/svg'><text>Grüße von {{ partner.name }}"
         "</text></svg>".encode("iso-8859-2"), "badge.svg"),
    ],
)  # fmt: skip
def test_letters_of_a_template_and_of_a_name_stay_what_they_are(cast, nora, content, name):
    Partner.objects.filter(pk=cast.alpenglow.pk).update(name="Żabka Söhne")
    made = template(cast, content, name)
    got = b"".join(nora.get(f"/library/{made.public_id}/branded/").streaming_content)
    assert unescape(got.decode()).count("Grüße von Żabka Söhne") == 1
    assert got.startswith(b"\xef\xbb\xbf") or b"utf-8" in got[:60]


def test_each_reader_sees_their_own_and_others_nothing(cast, nora):
    made = template(cast, SVG, "badge.svg")
    at = f"/library/{made.public_id}/branded/pages/1/"
    ben, sven = Client(), Client()
    ben.force_login(cast.ben.user)
    sven.force_login(cast.sven.user)
    assert "Ben Ott" in ben.get(at).content.decode()
    Resource.objects.filter(pk=made.pk).update(segment=library_story.alpenglows(cast))
    assert sven.get(at).status_code == 404
    plain = library_story.published(cast)
    assert nora.get(f"/library/{plain.public_id}/branded/pages/1/").status_code == 404
