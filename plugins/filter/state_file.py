# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: state_file
short_description: The state of a Trieve organization as the text of a state file
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Makes of what P(community.trieve.trieve_dataset_info#module) returns the YAML that declares just that, for the role
    P(community.trieve.organization#role).
  - The same state gives the same text. Ids, times and counts are not in it, and no secrets.
  - What cannot be declared is a comment that says why, and what to do about it.
  - Texts that look like templates are tagged C(!unsafe), so that they stay what they are.
positional: _input
options:
  _input:
    description:
      - The datasets as P(community.trieve.trieve_dataset_info#module) returns them, with C(configuration), C(chunk_groups) and C(crawls), as far as
        O(kinds) asks for it.
    type: list
    elements: dict
    required: true
  api_keys:
    description: The keys as P(community.trieve.trieve_api_key_info#module) returns them. They are written as comments.
    type: list
    elements: dict
    default: []
  kinds:
    description: What is written. A list that is not written is not managed.
    type: list
    elements: str
    choices: [datasets, chunk_groups, crawls, api_keys]
    default: [datasets, chunk_groups, crawls, api_keys]
  defaults:
    description:
      - Whether options that a new object has anyway are written, too. If so, any later change of them is a difference.
    type: bool
    default: true
seealso:
  - plugin: community.trieve.trieve_dataset_info
    plugin_type: module
"""

EXAMPLES = r"""
- name: What is there?
  community.trieve.trieve_dataset_info:
    configuration: true
    crawls: true
    chunk_groups: true
  register: everything

- name: Write it down
  ansible.builtin.copy:
    content: "{{ everything.datasets | community.trieve.state_file }}"
    dest: organization.yml
    mode: "0600"
"""

RETURN = r"""
_value:
  description: The text of the file.
  type: str
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.community.trieve.plugins.module_utils._core.mask import masked_value
from ansible_collections.community.trieve.plugins.plugin_utils._in_process import native
from ansible_collections.community.trieve.plugins.plugin_utils._state import KINDS, state_text


def state_file(datasets: t.Any, api_keys: t.Any = (), kinds: t.Any = KINDS, defaults: bool = True) -> t.Any:
    """The filter.

    :raises AnsibleFilterError: the kinds are none, something is missing that they ask for, or a secret was masked in what they read
    """
    kinds = native(kinds)
    if not isinstance(kinds, list) or not kinds or set(kinds) - set(KINDS):
        raise AnsibleFilterError(f"state_file: kinds is {kinds!r}; it has to be a list out of {', '.join(KINDS)}.")
    found = native(datasets)
    needed = {"datasets": "configuration", "chunk_groups": "chunk_groups", "crawls": "crawls"}
    for kind, option in needed.items():
        sign = "system_prompt" if kind == "datasets" else kind
        if kind in kinds and any(sign not in dataset for dataset in found):
            raise AnsibleFilterError(
                f"state_file: the datasets come without their {option}. Read them with {option}: true."
            )
    hidden = masked_value({"datasets": found, "api_keys": native(api_keys)})
    if hidden:
        raise AnsibleFilterError(f"state_file: {hidden}. Nothing was exported: applying it would write the mask.")
    # Marked, since cores before 2.19 would evaluate what looks like a template in it.
    return wrap_var(state_text(found, native(api_keys), kinds, bool(defaults)))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """By name."""
        return {"state_file": state_file}
