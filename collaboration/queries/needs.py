"""What about meetings waits for a manager: those that are over and not closed, and those nobody was invited to yet."""

from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaboration.models import Meeting, MeetingState
from partners.panels import Need

SOON = timedelta(days=7)


def meeting_needs(user) -> list[Need]:
    """One query, for hosts."""
    if not user.has_perm("collaboration.change_meeting"):
        return []
    now, address = timezone.now(), reverse("admin:collaboration_meeting_changelist")
    over = Q(state=MeetingState.INVITED, ends_at__lte=now)
    near = Q(state=MeetingState.DRAFT, invite_days=None, starts_at__gt=now, starts_at__lte=now + SOON)
    found = (
        Meeting.objects.filter(host=user)
        .filter(over | near)
        .aggregate(over=Count("pk", filter=over), near=Count("pk", filter=near))
    )
    needs = []
    if n := found["over"]:
        said = ngettext(
            "%(n)d meeting of yours is over: say who was there", "%(n)d meetings of yours are over: say who was there", n
        )
        needs.append(Need(said % {"n": n}, f"{address}?when=past", _("Then minutes can be shared."), order=45))
    if n := found["near"]:
        said = ngettext(
            "%(n)d meeting of yours is near, and nobody is invited", "%(n)d meetings of yours are near, and nobody is invited", n
        )
        needs.append(Need(said % {"n": n}, f"{address}?when=upcoming", order=46))
    return needs
