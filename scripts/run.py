"""`make run`: prepare the environment, then become `manage.py up`. With any Python from 3.11 on and nothing else."""

import os
import time

from prepare import PYTHON, ROOT, prepare


def main() -> None:
    os.environ["PARTNERHUB_STARTED_AT"] = str(time.time())
    # Where this is set, every start would compile every module again, which takes longer than all the rest.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    prepare("base")
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "manage.py", "up"])  # noqa: S606 - this process goes on as that one


if __name__ == "__main__":
    main()
