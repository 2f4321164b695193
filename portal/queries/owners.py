"""Whose a document is: who is asked to write what it does not say."""

from collections.abc import Callable
from uuid import UUID

from django.apps import apps

from accounts.models import User
from communications.models import Announcement


def owner_of(kind: str, public_id: UUID | None) -> User | None:
    """None where nobody is in charge, or whoever was can no longer sign in."""
    owner = _OWNERS[kind](public_id) if kind in _OWNERS and public_id else None
    return owner if owner is not None and owner.is_active else None


def programme_admin() -> User | None:
    """Who has to see to it where a document has no owner: whoever of them has been there longest."""
    return User.objects.filter(groups__name="Programme admin", is_active=True, is_staff=True).order_by("pk").first()


def _of_announcement(public_id: UUID) -> User | None:
    row = Announcement.objects.select_related("owner", "author").filter(public_id=public_id).first()
    return (row.owner or row.author) if row else None


def _of_resource(public_id: UUID) -> User | None:
    row = apps.get_model("enablement", "Resource").objects.select_related("owner", "created_by").filter(public_id=public_id).first()
    return (row.owner or row.created_by) if row else None


_OWNERS: dict[str, Callable[[UUID], User | None]] = {"announcement": _of_announcement, "resource": _of_resource}
