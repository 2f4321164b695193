"""Filters of the lists of partners, enrolments and contacts.

What belongs to an enrolment is asked in one EXISTS, so that “gold” and “in Aurora” mean the same enrolment, and a partner
with two enrolments is listed once."""

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from accounts.models import User
from partners.countries import country_names
from partners.models import Enrolment, PartnerCertification, PartnerKind, Programme, Stage
from partners.queries.needs import SOON as EXPIRY_IS_NEAR
from partners.visibility import hidden_from

CONDITIONS = {
    "programme": "programme__key",
    "kind": "kind__key",
    "tier": "tier__key",
    "status": "status",
    "stage": "stage",
    "manager": "manager__public_id",
}


class EnrolmentFilter(DropdownFilter):
    def queryset(self, request, queryset):
        chosen = {name: request.GET[name] for name in CONDITIONS if request.GET.get(name)}
        # All of them at once, by the first that is in use.
        if not chosen or next(iter(chosen)) != self.parameter_name:
            return queryset
        conditions = {CONDITIONS[name]: value for name, value in chosen.items()}
        try:
            enrolments = Enrolment.objects.filter(**conditions)
        except ValidationError:
            return queryset.none()
        if queryset.model is Enrolment:
            return queryset.filter(**conditions)
        partner = "partner" if hasattr(queryset.model, "partner") else "pk"
        return queryset.filter(Exists(enrolments.current().filter(partner=OuterRef(partner))))


class ProgrammeFilter(EnrolmentFilter):
    title, parameter_name = _("programme"), "programme"

    def lookups(self, request, model_admin):
        return [(programme.key, programme.name) for programme in _programmes(request)]


class KindFilter(EnrolmentFilter):
    title, parameter_name = _("kind"), "kind"

    def lookups(self, request, model_admin):
        return PartnerKind.objects.values_list("key", "name")


class TierFilter(EnrolmentFilter):
    title, parameter_name = _("tier"), "tier"

    def lookups(self, request, model_admin):
        return list({tier.key: tier.name for programme in _programmes(request) for tier in programme.tiers.all()}.items())


class StatusFilter(EnrolmentFilter):
    title, parameter_name = _("status"), "status"

    def lookups(self, request, model_admin):
        return Enrolment.Status.choices


class StageFilter(EnrolmentFilter):
    title, parameter_name = _("stage"), "stage"

    def lookups(self, request, model_admin):
        return Stage.choices


class ManagerFilter(EnrolmentFilter):
    title, parameter_name = _("responsible manager"), "manager"

    def lookups(self, request, model_admin):
        managers = User.objects.filter(is_staff=True, is_active=True).order_by("name", "email")
        return [(str(request.user.public_id), _("Me")), *((str(m.public_id), str(m)) for m in managers if m != request.user)]


ENROLMENT_FILTERS = [ProgrammeFilter, KindFilter, TierFilter, StatusFilter, StageFilter, ManagerFilter]


class CurrentFilter(DropdownFilter):
    """Of the list of enrolments: whoever has left a programme keeps the stage they were in."""

    title, parameter_name = _("in the programme"), "current"

    def lookups(self, request, model_admin):
        return [("yes", _("still in it")), ("no", _("has left"))]

    def queryset(self, request, queryset):
        match self.value():
            case "yes":
                return queryset.current()
            case "no":
                return queryset.exclude(ends_on=None)
        return queryset


class CertificateFilter(DropdownFilter):
    """Certificates of the organisation and of people who are still there."""

    title, parameter_name = _("certificates"), "certificates"

    def lookups(self, request, model_admin):
        if "certifications" in hidden_from(request.user):
            return []
        return [("expiring", _("expire within 60 days")), ("expired", _("have expired"))]

    def queryset(self, request, queryset):
        if not self.value() or "certifications" in hidden_from(request.user):
            return queryset
        held, today = PartnerCertification.objects.counting(), timezone.localdate()
        soon = held.filter(expires_on__range=(today, today + EXPIRY_IS_NEAR))
        chosen = {"expiring": soon, "expired": held.filter(expires_on__lt=today)}.get(self.value(), held.none())
        return queryset.filter(pk__in=chosen.values("partner"))


class CountryFilter(DropdownFilter):
    title, parameter_name = _("country"), "country"

    def lookups(self, request, model_admin):
        return COUNTRIES

    def queryset(self, request, queryset):
        return queryset.filter(country=self.value()) if self.value() else queryset


class JoinedFilter(DropdownFilter):
    title, parameter_name = _("portal access"), "joined"

    def lookups(self, request, model_admin):
        return [("yes", _("has joined")), ("invited", _("invited, not joined")), ("no", _("not invited"))]

    def queryset(self, request, queryset):
        match self.value():
            case "yes":
                return queryset.filter(user__isnull=False)
            case "invited":
                return queryset.filter(user=None, invitations__accepted_at=None, invitations__withdrawn_at=None).filter(
                    invitations__isnull=False
                )
            case "no":
                return queryset.filter(user=None).exclude(invitations__accepted_at=None, invitations__withdrawn_at=None)
        return queryset


def _programmes(request):
    """Asked once for the programmes and their tiers, though two filters want them."""
    if not hasattr(request, "programmes_with_tiers"):
        request.programmes_with_tiers = list(Programme.objects.prefetch_related("tiers"))
    return request.programmes_with_tiers


def _countries() -> list[tuple[str, str]]:
    return list(country_names().items())


COUNTRIES = _countries()
