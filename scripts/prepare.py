"""Make `.venv` and install the pinned, hashed requirements into it; nothing to do when they are installed already.

Runs with any Python from 3.11 on and nothing else: `python3 scripts/prepare.py [base|dev]`.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NEEDED = (3, 11)


def prepare(which: str) -> None:
    if is_installed(which):
        return
    if sys.version_info < NEEDED:
        start_again_with_newer_python()
    began = time.monotonic()
    make_environment()
    install(ROOT / "requirements" / f"{which}.txt")
    note_installed(which)
    say(f"The environment is ready, after {time.monotonic() - began:.0f} s.")


def is_installed(which: str) -> bool:
    """What the developer's requirements pin holds for the base ones too: they are compiled together."""
    return any(stamp(name).exists() and stamp(name).read_text() == fingerprint(name) for name in {which, "dev"}) and works()


def works() -> bool:
    """False where the Python that the environment was made from is gone."""
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], capture_output=True).returncode == 0


def make_environment() -> None:
    if works():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    say(f"Making {VENV.name} with Python {sys.version.split()[0]} …")
    if shutil.which("uv") and run_quietly("uv", "venv", "--quiet", "--seed", "--python", sys.executable, VENV):
        return
    if not run_quietly(sys.executable, "-m", "venv", VENV):
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(f"{sys.executable} cannot make a virtual environment. Install uv or python3-venv.")


def install(requirements: Path) -> None:
    say(f"Installing {count(requirements)} packages …")
    hashed = ["--require-hashes", "--requirement", str(requirements)]
    if shutil.which("uv") and run("uv", "pip", "install", "--quiet", "--compile-bytecode", "--python", PYTHON, *hashed):
        return
    if not run(PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off", "--quiet", *hashed):
        sys.exit("Installing failed; what pip said is above. Is this machine online, or its package index reachable?")


def start_again_with_newer_python() -> None:
    for minor in range(NEEDED[1] + 4, NEEDED[1] - 1, -1):
        if newer := shutil.which(f"python3.{minor}"):
            os.execv(newer, [newer, *sys.argv])  # noqa: S606 - ourselves
    sys.exit(f"PartnerHub needs Python {NEEDED[0]}.{NEEDED[1]} or newer; this is {sys.version.split()[0]}. Name one: make PYTHON=…")


def run(*command: object) -> bool:
    return subprocess.run([str(part) for part in command]).returncode == 0


def run_quietly(*command: object) -> bool:
    return subprocess.run([str(part) for part in command], capture_output=True).returncode == 0


def count(requirements: Path) -> int:
    return len(re.findall(r"^[\w.-]+(\[.*?\])?==", requirements.read_text(), re.MULTILINE))


def stamp(which: str) -> Path:
    return VENV / f".installed-{which}"


def fingerprint(which: str) -> str:
    return hashlib.sha256((ROOT / "requirements" / f"{which}.txt").read_bytes()).hexdigest()


def note_installed(which: str) -> None:
    stamp(which).write_text(fingerprint(which))


def say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201 - this is a script


if __name__ == "__main__":
    prepare(sys.argv[1] if len(sys.argv) > 1 else "base")
