"""The words that the check beside the composer names."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid
from activity.uniqueness import unless_taken
from communications.models import JargonWord
from partners.actions.checks import check_language


@transaction.atomic
def keep_jargon(row: JargonWord, *, by: User, word: str, language: str = "en", instead: str = "") -> JargonWord:
    """A new one, or one that is changed."""
    row.word, row.language, row.instead = " ".join(word.split()), check_language(language), instead.strip()
    if not row.word:
        raise Invalid(_("Write the word."), field="word")
    if not row.language:
        raise Invalid(_("Say of which language it is, such as en or de."), field="language")
    with unless_taken(Invalid(_("“%(word)s” is in the list already.") % {"word": row.word}, field="word")):
        row.save()
    record_activity("jargon.kept", f"“{row}” counts as jargon", by=by, subject=row)
    return row


@transaction.atomic
def delete_jargon(row: JargonWord, *, by: User) -> None:
    record_activity("jargon.deleted", f"“{row}” counts as jargon no more", by=by, subject=row)
    row.delete()
