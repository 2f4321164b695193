"""Who received a text that says something: by the wording that each got, where not all of them say it."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import F, Func, Q, QuerySet, Value
from django.db.models.fields import CharField
from django.db.models.functions import Coalesce, NullIf

from communications.models import AnnouncementVersion, Delivery, DeliveryState, Mention, Variant

Wordings = set[tuple[str, str]]


def received_by(mentions: Iterable[Mention]) -> QuerySet[Delivery]:
    """Deliveries that arrived, of announcements that have gone out with these sentences. In which language somebody read it is told
    by the language that they have now, as in the report."""
    saying: dict[int, Wordings] = {}
    for row in mentions:
        saying.setdefault(row.source_id, set()).add((row.language, row.variant))
    versions = AnnouncementVersion.objects.filter(announcement_id__in=saying, number=F("announcement__approved_version"))
    whole, parts = [], Q(announcement_id__in=[])
    for version in versions.only("announcement_id", "language", "translations", "variant_title", "variant_body"):
        got = saying[version.announcement_id]
        if got >= _all_wordings(version):
            whole.append(version.announcement_id)
        else:
            parts |= Q(announcement_id=version.announcement_id) & _who_got(got, version)
    arrived = Delivery.objects.filter(state=DeliveryState.DELIVERED).alias(language=_LANGUAGE, tongue=_TONGUE)
    return arrived.filter(Q(announcement_id__in=whole) | parts)


_LANGUAGE = Coalesce(NullIf("contact__language", Value("")), "contact__partner__language", output_field=CharField())
_TONGUE = Func(_LANGUAGE, Value("-"), Value(1), function="split_part", output_field=CharField())


def _all_wordings(version: AnnouncementVersion) -> Wordings:
    variants = (str(Variant.A), str(Variant.B)) if version.has_variant else ("",)
    return {(language, variant) for language in version.languages for variant in variants}


def _who_got(wordings: Wordings, version: AnnouncementVersion) -> Q:
    return reduce(or_, (_reads(language, version) & _drew(variant) for language, variant in wordings), Q(announcement_id__in=[]))


def _drew(variant: str) -> Q:
    """As in `communications.queries.variants.words_for`: what was drawn, else the winner, else A."""
    if not variant:
        return Q()
    winners = ("", Variant.A) if variant == Variant.A else (Variant.B,)
    return Q(variant=variant) | Q(variant="", announcement__winner__in=winners)


def _reads(language: str, version: AnnouncementVersion) -> Q:
    """As in `communications.models.translations.best_language`: that very language, else one of the same tongue, else its own."""
    tongue = language.partition("-")[0]
    alike = [one for one in version.languages if one.partition("-")[0] == tongue]
    reads = Q(language=language)
    if alike[0] == language:
        reads |= Q(tongue=tongue) & ~Q(language__in=version.languages)
    if language == version.language:
        reads |= Q(language="") | ~Q(tongue__in=[one.partition("-")[0] for one in version.languages])
    return reads
