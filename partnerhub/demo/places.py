"""Countries in the demo: the region they lie in, their time zone and the language that people write in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    region: str
    time_zone: str
    language: str


REGIONS = {
    "dach": "DACH",
    "nordics": "Nordics and Baltics",
    "western_europe": "Western Europe",
    "southern_europe": "Southern Europe",
    "central_europe": "Central and Eastern Europe",
    "north_america": "North America",
    "latin_america": "Latin America",
    "asia_pacific": "Asia-Pacific",
    "middle_east_africa": "Middle East and Africa",
}

PLACES = {
    "DE": Place("dach", "Europe/Berlin", "de"),
    "AT": Place("dach", "Europe/Vienna", "de"),
    "CH": Place("dach", "Europe/Zurich", "de"),
    "SE": Place("nordics", "Europe/Stockholm", "sv"),
    "NO": Place("nordics", "Europe/Oslo", "nb"),
    "DK": Place("nordics", "Europe/Copenhagen", "da"),
    "FI": Place("nordics", "Europe/Helsinki", "fi"),
    "GB": Place("western_europe", "Europe/London", "en"),
    "IE": Place("western_europe", "Europe/Dublin", "en"),
    "FR": Place("western_europe", "Europe/Paris", "fr"),
    "NL": Place("western_europe", "Europe/Amsterdam", "nl"),
    "ES": Place("southern_europe", "Europe/Madrid", "es"),
    "PT": Place("southern_europe", "Europe/Lisbon", "pt"),
    "IT": Place("southern_europe", "Europe/Rome", "it"),
    "PL": Place("central_europe", "Europe/Warsaw", "pl"),
    "CZ": Place("central_europe", "Europe/Prague", "cs"),
    "SK": Place("central_europe", "Europe/Bratislava", "sk"),
    "HU": Place("central_europe", "Europe/Budapest", "hu"),
    "RO": Place("central_europe", "Europe/Bucharest", "ro"),
    "SI": Place("central_europe", "Europe/Ljubljana", "sl"),
    "TR": Place("middle_east_africa", "Europe/Istanbul", "tr"),
    "ZA": Place("middle_east_africa", "Africa/Johannesburg", "en"),
    "US": Place("north_america", "America/Chicago", "en"),
    "CA": Place("north_america", "America/Toronto", "en"),
    "MX": Place("latin_america", "America/Mexico_City", "es"),
    "BR": Place("latin_america", "America/Sao_Paulo", "pt"),
    "SG": Place("asia_pacific", "Asia/Singapore", "en"),
    "IN": Place("asia_pacific", "Asia/Kolkata", "en"),
    "JP": Place("asia_pacific", "Asia/Tokyo", "ja"),
    "KR": Place("asia_pacific", "Asia/Seoul", "ko"),
    "AU": Place("asia_pacific", "Australia/Sydney", "en"),
}
