"""Certificates in rows of a file, of the organisation or of the person that the row names. One is known by what it certifies and
whom, and by its day of issue where both sides say it: another day is a certificate of its own, such as a renewal."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.refusals import Invalid
from context.imports.days import read_day
from context.imports.ledger_rows import Kind, Said
from context.imports.vocabulary import Vocabulary
from partners.actions.checks import check_line, unknown
from partners.models import PartnerCertification

_HOLDERS = ("organisation", "person")


def _check(columns: dict[str, Any]) -> None:
    issued_on, expires_on = columns["issued_on"], columns["expires_on"]
    if issued_on and expires_on and expires_on < issued_on:
        raise Invalid(_("A certificate cannot expire before it is issued."), field="certification_expires_on")


CERTIFICATES = Kind(
    key="certifications",
    model=PartnerCertification,
    which=("certification_id", "contact_id"),
    open=("issued_on",),
    blank={"expires_on": None},
    name_of=lambda said: _("certificate %(name)s") % {"name": said.called},
    check=_check,
    twice=gettext_lazy("An earlier row is about the same certificate. Keep one of them."),
    several=gettext_lazy("There are several certificates “%(called)s” of this partner. Add certification_issued_on."),
    is_in_profile=True,
)


def read_certificate(given: dict[str, Any], vocabulary: Vocabulary) -> Said:
    if "certification" not in given:
        raise Invalid(_("The row has details of a certificate, but no certification."), field="certification")
    certification, name = vocabulary.certification(given["certification"])
    issued_on = read_day(given.get("issued_on"), "certification_issued_on")
    told = {
        "issued_on": issued_on,
        "expires_on": read_day(given.get("expires_on"), "certification_expires_on"),
        "evidence": check_line(given.get("reference"), "certification_reference", longest=500),
    }
    which = {"certification_id": certification, "contact_id": None, "issued_on": issued_on}
    values = {name: value for name, value in told.items() if value}
    return Said(CERTIFICATES, which, values, called=name, is_personal=_is_personal(given.get("holder")))


def _is_personal(holder: Any) -> bool:
    word = str(holder or _HOLDERS[0]).strip().casefold()
    if word not in _HOLDERS:
        raise unknown(holder, _HOLDERS, "certification_holder")
    return word == "person"
