"""A file of a package, for whoever may read it now."""

from django.db.models import Exists

from accounts.models import User
from enablement.models import PackageFile, Participation
from enablement.package_links import PackageLink


def package_file(link: PackageLink, path: str) -> PackageFile | None:
    """One query. A learner still works where they took it and may sign in; an author still is one."""
    rows = PackageFile.objects.filter(package=link.package, path=path)
    if link.participation is None:
        return rows.filter(Exists(User.objects.filter(pk=link.user, is_active=True, is_staff=True))).first()
    people = Participation.objects.filter(
        pk=link.participation, contact__left_on=None, contact__user__is_active=True, version__lessons__item__package=link.package
    )
    return rows.filter(Exists(people)).first()
