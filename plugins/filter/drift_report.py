# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: drift_report
short_description: What has drifted as a table in Markdown
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Writes the list of P(community.trieve.drift#filter) for people. Long values are shortened to where they differ.
positional: _input
options:
  _input:
    description: What differs, as P(community.trieve.drift#filter) returns it.
    type: list
    elements: dict
    required: true
seealso:
  - plugin: community.trieve.drift
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show what has drifted
  ansible.builtin.debug:
    msg: "{{ (drifted | community.trieve.drift_report).splitlines() }}"
"""

RETURN = r"""
_value:
  description: The text.
  type: str
"""

import typing as t

from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.community.trieve.plugins.plugin_utils._drift import drift_text
from ansible_collections.community.trieve.plugins.plugin_utils._in_process import native


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """By name."""
        return {"drift_report": lambda rows: wrap_var(drift_text(native(rows)))}
