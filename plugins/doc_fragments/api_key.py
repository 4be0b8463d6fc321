# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.community.trieve.plugins.doc_fragments.filters import FILTERS, nested
from ansible_collections.community.trieve.plugins.doc_fragments.search import HIGHLIGHT_OPTIONS, TYPO_OPTIONS


class ModuleDocFragment:
    """The options of C(module_utils/_api_key/options.py) and C(module_utils/_api_key/default_params.py)."""

    # With a type, since ansible-test takes a plain assignment for a text.
    DOCUMENTATION: str = (
        r"""
options:
  name:
    description:
      - Name of the key, exactly as written. Required with O(state=present).
    type: str
  role:
    description:
      - Role of the key. V(read) can read and search, V(admin) can manage the contents of datasets, crawls and keys, and V(owner) can
        also manage datasets and the organization.
      - Required for a first key. A rotated key keeps its role if the option is omitted.
      - Trieve does not check whether the caller has that role. An admin's key can create an owner's key.
    type: str
    choices: [read, admin, owner]
  dataset_ids:
    description:
      - Datasets that the key is limited to, each by its ID or tracking ID. The order does not matter.
      - An empty list gives access to all datasets of the organization. If the option is omitted, so does a first key, and a rotated key
        keeps its datasets.
      - They take effect in calls that name a dataset. In a call that names only the organization, Trieve ignores them.
      - In check mode, a tracking ID that the organization does not have yet stands for a dataset that an earlier task would have
        created, with a warning. So does V(null) or an empty string, which a run refuses.
    type: list
    elements: raw
  scopes:
    description:
      - Calls that the key is limited to, such as V(GET /api/chunk/{chunk_id}).
      - Trieve treats each as a pattern that can match anywhere, so V(POST /api/dataset) also allows
        C(POST /api/dataset/get_all_tags). In a call that matches, the key has the rights of an owner, whatever its role.
      - An empty list is refused, because it would forbid everything.
      - Sent when a key is created. Cannot be read, so it is never compared.
    type: list
    elements: str
  expires_at:
    description:
      - Expiry time, as an ISO 8601 date or date and time, such as V(2030-12-31) or V(2030-12-31T23:59:59+01:00). It is sent in UTC, to
        the second, because a key with a time that Trieve cannot read never expires.
      - A time without a zone is in UTC. A date without a time is the start of that day in UTC.
      - A key cannot be created with a time in the past.
      - Sent when a key is created. Cannot be read, so it is never compared.
    type: str
  default_params:
    description:
      - Parameters that override those of each search and scroll request with the key.
      - Sent when a key is created. Cannot be read, so it is never compared.
    type: dict
    suboptions:
      search_type:
        description: Search method.
        type: str
        choices: [fulltext, semantic, hybrid, bm25]
      page_size:
        description: Number of results per page.
        type: int
"""
        + nested(FILTERS, 1)
        + r"""
      score_threshold:
        description: Minimum score of a result.
        type: float
      slim_chunks:
        description: Whether to leave the content out of results.
        type: bool
      use_quote_negated_terms:
        description: Whether quoted words are required and words with a minus sign are excluded.
        type: bool
      remove_stop_words:
        description: Whether to remove stop words from a query.
        type: bool
      no_result_message:
        description: Message to return if nothing was found.
        type: str
"""
        + nested(HIGHLIGHT_OPTIONS, 1)
        + nested(TYPO_OPTIONS, 1)
    )
