"""Words: those every installation starts with, and what managers make of them. A key stays for good; a word that something
uses stays, too."""

from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from activity.uses import InUse, in_a_sentence
from partners.actions.changes import write_changes
from partners.actions.checks import check_key, check_line
from partners.models import Contact, ContactFunction, PartnerKind
from partners.models.vocabulary import Word
from partners.word_uses import uses_of_word

KINDS = {
    "reseller": "Reseller",
    "distributor": "Distributor",
    "service_provider": "Service provider",
    "technology_alliance": "Technology alliance",
    "integrator": "Integrator",
    "supplier": "Supplier",
    "logistics": "Logistics provider",
    "referral": "Referral partner",
}
FUNCTIONS = {
    "sales": "Sales",
    "technical": "Technical",
    "marketing": "Marketing",
    "executive": "Executive",
    "finance": "Finance",
    "quality": "Quality",
    "logistics": "Logistics",
}


def install_vocabulary(**_kwargs) -> None:
    """A list that has rows is left alone."""
    for model, words in ((PartnerKind, KINDS), (ContactFunction, FUNCTIONS)):
        if not model.objects.exists():
            model.objects.bulk_create([model(key=key, name=name) for key, name in words.items()])


@transaction.atomic
def create_word(model: type[Word], *, by, key: str, name: str, **fields) -> Word:
    key = check_key(key)
    if model._default_manager.filter(key=key).exists():
        raise Invalid(_("There is “%(key)s” already; choose another key.") % {"key": key}, code="duplicate", field="key")
    word = model(key=key, name=_name(name), **fields)
    word.save()
    _tell(word, by=by)
    return word


@transaction.atomic
def change_word(word: Word, *, by, **fields) -> Word:
    if fields.get("key", word.key) != word.key:
        raise Invalid(_("A key stays: rules, files and integrators know the word by it."), field="key")
    if "name" in fields:
        fields["name"] = _name(fields["name"])
    if write_changes(word, fields):
        _tell(word, by=by)
    return word


@transaction.atomic
def delete_word(word: Word, *, by) -> None:
    refuse_where_used(word)
    _refuse_where_people_have_it(word)
    _tell(word, by=by)
    try:
        with transaction.atomic():
            word.delete()
    except ProtectedError as error:
        words = {"word": word, "count": len(error.protected_objects)}
        raise Refused(_("%(count)d entries hold “%(word)s”, so it stays.") % words, code="in_use") from None


def refuse_where_used(word: models.Model) -> None:
    """Rules that name what is not there any more could not be asked."""
    if uses := uses_of_word(word):
        words = {"word": word, "users": in_a_sentence(uses)}
        raise InUse(_("“%(word)s” is used by %(users)s and stays. Take it out of there first.") % words, uses)


def _refuse_where_people_have_it(word: Word) -> None:
    """Functions are kept by their keys."""
    if isinstance(word, ContactFunction) and (count := Contact.objects.filter(functions__contains=[word.key]).count()):
        sentence = ngettext(
            "%(count)d person has the function “%(word)s”, so it stays.",
            "%(count)d people have the function “%(word)s”, so it stays.", count,
        )  # fmt: skip
        raise Refused(sentence % {"count": count, "word": word}, code="in_use")


def _name(value) -> str:
    return check_line(value, "name", required=True, longest=120)


def _tell(word: Word, *, by) -> None:
    record_activity("vocabulary.changed", f"{word._meta.verbose_name}: {word.name} ({word.key})", by=by, subject=word)
