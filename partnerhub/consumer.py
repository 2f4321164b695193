"""How a worker takes its tasks from the broker."""

from functools import partial

from celery.worker.consumer import Consumer as CelerysConsumer

LOOKS_EVERY = 5  # seconds


class Consumer(CelerysConsumer):
    """While the broker is away, it is looked for every few seconds. Celery waits longer each time, up to half a minute, and that
    much later work would go on."""

    def ensure_connected(self, conn):
        conn.ensure_connection = partial(conn.ensure_connection, interval_max=LOOKS_EVERY)
        return super().ensure_connected(conn)
