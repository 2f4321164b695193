"""Where a partner is and works, for the map: its own country, its regions, its sites and the countries these serve."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from partners.models import Partner, PartnerRegion, Site
from partners.queries.partners import country_name
from partners.world_map import WorldMap, draw_world


def map_of(
    partner: Partner, regions: Iterable[PartnerRegion], sites: Iterable[Site], hidden: frozenset[str] = frozenset()
) -> WorldMap:
    """Asks nothing: `regions` come with their region."""
    places: dict[str, list[str]] = {}
    if partner.country and "country" not in hidden:
        places.setdefault(partner.country, []).append(_("home"))
    for row in regions:
        for code in row.region.countries.upper().split():
            places.setdefault(code, []).append(str(row.region))
    with_site = set()
    for site in sites:
        if site.country:
            with_site.add(site.country)
            places.setdefault(site.country, []).append(f"{site.name} ({site.get_kind_display()})")
        for code in site.serves:
            places.setdefault(code, []).append(_("served from %(site)s") % {"site": site.name})
    return draw_world(places, with_site, country_name)
