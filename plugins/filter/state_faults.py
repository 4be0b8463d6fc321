# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: state_faults
short_description: Check the keys of a state file
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Checks a state against the argument spec of a role, and reports the place of each misspelled or missing key and of each value of a wrong type.
  - Ansible does the same when a role starts, but does not report the entry of a list, and prints the whole spec.
positional: spec, text, file
options:
  _input:
    description: The state.
    type: raw
    required: true
  spec:
    description: Option of the role's argument spec whose value the state is, from C(meta/argument_specs.yml).
    type: dict
    required: true
  text:
    description: YAML text of the state. If set, each message begins with O(file), line and column.
    type: str
  file:
    description: Name of the file that contains O(text).
    type: str
    default: ""
seealso:
  - name: Role community.trieve.organization
    description: Reads state files, and checks them against its argument specs with this filter.
    link: https://docs.ansible.com/projects/ansible/devel/collections/community/trieve/organization_role.html
"""

EXAMPLES = r"""
- name: Check that no key is misspelled
  ansible.builtin.assert:
    that: state | community.trieve.state_faults(spec) == []
  vars:
    state:
      datasets:
        - tracking_id: docs
          nmae: Documentation # datasets[0] (docs): key nmae not found. Did you mean name?
    spec:
      type: dict
      options:
        datasets:
          type: list
          elements: dict
          options:
            tracking_id:
              type: str
              required: true
            name:
              type: str
"""

RETURN = r"""
_value:
  description: One message for each fault. Empty if there are none.
  type: list
  elements: str
"""

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.faults import Option, find_faults
from ansible_collections.community.trieve.plugins.module_utils._core.mask import Mask, named_secrets
from ansible_collections.community.trieve.plugins.plugin_utils._in_process import native
from ansible_collections.community.trieve.plugins.plugin_utils._yaml_places import compose, place_of


def state_faults(state: t.Any, spec: Option, text: t.Any = None, file: t.Any = "") -> list[str]:
    """The filter: one message for each unknown key and each invalid value."""
    # Native values, since ansible-core 2.19 and newer evaluates templates at each access.
    plain = native(state)
    mask = Mask(secret for _place, secret in named_secrets({"": plain}))
    faults = list(find_faults(plain, native(spec)))
    root = None if text is None else compose(native(text))
    if root is None:
        return [mask.line(fault.words) for fault in faults]
    return [f"{native(file)}:{place_of(root, fault.path, fault.key)}: {mask.line(fault.words)}" for fault in faults]


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"state_faults": state_faults}
