"""An object that is at another address now."""

from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException


class Moved(APIException):
    """It was merged into the one with the id `kept`, which answers at `location`."""

    status_code = 308

    def __init__(self, kept: UUID, location: str):
        super().__init__(_("This was merged into another one; ask for that one from now on."))
        self.kept, self.location = kept, location
