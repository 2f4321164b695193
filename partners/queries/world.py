"""Where a partner is and works, for the map: its own country, its regions, its sites and the countries these serve."""

from django.utils.translation import gettext as _

from partners.countries import country_name
from partners.models import Partner
from partners.queries.typed_rows import TypedRows
from partners.world_map import WorldMap, draw_world


def map_of(partner: Partner, rows: TypedRows, hidden: frozenset[str] = frozenset()) -> WorldMap:
    places: dict[str, list[str]] = {}
    if partner.country and "country" not in hidden:
        places.setdefault(partner.country, []).append(_("home"))
    for region in rows.regions:
        for code in region.region_countries.upper().split():
            places.setdefault(code, []).append(region.name)
    with_site = set()
    for site in rows.sites:
        if site.country:
            with_site.add(site.country)
            places.setdefault(site.country, []).append(f"{site.name} ({site.site_kind_name})")
        for code in site.serves:
            places.setdefault(code, []).append(_("served from %(site)s") % {"site": site.name})
    return draw_world(places, with_site, country_name)
