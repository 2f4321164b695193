"""What rules may ask of people: which courses they began and which they passed."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import CharField, F, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.api.inputs import as_uuid
from context.past import OF_THEIR_PEOPLE, PastTable, register_past
from context.rules.happenings import Happened, register_happened, register_happening
from context.rules.vocabulary import keyed, register_words
from enablement.models import Course, CourseState, Participation
from partners.models import Partner

NOWHERE = UUID(int=0)  # an empty list would be no query at all
BEGUN, PASSED = "course.begun", "course.passed"


def register() -> None:
    register_words("course", lambda: _t("course"), _words)
    register_happening(BEGUN, _("course they began"), "course", _begun)
    register_happening(PASSED, _("course they passed"), "course", _passed)
    register_happened(_happened)
    later = "passed_at = NULL WHERE passed_at > %(then)s"
    back = "revoked_at = NULL WHERE revoked_at > %(then)s"
    register_past(PastTable("enablement_certificate", f"{OF_THEIR_PEOPLE} AND created_at <= %(then)s", (back,)))
    register_past(PastTable("enablement_participation", f"{OF_THEIR_PEOPLE} AND began_at <= %(then)s", (later,)))


def _words() -> QuerySet:
    return keyed("course", Course.objects.exclude(state=CourseState.DRAFT), key=Cast("public_id", CharField()), name=F("title"))


def _begun(words: tuple[str, ...] | None) -> QuerySet:
    rows = Participation.objects.exclude(began_at=None)
    if words is None:
        return rows
    return rows.filter(course__public_id__in=[found for word in words if (found := as_uuid(word))] or [NOWHERE])


def _passed(words: tuple[str, ...] | None) -> QuerySet:
    """What a certificate that was revoked proved is proven no more."""
    return _begun(words).exclude(passed_at=None).exclude(certificate__revoked_at__isnull=False)


def _happened(partner: Partner) -> Iterator[Happened]:
    rows = _begun(None).filter(contact__partner=partner, contact__left_on=None).order_by("-began_at")
    told = rows.values_list("contact_id", "passed_at", "certificate__revoked_at", "course__title")
    for contact_id, passed_at, revoked_at, title in told:
        yield BEGUN, contact_id, title
        if passed_at and not revoked_at:
            yield PASSED, contact_id, title
