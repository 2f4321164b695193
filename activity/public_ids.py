"""The id that API and URLs show: a random UUIDv7, so that row numbers stay inside."""

from django.db import models
from uuid6 import uuid7


class PublicModel(models.Model):
    """A row that people outside can name, by `public_id`."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)

    class Meta:
        abstract = True
