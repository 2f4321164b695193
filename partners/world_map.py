"""A map of the world in squares, one for each country, each about where the country lies beside its neighbours.

Drawn by us: sizes and coasts are left out, so that a small country is as easy to see as a large one."""

from dataclasses import dataclass

_SQUARES = """
.. .. .. .. GL .. .. .. .. .. IS .. FO NO SE FI .. .. RU .. .. .. .. .. .. .. ..
CA .. .. .. PM .. .. .. .. .. .. .. .. DK .. EE LV BY .. KZ .. MN .. .. .. .. ..
US .. .. .. .. .. .. .. .. IE GB NL DE PL LT UA MD .. .. UZ KG .. .. KP .. .. ..
MX .. .. BM .. .. .. .. .. .. .. BE LU CZ SK HU RO GE AZ TM TJ CN .. KR JP .. ..
.. GT BZ BS TC .. .. .. .. .. AD FR CH LI AT SI HR RS BG AM AF PK NP BT MO HK TW
.. SV HN CU DO PR .. .. .. PT ES MC IT SM BA ME XK MK TR IR .. IN BD MM LA .. ..
.. .. NI JM HT KN AG .. .. GI .. MT VA AL GR CY SY IQ .. .. .. LK .. TH VN PH MP
.. .. CR PA AW DM GP .. .. .. MA .. DZ TN .. LB JO KW BH .. .. .. .. KH MY GU FM
.. .. .. CO VE LC MQ .. .. .. EH MR ML LY EG IL PS SA QA AE .. MV .. .. SG PW MH
.. .. .. EC GY VC BB .. .. CV SN NE TD SD ER .. YE OM .. .. .. .. .. BN ID PG NR
.. .. .. .. SR GD TT .. .. GM GN BF NG SS ET DJ SO .. .. .. .. .. .. .. TL SB KI
.. .. .. PE GF .. .. .. .. GW SL CI GH CM CF UG KE .. SC .. .. .. .. .. .. VU TV
.. .. .. BO BR .. .. .. .. .. LR TG BJ GA CG RW BI .. KM MU .. .. .. AU .. FJ WS
.. .. .. CL PY .. .. .. .. .. .. ST GQ AO CD TZ MW YT RE .. .. .. .. .. NC TO PF
.. .. .. AR UY .. .. .. .. .. .. .. NA ZM ZW MZ .. MG .. .. .. .. .. NZ .. .. ..
.. .. .. FK .. .. .. .. .. .. SH .. ZA BW LS SZ .. .. .. .. .. .. .. .. .. .. ..
"""
SIDE, GAP = 24, 2
NOWHERE = ".."


PLACES = {
    code: (column * SIDE, row * SIDE)
    for row, line in enumerate(_SQUARES.split("\n")[1:-1])
    for column, code in enumerate(line.split())
    if code != NOWHERE
}
WIDTH, HEIGHT = (max(place[at] for place in PLACES.values()) + SIDE - GAP for at in (0, 1))
# All squares at once, for what lies under those that are marked.
GROUND = "".join(f"M{x} {y}h{SIDE - GAP}v{SIDE - GAP}h-{SIDE - GAP}z" for x, y in PLACES.values())


@dataclass(frozen=True)
class Square:
    country: str
    name: str
    x: int
    y: int
    has_site: bool


@dataclass(frozen=True)
class WorldMap:
    """`squares` are the countries that are marked; `rows` are all countries it is about, for the table: (name, what is there)."""

    squares: tuple[Square, ...]
    rows: tuple[tuple[str, str], ...]
    ground: str = GROUND
    width: int = WIDTH
    height: int = HEIGHT
    side: int = SIDE - GAP


def draw_world(places: dict[str, list[str]], with_site: set[str], name_of) -> WorldMap:
    """`places` says of each country (ISO 3166-1) what is there, in words; `with_site` are those with a site."""
    squares = tuple(Square(code, name_of(code), *PLACES[code], code in with_site) for code in sorted(places) if code in PLACES)
    rows = tuple(sorted((name_of(code), ", ".join(dict.fromkeys(what))) for code, what in places.items()))
    return WorldMap(squares, rows)
