"""Forums of a programme, and what is shown of who writes."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid
from activity.uniqueness import unless_taken
from communications.models import DiscussionPolicy, Forum, Names
from context.models import Segment
from partners.actions.checks import check_line
from partners.models import Programme


@transaction.atomic
def create_forum(
    *, by: User, programme: Programme, title: str, description: str = "", segment: Segment | None = None, is_open: bool = True
) -> Forum:
    forum = Forum(programme=programme, description=description, segment=segment, is_open=is_open, created_by=by)
    _save(forum, title)
    record_activity("forum.created", _("The forum “%(title)s” was opened") % {"title": forum}, by=by, subject=forum)
    return forum


@transaction.atomic
def change_forum(forum: Forum, *, by: User, **fields) -> Forum:
    title = fields.pop("title", forum.title)
    for name, value in fields.items():
        if name not in ("description", "segment", "is_open"):
            raise Invalid(_("A forum has no field “%(name)s” to change.") % {"name": name}, field=name)
        setattr(forum, name, value)
    _save(forum, title)
    record_activity("forum.changed", _("The forum “%(title)s” was changed") % {"title": forum}, by=by, subject=forum)
    return forum


@transaction.atomic
def set_names(programme: Programme, names: str, *, by: User) -> DiscussionPolicy:
    """For what is written from now on; what was written before keeps what its writer was promised."""
    if names not in Names.values:
        raise Invalid(_("Choose what other organisations see of who wrote."), field="names")
    row, _created = DiscussionPolicy.objects.update_or_create(programme=programme, defaults={"names": names})
    sentence = _("Names in discussions of %(programme)s: %(names)s") % {"programme": programme, "names": row.get_names_display()}
    record_activity("forum.names", sentence, by=by, subject=row)
    return row


def _save(forum: Forum, title: str) -> None:
    forum.title = check_line(title, "title", required=True, longest=120)
    sentence = _("This programme has a forum “%(title)s” already.") % {"title": forum.title}
    with unless_taken(Invalid(sentence, field="title")):
        forum.save()
