# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An interpreter for packed modules, and one for Ansible, which have imported already what is not the collection's.

Three quarters of the processor time of a packed task are that of an interpreter which starts and imports. Here, one process has
done that, and forks for each task: see warm_server.py. Tests about how modules start and end have the marker C(cold).
"""

from __future__ import annotations

import shlex
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Warm:
    """What executes programs in forks of a process that has imported their libraries."""

    python: Path
    """Can take the place of the interpreter of packed modules."""
    command: tuple[str, ...]
    """Goes before a command of Ansible."""


@contextmanager
def warm(environment: Mapping[str, str]) -> Iterator[Warm]:
    """Start the processes that import, for as long as the context lasts.

    :param environment: of these processes; what they execute has its own variables
    """
    # Not in pytest's folder: the path of a socket has about a hundred characters at the most.
    with tempfile.TemporaryDirectory(prefix="warm-") as folder, ExitStack() as stack:

        def server(kind: str) -> tuple[str, ...]:
            listener = stack.enter_context(socket.socket(socket.AF_UNIX))
            address = str(Path(folder) / kind)
            listener.bind(address)
            listener.listen(64)
            command = [sys.executable, str(HERE / "warm_server.py"), str(listener.fileno()), kind]
            process = subprocess.Popen(
                command, env=dict(environment), cwd=folder, pass_fds=[listener.fileno()], stdin=subprocess.DEVNULL
            )
            stack.callback(process.wait)
            stack.callback(process.kill)
            return (sys.executable, "-IS", str(HERE / "warm_client.py"), address)

        python = Path(folder) / "python"
        # A program in a file, or in an option, is for the interpreter itself.
        python.write_text(
            f'#!/bin/sh\n[ $# = 0 ] && exec {shlex.join(server("modules"))}\nexec {shlex.quote(sys.executable)} "$@"\n'
        )
        python.chmod(0o755)
        yield Warm(python, server("commands"))
