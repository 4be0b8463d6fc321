# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which ansible-core runs on which Python, and which of them this machine has. Defined only here."""

from __future__ import annotations

import functools
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

Version = tuple[int, int]


@dataclass(frozen=True)
class Core:
    """One ansible-core release that the tests support.

    ``oldest`` and ``newest`` are the Python versions that its controller supports. ``extra`` are additional requirements,
    so the oldest core is tested with the oldest libraries. ``pip`` is the version that its ansible-test installs into each
    environment it creates.
    """

    version: str
    oldest: Version
    newest: Version
    pip: str
    extra: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.version

    @property
    def requirement(self) -> str:
        """What pip installs. NEWEST_CORE replaces the newest core, for example by the archive of its development branch."""
        instead = os.environ.get("NEWEST_CORE", "") if self == CORES[-1] else ""
        return f"ansible-core @ {instead}" if instead else f"ansible-core~={self.version}.0"


# Add a new core as the last line. `make demo` and `make test` use the newest one that a Python of this machine can run.
CORES = (
    Core("2.16", (3, 10), (3, 12), "23.1.2", extra=("urllib3<2",)),
    Core("2.17", (3, 10), (3, 12), "23.1.2"),
    Core("2.18", (3, 11), (3, 13), "24.2"),
    Core("2.19", (3, 11), (3, 13), "24.2"),
    Core("2.20", (3, 12), (3, 14), "25.2"),
    Core("2.21", (3, 12), (3, 14), "25.2"),
)

# The core between the oldest and the newest that is tested.
MIDDLE = "2.19"


def dotted(version: Version) -> str:
    """``(3, 12)`` as ``3.12``."""
    return ".".join(str(part) for part in version)


def python_for(core: Core) -> Version | None:
    """The Python to run a core's tests with, or None if this machine has none for it.

    The newest core runs on its newest Python, any other on its oldest, so the tests cover both ends.
    """
    fitting = [version for version in pythons() if core.oldest <= version <= core.newest]
    if not fitting:
        return None
    return max(fitting) if core == CORES[-1] else min(fitting)


def newest_core() -> Core:
    """The newest core that a Python of this machine can run.

    :raises SystemExit: there is none
    """
    for core in reversed(CORES):
        if python_for(core):
            return core
    raise SystemExit(f"Python {dotted(CORES[0].oldest)} or newer not found. It is required to run ansible-core.")


def _real(candidate: Path) -> Path | None:
    """The path of the interpreter's binary, or None if it does not work.

    A shim of pyenv can exist for a Python that is not enabled (exit code 127). A shim that works still breaks ansible-test
    and packed modules, so the path of the binary itself is used.
    """
    try:
        result = subprocess.run(
            [candidate, "-c", "import os, sys; print(os.path.realpath(sys.executable))"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return Path(result.stdout.strip()) if result.returncode == 0 else None


@functools.cache
def pythons() -> dict[Version, Path]:
    """The interpreters of this machine by version: those on PATH, then those of pyenv."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found = {}
    for minor in range(9, max(core.newest[1] for core in CORES) + 1):
        name = f"python3.{minor}"
        candidates = [folder / name for folder in folders]
        candidates += sorted(pyenv.glob(f"versions/3.{minor}.*/bin/{name}"))
        for candidate in candidates:
            real = _real(candidate) if candidate.exists() else None
            if real:
                found[(3, minor)] = real
                break
    return found


if __name__ == "__main__":
    print(newest_core())
