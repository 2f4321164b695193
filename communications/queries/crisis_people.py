"""What rules may ask of people: which crisis they are concerned by, and of which they have not acknowledged."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import CharField, F, Func, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.api.inputs import as_uuid
from communications.models import Crisis, CrisisMessage, CrisisPerson
from context.rules.happenings import Happened, register_happened, register_happening
from context.rules.vocabulary import keyed, register_words
from partners.models import Partner

NOWHERE = UUID(int=0)  # an empty list would be no query at all
CONCERNED, SILENT, CALLED = "crisis.concerned", "crisis.silent", "crisis.called"


def register() -> None:
    register_words("crisis", lambda: _t("crisis"), lambda: _named("crisis", Crisis.objects.all(), "title", "started_at"))
    register_words("crisis_message", lambda: _t("message of a crisis"), _messages)
    register_happening(CONCERNED, _("crisis that concerned them"), "crisis", _concerned)
    register_happening(SILENT, _("crisis they have not acknowledged"), "crisis", _silent)
    register_happening(CALLED, _("message of a crisis that called them"), "crisis_message", _called)
    register_happened(_happened)


def _named(vocabulary: str, rows: QuerySet, title: str, at: str) -> QuerySet:
    """With the day, since drills are called alike."""
    day = Func(F(at), Value("YYYY-MM-DD HH24:MI"), function="to_char", output_field=CharField())
    name = Concat(F(title), Value(" · "), day, output_field=CharField())
    return keyed(vocabulary, rows, key=Cast("public_id", CharField()), name=name)


def _messages() -> QuerySet:
    return _named("crisis_message", CrisisMessage.objects.filter(people__isnull=False).distinct(), "crisis__title", "at")


def _concerned(words: tuple[str, ...] | None) -> QuerySet:
    return _of("crisis__public_id__in", words)


def _silent(words: tuple[str, ...] | None) -> QuerySet:
    return _concerned(words).filter(acknowledged_at=None)


def _called(words: tuple[str, ...] | None) -> QuerySet:
    return _of("called_by__public_id__in", words)


def _of(lookup: str, words: tuple[str, ...] | None) -> QuerySet:
    rows = CrisisPerson.objects.order_by()
    return rows if words is None else rows.filter(**{lookup: [found for word in words if (found := as_uuid(word))] or [NOWHERE]})


def _happened(partner: Partner) -> Iterator[Happened]:
    rows = CrisisPerson.objects.filter(contact__partner=partner, contact__left_on=None).order_by("-called_at")
    for contact_id, title, acknowledged_at in rows.values_list("contact_id", "crisis__title", "acknowledged_at"):
        yield CONCERNED, contact_id, title
        if acknowledged_at is None:
            yield SILENT, contact_id, title
