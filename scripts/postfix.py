"""See that there is a Postfix for the drills of faults; else get one from the system's packages. It is not configured and not
started: the drills start their own, in a folder of their own."""

import os
import shutil
import subprocess
import sys

PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def is_there() -> bool:
    return shutil.which("postfix", path=PATH) is not None


def get() -> bool:
    print("Getting Postfix for the drills of faults …", flush=True)  # noqa: T201 - this is a script
    unattended = {**os.environ, "PATH": PATH, "DEBIAN_FRONTEND": "noninteractive"}
    answers = "postfix postfix/main_mailer_type select No configuration\n"
    install = ["apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", "postfix"]
    subprocess.run(["debconf-set-selections"], input=answers, text=True, env=unattended, check=False)
    done = all(_runs(command, unattended) for command in (["apt-get", "update", "--quiet=2"], install))
    if done and os.path.exists("/var/spool/postfix/pid/master.pid"):
        _runs(["postfix", "stop"], unattended)  # where the package started one: nothing is to listen on port 25
    return done


def _runs(command: list[str], environment: dict) -> bool:
    return subprocess.run(command, stdout=subprocess.DEVNULL, env=environment).returncode == 0


if __name__ == "__main__" and not is_there():
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.stderr.write("There is no Postfix, and none can be installed here: the drill through a real MTA is left out.\n")
    elif not get():
        sys.exit("Postfix could not be installed. Install it: apt-get install postfix")
