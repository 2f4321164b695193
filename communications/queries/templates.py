"""What a draft can begin with."""

from uuid import UUID

from communications.models import ContentTemplate


def templates_for(user) -> list[ContentTemplate]:
    return list(ContentTemplate.objects.visible_to(user).select_related("programme"))


def template_named(user, public_id: str) -> ContentTemplate | None:
    """None for one that does not exist or is not theirs to see: the draft begins empty."""
    try:
        return ContentTemplate.objects.visible_to(user).select_related("programme").filter(public_id=UUID(public_id)).first()
    except ValueError:
        return None
