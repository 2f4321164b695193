"""See that there are `smtp-source` and `wrk` for the benchmarks of sending: from Debian, as root; else say how."""

import os
import shutil
import subprocess
import sys

PATH = "/usr/sbin:/usr/bin:/bin"


def get() -> bool:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print("Getting smtp-source and wrk for the benchmarks …", flush=True)  # noqa: T201 - this is a script
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    commands = (
        ["apt-get", "update", "--quiet=2"],
        ["apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", "postfix", "wrk"],
    )
    return all(subprocess.run(command, stdout=subprocess.DEVNULL, env=quiet).returncode == 0 for command in commands)


if __name__ == "__main__" and not all(shutil.which(program, path=PATH) for program in ("smtp-source", "wrk")) and not get():
    sys.exit("The benchmarks of sending need smtp-source and wrk. As root: apt-get install postfix wrk")
