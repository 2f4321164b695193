"""Background work: each task calls one action. Beat kicks them; running one twice changes nothing."""

from celery import shared_task

from search.actions.indexing import embed_waiting


@shared_task(name="search.embed_waiting")
def embed() -> None:
    """A little at a time, so that a worker is soon free for others; the next kick goes on."""
    embed_waiting(limit=128)
