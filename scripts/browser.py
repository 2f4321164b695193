"""See that there is a Chromium for the tests: $CHROMIUM, the system's, Playwright's; else get one."""

import os
import shutil
import subprocess
import sys

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def is_there() -> bool:
    named = os.environ.get("CHROMIUM")
    if named and not os.path.exists(named):
        sys.exit(f"CHROMIUM is “{named}”, which does not exist.")
    return bool(named) or any(map(shutil.which, NAMES)) or _is_playwrights_there()


def get() -> bool:
    """From the system's packages as root, else from Playwright."""
    print("Getting Chromium for the tests …", flush=True)  # noqa: T201 - this is a script
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install = ["apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", "chromium"]
        if _runs(["apt-get", "update", "--quiet=2"]) and _runs(install):
            return True
    return _runs([sys.executable, "-m", "playwright", "install", "chromium"])


def _runs(command: list[str]) -> bool:
    return subprocess.run(command, stdout=subprocess.DEVNULL).returncode == 0


def _is_playwrights_there() -> bool:
    with sync_playwright() as playwright:
        return os.path.exists(playwright.chromium.executable_path)


if __name__ == "__main__" and not is_there() and not get():
    sys.exit("There is no Chromium for the tests. Install one, or name it: make test CHROMIUM=/path/to/chromium")
