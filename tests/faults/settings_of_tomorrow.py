"""The settings of a version that has one more migration, for the drill of a lock held while it runs."""

from partnerhub.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.tomorrow"]  # noqa: F405
