"""Addresses of a package's files: for one person and some hours. What is in a package has no session, so its address alone says who
reads."""

from typing import NamedTuple

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from activity.refusals import Refused
from enablement.models import PackageItem, Participation

HOURS = 12
_SALT = "enablement.package"
_LEARNER, _AUTHOR = "l", "a"


class PackageLink(NamedTuple):
    package: int
    participation: int | None  # of a learner
    user: int | None  # who writes the course


def address_for_learner(item: PackageItem, participation: Participation) -> str:
    return _address(item, [_LEARNER, participation.pk, item.package_id])


def address_for_author(item: PackageItem, user) -> str:
    return _address(item, [_AUTHOR, user.pk, item.package_id])


def _address(item: PackageItem, said: list) -> str:
    folder = reverse("enablement:package_file", args=[signing.dumps(said, salt=_SALT), "-"]).removesuffix("-")
    return folder + item.launch


def read_package_link(token: str) -> PackageLink | None:
    """None where it is not ours; `Refused` where it has expired."""
    try:
        who, number, package = signing.loads(token, salt=_SALT)
        signing.loads(token, salt=_SALT, max_age=HOURS * 3600)
    except signing.SignatureExpired:
        raise Refused(
            _("This lesson was open for half a day. Load its page again; where you were is kept."), code="expired"
        ) from None
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return PackageLink(package, number, None) if who == _LEARNER else PackageLink(package, None, number)
