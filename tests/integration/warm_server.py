# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Executes the programs that warm_client.py hands over, each in a fork of this process: warm_server.py LISTENER modules|commands

For modules, it has imported what every packed module imports of Python, requests and Ansible. All of the collection comes from the
zip file of the module, as ever. For commands of Ansible, it has imported what they import of Python and other libraries, and nothing
of Ansible, which reads its configuration when it is imported.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import marshal
import os
import runpy
import socket
import sys
import types


def warm_up(kind: str) -> None:
    """Import what the programs import."""
    for name in ("ansible.module_utils.basic", "requests") if kind == "modules" else _libraries_of_ansible():
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()


def _libraries_of_ansible() -> list[str]:
    """The modules that ansible-playbook imports, without its own. Found out in a fork, since Ansible cannot be forgotten."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        try:
            for name in (
                "ansible.cli.playbook",
                "ansible.executor.playbook_executor",
                "ansible.plugins.strategy.linear",
            ):
                importlib.import_module(name)
        finally:
            names = [name for name in sys.modules if name.partition(".")[0] not in ("ansible", "ansible_collections")]
            os.write(writer, "\n".join(names).encode()[:65536])
            os._exit(0)
    os.close(writer)
    with open(reader, encoding="utf-8") as written:
        return ["requests", *written.read().split()]


def execute(connection: socket.socket) -> int:
    """Execute a client's program with its files, folder and variables, as an interpreter of its own would. Returns the exit code."""
    message, descriptors, _flags, _address = socket.recv_fds(connection, 1 << 20, 3)
    program, folder, variables = marshal.loads(message)
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        old = getattr(sys, name)  # may think that it is a file
        new = open(number, "w" if number else "r", 1 if number == 2 else -1, old.encoding, old.errors, closefd=False)  # noqa: SIM115
        setattr(sys, name, new)
        setattr(sys, f"__{name}__", new)
    os.chdir(folder)
    os.environ.clear()
    os.environb.update(variables)
    sys.argv = program or [""]
    try:
        if program:
            runpy.run_path(program[0], run_name="__main__")
        else:
            sys.path.insert(0, "")
            main = types.ModuleType("__main__")
            sys.modules["__main__"] = main
            exec(compile(sys.stdin.buffer.read(), "<stdin>", "exec"), main.__dict__)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    except BaseException:  # as the interpreter does
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


def serve(listener: socket.socket) -> None:
    """Serve clients until this process is ended."""
    while True:
        connection, _address = listener.accept()
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if os.fork() == 0:
            code = 1
            try:
                listener.close()
                code = execute(connection)
                atexit._run_exitfuncs()
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                with contextlib.suppress(OSError):
                    connection.send(bytes([code & 0xFF]))
                os._exit(code)
        connection.close()


if __name__ == "__main__":
    del sys.path[0]  # this file's folder, which no module sees
    warm_up(sys.argv[2])
    serve(socket.socket(fileno=int(sys.argv[1])))
