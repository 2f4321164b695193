"""Templates filled with a partner's logo, name and contact: made when somebody asks, kept until something of it changes."""

import hashlib
import json

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext as _
from uuid6 import uuid7

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from enablement.actions.uploads import check_file
from enablement.models import BrandedFile, PartnerLogo, ResourceVersion
from enablement.rendering.branding import LOGO, Brand, branded, check_drawable
from partners.models import Contact, Partner

LOGO_AT_MOST = 2 * 1024 * 1024
_LOGOS = ("image/png", "image/jpeg")


@transaction.atomic
def keep_logo(partner: Partner, file: File, *, by: User) -> PartnerLogo:
    """The partner's one logo. What was made with another is made anew when it is asked for."""
    if file.size > LOGO_AT_MOST:
        raise Invalid(_("A logo has at most 2 MB. Make it smaller."), field="file")
    checked = check_file(file)
    if checked.media_type not in _LOGOS:
        raise Invalid(_("A logo is a PNG or a JPEG."), field="file")
    logo = PartnerLogo.objects.filter(partner=partner).first() or PartnerLogo(partner=partner)
    logo.media_type, logo.sha256, logo.uploaded_by = checked.media_type, checked.sha256, by
    logo.file.save(f"{uuid7()}.{checked.name.rpartition('.')[2].lower()}", checked.file, save=False)
    logo.save()
    record_activity("partner.logo", _("The logo of %(partner)s was handed in") % {"partner": partner}, by=by, partner_id=partner.pk)
    return logo


@transaction.atomic
def branded_for(contact: Contact, version: ResourceVersion) -> BrandedFile:
    """`Refused` where it needs a logo that nobody has handed in."""
    logo, words = check_brand(contact, version)
    made_of = _made_of(version, logo, words)
    row = BrandedFile.objects.select_for_update().filter(version=version, contact=contact).first()
    if row and row.made_of == made_of and row.file.storage.exists(row.file.name):
        return row
    row = row or BrandedFile(version=version, contact=contact)
    content = _filled(version, words, logo)
    row.made_of = made_of
    row.file.save(f"{uuid7()}.{version.name.rpartition('.')[2].lower()}", ContentFile(content), save=False)
    row.save()
    return row


def branded_look(contact: Contact, version: ResourceVersion) -> bytes:
    """What `branded_for` would make, for a look at it: nothing is kept. What was made before is taken."""
    logo, words = check_brand(contact, version)
    row = BrandedFile.objects.filter(version=version, contact=contact, made_of=_made_of(version, logo, words)).first()
    if row and row.file.storage.exists(row.file.name):
        with row.file.open("rb") as file:
            return file.read()
    return _filled(version, words, logo)


def check_brand(contact: Contact, version: ResourceVersion) -> tuple[PartnerLogo | None, dict[str, str]]:
    """What goes into the places of this template; `Refused` where something for them is missing or cannot be drawn. One query."""
    logo = PartnerLogo.objects.filter(partner=contact.partner_id).first()
    if logo is None and LOGO in version.places:
        raise Refused(
            _("%(partner)s has no logo here yet, and this template needs one.") % {"partner": contact.partner}, code="no_logo"
        )
    words = _words_of(contact)
    check_drawable(words, version.places, version.media_type)
    return logo, words


def _made_of(version: ResourceVersion, logo: PartnerLogo | None, words: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps([version.sha256, logo.sha256 if logo else "", words]).encode()).hexdigest()


def _filled(version: ResourceVersion, words: dict[str, str], logo: PartnerLogo | None) -> bytes:
    with version.file.open("rb") as template:
        return branded(template.read(), version.media_type, _brand(words, logo))


def _words_of(contact: Contact) -> dict[str, str]:
    return {
        "partner.name": contact.partner.name, "contact.name": contact.name, "contact.job_title": contact.job_title,
        "contact.email": contact.email, "contact.phone": contact.phone,
    }  # fmt: skip


def _brand(words: dict[str, str], logo: PartnerLogo | None) -> Brand:
    if logo is None:
        return Brand(words, b"", "image/png")
    with logo.file.open("rb") as file:
        return Brand(words, file.read(), logo.media_type)
