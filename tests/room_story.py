"""Maria and Nora draft a plan together; Ben and Arthur are not in the room."""

from enablement.actions.rooms import open_room
from enablement.models import Room
from enablement.writers import Writer

TEXT = "# Our plan\n\nWe sell Aurora 3 to twenty customers.\n\nSupport answers within a day.\n"


def opened(cast, title: str = "Plan for the spring", **fields) -> Room:
    who = {"contacts": [cast.nora], "managers": [], "text": TEXT}
    return open_room(cast.alpenglow, by=cast.maria, programme=cast.programme, title=title, **{**who, **fields})


def nora(cast) -> Writer:
    return Writer(contact=cast.nora)


def maria(cast) -> Writer:
    return Writer(user=cast.maria)
