"""English and German: what a partner reads is translated, a translation is one file, and pages say which language they are in."""

import gettext
import re
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone, translation

from context.actions.tier_policies import publish_policy
from context.periods import period_in_words
from enablement.models import Certificate
from partnerhub import languages
from partnerhub.languages import Message
from partners.actions.invitations import invite_contact
from partners.models import Contact, Enrolment, Partner, Tier
from portal.templatetags.portal import country, day_words, figure
from tests import factories, learning_story, portal_story, tier_story

GERMAN = Path("locale/de/LC_MESSAGES/django.po")
PAGES = ("portal:home", "portal:organisation", "portal:people", "portal:profile", "portal:own_data", "portal:tasks", "portal:help",
         "portal:sites", "communications:announcements", "communications:preferences", "communications:conversations",
         "collaboration:meetings", "mfa_index", "account_email")  # fmt: skip


@pytest.fixture
def nora(cast, client):
    cast.nora.user.language = "de"
    cast.nora.user.save()
    Contact.objects.filter(pk=cast.nora.pk).update(language="de")
    portal_story.tell(cast)
    client.force_login(cast.nora.user)
    return cast.nora


def test_no_translation_breaks_a_page():
    call_command("check_languages")
    catalogue = languages.read_catalogue(GERMAN)
    assert not [
        message.text for message in catalogue.values() if re.search(r"\b(Du|Dein\w*|Dich|Dir)\b", " ".join(message.translations))
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_a_german_page_has_no_english_sentence(nora, client, page):
    """Of those that there are translations of; the data of the story is English."""
    answer = client.get(reverse(page), headers={"accept-language": "fr"})
    shown = re.sub(r"<(script|style|template)\b.*?</\1>", "", answer.content.decode(), flags=re.DOTALL)
    texts = re.sub(r"<[^>]+>", "\n", shown)
    sentences = [
        m.text for m in languages.read_catalogue(GERMAN).values() if len(m.text.split()) > 2 and m.translations[0] != m.text
    ]
    assert [sentence for sentence in sentences if f"\n{sentence}\n" in texts] == []
    assert '<html lang="de" dir="ltr"' in shown


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("accepts", "says", "lang"),
    [("de-AT,de;q=0.9", "Anmelden", "de"), ("en", "Sign in", "en"), ("pl", "Sign in", "en"), ("fr", "Sign in", "en")],
)
def test_at_the_door_the_browser_decides(client, accepts, says, lang):
    page = client.get(reverse("account_login"), headers={"accept-language": accepts}).content.decode()
    assert f"<h1>{says}</h1>" in page
    assert f'<html lang="{lang}"' in page


@pytest.mark.django_db
def test_a_verb_is_no_noun_in_german(nora, client):
    page = client.get(reverse("portal:people")).content.decode()
    assert ">ändern</a>" in page
    assert ">Aufgabe</th>" in page


@pytest.mark.django_db
def test_what_a_person_chose_holds_in_every_browser(cast, client):
    client.force_login(cast.ben.user)
    saved = client.post(reverse("portal:profile"), {"name": "Ben Ott", "language": "de", "time_zone": "Europe/Berlin"})
    assert saved.status_code == 302
    client.logout()
    cast.ben.user.refresh_from_db()
    client.force_login(cast.ben.user)
    assert "Heute braucht Sie nichts, Ben" in client.get("/", headers={"accept-language": "en"}).content.decode()


@pytest.mark.django_db
def test_what_a_partner_has_is_written_as_germans_write_it(nora, cast, client):
    """434,400 is less than half a thousand to a German, and “8 November” no day."""
    publish_policy(tier_story.draft(cast), by=cast.maria)
    Enrolment.objects.filter(partner=cast.alpenglow).update(tier=Tier.objects.get(key="silver", programme=cast.programme))
    tier_story.sells(cast.alpenglow, 34_400)
    until = timezone.localdate().replace(year=2031, month=11, day=8)
    page = client.get(reverse("portal:standing")).content.decode()
    assert "34.400" in page
    assert "34,400" not in page
    course = learning_story.published(cast)
    certificate = learning_story.passed(course, cast.nora).certificate
    Certificate.objects.filter(pk=certificate.pk).update(issued_on=until)
    assert "8. November 2031" in client.get(reverse("enablement:certificate", args=[certificate.public_id])).content.decode()
    with translation.override("de"):
        assert period_in_words(date(2026, 10, 11), date(2026, 11, 7)) == "11. Okt – 7. Nov 2026"


def test_days_and_numbers_are_written_as_their_readers_write_them():
    day = timezone.localdate().replace(year=2031, month=3, day=7)
    with translation.override("de"):
        assert (day_words(day), figure("12345.5"), country("DE")) == ("7. März 2031", "12.346", "Deutschland")
    with translation.override("en"):
        assert (day_words(day), figure("12345.5"), country("DE")) == ("7 March 2031", "12,346", "Germany")


