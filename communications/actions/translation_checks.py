"""What the translations of an announcement must be: whole, in a language of their own, with nothing of another language in them."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from activity.refusals import Invalid
from communications.kinds import check_details, details_of
from communications.languages import own_name
from communications.models import Announcement
from communications.models.translations import TRANSLATED
from communications.rendering import check_merge_fields, compile_text
from partners.actions.checks import check_language

MOST = 20
_LONGEST = {"title": 200, "body": 200_000, "call_to_action": 200}


def check_translations(announcement: Announcement) -> None:
    """May these be kept with a draft? Raises `Invalid` with the field at fault."""
    if check_language(announcement.language) != announcement.language or not announcement.language:
        raise Invalid(_("Say in which language the text is, such as en or pt-br."), field="language")
    if not isinstance(announcement.translations, dict) or len(announcement.translations) > MOST:
        raise Invalid(_("Give translations by language, at most %(most)d.") % {"most": MOST}, field="translations")
    if announcement.translations and announcement.has_variant:
        raise Invalid(
            _("Two variants are tried in one language only. Take out variant B, or the translations."), field="variant_title"
        )
    for language, words in announcement.translations.items():
        _check_language(announcement, language)
        _check_words(language, words)


def missing_words(announcement: Announcement) -> Iterator[Invalid]:
    """What a translation leaves out that the text itself says: nobody is to read two languages at once."""
    for language, words in announcement.translations.items():
        name = own_name(language)
        for field, sentence in {
            "title": _("The translation “%(name)s” has no title."),
            "body": _("The translation “%(name)s” has no text."),
            "call_to_action": _("The translation “%(name)s” does not say who must act, and by when."),
        }.items():
            if getattr(announcement, field).strip() and not words.get(field, "").strip():
                raise_on = f"translations.{language}.{field}"
                yield Invalid(sentence % {"name": name}, field=raise_on)
        for detail in details_of(announcement.kind):
            written = announcement.details.get(detail.key) and detail.is_translated
            if written and not words.get("details", {}).get(detail.key, "").strip():
                told = {"name": name, "label": detail.label}
                sentence = _("The translation “%(name)s” does not say “%(label)s”.") % told
                yield Invalid(sentence, field=f"translations.{language}.{detail.key}")


def _check_language(announcement: Announcement, language: str) -> None:
    if not language or check_language(language, "translations") != language:
        raise Invalid(_("Write the language “%(language)s” in small letters, such as pt-br.") % {"language": language},
                      field="translations")  # fmt: skip
    if language == announcement.language:
        raise Invalid(
            _("The text itself is in this language: %(name)s. Leave out its translation.") % {"name": own_name(language)},
            field=f"translations.{language}.title",
        )


def _check_words(language: str, words) -> None:
    own = f"translations.{language}."
    if not isinstance(words, dict) or set(words) - {*TRANSLATED, "details"}:
        raise Invalid(_("A translation has a title, a body, a call_to_action and details."), field="translations")
    for field in TRANSLATED:
        text = words.setdefault(field, "")
        if not isinstance(text, str) or len(text) > _LONGEST[field] or "\x00" in text or field != "body" and not _is_line(text):
            sentence = _("The translation “%(name)s” is too long there, or has characters that cannot be kept.")
            raise Invalid(sentence % {"name": own_name(language)}, field=own + field)
    details = words.setdefault("details", {})
    if not isinstance(details, dict):
        raise Invalid(_("Give the details of a translation by their names."), field="translations")
    check_details(details, words_only=True)
    check_merge_fields(words["title"], field=own + "title")
    check_merge_fields(words["body"], field=own + "body")
    _compiled(words["body"], language, own + "body")


def _is_line(text: str) -> bool:
    return all(letter.isprintable() for letter in text)


def _compiled(body: str, language: str, field: str) -> None:
    try:
        compile_text(body, language)
    except Invalid as refusal:
        refusal.field = field
        raise
