"""Links to files that expire: for one person, one version, and a short time."""

from typing import Any, NamedTuple
from uuid import UUID

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from activity.refusals import Refused
from enablement.models import LessonVideo, ResourceVersion

SAVE, PLAY = "save", "play"
SECONDS = {SAVE: 600, PLAY: 6 * 3600}  # a video is watched longer than a file is fetched
_SALT = "enablement.file"


class Link(NamedTuple):
    version: UUID
    how: str


def link_to(version: ResourceVersion | LessonVideo, user, how: str = SAVE) -> str:
    """Where a store outside keeps the files, its own signed address; else one of ours."""
    storage: Any = version.file.storage
    if is_outside(version):
        place = "attachment" if how == SAVE else "inline"
        said = {
            "ResponseContentDisposition": f'{place}; filename="{_ascii(version.name)}"',
            "ResponseContentType": version.media_type,
        }
        return storage.url(version.file.name, parameters=said, expire=SECONDS[how])
    token = signing.dumps([str(version.public_id), user.pk, how], salt=_SALT)
    return reverse("enablement:library_file", args=[token])


def is_outside(version: ResourceVersion | LessonVideo) -> bool:
    """Whether a store outside hands it out itself."""
    return getattr(version.file.storage, "querystring_auth", False)


def read_link(token: str, user) -> Link | None:
    """None where it is not ours or for somebody else; `Refused` where it has expired."""
    try:
        public_id, user_id, how = signing.loads(token, salt=_SALT)
        if user_id != user.pk:
            return None
        signing.loads(token, salt=_SALT, max_age=SECONDS[how])
    except signing.SignatureExpired:
        raise Refused(_("This link has expired. Open the resource again and take the file from there."), code="expired") from None
    except (signing.BadSignature, ValueError, KeyError, TypeError):
        return None
    return Link(UUID(public_id), how)


def _ascii(name: str) -> str:
    return name.encode("ascii", "replace").decode().replace("?", "-").replace('"', "'")
