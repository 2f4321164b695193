"""`make bench`: each measure at three sizes a decade apart, beside its limit measured in the same run.

Prints, for each size, our time, the limit's time and the ratio; then how the cost grows (the exponent: 1 is linear)."""

import argparse
import atexit
import math
import os
import shutil
import tempfile
from pathlib import Path

from partnerhub.embedded import EmbeddedPostgres, EmbeddedValkey


def start_servers() -> None:
    folder = Path(tempfile.mkdtemp(prefix="ph-bench-"))
    folder.chmod(0o755)
    postgres = EmbeddedPostgres(
        folder, folder / "s", log=folder / "postgres.log", settings={"shared_buffers": "512MB", "max_wal_size": "4GB"}
    )
    valkey = EmbeddedValkey(folder, folder, log=folder / "valkey.log")
    postgres.start()
    valkey.start()
    atexit.register(lambda: (valkey.stop(), postgres.stop(), shutil.rmtree(folder, ignore_errors=True)))
    os.environ.update(
        DJANGO_SETTINGS_MODULE="partnerhub.settings", DATABASE_URL=postgres.url_for("postgres"), REDIS_URL=valkey.url,
        SECRET_KEY="only for benchmarks", EMAIL_URL="smtp://localhost:1", ALLOWED_HOSTS="localhost",
        DATA_DIR=str(folder / "data"), DEMO="0", TESTING="1",
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("names", nargs="*", help="measures to take; all when none is named")
    parser.add_argument("--largest", type=int, default=100_000, help="people in the largest of the three worlds")
    options = parser.parse_args()
    start_servers()

    import django

    django.setup()
    from django.core.management import call_command

    from benchmarks import world
    from benchmarks.measures import MEASURES

    call_command("migrate", verbosity=0)
    sizes = [options.largest // 100, options.largest // 10, options.largest]
    taken: dict[str, list] = {}
    for size in sizes:
        world.clear()
        programme = world.build(size)
        for name, measure in MEASURES.items():
            if not options.names or name in options.names:
                taken.setdefault(name, []).append((size, measure(programme, size)))
    for name, rows in taken.items():
        report(name, rows)


def report(name: str, rows: list) -> None:
    print(f"\n{name}")
    for size, figure in rows:
        beside = f"limit {figure.limit:9.3f} s ({figure.of})"
        print(f"  {size:>9,} people  {figure.ours:9.3f} s   {beside}   ratio {figure.ours / figure.limit:6.2f}")
    (small, first), (large, last) = rows[0], rows[-1]
    print(f"  grows with exponent {math.log(last.ours / first.ours) / math.log(large / small):.2f}")


if __name__ == "__main__":
    main()
