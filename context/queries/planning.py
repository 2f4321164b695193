"""How the database plans what is asked of everybody."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

# Compiling the statement to machine code takes longer than answering it, and so does looking rows up one by one where the
# planner took many for few, or reading whole tables in the order of an index: by hashing, the slowest rule costs what reading
# everything once costs. What is read is in memory. One
# process beside this one shortens the slowest rules by a sixth; a second would hash everything once more.
_SETTINGS = {
    "jit": "off",
    "enable_nestloop": "off",
    "enable_mergejoin": "off",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "1",
    "work_mem": "64MB",
}
_PLANNED_SO = "SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name, value in _SETTINGS.items())


@contextmanager
def cursor_for_everybody() -> Iterator[CursorWrapper]:
    """A cursor whose statements read most rows of their tables; in a transaction of its own or the one around it."""
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(_PLANNED_SO)
        yield cursor
