"""Numbers as people and other systems write them."""

from decimal import Decimal, InvalidOperation


def number_below(limit: Decimal | int, text: str) -> Decimal | None:
    """What the text says, where that is a number nearer to zero than the limit. It is compared before anything is computed with
    it: ten characters can name a number of a million digits."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and -limit < number < limit else None
