"""What pages cost in a large world: each one of the portal as a partner's person gets it, and of the admin as a manager does."""

import logging
from collections.abc import Iterator

from django.db import connection
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from accounts.models import User
from benchmarks.communications import scheduled
from benchmarks.figures import Figure, p95, seconds
from benchmarks.planned import planned
from communications.models import Announcement, State
from context.actions.profiles import rebuild_profiles
from enablement.models import Resource, ResourceVersion
from partners.models import Contact

RESOURCES, SENT, READERS, ASKED, SLOWEST = 10_000, 100, 100, 3, 8
FOR_MANAGERS = "admin"
NOT_PAGES = ("api", FOR_MANAGERS)
_DELIVERIES = """
INSERT INTO communications_delivery
    (announcement_id, contact_id, channel, partner_id, address, state, reason, chunk, attempts, settled_at)
SELECT item.id, person.id, 'portal', person.partner_id, '', 'delivered', '', 0, 1, now()
FROM unnest(%s::bigint[]) AS item (id), unnest(%s::bigint[]) AS chosen (id) JOIN partners_contact AS person USING (id)
ON CONFLICT DO NOTHING
"""


def portal_pages(programme, size: int) -> Figure:
    person = _furnished(programme, size)
    own = {"enablement:resource": Resource, "communications:announcement": Announcement.objects.filter(state=State.SENT)}
    rows = {name: getattr(rows, "objects", rows).first().public_id for name, rows in own.items()}
    addresses = {name: reverse(name, args=[public_id]) for name, public_id in rows.items()}
    addresses |= {"portal:colleague": reverse("portal:colleague", args=[person.public_id])}
    return _asked(person.user, {**_without_arguments(lambda space: space not in NOT_PAGES), **addresses})


def admin_pages(programme, size: int) -> Figure:
    _furnished(programme, size)
    return _asked(planned(programme), _without_arguments(lambda space: space == FOR_MANAGERS))


def _asked(user: User, addresses: dict[str, str]) -> Figure:
    """The slowest pages are named: a percentile says that there is something to mend, and not what."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    logging.getLogger("django.request").setLevel(logging.CRITICAL)  # what is not for this person is no page of theirs
    pages = {name: address for name, address in addresses.items() if _is_page(client.get(address))}
    taken = {name: [seconds(lambda at=at: client.get(at)) * 1000 for _n in range(ASKED)] for name, at in pages.items()}
    for name in sorted(taken, key=lambda name: min(taken[name]))[-SLOWEST:]:
        print(f"    {name}: {min(taken[name]):.0f} ms")
    return Figure(p95([each for asked in taken.values() for each in asked]), "ms", 100, f"what one of {len(pages)} pages may take")


def _is_page(answer) -> bool:
    return answer.status_code == 200 and not answer.streaming and b"<html" in answer.content[:2000]


def _without_arguments(is_asked) -> dict[str, str]:
    return {name: reverse(name) for name in _names(get_resolver()) if is_asked(name.partition(":")[0])}


def _names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if pattern.pattern.regex.groups:
            continue
        if isinstance(pattern, URLResolver):
            yield from _names(pattern, ":".join(filter(None, (space, pattern.namespace))))
        elif pattern.name and "logout" not in pattern.name:
            yield f"{space}:{pattern.name}" if space else pattern.name


def _furnished(programme, size: int) -> Contact:
    """Someone of a partner with a login, a library, and announcements that reached them and a hundred others."""
    person = Contact.objects.filter(partner__external_id="bench-1").select_related("user").first()
    if person.user:
        return person
    person.user = User.objects.create(email=person.email, name=person.name)
    person.is_partner_admin = True
    person.save()
    rebuild_profiles()
    _shelve(programme, min(size // 10, RESOURCES))
    planned(programme)
    sent = [scheduled(programme, ["portal"]).pk for _n in range(SENT)]
    Announcement.objects.filter(pk__in=sent).update(state=State.SENT)
    readers = [person.pk, *Contact.objects.exclude(pk=person.pk).values_list("pk", flat=True)[:READERS]]
    with connection.cursor() as cursor:
        cursor.execute(_DELIVERIES, [sent, readers])
        cursor.execute("ANALYZE")
    return person


def _shelve(programme, count: int) -> None:
    resources = Resource.objects.bulk_create(
        Resource(programme=programme, kind="page", title=f"Guide {n}", summary="What it is good for.", state="published")
        for n in range(count)
    )
    versions = ResourceVersion.objects.bulk_create(
        ResourceVersion(resource=resource, number=1, body="# Guide\n\nRead it.", preview="none") for resource in resources
    )
    for resource, version in zip(resources, versions, strict=True):
        resource.current, resource.published_at = version, resource.created_at
    Resource.objects.bulk_update(resources, ["current", "published_at"], batch_size=1_000)


MEASURES = {"portal_page_p95_ms": portal_pages, "admin_page_p95_ms": admin_pages}
