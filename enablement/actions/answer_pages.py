"""An answer that helped in a discussion, kept as a page of the library."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from activity.refusals import NotAllowed
from communications.answer_keepers import register_answer_keeper
from communications.models import Discussion
from context.models import Segment
from enablement.actions.resources import create_resource, publish_resource
from enablement.models import ResourceKind


def register() -> None:
    register_answer_keeper("library", gettext_lazy("the library"), keep_as_page)


def keep_as_page(discussion: Discussion, *, by: User, question: str, answer: str, segment: Segment | None) -> str:
    """Published where its manager may publish, else a draft."""
    if not by.has_perm("enablement.add_resource"):
        raise NotAllowed(_("Your role lets you read the library, not add to it. Keep the answer elsewhere."))
    page = create_resource(
        by=by, programme=discussion.programme, kind=ResourceKind.PAGE, title=question[:200], body=answer, segment=segment, owner=by
    )
    if by.has_perm("enablement.publish_resource"):
        publish_resource(page, by=by)
    return reverse("admin:enablement_resource_page", args=[page.public_id])