def test_a_catalogue_comes_back_as_it_was_written(tmp_path):
    messages = [
        Message('Say "when"\nand where', translations=['Sagen Sie „wann“\nund "wo"'], places=["a.html"]),
        Message("%(n)d day", "%(n)d days", translations=["%(n)d Tag", "%(n)d Tage"], places=["b.html"]),
        Message("May", context="month", translations=["Mai"], places=["c.html"]),
        Message("Nothing yet", places=["c.html"]),
    ]
    path = tmp_path / "xx" / "LC_MESSAGES" / "django.po"
    languages.write_catalogue(path, "xx", messages)
    read = languages.read_catalogue(path)
    assert {message.key: message.translations for message in messages[:3]}.items() <= {
        k: m.translations for k, m in read.items()
    }.items()
    languages.compile_stale(tmp_path)
    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert compiled.gettext('Say "when"\nand where') == 'Sagen Sie „wann“\nund "wo"'
    assert [compiled.ngettext("%(n)d day", "%(n)d days", n) for n in (1, 2)] == ["%(n)d Tag", "%(n)d Tage"]
    assert compiled.pgettext("month", "May") == "Mai"
    assert compiled.gettext("Nothing yet") == "Nothing yet"
    assert languages.languages_in(tmp_path) == ("en", "xx")


def test_a_language_is_offered_when_nothing_in_it_would_be_english(tmp_path):
    def catalogue(language: str, **said: str) -> None:
        messages = [Message(text, translations=[told] if told else [], places=["a.html"]) for text, told in said.items()]
        languages.write_catalogue(tmp_path / language / "LC_MESSAGES" / "django.po", language, messages)

    catalogue("de", Hello="Hallo", Bye="Ade")
    catalogue("fr", Hello="Bonjour", Bye="")
    catalogue("es", Hello="Hola", Bye="Adios")
    assert languages.complete_in(tmp_path) == ("en", "de", "es")


@pytest.mark.django_db
def test_french_is_for_texts_not_for_half_a_page(cast, client, settings):
    client.force_login(cast.ben.user)
    page = client.get(reverse("portal:profile"), headers={"accept-language": "fr"}).content.decode()
    assert '<html lang="en"' in page
    assert "French, for texts that are written in it" in page


@pytest.mark.django_db
@pytest.mark.parametrize(("accepts", "language"), [("de-CH,de;q=0.9,en;q=0.5", "de"), ("en-GB", "en"), ("pl", "de"), ("", "de")])
def test_who_joins_goes_on_in_the_language_and_time_of_their_invitation(cast, client, sink, accepts, language):
    Partner.objects.filter(pk=cast.alpenglow.pk).update(language="de", time_zone="Europe/Berlin")
    contact = factories.make_contact(cast.alpenglow, "Ida Falk", "ida@alpenglow.example")
    _invitation, token = invite_contact(contact, by=cast.nora.user)
    client.post(
        reverse("partners:invitation", args=[token]), {"name": "Ida Falk", "password": "long enough for Ida"},
        headers={"accept-language": accepts},
    )  # fmt: skip
    contact.refresh_from_db()
    assert (contact.user.language, contact.user.time_zone) == (language, "Europe/Berlin")
    assert (contact.language, contact.time_zone) == (language, "Europe/Berlin")
    assert f'<html lang="{language}"' in client.get("/", headers={"accept-language": accepts}).content.decode()


@pytest.mark.parametrize(
    ("message", "wrong"),
    [
        (Message("For %(partner)s", translations=["Für %(partner)s"]), set()),
        (Message("For %(partner)s", translations=["Für %(Partner)s"]), {"%(partner)s", "%(Partner)s"}),
        (Message("One thing", "%(count)s things", translations=["Eines", "%(count)s Dinge"]), set()),
        (Message("One thing", "%(count)s things", translations=["Eines", "Dinge"]), {"%(count)s"}),
        (Message("For %(partner)s", translations=[""]), set()),
    ],
)
def test_a_translation_keeps_the_places_of_values(message, wrong):
    assert message.wrong_holes == wrong


def test_what_is_missing_is_named_and_a_new_language_is_one_file(settings, tmp_path, capsys):
    (tmp_path / "locale").mkdir()
    days = "{% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}"
    (tmp_path / "page.html").write_text('{% load i18n %}{% translate "Hello" %}' + days)
    (tmp_path / "locale" / "partner_side.txt").write_text("*.html\n*.py\n!left.py\n")
    (tmp_path / "some.py").write_text('said = _("Saved.")\nother = gettext(said)\n')
    (tmp_path / "left.py").write_text('_("Left out")\n')
    settings.BASE_DIR = tmp_path
    call_command("check_languages", "fr", write=True)
    assert "page.html: 'Hello'" in capsys.readouterr().out
    fresh = languages.read_catalogue(tmp_path / "locale/fr/LC_MESSAGES/django.po")
    assert {message.text for message in fresh.values()} == {"", "Hello", "%(n)s day", "Saved."}
    with pytest.raises(CommandError):
        call_command("check_languages", strict=True)


@pytest.mark.django_db
def test_a_mail_is_in_the_language_of_its_reader(cast, mailoutbox):
    tess = factories.make_contact(cast.alpenglow, "Tess Neu", "tess@alpenglow.example", language="de")
    invite_contact(tess, by=cast.maria)
    (mail,) = [mail for mail in mailoutbox if tess.email in mail.to]
    assert "lädt Sie" in mail.body
    assert '<html lang="de">' in mail.alternatives[0][0]
