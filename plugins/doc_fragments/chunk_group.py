# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options that declare a chunk group, except its tracking ID."""

    DOCUMENTATION = r"""
options:
  name:
    description:
      - Name of the group. The name of a new group is empty by default.
    type: str
  description:
    description:
      - Description of the group.
    type: str
  metadata:
    description:
      - Any data to store with the group. It is compared and replaced as a whole. V({}) clears it.
    type: dict
  tag_set:
    description:
      - Tags of the group. The order does not matter. An empty list clears them.
    type: list
    elements: str
"""
