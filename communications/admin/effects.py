"""What an effect is against those held out by lot, in words: the same on the page of a journey and on that of an objective."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _

LEAST_CHANCE = 0.001


def told_in_words(interval: tuple[float, float] | None, chance: float | None) -> str:
    """None of both where they are too few."""
    if interval is None or chance is None:
        return _("They are too few to tell whether it does anything.")
    return f"{share_in_words(interval)} {chance_in_words(chance)}"


def share_in_words(interval: tuple[float, float]) -> str:
    """`interval` is where the true difference of two shares lies."""
    low, high = interval
    ends = sorted((abs(low), abs(high)))
    words = dict(zip(("less", "more"), map(_points, ends), strict=True))
    if low > 0:
        return _("It raises the share of partners who did it by %(less)s to %(more)s points, 95 times in a hundred.") % words
    if high < 0:
        return _("It lowers the share of partners who did it by %(less)s to %(more)s points, 95 times in a hundred.") % words
    return _(
        "It cannot be told yet what it does: it may lower the share of partners who did it by up to %(low)s points, or raise it by "
        "up to %(high)s."
    ) % {"low": _points(low), "high": _points(high)}


def chance_in_words(chance: float) -> str:
    if chance < LEAST_CHANCE:
        least = number_format(LEAST_CHANCE, decimal_pos=3)
        return _("Chance alone would part them so far less often than with a probability of %(least)s.") % {"least": least}
    number = number_format(round(chance, 3), decimal_pos=3)
    return _("Chance alone would part them so far with a probability of %(chance)s.") % {"chance": number}


def _points(share: float) -> str:
    return number_format(round(100 * abs(share), 1), decimal_pos=1)
