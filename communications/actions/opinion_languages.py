"""The languages of an opinion survey: its title and introduction, and beside each question its wording and its choices. A language
is whole or is not asked in."""

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from activity.refusals import Invalid, Refused
from communications.languages import own_name
from communications.models import OpinionQuestion, OpinionState, OpinionSurvey
from communications.opinions.languages import lacking
from partners.actions.checks import check_language, check_line, check_text

AT_MOST = 12


@transaction.atomic
def set_opinion_languages(survey: OpinionSurvey, *, by: User, language: str, translations: dict[str, dict]) -> OpinionSurvey:
    """`language` is that of the survey as it is written, `translations` give a title and an introduction for each other one. A
    language that is left out is taken out of the questions as well, once they are asked anew."""
    current = OpinionSurvey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    if current.state == OpinionState.CLOSED:
        raise Refused(_("“%(title)s” is closed; it stays as it was.") % {"title": current})
    own = check_language(language)
    if not own:
        raise Invalid(_("Choose the language that the survey is written in."), field="language")
    if len(translations) > AT_MOST:
        raise Invalid(_("Twelve languages are enough."), field="language")
    current.language = own
    current.translations = {code: _words(own, code, words) for code, words in translations.items()}
    current.save(update_fields=["language", "translations"])
    survey.refresh_from_db()
    return survey


def checked_translations(survey: OpinionSurvey, question: OpinionQuestion, translations: dict[str, dict]) -> dict[str, dict]:
    """Those that are written; what is begun has to be whole, with as many choices as the question has, in their order."""
    found = {}
    for code, words in translations.items():
        if code not in survey.translations:
            sentence = _("The survey is not in %(name)s. Add the language to the survey first.")
            raise Invalid(sentence % {"name": own_name(code)}, field="wording")
        if told := _told(question, code, words):
            found[code] = told
    return found


def refuse_untranslated(survey: OpinionSurvey, questions: list[dict]) -> None:
    for code in survey.translations:
        for question in lacking(questions, code):
            words = {"name": own_name(code), "wording": question["wording"]}
            raise Refused(_("“%(wording)s” is not there in %(name)s. Write it, or take %(name)s out of the survey.") % words)


def _words(own: str, code: str, words: dict) -> dict[str, str]:
    if not code or check_language(code) != code:
        raise Invalid(_("Write the language “%(language)s” in small letters, such as pt-br.") % {"language": code}, field="add")
    if code == own:
        raise Invalid(
            _("The survey itself is in %(name)s. Leave out its translation.") % {"name": own_name(code)}, field="language"
        )
    return {
        "title": _checked(check_line, words.get("title", ""), "title", code, required=True, longest=160),
        "intro": _checked(check_text, words.get("intro", ""), "intro", code, longest=2000),
    }


def _told(question: OpinionQuestion, code: str, words: dict) -> dict:
    wording = _checked(check_line, words.get("wording", ""), "wording", code, longest=300)
    given = [_checked(check_line, each, "options", code, longest=120) for each in words.get("options", []) if each.strip()]
    options = given if question.kind == OpinionQuestion.Kind.CHOICE else []
    if not wording and not options:
        return {}
    if not wording:
        raise Invalid(_("Write the question in %(name)s, too.") % {"name": own_name(code)}, field=f"wording_{code}")
    if len(set(options)) != len(question.options):
        told = {"name": own_name(code), "n": len(question.options)}
        sentence = _("Write the same %(n)d answers in %(name)s, one a line, in the order in which they stand above.")
        raise Invalid(sentence % told, field=f"options_{code}")
    return {"wording": wording, "options": options}


def _checked(check: Callable[..., str], value: str, name: str, code: str, **limits) -> str:
    try:
        return check(value, name, **limits)
    except Invalid as refusal:
        raise Invalid(f"{own_name(code)}: {refusal}", field=f"{name}_{code}") from None
