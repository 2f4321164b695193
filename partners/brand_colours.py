"""From the one colour that a programme chooses to those that can be read: a hue and how vivid it is, the lightness is ours.

Pages say it in OKLCH and let the browser work it out (static/css/tokens.css); mails know only hexadecimal numbers, which come from
here. Lightness alone decides contrast, so whatever colour is chosen, text on it and beside it stays legible."""

import math
import re
from dataclasses import dataclass

FULL_CHROMA = 0.165  # of the accent as it is painted on light ground; `vividness` is a share of it in per cent
GREY = 0.02  # below this a colour has no hue that anyone would name
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class BrandColours:
    """Hexadecimal. `solid` carries white text and is text on white, `wash` lies behind dark text; the rest is for dark ground."""

    solid: str
    wash: str
    solid_on_dark: str
    text_on_dark: str
    wash_on_dark: str


def brand_colours(hue: int, vividness: int = 100) -> BrandColours:
    share = vividness / 100
    return BrandColours(
        solid=hex_of(0.50, FULL_CHROMA * share, hue),
        wash=hex_of(0.96, 0.022 * share, hue),
        solid_on_dark=hex_of(0.53, 0.15 * share, hue),
        text_on_dark=hex_of(0.80, 0.105 * share, hue),
        wash_on_dark=hex_of(0.27, 0.048 * share, hue),
    )


def hue_and_vividness(colour: str) -> tuple[int, int] | None:
    """Of a colour like #1a5fb4; None for what is no such colour. A grey has no hue: it is the neutral one, not vivid at all."""
    if not _HEX.fullmatch(colour):
        return None
    _lightness, chroma, hue = _oklch(colour)
    if chroma < GREY:
        return 258, 0
    return round(hue) % 360, min(100, round(100 * chroma / FULL_CHROMA))


def hex_of(lightness: float, chroma: float, hue: float) -> str:
    """The nearest colour a screen has: less vivid where it has to be, never lighter or darker."""
    low, high = 0.0, chroma
    if not _fits(_linear(lightness, chroma, hue)):
        for _step in range(20):
            middle = (low + high) / 2
            low, high = (middle, high) if _fits(_linear(lightness, middle, hue)) else (low, middle)
        chroma = low
    return "#" + "".join(f"{round(255 * _encoded(min(1, max(0, part)))):02x}" for part in _linear(lightness, chroma, hue))


def contrast(one: str, other: str) -> float:
    """As WCAG counts it: 1 for the same, 21 for black on white."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = _decoded(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _oklch(colour: str) -> tuple[float, float, float]:
    red, green, blue = _decoded(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def _fits(parts: tuple[float, float, float]) -> bool:
    return all(-1e-4 <= part <= 1 + 1e-4 for part in parts)


def _decoded(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def _encoded(part: float) -> float:
    return part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
