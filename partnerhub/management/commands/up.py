"""Start PartnerHub on this machine and keep it running until Ctrl-C. What is not named in the environment is embedded."""

import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand
from django.db import connections

from partnerhub import preparation, programs
from partnerhub.demo import LOGINS, PASSWORD
from partnerhub.embedded import EmbeddedPostgres, EmbeddedValkey
from partnerhub.embedded.owner import give
from partnerhub.running import LOOPBACK, hold, is_free, plan_servers, servers_under
from partnerhub.supervisor import Program, Supervisor

ANSWERS_WITHIN_SECONDS = 60
# Where `make run` came from, for the time that the whole start took.
STARTED_AT = "PARTNERHUB_STARTED_AT"


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list = []

    def handle(self, **options) -> None:
        self._stop_on_signals()
        self.lock = hold(settings.DATA_DIR)
        self._refuse_a_second_start()
        self._plan()
        self.supervisor = Supervisor(self._say)
        try:
            self._start()
            self.supervisor.keep()
        except KeyboardInterrupt:
            self._say("\nStopping …")
        except RuntimeError as error:
            sys.exit(f"PartnerHub cannot start: {error}")
        finally:
            self._stop()

    def _stop_on_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # What `nohup` wants ignored stays so. A shell also ignores Ctrl-C for what it puts in the background: not we.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, signal.default_int_handler)

    def _refuse_a_second_start(self) -> None:
        if not self.lock:
            raise ImproperlyConfigured(
                f"DATA_DIR is “{settings.DATA_DIR}”, where PartnerHub is running already. Stop that one, or name another folder."
            )
        if not is_free(settings.PORT):
            raise ImproperlyConfigured(
                f"PORT is “{settings.PORT}”, which is in use or not allowed. Name another: make run PORT=8010"
            )
        if settings.EDGE_PORT and not is_free(settings.EDGE_PORT):
            raise ImproperlyConfigured(
                f"EDGE_PORT is “{settings.EDGE_PORT}”, which is in use or not allowed. Name another, or leave it out."
            )

    def _plan(self) -> None:
        """Write down where the embedded servers will be; when that is news, begin again so that the settings know it."""
        if not settings.EMBEDDED:
            return
        known = servers_under(settings.DATA_DIR)
        if plan_servers(settings.DATA_DIR) != known:
            os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 - ourselves

    def _start(self) -> None:
        self._start_servers()
        collecting = self._collect_static()
        self._prepare_database()
        self._await(collecting)
        with self._step("Web, workers and timetable"):
            edge = [programs.edge()] if settings.EDGE_PORT else []
            for program in (programs.web(), *edge, programs.worker(), programs.clerk(), programs.beat()):
                self.supervisor.start(program)
            self._await_first_answer()
        self._tell_address()

    def _start_servers(self) -> None:
        if not settings.EMBEDDED:
            return
        with self._step("Servers"):
            servers, logs = servers_under(settings.DATA_DIR), settings.DATA_DIR / "logs"
            sockets = give(servers.sockets_folder)
            postgres = EmbeddedPostgres(settings.DATA_DIR, sockets, log=logs / "postgres.log")
            self.supervisor.start(postgres)
            postgres.create_database("partnerhub")
            if servers.redis_url == settings.REDIS_URL:
                self.supervisor.start(EmbeddedValkey(settings.DATA_DIR, sockets, log=logs / "valkey.log"))
            if servers.email_url == settings.EMAIL_URL:
                self.supervisor.start(programs.mail())

    def _collect_static(self) -> Program | None:
        """Beside the migrations: each keeps one processor busy."""
        if not preparation.static_is_old():
            return None
        collecting = programs.collect_static()
        collecting.start()
        return collecting

    def _prepare_database(self) -> None:
        preparation.refuse_unknown_schema()
        if preparation.schema_is_old():
            with self._step("Database"):
                preparation.migrate()
        elif preparation.words_are_old():
            with self._step("Words of this version"):
                preparation.install_words()
        if preparation.demo_is_missing():
            with self._step("Demo"):
                preparation.seed_demo()
        connections.close_all()

    def _await(self, collecting: Program | None) -> None:
        if not collecting:
            return
        with self._step("Pages' styles and scripts"):
            if collecting.process.wait() != 0:
                raise RuntimeError(f"collecting the static files failed; see {collecting.log}.")
            preparation.note_static()

    def _await_first_answer(self) -> None:
        deadline = time.monotonic() + ANSWERS_WITHIN_SECONDS
        while time.monotonic() < deadline:
            self.supervisor.look_once()
            try:
                urllib.request.urlopen(f"http://{LOOPBACK}:{settings.PORT}/health/live", timeout=30).close()  # noqa: S310 - our own
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"the web server did not answer; see {settings.DATA_DIR / 'logs' / 'web.log'}.")

    def _tell_address(self) -> None:
        began = float(os.environ.get(STARTED_AT, "0"))
        self._say(f"\nPartnerHub is running{f', after {time.time() - began:.1f} s' if began else ''}. Ctrl-C stops it.\n")
        self._say(f"  http://localhost:{settings.PORT}")
        if settings.DEMO:
            self._tell_logins()

    def _tell_logins(self) -> None:
        self._say(f"\n  Sign in with the password {PASSWORD} as")
        for email, who in LOGINS.items():
            self._say(f"  {email:26} {who}")

    def _stop(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # once is enough: what does not end soon is ended
        self.supervisor.stop()

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        self.stdout.write(f"{name} …", ending=" ")
        self.stdout.flush()
        began = time.monotonic()
        yield
        self._say(f"{time.monotonic() - began:.1f} s")

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
