# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the Makefile's targets do, each in a virtual environment of its own.

Everything about Ansible runs on a copy of the collection in build/ and with build/home as its home, so nothing
is written to the user's own files. tools/cores.py says which ansible-core runs on which Python.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

import nox

sys.path.insert(0, str(Path(__file__).parent / "tools"))

import cores  # noqa: E402
from build_tree import BUILD, HOME, build_tree  # noqa: E402

nox.needs_version = ">=2024.4.15"
nox.options.default_venv_backend = "virtualenv"
nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = True

# The real interpreters first: pyenv's shims break ansible-test and packed modules.
_FOLDERS = dict.fromkeys(str(python.parent) for python in reversed(cores.pythons().values()))
os.environ["PATH"] = os.pathsep.join([*_FOLDERS, os.environ.get("PATH", "")])

PYPROJECT = nox.project.load_toml("pyproject.toml")


def group(*names: str) -> tuple[str, ...]:
    """The requirements of dependency groups in pyproject.toml."""
    return nox.project.dependency_groups(PYPROJECT, *names)


def install(session: nox.Session, *requirements: str, files: tuple[str, ...] = ()) -> None:
    """Install once: again only when the requirements, or the requirements files, have changed."""
    files = tuple(name for name in files if Path(name).exists())  # while the sandbox is being written
    digest = hashlib.sha256("\n".join([*requirements, *(Path(name).read_text() for name in files)]).encode())
    stamp = Path(session.virtualenv.location) / "requirements.stamp"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    session.install("-q", *requirements, *(f"-r{name}" for name in files))
    stamp.write_text(digest.hexdigest())


def ansible_env() -> dict[str, str | None]:
    """The environment for everything of Ansible: this collection, a home of its own, none of the user's settings."""
    env: dict[str, str | None] = {name: None for name in os.environ if name.startswith("ANSIBLE_")}
    env.update(
        HOME=str(HOME),
        XDG_CACHE_HOME=str(HOME / ".cache"),
        XDG_CONFIG_HOME=str(HOME / ".config"),
        ANSIBLE_HOME=str(HOME / ".ansible"),
        ANSIBLE_COLLECTIONS_PATH=str(BUILD),
        ANSIBLE_CONFIG=os.devnull,
        PYTHONPATH=str(BUILD),
    )
    return env


def demo(session: nox.Session, core: cores.Core, arguments: list[str]) -> None:
    """The quickstart against a sandbox, or against the server that TRIEVE_BASE_URL names."""
    session.run("python", "tools/demo.py", *arguments, env=ansible_env())


def sandbox(session: nox.Session, core: cores.Core, arguments: list[str]) -> None:
    """A sandbox in the foreground."""
    session.run("python", "-m", "sandbox", *arguments, env=ansible_env())


def units(session: nox.Session, core: cores.Core, arguments: list[str]) -> None:
    """The unit tests."""
    session.run("python", "-m", "pytest", "tests/unit", *arguments, env=ansible_env())


PARTS: dict[str, Callable[[nox.Session, cores.Core, list[str]], None]] = {
    part.__name__: part for part in (demo, sandbox, units)
}


def add_core(core: cores.Core, python: cores.Version) -> None:
    """Add the session of one ansible-core: `nox -s core-2.21 -- PART [ARGUMENT]...`."""

    def run_part(session: nox.Session) -> None:
        name, *arguments = session.posargs
        install(
            session,
            f"ansible-core~={core}.0",
            *core.extra,
            *group("run", "test"),
            files=("sandbox/requirements.txt",),
        )
        with session.chdir(build_tree()):
            PARTS[name](session, core, arguments)

    run_part.__doc__ = f"One of {', '.join(PARTS)} on ansible-core {core}."
    nox.session(name=f"core-{core}", python=cores.dotted(python), default=False)(run_part)


for _core in cores.CORES:
    _python = cores.python_for(_core)
    if _python:
        add_core(_core, _python)


def add_shortcut(part: str) -> None:
    """Add `nox -s PART`: that part on the newest core that this machine can run."""

    def shortcut(session: nox.Session) -> None:
        session.notify(f"core-{cores.newest_core()}", posargs=[part, *session.posargs])

    shortcut.__doc__ = PARTS[part].__doc__
    nox.session(name=part, venv_backend="none", default=False)(shortcut)


for _part in PARTS:
    add_shortcut(_part)
