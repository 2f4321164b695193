"""Reading on while the database works: the next batch is made in a thread of its own while this one is being written."""

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import TypeVar

Item = TypeVar("Item")


def one_ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The same items in the same order. Making one must not ask the database: a thread would need a connection of its own."""
    with ThreadPoolExecutor(1, "reading") as reader:
        context = copy_context()  # for the reader's language
        coming = reader.submit(context.run, next, items, None)
        while (item := coming.result()) is not None:
            coming = reader.submit(context.run, next, items, None)
            yield item


@contextmanager
def no_search_for_cycles() -> Iterator[None]:
    """Rows of a file hold each other in no circle, so that looking for circles only costs: a third of the time of reading."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
