# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: state_text_faults
short_description: Check that a text is the YAML of a state file
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Reports why a text is not a valid state file, with line and column. Messages do not contain values of the file.
  - A file whose aliases expand to more than a million values is refused.
positional: file
options:
  _input:
    description: Content of the file.
    type: str
    required: true
  file:
    description: Name of the file, for the messages.
    type: str
    required: true
seealso:
  - plugin: community.trieve.state_faults
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Check that the file is a state file
  ansible.builtin.assert:
    that: lookup('ansible.builtin.file', path) | community.trieve.state_text_faults(path) == []
  vars:
    path: /srv/trieve/organization.yml
"""

RETURN = r"""
_value:
  description: One message for each fault, which begins with file, line and column. Empty if there are none.
  type: list
  elements: str
  sample:
    - "/srv/trieve/organization.yml:3:9: mapping values are not allowed here."
"""

import typing as t

from ansible_collections.community.trieve.plugins.plugin_utils._in_process import native
from ansible_collections.community.trieve.plugins.plugin_utils._yaml_places import text_faults


def state_text_faults(text: t.Any, file: t.Any) -> list[str]:
    """The filter."""
    return text_faults(native(text), native(file))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """By name."""
        return {"state_text_faults": state_text_faults}
