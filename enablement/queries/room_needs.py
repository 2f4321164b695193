from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enablement.queries.rooms import rooms_of, with_news
from enablement.writers import Writer
from partners.panels import Need


def room_needs(user) -> Iterator[Need]:
    """Rooms of this manager in which something was written since they looked."""
    if not user.has_perm("enablement.view_room"):
        return
    titles = list(with_news(rooms_of(Writer(user=user))).values_list("title", flat=True)[:20])
    if titles:
        words = ngettext("%(n)d drafting room has something new", "%(n)d drafting rooms have something new", len(titles))
        url = reverse("admin:enablement_room_changelist")
        yield Need(words % {"n": len(titles)}, url, _("Such as “%(title)s”") % {"title": titles[0]}, order=40)
