# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An interpreter for packed modules that has imported already what is not the collection's.

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
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent


@contextmanager
def warm_interpreter(environment: Mapping[str, str]) -> Iterator[Path]:
    """The path of a command that can take the place of the interpreter while the context lasts.

    :param environment: of the process that imports; a task has its own variables
    """
    # Not in pytest's folder: the path of a socket has about a hundred characters at the most.
    with tempfile.TemporaryDirectory(prefix="warm-") as folder, socket.socket(socket.AF_UNIX) as listener:
        address = str(Path(folder) / "socket")
        listener.bind(address)
        listener.listen(64)
        python = Path(folder) / "python"
        client = shlex.join([sys.executable, "-IS", str(HERE / "warm_client.py"), address])
        # A program in a file, or in an option, is for the interpreter itself.
        python.write_text(f'#!/bin/sh\n[ $# = 0 ] && exec {client}\nexec {shlex.quote(sys.executable)} "$@"\n')
        python.chmod(0o755)
        command = [sys.executable, str(HERE / "warm_server.py"), str(listener.fileno())]
        with subprocess.Popen(
            command, env=dict(environment), cwd=folder, pass_fds=[listener.fileno()], stdin=subprocess.DEVNULL
        ) as server:
            try:
                yield python
            finally:
                server.kill()
