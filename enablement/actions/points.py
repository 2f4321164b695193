"""Turning points on and off, and being named where others than colleagues read."""

from django.db import transaction
from django.utils.translation import gettext as _

from activity.actions import record_activity
from enablement.models import NamedOnBoards, PointsPolicy
from partners.models import Contact

EDITABLE = ("is_on", "for_lesson", "for_quiz", "for_certificate", "most_a_day", "half_life_days", "board")


@transaction.atomic
def save_points_policy(policy: PointsPolicy, *, by, **fields) -> PointsPolicy:
    for name in ("programme", *EDITABLE):
        if name in fields:
            setattr(policy, name, fields[name])
    policy.save()
    words = {"programme": policy.programme}
    said = _("Points are on in %(programme)s") if policy.is_on else _("Points are off in %(programme)s")
    record_activity("course.points_changed", said % words, by=by)
    return policy


def be_named(contact: Contact, *, agreed: bool) -> None:
    """Taken back at any time."""
    if agreed:
        NamedOnBoards.objects.get_or_create(contact=contact)
    else:
        NamedOnBoards.objects.filter(contact=contact).delete()
