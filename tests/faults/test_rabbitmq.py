"""RabbitMQ in Redis's place as broker; cache and tracking stream stay in Redis."""

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from partnerhub.celery import LONG
from partnerhub.embedded.process import spawn
from partnerhub.running import any_free_port
from tests.faults.house import PROGRAMS, wait_until
from tests.faults.story import company, compare, is_settled

pytestmark = pytest.mark.slow
SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
STARTS_WITHIN = 120


class RabbitMQ:
    """Debian's, in a folder and on ports of its own."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.port = any_free_port()

    def start(self) -> None:
        self.folder.mkdir()
        (self.folder / "no-settings").touch()
        own = {
            "HOME": self.folder, "RABBITMQ_NODENAME": f"drill{self.port}@localhost", "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": self.port, "RABBITMQ_DIST_PORT": any_free_port(), "ERL_EPMD_PORT": any_free_port(),
            "ERL_EPMD_ADDRESS": "127.0.0.1", "RABBITMQ_MNESIA_BASE": self.folder / "mnesia",
            "RABBITMQ_LOG_BASE": self.folder / "log", "RABBITMQ_CONF_ENV_FILE": self.folder / "no-settings",
            "RABBITMQ_ENABLED_PLUGINS_FILE": self.folder / "plugins",
        }  # fmt: skip
        environment = {**os.environ, **{name: str(value) for name, value in own.items()}}
        self.process = spawn([str(SERVER)], log=self.folder / "out.log", end_with=signal.SIGKILL, env=environment)
        wait_until(self._answers, STARTS_WITHIN, "RabbitMQ answers")
        self.epmd = ["epmd", "-port", environment["ERL_EPMD_PORT"], "-kill"]

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        subprocess.run(self.epmd, capture_output=True, timeout=60)

    def _answers(self) -> bool:
        """It says its own protocol's name to who speaks another."""
        time.sleep(0.2)
        with socket.socket() as probe:
            probe.settimeout(1)
            try:
                probe.connect(("127.0.0.1", self.port))
                probe.sendall(b"AMQP\x00\x00\x00\x00")
                return probe.recv(4) == b"AMQP"
            except OSError:
                return False


def test_two_workers_on_rabbitmq_share_a_send(house):
    if not (SERVER.exists() and shutil.which("epmd") and os.geteuid() == 0):
        pytest.skip("RabbitMQ is not installed, or this is not root. Install it: apt-get install rabbitmq-server")
    told = company(people := 2_500)
    rabbit = RabbitMQ(house.folder / "rabbitmq")
    rabbit.start()
    try:
        broker = {"BROKER_URL": f"amqp://guest:guest@127.0.0.1:{rabbit.port}//"}
        for name in PROGRAMS:
            house.kill(name)
        house.redis.delete("celery", LONG)  # what beat had kicked when its worker was gone
        for name in PROGRAMS:
            house.start(name, **broker)
        house.start("second worker", like="worker", **broker)
        wait_until(lambda: house.get("/health/ready").status == 200, what="all parts of the house are well")
        with house.counting_sink(pause=0.004) as sink:
            announcement = told.send()
            wait_until(lambda: announcement.chunks.exclude(lease=None).count() >= 2, what="two chunks are worked on at once")
            wait_until(lambda: is_settled(announcement), what="all settled")
            assert compare(announcement, sink.recipients, people) == 0
        assert not house.redis.llen("celery") + house.redis.llen(LONG)
    finally:
        for name in (*PROGRAMS, "second worker"):
            house.kill(name)
        rabbit.stop()
