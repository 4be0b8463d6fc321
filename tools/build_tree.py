# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copies the collection to where Ansible looks for it.

Ansible and ansible-test want a collection at ``.../ansible_collections/NAMESPACE/NAME`` by real path
(they follow a link). The copy holds the files that git tracks or would track, so nothing that is ignored
leaks into a test or an artifact.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
HOME = BUILD / "home"
TREE = BUILD / "ansible_collections" / "community" / "trieve"
"""Where the linters look."""

# What tools write into the copy and what makes their next run fast.
KEPT = {"__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".ansible", ".hypothesis"}
KEPT_PATHS = {Path("tests/output")}


def tree_of(name: str) -> Path:
    """A copy of its own for what runs beside others: ansible-test writes into the collection that it tests."""
    return BUILD / name / "ansible_collections" / "community" / "trieve"


def listed_files() -> list[Path]:
    """The files that git tracks or would track, as paths below the root of the checkout.

    :raises SystemExit: git is missing, or this is no git checkout.
    """
    if shutil.which("git") is None:
        raise SystemExit("git is missing: it tells which files belong to the collection. Install git.")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if result.returncode:
        words = result.stderr.decode(errors="replace").strip()
        raise SystemExit(f"{ROOT} is not a git checkout that git can read: {words}")
    names = {name for name in result.stdout.decode().split("\0") if name}
    return sorted(Path(name) for name in names if (ROOT / name).exists())


def _same(source: Path, copy: Path) -> bool:
    """Whether the copy is of this source: same size, mode and time of change (in whole nanoseconds)."""
    try:
        there = copy.lstat()
    except FileNotFoundError:
        return False
    here = source.lstat()
    return (here.st_size, here.st_mode, here.st_mtime_ns) == (there.st_size, there.st_mode, there.st_mtime_ns)


def _copy(source: Path, copy: Path) -> None:
    """Replace the copy in one step, so that a test that reads it meanwhile sees the old or the new file."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=copy.parent) as folder:
        shutil.copy2(source, Path(folder) / copy.name, follow_symlinks=False)
        os.replace(Path(folder) / copy.name, copy)


def build_tree(tree: Path = TREE) -> Path:
    """Bring the copy up to date and return its path; what has not changed keeps its time of change."""
    tree.mkdir(parents=True, exist_ok=True)
    HOME.mkdir(parents=True, exist_ok=True)
    wanted = listed_files()
    for name in wanted:
        if not _same(ROOT / name, tree / name):
            _copy(ROOT / name, tree / name)
    _remove_others(tree, set(wanted))
    return tree


def _remove_others(tree: Path, wanted: set[Path]) -> None:
    """Delete what is no longer in the checkout, and the folders that this leaves empty.

    A test that runs in the copy meanwhile may take its own files away, or add one.
    """
    for folder, names, files in os.walk(tree):
        below = Path(folder).relative_to(tree)
        names[:] = [name for name in names if name not in KEPT and below / name not in KEPT_PATHS]
        for name in files:
            if below / name not in wanted:
                (Path(folder) / name).unlink(missing_ok=True)
    for folder, names, files in os.walk(tree, topdown=False):
        if not names and not files and Path(folder) != tree:
            with contextlib.suppress(OSError):
                Path(folder).rmdir()


if __name__ == "__main__":
    print(build_tree(Path(sys.argv[1]) if len(sys.argv) > 1 else TREE))
