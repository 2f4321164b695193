"""Names for people, by country: first names and family names, put together as chance has it."""

import re
import unicodedata

_POOLS = {
    "de": (
        "Anna Jonas Lena Felix Miriam Tobias Katrin Stefan Sabine Lukas Heike Moritz",
        "Albers Brandl Kessler Ohlendorf Reinhardt Sauter Vogt Winkler Zeller Hartwig Pohl Lechner",
    ),
    "nordic": (
        "Astrid Lars Ingrid Mikkel Sanna Erik Freja Olli Solveig Henrik",
        "Lindahl Bakken Nyholm Kjeldsen Virtala Sandvik Ekdahl Ravn Hoikkala Strand",
    ),
    "en": (
        "Emma Daniel Grace Owen Hannah Marcus Fiona Callum Naomi Patrick Alice Trevor",
        "Ashdown Calloway Fairburn Hollis Kirkland Merrow Penrose Rowntree Thackery Wainford Dunmore Sheridan",
    ),
    "fr": (
        "Claire Julien Amélie Thomas Sophie Étienne Manon Rémi",
        "Beaulac Chastain Delorme Fontvieille Lacombe Marchais Roussin Vautrin",
    ),
    "nl": (
        "Sanne Daan Femke Ruben Lotte Jasper",
        "Van_Aalst Hoekstra Terpstra De_Wilde Kuipers Brouwer",
    ),
    "es": (
        "Lucía Diego Carmen Andrés Elena Pablo Marta Javier",
        "Aranda Cifuentes Herrera Montalvo Quiroga Salvatierra Urrutia Zamorano",
    ),
    "pt": (
        "Beatriz Tiago Inês Rafael Camila Duarte",
        "Azevedo Barreto Figueira Lacerda Moutinho Sequeira",
    ),
    "it": (
        "Giulia Marco Chiara Davide Silvia Lorenzo",
        "Bellandi Corsini Ferrante Galvani Monteverdi Rinaldi",
    ),
    "central": (
        "Agnieszka Tomasz Petra Jakub Zsófia Gábor Ioana Radu Katarína Marek Ewa Andrej",
        "Wierzba Sokol Horváthová Lakatos Munteanu Dvorský Kobal Zielniak Benko Radulescu Hruška Nowicki",
    ),
    "tr": (
        "Elif Kerem Zeynep Emre",
        "Aydınlı Korkut Sezgin Tekeli",
    ),
    "in": (
        "Priya Arjun Kavya Rohan",
        "Deshmukh Iyengar Raghavan Thakkar",
    ),
    "ja": (
        "Yuki Haruto Aiko Kenji",
        "Asakura Fujinami Morikawa Tanemura",
    ),
    "ko": (
        "Seo-yeon Min-jun Ji-woo Hyun-woo",
        "Baek Namgung Seol Yeom",
    ),
    "sg": (
        "Mei_Lin Wei_Jie Nurul Adrian",
        "Chua Goh Rahim Teo",
    ),
}
_COUNTRIES = {
    "de": "DE AT CH",
    "nordic": "SE NO DK FI",
    "en": "GB IE US CA AU ZA",
    "fr": "FR",
    "nl": "NL",
    "es": "ES MX",
    "pt": "PT BR",
    "it": "IT",
    "central": "PL CZ SK HU RO SI",
    "tr": "TR",
    "in": "IN",
    "ja": "JP",
    "ko": "KR",
    "sg": "SG",
}
_POOL_OF = {country: pool for pool, countries in _COUNTRIES.items() for country in countries.split()}
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "ß": "ss", "ı": "i", "æ": "ae", "ö": "oe", "ü": "ue", "ä": "ae"})


def draw_name(country: str, chance, taken: set[str]) -> str:
    """A name that nobody in the demo has yet."""
    first, last = _pool(country)
    free = [f"{one} {other}" for one in first for other in last if f"{one} {other}" not in taken]
    name = chance.choice(free)
    taken.add(name)
    return name


def in_ascii(text: str) -> str:
    """As an address on the web would have it: “Föhnwind Informatik” is foehnwind-informatik."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _pool(country: str) -> tuple[list[str], list[str]]:
    first, last = _POOLS[_POOL_OF[country]]
    return [name.replace("_", " ") for name in first.split()], [name.replace("_", " ") for name in last.split()]
