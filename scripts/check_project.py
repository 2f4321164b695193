"""Django's own checks for `make check`, on servers of their own: migrations none missing and safe, settings fit for production, and
that every module can be read."""

import importlib
import os
import pkgutil
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from partnerhub.embedded import EmbeddedPostgres  # noqa: E402

# Run on empty tables only, right after they were created: it may drop and rename them.
FOUNDING = ["0002_partitions"]
# Exchanges rows that are made of others, and what makes them, in one transaction.
REMADE = ["0007_kinds_of_people"]
# Makes the key of a small table anew; what was unique by fewer columns is unique by more.
WIDENED = ["0003_how_one_looked", "0004_what_one_looked_at"]


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="ph-check-"))
    folder.chmod(0o755)  # PostgreSQL runs as nobody when we are root
    postgres = EmbeddedPostgres(folder, folder / "s", log=folder / "postgres.log", settings={"fsync": "off"})
    postgres.start()
    try:
        check(postgres.url_for("postgres"), folder / "data")
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


def check(database_url: str, data_dir: Path) -> None:
    os.environ.update(as_in_production(database_url, data_dir))
    import django
    from django.core.management import call_command
    from django_migration_linter.management.commands.lintmigrations import Command as LintMigrations

    django.setup()
    import_everything()
    call_command("makemigrations", check_changes=True, dry_run=True)
    call_command("check", deploy=True, fail_level="WARNING")
    call_command("check_languages")
    call_command(
        LintMigrations(),
        no_cache=True,
        project_root_path=".",
        exclude_apps=not_ours(),
        ignore_name=[*FOUNDING, *REMADE, *WIDENED],
        quiet=["ok", "ignore"],
    )


def import_everything() -> None:
    """A name that a module no longer has is found here; the types do not tell, since Django makes so many at run time."""
    from django.apps import apps

    ours = [app.name for app in apps.get_app_configs() if app.label not in not_ours()]
    for name in ours:
        for module in pkgutil.walk_packages([str(ROOT / name)], f"{name}."):
            importlib.import_module(module.name)


def not_ours() -> list[str]:
    from django.apps import apps

    return [app.label for app in apps.get_app_configs() if "site-packages" in app.path]


def as_in_production(database_url: str, data_dir: Path) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "partnerhub.settings",
        "DATABASE_URL": database_url,
        "REDIS_URL": "redis://localhost:1/0",
        "EMAIL_URL": "smtp://localhost:1",
        "SECRET_KEY": "only for the check, and long enough that it is not what the check complains about",
        "ALLOWED_HOSTS": "partnerhub.example",
        "SITE_URL": "https://partnerhub.example",
        "DATA_DIR": str(data_dir),
        "DEMO": "0",
    }


if __name__ == "__main__":
    main()
