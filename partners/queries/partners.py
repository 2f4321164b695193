"""Reads for a manager's page of one partner."""

from collections.abc import Sequence

from django.db.models import Prefetch
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from partners.countries import country_name
from partners.models import ContactFunction, Enrolment, Partner
from partners.queries.typed_rows import TypedRow, TypedRows


def with_current_enrolments(partners):
    """Each partner gets `current_enrolments`, the primary one first."""
    enrolments = Enrolment.objects.current().told()
    return partners.prefetch_related(Prefetch("enrolments", enrolments, to_attr="current_enrolments"))


def primary_enrolment(partner: Partner) -> Enrolment | None:
    return next(iter(partner.current_enrolments), None)


def who_they_are(partner: Partner, rows: TypedRows, hidden: frozenset[str] = frozenset()) -> str:
    """“Gold reseller in Aurora since May 2021, based in Germany. Active in DACH. Maria Lund is responsible.”"""
    sentences = [
        _place(partner, hidden),
        _list_sentence(_("Active in %s."), rows.regions),
        _list_sentence(_("Specialised in %s."), rows.specialties),
    ]
    managers = sorted({str(enrolment.manager) for enrolment in partner.current_enrolments if enrolment.manager})
    if managers:
        names = get_text_list(managers, _("and"))
        sentences.append((_("%s is responsible.") if len(managers) == 1 else _("%s are responsible.")) % names)
    return " ".join(filter(None, sentences))


def function_names() -> dict[str, str]:
    return dict(ContactFunction.objects.values_list("key", "name"))


def _place(partner: Partner, hidden: frozenset[str]) -> str:
    places = get_text_list([_enrolment_words(enrolment) for enrolment in partner.current_enrolments], _("and"))
    country = "" if "country" in hidden else country_name(partner.country)
    if places and country:
        words = _("%(places)s, based in %(country)s.") % {"places": places, "country": country}
    elif places:
        words = _("%(places)s; its country is not known.") % {"places": places}
    elif country:
        words = _("In no programme now, based in %(country)s.") % {"country": country}
    else:
        words = _("In no programme now.")
    return words[:1].upper() + words[1:]


def _enrolment_words(enrolment: Enrolment) -> str:
    kind = str(enrolment.kind).lower() if enrolment.kind else _("partner")
    what = f"{enrolment.tier} {kind}" if enrolment.tier else kind
    if enrolment.status != Enrolment.Status.ACTIVE:
        what = f"{enrolment.get_status_display()} {what}"
    values = {"what": what, "programme": enrolment.programme}
    if enrolment.starts_on is None:
        return _("%(what)s in %(programme)s") % values
    return _("%(what)s in %(programme)s since %(month)s") % {**values, "month": date_format(enrolment.starts_on, "F Y")}


def _list_sentence(sentence: str, rows: Sequence[TypedRow]) -> str:
    return sentence % get_text_list([row.name for row in rows], _("and")) if rows else ""
