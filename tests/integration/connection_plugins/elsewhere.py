# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A connection that is another one than local, and leads to the same place."""

from __future__ import annotations

from ansible.plugins.connection.local import Connection as LocalConnection

DOCUMENTATION = """
name: elsewhere
short_description: Another connection than local
description:
  - Does what the local one does, under another name.
extends_documentation_fragment:
  - connection_pipelining
"""


class Connection(LocalConnection):
    """The plugin."""

    transport = "elsewhere"
