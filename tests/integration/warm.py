# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An interpreter for packed modules, and one for Ansible, which have imported already what they need.

Most of the processor time of a packed task, and of a short play, goes into an interpreter that starts and imports. Here, one
process has done that, and forks for each: see warm_server.py. Tests about how modules start and end have the marker C(cold).
"""

from __future__ import annotations

import shlex
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent


class Warm:
    """Executes programs in forks of processes that have imported their libraries."""

    def __init__(self, folder: Path, stack: ExitStack, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._stack = stack
        self._commands: dict[Path, tuple[str, ...]] = {}
        self._lock = threading.Lock()
        modules = self._server("modules", environment)
        self.python = folder / "python"
        """Can take the place of the interpreter of packed modules."""
        # A program in a file, or in an option, is for the interpreter itself.
        self.python.write_text(
            f'#!/bin/sh\n[ $# = 0 ] && exec {shlex.join(modules)}\nexec {shlex.quote(sys.executable)} "$@"\n'
        )
        self.python.chmod(0o755)

    def command(self, folder: Path, environment: Mapping[str, str]) -> tuple[str, ...]:
        """What goes before a command of Ansible that is to run with this environment.

        Ansible reads its configuration when it is imported, so the environment must be the same whenever the folder is.
        """
        with self._lock:
            if folder not in self._commands:
                self._commands[folder] = self._server(f"commands-{len(self._commands)}", environment)
            return self._commands[folder]

    def _server(self, name: str, environment: Mapping[str, str]) -> tuple[str, ...]:
        listener = self._stack.enter_context(socket.socket(socket.AF_UNIX))
        address = str(self._folder / name)
        listener.bind(address)
        listener.listen(64)
        command = [sys.executable, str(HERE / "warm_server.py"), str(listener.fileno()), name.partition("-")[0]]
        # Its own temporary files, those of Ansible among them, go with the folder.
        own = {"ANSIBLE_LOCAL_TEMP": str(self._folder / "tmp")}
        process = subprocess.Popen(
            command,
            env={**environment, **own},
            cwd=self._folder,
            pass_fds=[listener.fileno()],
            stdin=subprocess.DEVNULL,
        )
        self._stack.callback(process.wait)
        self._stack.callback(process.kill)
        return (sys.executable, "-IS", str(HERE / "warm_client.py"), address)


@contextmanager
def warm(environment: Mapping[str, str]) -> Iterator[Warm]:
    """Start the process that imports for modules, and what imports for Ansible when it is needed, for as long as the context lasts.

    :param environment: of the first of these processes; what it executes has its own variables
    """
    # Not in pytest's folder: the path of a socket has about a hundred characters at the most.
    with tempfile.TemporaryDirectory(prefix="warm-", ignore_cleanup_errors=True) as folder, ExitStack() as stack:
        yield Warm(Path(folder), stack, environment)
