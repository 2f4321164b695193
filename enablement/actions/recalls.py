"""Writing to exactly those who hold what no longer holds: an older version of a file, or any of one that is out of the library. A
segment that asks for just that, and a draft for it that somebody finishes."""

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Refused
from communications.actions.announcements import create_announcement
from communications.models import Announcement, Kind
from context.actions.segments import create_segment
from context.models import Segment
from enablement.models import Resource
from enablement.queries.held_versions import OUTDATED, TAKEN, overdue_holders
from enablement.rendering.recalls import body_of_recall, title_of_recall


@transaction.atomic
def draft_recall(resource: Resource, *, by: User) -> Announcement:
    """Whoever takes the old version later, or the new one, is found by the segment when it goes out. In the language of the
    resource, where the interface has it: those who hold it read that."""
    if not overdue_holders(resource).exists():
        raise Refused(_nobody(resource), code="nobody_holds_it")
    language = resource.language if resource.language in settings.INTERFACE_LANGUAGES else "en"
    with translation.override(language):
        title, body = title_of_recall(resource), body_of_recall(resource)
    draft = create_announcement(
        by=by, title=title, body=body, language=language, segment=_segment(resource, by=by), programme=resource.programme,
        kind=Kind.COLLATERAL,
    )  # fmt: skip
    record_activity("resource.recalled", _("A notice about “%(title)s” was drafted") % {"title": resource}, by=by, subject=resource,
                    data={"announcement": str(draft.public_id), "version": resource.current.number})  # fmt: skip
    return draft


def _nobody(resource: Resource) -> str:
    if resource.is_over:
        return _("Nobody has taken “%(title)s”, so there is nobody to write to.") % {"title": resource}
    return _("Nobody holds an older version of “%(title)s”, so there is nobody to write to.") % {"title": resource}


def _segment(resource: Resource, *, by: User) -> Segment:
    """The same one for each notice about it."""
    rule = {"all": [{"field": TAKEN if resource.is_over else OUTDATED, "op": "in", "value": [str(resource.public_id)]}]}
    known = Segment.objects.filter(rule=rule, contact_rule=rule).first()
    if known:
        return known
    words = {"title": resource.title[:120]}
    name = (_("Took “%(title)s”") if resource.is_over else _("Hold an older version of “%(title)s”")) % words
    if Segment.objects.filter(name=name).exists():
        name = f"{name} · {str(resource.public_id)[-8:]}"
    return create_segment(by=by, name=name, rule=rule, contact_rule=rule)
