"""A partner's place: the enrolment that stands for it where only one is shown."""

from django.db.models import Prefetch, QuerySet

from partners.models import Enrolment, Partner


def with_place(partners: QuerySet[Partner]) -> QuerySet[Partner]:
    """The partners with their current enrolments at hand, two queries for any number of rows."""
    current = Enrolment.objects.current().select_related("programme", "kind", "tier")
    return partners.prefetch_related(Prefetch("enrolments", current, to_attr="current_enrolments"))


def place_of(partner: Partner) -> Enrolment | None:
    """Of a partner that came through `with_place`; its primary enrolment comes first."""
    return partner.current_enrolments[0] if partner.current_enrolments else None
