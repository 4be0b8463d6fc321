# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Executes the programs that warm_client.py hands over, each in a fork of this process: warm_server.py LISTENER modules|commands

For modules, it has imported what every packed module imports of Python, requests and Ansible. All of the collection comes from the
zip file of the module, as ever. For commands of Ansible, it has imported what they import of Python, other libraries, Ansible,
which has read its configuration from the environment of this process, and the collection.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import inspect
import logging
import marshal
import os
import runpy
import socket
import sys
import types
import warnings
from pathlib import Path

OF_MODULES = ("ansible.module_utils.basic", "requests")
OF_COMMANDS = (
    *("ansible.cli.playbook", "ansible.executor.playbook_executor", "requests"),
    *("ansible.plugins.action.normal", "ansible.plugins.callback.default", "ansible.plugins.connection.local"),
    *("ansible.plugins.inventory.yaml", "ansible.plugins.shell.sh", "ansible.plugins.strategy.linear"),
)


def warm_up(kind: str) -> None:
    """Import what the programs import."""
    for name in OF_MODULES if kind == "modules" else OF_COMMANDS:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    if kind == "commands":
        load_plugins()
        # The folder for Ansible's temporary files is for all forks, and so is what it keeps of packed modules there.
        atexit.unregister(sys.modules["ansible.utils.path"].cleanup_tmp_file)
    gc.collect()
    gc.freeze()


def load_plugins() -> None:
    """Load the plugins that each worker would load for itself, and the collection."""
    loader = importlib.import_module("ansible.plugins.loader")
    loader.init_plugin_loader()
    warnings.filterwarnings("ignore", "AnsibleCollectionFinder has already been configured")
    loader.filter_loader.get("length")  # and with it all of Ansible's own
    loader.test_loader.get("defined")
    for action in (Path(__file__).resolve().parents[2] / "plugins" / "action").glob("trieve_*.py"):
        importlib.import_module(f"ansible_collections.community.trieve.plugins.action.{action.stem}")
    inspect.stack()  # finds the file of each module; Ansible asks for each item of a loop that is skipped


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
    for handler in logging.root.handlers:  # Ansible's log file, which is another one now
        handler.close()
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
