from collections.abc import Iterator

from django.db.models import Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enablement.queries.rooms import rooms_of, with_news, without_their_side
from enablement.writers import Writer
from partners.panels import Need

NAMED, COUNTED_TO = 5, 20
LEFT, NEWS = "left", "news"


def room_needs(user) -> Iterator[Need]:
    """Rooms of this manager in which something was written since they looked, and those in which nobody of the partner is left; one
    query for both."""
    if not user.has_perm("enablement.view_room"):
        return
    rooms = rooms_of(Writer(user=user))
    left = without_their_side(rooms).values_list(Value(LEFT), "title", "public_id", "partner__name")[:NAMED]
    news = with_news(rooms).values_list(Value(NEWS), "title", "public_id", Value(""))[:COUNTED_TO]
    found = list(left.union(news, all=True))
    for _of, title, public_id, partner in (row for row in found if row[0] == LEFT):
        words = {"partner": partner, "title": title}
        url = reverse("admin:enablement_room_people", args=[public_id])
        yield Need(_("Nobody of %(partner)s is in “%(title)s”") % words, url, _("Name who goes on with it"), order=39)
    titles = [title for of, title, *_rest in found if of == NEWS]
    if titles:
        words = ngettext("%(n)d drafting room has something new", "%(n)d drafting rooms have something new", len(titles))
        url = reverse("admin:enablement_room_changelist")
        yield Need(words % {"n": len(titles)}, url, _("Such as “%(title)s”") % {"title": titles[0]}, order=40)
