"""The programs of a running PartnerHub, as `up` starts them. docker-compose.yml starts the same ones."""

import signal
import sys

from django.conf import settings

from partnerhub.celery import LONG
from partnerhub.running import LOOPBACK
from partnerhub.supervisor import Program


def mail() -> Program:
    return _python("mail", "manage.py", "catch_mail", "--port", str(settings.EMAIL_PORT))


def web() -> Program:
    # One import for all workers; a thread each for what waits on the database or the mail server.
    options = ["--preload", "--workers", "2", "--worker-class", "gthread", "--threads", "8", "--no-control-socket"]
    timing = ["--graceful-timeout", "4", "--timeout", "60", "--keep-alive", "5"]
    address = ["--bind", f"{LOOPBACK}:{settings.PORT}", "--limit-request-line", "8190"]  # a long search gets a page
    return _python("web", "-m", "gunicorn", "partnerhub.wsgi", *options, *timing, *address)


def edge() -> Program:
    """Opens and clicks on a port of their own, where EDGE_PORT names one."""
    options = ["--interface", "rsgi", "--workers", "1", "--backpressure", "2000", "--log-level", "warning"]
    address = ["--host", LOOPBACK, "--port", str(settings.EDGE_PORT)]
    return _python("edge", "-m", "granian", *options, *address, "partnerhub.rsgi:application")


def worker() -> Program:
    """Sends, and whatever else is short."""
    return _celery_worker("worker", queue="celery")


def clerk() -> Program:
    """Does what takes long: imports, files, erasures."""
    return _celery_worker("clerk", queue=LONG)


def beat() -> Program:
    schedule = ["--schedule", str(settings.DATA_DIR / "beat"), "--pidfile", ""]
    return _python("beat", "-m", "celery", "-A", "partnerhub", "beat", *schedule, end_with=signal.SIGKILL)


def collect_static() -> Program:
    return _python("static files", "manage.py", "collectstatic", "--noinput", "--clear", "--verbosity", "0", log="static")


def _celery_worker(name: str, *, queue: str) -> Program:
    # Killed at once when `up` is: with its broker gone it would wait for it for ever. Work is recovered by its lease.
    options = ["--concurrency", "2", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    who = ["--queues", queue, "--hostname", f"{name}@%h"]
    return _python(name, "-m", "celery", "-A", "partnerhub", "worker", *who, *options, end_with=signal.SIGKILL)


def _python(name: str, *arguments: str, log: str = "", **options) -> Program:
    path = settings.DATA_DIR / "logs" / f"{log or name}.log"
    return Program(name, [sys.executable, *arguments], log=path, cwd=settings.BASE_DIR, **options)
