from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collaboration.models import Invitee, Meeting, MeetingState
from partners.panels import Need


def meeting_needs(user) -> Iterator[Need]:
    """Meetings that this manager held, of which nobody has noted who came or what was said. Closing one settles it, too."""
    if not user.has_perm("collaboration.change_meeting"):
        return
    known = Invitee.objects.filter(meeting=OuterRef("pk"), attended__isnull=False)
    hosted = Meeting.co_hosts.through.objects.filter(meeting=OuterRef("pk"), user=user)
    rows = Meeting.objects.past().filter(Q(host=user) | Exists(hosted), ~Exists(known), state=MeetingState.INVITED, minutes="")
    found = list(rows.order_by("ends_at").values_list("title", "public_id")[:20])
    if found:
        words = ngettext("Minutes of %(n)d meeting to write", "Minutes of %(n)d meetings to write", len(found))
        title, public_id = found[0]
        url = reverse("admin:collaboration_meeting_page", args=[public_id])
        yield Need(words % {"n": len(found)}, url, _("“%(title)s”: who came, and what was said?") % {"title": title}, order=35)
