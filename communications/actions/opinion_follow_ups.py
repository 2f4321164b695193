"""Telling whom it was asked of what was done: a draft of an announcement to just them, which somebody finishes."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from activity.refusals import Refused
from communications.actions.announcements import create_announcement
from communications.actions.opinion_mails import opinions_topic
from communications.models import Announcement, Kind, OpinionSurvey
from communications.queries.opinions_in_rules import ASKED
from context.actions.segments import create_segment
from context.models import Segment


@transaction.atomic
def draft_outcomes(survey: OpinionSurvey, *, by: User) -> Announcement:
    """To everybody who was asked, whether they answered or not: who did is nobody's business."""
    if survey.told_at is None:
        raise Refused(_("Tell what was done first: the announcement leads to it."))
    lines = [_("* You said: %(said)s  \n  We did: %(did)s") % {"said": row.said, "did": row.did} for row in survey.outcomes.all()]
    address = settings.SITE_URL + reverse("communications:opinion", args=[survey.public_id])
    text = "\n\n".join([
        _("Dear {{ contact.first_name }},"),
        _("you were asked “%(title)s”. This is what became of it.") % {"title": survey.title},
        "\n".join(lines),
        _("[All of it is in the portal.](%(address)s)") % {"address": address},
    ])  # fmt: skip
    return create_announcement(
        by=by, title=(_("You said, we did: %(title)s") % {"title": survey.title})[:200], body=text,
        segment=_segment(survey, by=by), programme=survey.programme, kind=Kind.NEWSLETTER, topic=opinions_topic(),
    )  # fmt: skip


def _segment(survey: OpinionSurvey, *, by: User) -> Segment:
    """The same one for each draft."""
    rule = {"all": [{"field": ASKED, "op": "eq", "value": str(survey.public_id)}]}
    known = Segment.objects.filter(rule=rule, contact_rule=rule).first()
    if known:
        return known
    name = (_("Asked “%(title)s”") % {"title": survey.title})[:200]
    if Segment.objects.filter(name=name).exists():
        name = f"{name[:180]} · {str(survey.public_id)[-8:]}"
    return create_segment(by=by, name=name, rule=rule, contact_rule=rule)
