"""What a partner really has where a condition asks, in words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from context.rules.fields import FRESH, VERIFIED, Subject
from context.rules.figures import aggregate_of, records_that_count
from context.rules.happenings import Happened, happened_at
from context.rules.nodes import Leaf
from context.rules.standing import fresh_since
from context.rules.vocabulary import Names, name_of, names_of_keys
from partners.models import Contact, Enrolment, Partner, PartnerProfile, PartnerRelation, Provenance

SHOWN_ROWS = 6


@dataclass(frozen=True)
class ActualValues:
    """Reads each kind of row once, when it is first asked for."""

    partner: Partner
    leaves: tuple[Leaf, ...]

    def of(self, leaf: Leaf, contact: Contact | None = None, place: int | None = None) -> str:
        """`place` is the primary key of a programme: of enrolments, only the one in it is told of."""
        if place and leaf.field.subject == Subject.ENROLMENT:
            return self._said(leaf, [self._of_enrolment(row, leaf) for row in self._enrolments if row.programme_id == place])
        if leaf.field.subject == Subject.CONTACT and contact is not None:
            return self._said(leaf, [_reach(contact, leaf.field.column)])
        if leaf.field.subject == Subject.HAPPENING:
            return self._said(leaf, self._happened_to(leaf, contact))
        if leaf.only and leaf.field.subject in _TYPED_ROWS:
            return self._said_of_rows(leaf, *_TYPED_ROWS[leaf.field.subject](self, leaf))
        said = self._said(leaf, _READ[leaf.field.subject](self, leaf))
        return f"{said} ({standing})" if (standing := self._standing(leaf)) else said

    def _standing(self, leaf: Leaf) -> str:
        """How the value of a fact stands, and whether it is fresh where a condition asks for that."""
        if leaf.field.subject != Subject.FACT or leaf.field.column not in self._profile.facts:
            return ""
        words = [_("verified") if leaf.field.column in self._profile.verified else _("a claim")]
        if FRESH in leaf.only:
            until, now = self._profile.stale_at.get(leaf.field.column), timezone.now().astimezone(UTC).isoformat()
            words.append(_("fresh") if until is None or until > now else _("stale"))
        return ", ".join(words)

    def _said(self, leaf: Leaf, values: Iterable) -> str:
        return _in_a_row(word for value in values for word in self._words(leaf, value))

    def _said_of_rows(self, leaf: Leaf, rows: Iterable[Provenance], path: str) -> str:
        """Each value with how its row stands."""
        return _in_a_row(f"{word} ({_row_standing(leaf, row)})" for row in rows for word in self._words(leaf, _reach(row, path)))

    def _words(self, leaf: Leaf, value) -> list[str]:
        flat = value if isinstance(value, list) else [value]
        return [self._word(leaf, one) for one in flat if one not in (None, "")]

    def _word(self, leaf: Leaf, value) -> str:
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, datetime | date):
            return date_format(value, "SHORT_DATE_FORMAT")
        if isinstance(value, Decimal | int | float):
            return number_format(Decimal(str(value)).normalize(), use_l10n=True, force_grouping=True)
        if leaf.field.choices:
            return str(dict(leaf.field.choices).get(value, value))
        return name_of(leaf.field.vocabulary, str(value), self._names)

    @cached_property
    def _names(self) -> Names:
        """Only arrays of the profile and of contacts hold keys without their names."""
        profile = self._profile
        functions = {key for contact in self._contacts for key in contact.functions}
        return names_of_keys(
            {
                "region": set(profile.regions),
                "specialty": set(profile.specialties),
                "function": functions,
                "kind": {row.kind.key for row in self._enrolments if row.kind},
                "tier": {row.tier.key for row in self._enrolments if row.tier},
                "programme": {row.programme.key for row in (*self._enrolments, *self._agreements_asked) if row.programme},
                "certification": {row.certification.key for row in self._certificates},
            }
        )

    @cached_property
    def _profile(self) -> PartnerProfile:
        return PartnerProfile.objects.filter(partner=self.partner).first() or PartnerProfile(partner=self.partner)

    @cached_property
    def _enrolments(self) -> list:
        return list(self.partner.enrolments.current().select_related("programme", "kind", "tier", "manager"))

    def _of_enrolment(self, row: Enrolment, leaf: Leaf):
        if leaf.field.is_fact:
            return self._profile.facts.get(f"{leaf.field.column}@{row.programme.key}")
        return _reach(row, leaf.field.column)

    @cached_property
    def _certificates(self) -> list:
        return list(self.partner.certifications.counting().select_related("certification").order_by("expires_on"))

    @property
    def _agreements_asked(self) -> list:
        return self._agreements if any(leaf.field.subject == Subject.AGREEMENT for leaf in self.leaves) else []

    @cached_property
    def _agreements(self) -> list:
        return list(self.partner.agreements.select_related("programme").order_by("expires_on"))

    @cached_property
    def _sites(self) -> list:
        return list(self.partner.sites.order_by("name"))

    @cached_property
    def _regions(self) -> list:
        return list(self.partner.regions.select_related("region"))

    @cached_property
    def _specialties(self) -> list:
        return list(self.partner.specialties.select_related("specialty"))

    @cached_property
    def _contacts(self) -> list[Contact]:
        return list(self.partner.contacts.current().select_related("partner")[:200])

    @cached_property
    def _distributors(self) -> list[Partner]:
        relations = self.partner.relations.filter(kind=PartnerRelation.Kind.DISTRIBUTED_BY, ends_on=None)
        return [relation.other for relation in relations.select_related("other")]

    @cached_property
    def _happened(self) -> list[Happened]:
        return list(happened_at(self.partner))

    def _happened_to(self, leaf: Leaf, contact: Contact | None) -> list[str]:
        own = (one for one in self._happened if contact is None or one[1] == contact.pk)
        return [words for name, _contact, words in own if name == leaf.field.name]

    @cached_property
    def _figures(self) -> dict[Leaf, Decimal | None]:
        asked = [leaf for leaf in self.leaves if leaf.field.is_performance]
        sums = {
            f"figure_{nth}": aggregate_of(leaf.field)("value", filter=records_that_count(leaf)) for nth, leaf in enumerate(asked)
        }
        figures = self.partner.performance.aggregate(**sums) if asked else {}
        return {leaf: figures[f"figure_{nth}"] for nth, leaf in enumerate(asked)}


def _in_a_row(words: Iterable[str]) -> str:
    found = list(dict.fromkeys(words))
    if not found:
        return _("nothing known")
    return ", ".join(found[:SHOWN_ROWS]) + (" …" if len(found) > SHOWN_ROWS else "")


def _row_standing(leaf: Leaf, row: Provenance) -> str:
    words = []
    if VERIFIED in leaf.only:
        words.append(_("verified") if row.is_verified else _("a claim"))
    if FRESH in leaf.only:
        since = fresh_since(leaf)
        words.append(_("fresh") if since is None or row.observed_at >= since else _("stale"))
    return ", ".join(words)


def _reach(row, path: str):
    """The value at the end of a path of the registry, such as kind__key."""
    for step in path.split("__"):
        row = getattr(row, step) if row is not None else None
    return row


_READ: dict[Subject, Callable[[ActualValues, Leaf], list]] = {
    Subject.PARTNER: lambda values, leaf: [_reach(values.partner, leaf.field.column)],
    Subject.ENROLMENT: lambda values, leaf: [values._of_enrolment(row, leaf) for row in values._enrolments],
    Subject.CERTIFICATE: lambda values, leaf: [_reach(row, leaf.field.column) for row in values._certificates],
    Subject.AGREEMENT: lambda values, leaf: [_reach(row, leaf.field.column) for row in values._agreements],
    Subject.SITE: lambda values, leaf: [_reach(row, leaf.field.column) for row in values._sites],
    Subject.CONTACT: lambda values, leaf: [_reach(row, leaf.field.column) for row in values._contacts],
    Subject.PROFILE: lambda values, leaf: [getattr(values._profile, leaf.field.column)],
    Subject.DISTRIBUTOR: lambda values, leaf: [row.name for row in values._distributors],
    Subject.PERFORMANCE: lambda values, leaf: [values._figures[leaf]],
    Subject.SEGMENT: lambda values, leaf: [],
    Subject.FACT: lambda values, leaf: [values._profile.facts.get(leaf.field.column)],
}

# The rows that carry how they stand, and the path to the value in each.
_TYPED_ROWS: dict[Subject, Callable[[ActualValues, Leaf], tuple[list, str]]] = {
    Subject.CERTIFICATE: lambda values, leaf: (values._certificates, leaf.field.column),
    Subject.AGREEMENT: lambda values, leaf: (values._agreements, leaf.field.column),
    Subject.SITE: lambda values, leaf: (values._sites, leaf.field.column),
    Subject.PROFILE: lambda values, leaf: _OF_PROFILE[leaf.field.column](values),
}
_OF_PROFILE: dict[str, Callable[[ActualValues], tuple[list, str]]] = {
    "regions": lambda values: (values._regions, "region__key"),
    "specialties": lambda values: (values._specialties, "specialty__key"),
}
