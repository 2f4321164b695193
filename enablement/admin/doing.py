"""What the buttons on a resource's page do: each is one action."""

from collections.abc import Callable
from typing import NamedTuple

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.api.inputs import as_uuid
from activity.refusals import Invalid, NotAllowed, Refused
from enablement.actions.collections import put_into_collections
from enablement.actions.recalls import draft_recall
from enablement.actions.resources import add_version, publish_resource, renew_resource, retire_resource
from enablement.forms.resources import VersionForm
from enablement.models import Collection, Resource


class Done(NamedTuple):
    said: str = ""
    address: str = ""


def do_with_resource(request, resource: Resource) -> Done:
    doing = _DOING.get(request.POST.get("do", ""))
    if doing is None:
        raise Refused(_("This button does nothing here any more. Load the page again."))
    if doing in (_publish, _retire) and not request.user.has_perm("enablement.publish_resource"):
        raise NotAllowed(_("Your role does not let you publish or retire resources."))
    return doing(request, resource)


def _publish(request, resource: Resource) -> Done:
    publish_resource(resource, by=request.user)
    return Done(_("It is published. Those whom it is for find it now."))


def _retire(request, resource: Resource) -> Done:
    chosen = as_uuid(request.POST.get("successor", ""))
    successor = Resource.objects.visible_to(request.user).filter(public_id=chosen).first() if chosen else None
    retire_resource(resource, by=request.user, reason=request.POST.get("reason", ""), successor=successor)
    return Done(_("It is retired: nobody finds it any more."))


def _renew(request, resource: Resource) -> Done:
    renew_resource(resource, by=request.user)
    return Done(_("Still right. It is looked at again on %(day)s.") % {"day": date_format(resource.review_on)})


def _version(request, resource: Resource) -> Done:
    form = VersionForm(request.POST, request.FILES, resource=resource)
    if not form.is_valid():
        raise Invalid(" ".join(f"{form.fields[name].label}: {' '.join(errors)}" for name, errors in form.errors.items()))
    version = add_version(resource, by=request.user, **form.cleaned_data)
    return Done(_("Version %(n)d is what people get from now on.") % {"n": version.number})


def _collections(request, resource: Resource) -> Done:
    chosen = [found for text in request.POST.getlist("collections")[:500] if (found := as_uuid(text))]
    rows = Collection.objects.visible_to(request.user).filter(programme=resource.programme, public_id__in=chosen)
    put_into_collections(resource, rows, by=request.user)
    return Done(_("Kept."))


def _recall(request, resource: Resource) -> Done:
    if not request.user.has_perm("communications.add_announcement"):
        raise NotAllowed(_("Your role lets you read announcements, not write them."))
    draft = draft_recall(resource, by=request.user)
    said = _("A draft is begun, for exactly those who hold an older version. Finish it and submit it.")
    if resource.is_over:
        said = _("A draft is begun, for exactly those who have taken it. Finish it and submit it.")
    return Done(said, reverse("admin:communications_announcement_change", args=[draft.public_id]))


_DOING: dict[str, Callable[..., Done]] = {
    "publish": _publish, "retire": _retire, "renew": _renew, "version": _version, "collections": _collections, "recall": _recall,
}  # fmt: skip
