"""Who holds which version of a file: whoever took it, as of the newest that they took. And whether that still holds."""

from collections.abc import Collection, Iterator

from django.db.models import BigIntegerField, CharField, Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.api.inputs import as_uuid
from context.rules.happenings import Happened, register_happened, register_happening
from context.rules.vocabulary import keyed, register_words
from enablement.models import Resource, ResourceDownload, ResourceVersion
from partners.models import Contact, Partner

OUTDATED, TAKEN = "resource.outdated", "resource.taken"


def register() -> None:
    register_words("resource", lambda: _t("resource"), _words)
    register_happening(TAKEN, _("resource they took"), "resource", _taken)
    register_happening(OUTDATED, _("resource of which they hold an older version"), "resource", _outdated)
    register_happened(_happened)


def holders_of(resource: Resource, user) -> QuerySet[ResourceDownload]:
    """For each person the newest version they took, with the last time; of the partners that this manager sees."""
    rows = resource.downloads.filter(contact__in=Contact.objects.visible_to(user).current())
    newest = rows.order_by("contact_id", "-version__number", "-at").distinct("contact_id").values("pk")
    chosen = ResourceDownload.objects.filter(pk__in=newest).select_related("contact__partner", "version")
    return chosen.defer("version__passages", "version__preview_html", "version__body").order_by(
        "version__number", "contact__name", "pk"
    )


def outdated_held(resource: Resource, contacts: Collection[Contact]) -> ResourceDownload | None:
    """The newest that these took, all of them one person, where it is not the current one. One query."""
    rows = resource.downloads.filter(contact__in=contacts).select_related("version")
    held = rows.defer("version__passages", "version__preview_html", "version__body").order_by("-version__number", "-at").first()
    return held if held and held.version_id != resource.current_id else None


def overdue_holders(resource: Resource) -> QuerySet[Contact]:
    """Who holds what no longer holds: an older version and not the current one; of what is retired or has expired, any."""
    words = (str(resource.public_id),)
    rows = _taken(words) if resource.is_over else _outdated(words)
    return Contact.objects.current().filter(pk__in=rows.values("contact"))


def count_of_overdue(resource: Resource) -> int:
    """People: who works for two partners is one."""
    return overdue_holders(resource).aggregate(n=Count(_person(), distinct=True))["n"]


def count_of_left(resource: Resource, user) -> int:
    """Who took it and has left; of the partners that this manager sees."""
    gone = Contact.objects.visible_to(user).exclude(left_on=None).filter(pk__in=resource.downloads.values("contact"))
    return gone.order_by().aggregate(n=Count(_person(), distinct=True))["n"]


def _person(contact: str = "") -> Coalesce:
    """By login, where there is one."""
    return Coalesce(f"{contact}__user" if contact else "user", -F(contact or "pk"), output_field=BigIntegerField())


def figures_of_versions(resource: Resource) -> list[ResourceVersion]:
    """Each with how often it was taken, and by how many people."""
    people = Count(_person("downloads__contact"), distinct=True)
    counted = resource.versions.annotate(taken=Count("downloads"), people=people)
    return list(counted.defer("passages", "preview_html", "body").select_related("made_by").order_by("-number"))


def _words() -> QuerySet:
    return keyed("resource", Resource.objects.exclude(current=None), key=Cast("public_id", CharField()), name=F("title"))


def _taken(words: tuple[str, ...] | None) -> QuerySet:
    rows = ResourceDownload.objects.exclude(contact=None)
    if words is None:
        return rows
    return rows.filter(resource__public_id__in=[found for word in words if (found := as_uuid(word))])


def _outdated(words: tuple[str, ...] | None) -> QuerySet:
    return _taken(words).exclude(version=F("resource__current")).filter(~Exists(_current_one()))


def _current_one() -> QuerySet[ResourceDownload]:
    """Of the resource of each row, taken by the same person, for whichever of their partners."""
    same = Q(contact=OuterRef("contact")) | Q(contact__user=OuterRef("contact__user"))
    return ResourceDownload.objects.filter(same, resource=OuterRef("resource"), version=OuterRef("resource__current"))


def _happened(partner: Partner) -> Iterator[Happened]:
    rows = ResourceDownload.objects.filter(contact__partner=partner, contact__left_on=None).order_by("contact_id", "resource_id")
    held = rows.annotate(has_current=Exists(_current_one())).distinct("contact_id", "resource_id")
    for contact_id, title, has_current in held.values_list("contact_id", "resource__title", "has_current"):
        yield TAKEN, contact_id, title
        if not has_current:
            yield OUTDATED, contact_id, title
