"""What only the database can decide: whether a name or a key is still free. Two requests at once cannot both have it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from activity.refusals import Refused


@contextmanager
def unless_taken(refusal: Refused, constraint: str = "") -> Iterator[None]:
    """What is written inside is taken back, and the refusal raised, where another row has it already. `constraint` is a part of the
    name of what forbids it; anything else that the database forbids stays an error."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if constraint not in str(error):
            raise
        raise refusal from None
