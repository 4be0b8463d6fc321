# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: trieve_search
short_description: Search a Trieve dataset
version_added: 1.0.0
author:
  - community.trieve contributors (@ansible-collections)
description:
  - Searches a dataset for each term, and returns the chunks that were found.
  - It runs on the controller. M(community.trieve.trieve_search_info) does the same as a task, and names what is wrong in the task's result.
extends_documentation_fragment:
  - community.trieve.connection
  - community.trieve.connection.plugin
  - community.trieve.dataset
  - community.trieve.dataset.plugin
  - community.trieve.search.query
  - community.trieve.filters
options:
  _terms:
    description: Queries.
    type: list
    elements: str
    required: true
  search_type:
    description:
      - If it is omitted, V(hybrid) is used.
  page_size:
    description: Maximum number of chunks per query, at most 10000.
    type: int
    default: 10
  group_id:
    description: ID of the group to search in.
    type: str
  group_tracking_id:
    description: Tracking ID of the group to search in.
    type: str
notes:
  - Set O(api_key) to a variable from a vault, or set the environment variable E(TRIEVE_API_KEY).
seealso:
  - module: community.trieve.trieve_search_info
"""

EXAMPLES = r"""
- name: Show the best page for a question
  ansible.builtin.debug:
    msg: "{{ (lookup('community.trieve.trieve_search', 'How do I install it?', dataset='docs', page_size=1) | first).link }}"

- name: Search in one group, without drafts
  ansible.builtin.debug:
    msg: "{{ query('community.trieve.trieve_search', 'warranty', 'returns', dataset='docs', search_type='fulltext',
      group_tracking_id='terms', filters=no_drafts) | flatten | map(attribute='tracking_id') }}"
  vars:
    no_drafts:
      must_not:
        - field: tag_set
          match_any: [draft]
"""

RETURN = r"""
_raw:
  description: For each term the list of chunks, the best first, as M(community.trieve.trieve_search_info) returns them in RV(ignore:chunks).
  returned: success
  type: list
  elements: list
  sample:
    - - rank: 1
        score: 0.667
        tracking_id: install-linux
        link: https://docs.example.com/install
        chunk_html: <h2>Install</h2><p>Install the program on Linux.</p>
"""

import typing as t

from ansible.errors import AnsibleLookupError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.community.trieve.plugins.module_utils._core.mask import Mask, readable, short_secrets
from ansible_collections.community.trieve.plugins.module_utils._core.options import CONNECTION_OPTIONS, connect
from ansible_collections.community.trieve.plugins.module_utils._core.task import Task
from ansible_collections.community.trieve.plugins.module_utils._dataset.options import DATASET_OPTION, named_dataset
from ansible_collections.community.trieve.plugins.module_utils._search.api import find
from ansible_collections.community.trieve.plugins.module_utils._search.options import SEARCH_OPTIONS, parse_search
from ansible_collections.community.trieve.plugins.plugin_utils._in_process import failing_as, native

display = Display()

_OPTIONS: dict[str, t.Any] = {**CONNECTION_OPTIONS, **DATASET_OPTION, **SEARCH_OPTIONS}


class LookupModule(LookupBase):
    """Searches a dataset."""

    def run(self, terms: t.Any, variables: t.Any = None, **kwargs: t.Any) -> list[t.Any]:
        """The chunks of each term.

        :raises AnsibleLookupError: an option is invalid, or a request failed
        """
        self.set_options(var_options=variables, direct=kwargs)
        with failing_as(AnsibleLookupError):
            return [wrap_var(self._find(native(term))) for term in terms]

    def _find(self, query: t.Any) -> list[dict[str, t.Any]]:
        given = {name: self.get_option(name) for name in _OPTIONS if name in self._options}
        asked = native({**{name: value for name, value in given.items() if value not in (None, "")}, "query": query})
        validation = ArgumentSpecValidator(_OPTIONS).validate(asked)
        if validation.error_messages:
            raise AnsibleLookupError(Mask(validation._no_log_values).line("; ".join(validation.error_messages)))
        params: dict[str, t.Any] = validation.validated_parameters
        for words in short_secrets(params):
            display.warning(words)
        task, client = Task(params, progress=lambda line: display.vvv(readable(line))), connect(params)
        search = parse_search(params)
        found = find(task, client, named_dataset(task, client), search)["chunks"]
        for warning in task.warnings:
            display.warning(readable(warning))
        return list(found)
