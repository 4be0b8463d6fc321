# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hands a program over to warm_server.py, and ends as it ends: warm_client.py SOCKET [PROGRAM ARGUMENT...]

Without its path, the program is on the standard input.

Started a thousand times, without `site`: it imports only what is part of the interpreter.
"""

from __future__ import annotations

import _socket
import marshal
import posix
import sys

connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
connection.connect(sys.argv[1])
descriptors = b"".join(number.to_bytes(4, sys.byteorder) for number in (0, 1, 2))
connection.sendmsg(
    [marshal.dumps((sys.argv[2:], posix.getcwd(), posix.environ))],
    [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, descriptors)],
)
posix._exit((connection.recv(1) or b"\xff")[0])
