from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enablement.queries.rooms import rooms_of, with_news, without_their_side
from enablement.writers import Writer
from partners.panels import Need

NAMED = 5


def room_needs(user) -> Iterator[Need]:
    """Rooms of this manager in which something was written since they looked, and those in which nobody of the partner is left."""
    if not user.has_perm("enablement.view_room"):
        return
    for room in without_their_side(rooms_of(Writer(user=user)))[:NAMED]:
        words = {"partner": room.partner, "title": room.title}
        url = reverse("admin:enablement_room_people", args=[room.public_id])
        yield Need(_("Nobody of %(partner)s is in “%(title)s”") % words, url, _("Name who goes on with it"), order=39)
    titles = list(with_news(rooms_of(Writer(user=user))).values_list("title", flat=True)[:20])
    if titles:
        words = ngettext("%(n)d drafting room has something new", "%(n)d drafting rooms have something new", len(titles))
        url = reverse("admin:enablement_room_changelist")
        yield Need(words % {"n": len(titles)}, url, _("Such as “%(title)s”") % {"title": titles[0]}, order=40)
