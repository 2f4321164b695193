"""The look: logical directions everywhere, legible whatever a programme chooses, and pages for what went wrong."""

import gzip
import re
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from partnerhub import errors
from partners.brand_colours import brand_colours, contrast, hex_of, hue_and_vividness
from partners.models import Programme
from tests import factories

STYLES = [*Path("static").glob("*/*.css")]
PHYSICAL = re.compile(
    r"(?:^|[;{\s])(?:(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right)\b|(?:left|right|top|bottom)\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)\b)"
)
FOUR_SIDES = re.compile(r"(?:^|[;{\s])(?:margin|padding|inset)\s*:\s*([^;{}]+)")


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_no_style_names_left_or_right(path):
    style = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    assert PHYSICAL.findall(style) == []
    lopsided = [value for value in FOUR_SIDES.findall(style) if len(parts := _parts(value)) == 4 and parts[1] != parts[3]]
    assert lopsided == []


@given(hue=st.integers(0, 360), vividness=st.integers(0, 100))
def test_whatever_colour_is_chosen_a_mail_can_be_read(hue, vividness):
    colours = brand_colours(hue, vividness)
    assert contrast("#ffffff", colours.solid) >= 4.5  # a button, and a link on the sheet
    assert contrast("#1d1d24", colours.wash) >= 4.5
    assert contrast("#ffffff", colours.solid_on_dark) >= 4.5
    assert contrast("#202027", colours.text_on_dark) >= 4.5
    assert contrast("#e8e8ee", colours.wash_on_dark) >= 4.5


@given(hue=st.integers(0, 359))
def test_a_colour_gives_back_its_hue(hue):
    found, vividness = hue_and_vividness(hex_of(0.5, 0.08, hue))
    assert min(abs(found - hue), 360 - abs(found - hue)) <= 3
    assert 40 <= vividness <= 55


@pytest.mark.parametrize("nonsense", ["", "red", "#12345", "1a5fb4", "#1a5fbg", "#1a5fb4; }"])
def test_what_is_no_colour_is_none(nonsense):
    assert hue_and_vividness(nonsense) is None


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_browser_keeps_contrast_for_every_hue(cast, visit, theme):
    page = visit(theme=theme).open(reverse("account_login"))
    worst = page.evaluate(WORST_CONTRAST)
    assert {pair: ratio for pair, ratio in worst.items() if ratio < (3 if "line" in pair else 4.5)} == {}


@pytest.mark.django_db
def test_the_look_of_a_programme_is_set_once(cast, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(cast.maria)
    saved = _save_look(client, cast.programme, colour="#a51d2d", logo=_picture())
    assert saved.status_code == 302, saved.context["errors"]
    programme = Programme.objects.get(pk=cast.programme.pk)
    assert (programme.hue, programme.vividness) == hue_and_vividness("#a51d2d")
    client.force_login(cast.nora.user)
    home = client.get("/").content.decode()
    assert f"--hue: {programme.hue}" in home
    assert f'<img class="logo" src="{programme.logo_address}" alt="Vendor">' in home
    client.logout()
    picture = client.get(programme.logo_address)
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    assert client.get(reverse("partners:logo", args=[programme.public_id, "other.png"])).status_code == 404
    mail = render_to_string(
        "partners/mail/invitation.html", {"programme": programme, "contact": cast.nora, "invited_by": cast.maria}
    )
    assert programme.colours.solid in mail
    assert programme.logo_in_mails in mail


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"colour": "blue"}, "is no colour"),
        ({"logo": SimpleUploadedFile("logo.png", b"<svg onload='alert(1)'/>")}, "no PNG, JPEG or WebP"),
        ({"logo": SimpleUploadedFile("logo.png", b"\x89PNG" + b"x" * 600_000)}, "more than 512 kB"),
    ],
)
def test_a_look_that_cannot_be_is_refused(cast, client, fields, says):
    before = Programme.objects.filter(pk=cast.programme.pk).values().get()
    client.force_login(cast.maria)
    refused = _save_look(client, cast.programme, **fields)
    assert says in refused.content.decode()
    assert Programme.objects.filter(pk=cast.programme.pk).values().get() == before


@pytest.mark.django_db
def test_a_browser_that_was_here_before_finds_its_programme_at_the_door(cast, client):
    factories.make_programme("kestrane", hue=190)
    assert client.get(reverse("account_login")).context["portal"].brand == "PartnerHub"
    client.force_login(cast.nora.user)
    kept = client.get("/").cookies["programme"].value
    client.logout()
    client.cookies["programme"] = kept
    assert client.get(reverse("account_login")).context["portal"].brand == "Vendor"
    client.cookies["programme"] = "no such thing"
    assert client.get(reverse("account_login")).context["portal"].brand == "PartnerHub"


