"""`make bench`: each measure at three sizes a decade apart, beside its limit measured in the same run.

Prints, for each size, our figure, the limit's and the ratio; then how the cost grows (the exponent: 1 is linear).
Writes what was found to benchmarks/results.json."""

import argparse
import atexit
import os
import shutil
import tempfile
from pathlib import Path

from benchmarks import figures
from partnerhub.embedded import EmbeddedPostgres, EmbeddedValkey


def start_servers() -> None:
    folder = Path(tempfile.mkdtemp(prefix="ph-bench-"))
    folder.chmod(0o755)
    postgres = EmbeddedPostgres(
        folder, folder / "s", log=folder / "postgres.log", settings={"shared_buffers": "2GB", "max_wal_size": "4GB"}
    )
    valkey = EmbeddedValkey(folder, folder, log=folder / "valkey.log")
    postgres.start()
    valkey.start()
    atexit.register(lambda: (valkey.stop(), postgres.stop(), shutil.rmtree(folder, ignore_errors=True)))
    os.environ.update(
        DJANGO_SETTINGS_MODULE="partnerhub.settings", DATABASE_URL=postgres.url_for("postgres"), REDIS_URL=valkey.url,
        SECRET_KEY="only for benchmarks", EMAIL_URL="smtp://localhost:1", ALLOWED_HOSTS="localhost",
        DATA_DIR=str(folder / "data"), DEMO="0", TESTING="1", MAIL_CONNECTIONS="5",
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        help="parts (assistant, context, communications, pages, programme, search, sending) or measures; all when none is named",
    )
    parser.add_argument("--largest", type=int, default=100_000, help="people in the largest of the three worlds")
    options = parser.parse_args()
    start_servers()

    from django.core.management import call_command

    import partnerhub.wsgi  # noqa: F401 - Django is set up as in a web process, its collector of garbage included
    from benchmarks import assistant, communications, context, pages, programme, search, sending, tracking, world

    call_command("migrate", verbosity=0)
    parts = {
        "assistant": assistant.MEASURES,
        "context": context.MEASURES,
        "communications": communications.MEASURES,
        "pages": pages.MEASURES,
        "programme": programme.MEASURES,
        "search": search.MEASURES,
        "sending": sending.MEASURES | tracking.MEASURES,
    }
    chosen = {
        name: measure
        for part, measures in parts.items()
        for name, measure in measures.items()
        if not options.names or part in options.names or name in options.names
    }
    if not chosen:
        parser.error(f"There is no such measure. There are: {', '.join(name for part in parts.values() for name in part)}.")
    take(chosen, [options.largest // 100, options.largest // 10, options.largest], world)


def take(chosen: dict, sizes: list[int], world) -> None:
    taken: dict[str, figures.Rows] = {}
    for size in sizes:
        world.clear()
        programme = world.build(size)
        for name, measure in chosen.items():
            figure = measure(programme, size)
            if figure is not None:
                taken.setdefault(name, []).append((size, figure))
                print(f"{size:,} people: {name} {figure.value:.3f} {figure.unit}", flush=True)
    for name, rows in taken.items():
        figures.show(name, rows)
    figures.write(taken)


if __name__ == "__main__":
    main()
