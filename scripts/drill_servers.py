"""See that the servers of others, by which the drills of faults try ours, are there; else get them from the system's packages. They
are not configured and not left running: the drills start their own, in folders of their own."""

import os
import shutil
import subprocess
import sys

PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
UNATTENDED = {**os.environ, "PATH": PATH, "DEBIAN_FRONTEND": "noninteractive"}
ANSWERS = "postfix postfix/main_mailer_type select No configuration\n"


def is_there(package: str) -> bool:
    return shutil.which(package, path=PATH) is not None


def get(package: str) -> bool:
    print(f"Getting {package} for the drills of faults …", flush=True)  # noqa: T201 - this is a script
    subprocess.run(["debconf-set-selections"], input=ANSWERS, text=True, env=UNATTENDED, check=False)
    done = _runs(["apt-get", "update", "--quiet=2"]) and _runs(
        ["apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", package]
    )
    subprocess.run(["service", package, "stop"], capture_output=True, env=UNATTENDED)  # where the package started one
    return done


def _runs(command: list[str]) -> bool:
    return subprocess.run(command, stdout=subprocess.DEVNULL, env=UNATTENDED).returncode == 0


if __name__ == "__main__":
    for package in (package for package in sys.argv[1:] if not is_there(package)):
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            sys.stderr.write(f"There is no {package}, and none can be installed here: its drill is left out.\n")
        elif not get(package):
            sys.exit(f"{package} could not be installed. Install it: apt-get install {package}")
