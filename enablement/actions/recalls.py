"""Writing to exactly those who hold an older version of a file: a segment that asks for just that, and a draft for it that somebody
finishes."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Refused
from communications.actions.announcements import create_announcement
from communications.models import Announcement, Kind
from context.actions.segments import create_segment
from context.models import Segment
from enablement.models import Resource
from enablement.queries.held_versions import OUTDATED, outdated_holders


@transaction.atomic
def draft_recall(resource: Resource, *, by: User) -> Announcement:
    """Whoever takes the old version later, or the new one, is found by the segment when it goes out."""
    if not outdated_holders(resource).exists():
        raise Refused(
            _("Nobody holds an older version of “%(title)s”, so there is nobody to write to.") % {"title": resource},
            code="nobody_holds_it",
        )
    version = resource.current
    draft = create_announcement(
        by=by, title=_("“%(title)s” has a new version") % {"title": resource.title[:150]}, body=_body(resource),
        segment=_segment(resource, by=by), programme=resource.programme, kind=Kind.COLLATERAL, language="en",
    )  # fmt: skip
    record_activity("resource.recalled", _("A notice about “%(title)s” was drafted") % {"title": resource}, by=by, subject=resource,
                    data={"announcement": str(draft.public_id), "version": version.number})  # fmt: skip
    return draft


def _body(resource: Resource) -> str:
    version = resource.current
    address = settings.SITE_URL + reverse("enablement:resource", args=[resource.public_id])
    what = _("Version %(n)d says what changed: %(changes)s") % {"n": version.number, "changes": version.changes}
    return "\n\n".join((
        "Hello {{ contact.first_name }},",
        _("You took an older version of “%(title)s” from the library. Please use it no longer.") % {"title": resource.title},
        what,
        _("[Take the current version](%(address)s)") % {"address": address},
    ))  # fmt: skip


def _segment(resource: Resource, *, by: User) -> Segment:
    """The same one for each notice about it."""
    rule = {"all": [{"field": OUTDATED, "op": "in", "value": [str(resource.public_id)]}]}
    known = Segment.objects.filter(rule=rule, contact_rule=rule).first()
    if known:
        return known
    name = _("Hold an older version of “%(title)s”") % {"title": resource.title[:120]}
    if Segment.objects.filter(name=name).exists():
        name = f"{name} · {str(resource.public_id)[-8:]}"
    return create_segment(by=by, name=name, rule=rule, contact_rule=rule)
