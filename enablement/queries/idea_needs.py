"""Ideas that wait for a manager: promises that are late, new ones nobody has looked at, what was reported."""

from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enablement.models import Idea, IdeaStatus
from partners.models.partners import stood_for_by
from partners.panels import Need


def idea_needs(user) -> Iterator[Need]:
    """One query. What is late is told to who has it in hand, and to all where nobody has."""
    if not user.has_perm("enablement.change_idea"):
        return
    ideas = Idea.objects.visible_to(user)
    mine = Q(owner=None) | Q(owner__in=stood_for_by(user))
    found = ideas.filter(mine).aggregate(
        late=Count("pk", filter=Q(pk__in=Idea.objects.late().values("pk"))),
        new=Count("pk", filter=Q(status=IdeaStatus.NEW, merged_into=None, hidden_at=None)),
        reported=Count("pk", filter=Q(pk__in=Idea.objects.reported().values("pk"))),
    )
    address = reverse("admin:enablement_idea_changelist")
    if late := found["late"]:
        words = ngettext("%(n)d idea is past the day promised for the next word", "%(n)d ideas are past the day promised", late)
        yield Need(words % {"n": late}, f"{address}?state=late", _("Its partners read on its page that we owe it"), order=9)
    if reported := found["reported"]:
        words = ngettext("%(n)d idea was reported", "%(n)d ideas were reported", reported)
        yield Need(words % {"n": reported}, f"{address}?state=reported", _("Hide it with a reason, or leave it"), order=9)
    if new := found["new"]:
        words = ngettext("%(n)d new idea to look at", "%(n)d new ideas to look at", new)
        yield Need(words % {"n": new}, f"{address}?status__exact=new", order=45)
