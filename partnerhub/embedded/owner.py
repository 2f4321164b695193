"""Who the embedded servers run as. PostgreSQL refuses to run as root, so root starts it as `nobody`."""

import os
import pwd
import shutil
from pathlib import Path


def is_root() -> bool:
    return os.geteuid() == 0


def unprivileged() -> dict:
    """Arguments for `subprocess` that drop root's rights; none when we have no such rights."""
    if not is_root():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def give(path: Path) -> Path:
    """Make a closed folder that the unprivileged server owns."""
    path.mkdir(parents=True, exist_ok=True)
    if is_root():
        nobody = pwd.getpwnam("nobody")
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    path.chmod(0o700)
    return path


def is_reachable(path: Path) -> bool:
    """Whether anyone may walk to `path`: a folder below a closed home (mode 0700) is out of reach for `nobody`."""
    return all(parent.stat().st_mode & 0o001 for parent in [path, *path.parents] if parent.is_dir())


def copy_tree(source: Path, target: Path) -> Path:
    """A copy that is either whole or not there, whoever else makes it at the same time."""
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.copytree(source, partial, symlinks=True)
    partial.chmod(0o755)
    try:
        partial.rename(target)
    except OSError:  # somebody was quicker
        shutil.rmtree(partial)
    return target
