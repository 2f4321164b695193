from django.db import transaction
from django.utils.translation import gettext as _

from activity.refusals import Invalid, NotAllowed
from partners.actions.checks import check_line
from partners.models import SavedView


@transaction.atomic
def save_view(*, by, page: str, name: str, query: str, is_shared: bool = False) -> SavedView:
    """Keep a list under a name; the same name again replaces what it stood for."""
    name = check_line(name, "name", required=True, longest=60)
    query = check_line(query, "query", longest=1000)
    if not query:
        raise Invalid(_("Search or filter the list first; the whole list needs no name."))
    view, _created = SavedView.objects.update_or_create(
        owner=by, page=page, name=name, defaults={"query": query, "is_shared": is_shared}
    )
    return view


@transaction.atomic
def delete_view(view: SavedView, *, by) -> None:
    if view.owner_id != by.pk:
        raise NotAllowed(_("Only %(owner)s can delete this view.") % {"owner": view.owner})
    view.delete()
