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
  - Returns why a text cannot be read as a state file, with line and column, without repeating any value of it.
  - A file whose aliases, written out, have more than a million values is refused.
positional: file
options:
  _input:
    description: The text of the file.
    type: str
    required: true
  file:
    description: The name of the file, for the sentences.
    type: str
    required: true
seealso:
  - plugin: community.trieve.state_faults
    plugin_type: filter
"""

EXAMPLES = r"""
- name: The file can be read
  ansible.builtin.assert:
    that: lookup('ansible.builtin.file', path) | community.trieve.state_text_faults(path) == []
  vars:
    path: /srv/trieve/organization.yml
"""

RETURN = r"""
_value:
  description: A sentence for each fault, with file, line and column in front. Empty if there is none.
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