@pytest.mark.django_db
def test_an_address_that_only_takes_forms_says_so(cast, client):
    client.force_login(cast.nora.user)
    answer = client.get(reverse("partners:switch"))
    assert answer.status_code == 405
    assert "only takes what a form sends" in answer.content.decode()
    assert client.get(reverse("partners:switch"), headers={"accept": "application/json"}).content == b""


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "405", "429"])
def test_each_trouble_says_what_happened_and_what_to_do(cast, client, code):
    request = client.get("/accounts/login/").wsgi_request
    page = render_to_string(f"{code}.html", request=request)
    assert re.search(r"<h1>[^<]{10,}</h1>", page)
    assert len(re.findall(r"<p>[^<]{20,}</p>", page)) >= 2
    assert 'href="/"' in page


def test_without_a_database_a_page_still_says_it(settings):
    request = RequestFactory().get("/announcements/?page=2")
    try:
        raise OperationalError("server closed the connection")
    except OperationalError:
        answer = errors.server_error(request)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "The database does not answer just now." in page
    assert 'href="/announcements/?page=2"' in page


@pytest.mark.django_db
def test_the_page_of_the_design_system_is_for_those_who_run_the_portal(cast, client):
    client.force_login(cast.nora.user)
    assert client.get(reverse("portal:design")).status_code == 403
    client.force_login(cast.maria)
    page = client.get(reverse("portal:design"), {"programme": cast.programme.key, "direction": "rtl"})
    assert 'dir="rtl"' in page.content.decode()
    assert page.context["portal"].brand == "Vendor"


def _parts(value: str) -> list[str]:
    return re.findall(r"(?:[^\s()]+(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?)", value.strip())


def _picture() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (900, 90), "navy").save(out, "JPEG")
    return SimpleUploadedFile("logo.jpg", out.getvalue())


def _save_look(client, programme, **fields):
    values = {
        name: getattr(programme, name) or "" for name in ("name", "brand", "sender_name", "sender_email", "reply_to", "time_zone")
    }
    inline = {"tiers-TOTAL_FORMS": 0, "tiers-INITIAL_FORMS": 0}
    entered = values | {"is_default": "on", "colour": "#195fbf"} | inline | fields
    return client.post(reverse("admin:partners_programme_change", args=[programme.pk]), entered)


WORST_CONTRAST = """() => {
  const pairs = [["accent-3", "neutral-1"], ["accent-3", "neutral-2"], ["accent-3", "accent-1"], ["accent-4", "accent-1"],
    ["on-accent", "accent-3"], ["on-accent", "accent-4"], ["neutral-6", "neutral-1"], ["neutral-6", "neutral-3"],
    ["neutral-7", "accent-1"], ["neutral-8", "neutral-1"], ["neutral-9", "accent-1"], ["line: accent-3", "neutral-1"],
    ["line: neutral-5", "neutral-2"]];
  const root = document.documentElement, probe = document.body.appendChild(document.createElement("i"));
  const pen = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
  const light = (name) => {
    probe.style.color = `var(--${name.replace("line: ", "")})`;
    pen.fillStyle = getComputedStyle(probe).color;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const worst = {};
  for (let hue = 0; hue < 360; hue += 5) for (const vivid of [0, 0.5, 1]) {
    root.style.setProperty("--hue", hue);
    root.style.setProperty("--vivid", vivid);
    for (const [one, other] of pairs) {
      const [a, b] = [light(one), light(other)].sort((x, y) => y - x), key = `${one} on ${other}`;
      worst[key] = Math.min(worst[key] ?? 99, (a + 0.05) / (b + 0.05));
    }
  }
  return worst;
}"""


@pytest.mark.django_db
def test_pages_go_packed_and_files_as_they_are(cast, client):
    client.force_login(cast.nora.user)
    takes = {"accept-encoding": "gzip"}
    assert client.get(reverse("portal:help"), headers=takes)["Content-Encoding"] == "gzip"
    address = client.get(reverse("portal:help")).context["portal"].stylesheet
    packed, plain = client.get(address, headers=takes), client.get(address)
    assert gzip.decompress(packed.content) == plain.content
    assert b"@layer tokens, base, layout" in plain.content
    assert "immutable" in plain["Cache-Control"]
    assert client.get(reverse("portal:stylesheet", args=["another"])).status_code == 404
    assert "Content-Encoding" not in client.get("/api/schema/", headers=takes)
