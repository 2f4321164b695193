"""Real servers from installed wheels, for a machine that has none: PostgreSQL and Valkey under one data folder."""

from partnerhub.embedded.postgres import EmbeddedPostgres
from partnerhub.embedded.valkey import EmbeddedValkey

__all__ = ["EmbeddedPostgres", "EmbeddedValkey"]
