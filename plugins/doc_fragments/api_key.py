# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of C(module_utils/_api_key/options.py) and C(module_utils/_api_key/default_params.py)."""

    # Written out, since language servers read the text of this file. A test compares the copies of shared options.
    DOCUMENTATION = r"""
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
      filters:
        description:
          - Conditions that restrict which chunks can be found. At least one is required.
          - A condition that Trieve would ignore, such as an empty list, and a field that it does not know are refused.
        type: dict
        suboptions:
          must:
            description: Conditions that must all hold.
            type: list
            elements: dict
            suboptions: &condition
              field:
                description:
                  - Field to compare, such as V(tag_set), V(link), V(num_value), V(time_stamp), V(group_tracking_ids)
                    or V(metadata.NAME).
                type: str
              match_all:
                description: Strings or numbers of which the field must have all.
                type: list
                elements: raw
              match_any:
                description: Strings or numbers of which the field must have at least one.
                type: list
                elements: raw
              range:
                description: Limits of a number.
                type: dict
                suboptions:
                  gt:
                    description: Greater than this.
                    type: float
                  gte:
                    description: Greater than or equal to this.
                    type: float
                  lt:
                    description: Less than this.
                    type: float
                  lte:
                    description: Less than or equal to this.
                    type: float
              date_range:
                description: Limits of a time, as ISO 8601 dates or dates and times. Without a time zone, they are in UTC.
                type: dict
                suboptions:
                  gt:
                    description: Later than this.
                    type: str
                  gte:
                    description: Later than or equal to this.
                    type: str
                  lt:
                    description: Earlier than this.
                    type: str
                  lte:
                    description: Earlier than or equal to this.
                    type: str
              boolean:
                description: Value of a boolean field.
                type: bool
              geo_bounding_box:
                description: Box that must contain the location.
                type: dict
                suboptions:
                  top_left:
                    description: North-western corner.
                    type: dict
                    required: true
                    suboptions: &point
                      lat:
                        description: Latitude in degrees.
                        type: float
                        required: true
                      lon:
                        description: Longitude in degrees.
                        type: float
                        required: true
                  bottom_right:
                    description: South-eastern corner.
                    type: dict
                    required: true
                    suboptions: *point
              geo_radius:
                description: Circle that must contain the location.
                type: dict
                suboptions:
                  center:
                    description: Center of the circle.
                    type: dict
                    required: true
                    suboptions: *point
                  radius:
                    description: Radius in meters.
                    type: float
                    required: true
              geo_polygon:
                description: Polygon that must contain the location.
                type: dict
                suboptions:
                  exterior:
                    description: Corners of the polygon. The last one must be the same as the first.
                    type: list
                    elements: dict
                    required: true
                    suboptions: *point
                  interior:
                    description: Polygons to exclude, each a list of corners.
                    type: list
                    elements: list
              ids:
                description: IDs of chunks, instead of a field.
                type: list
                elements: str
              tracking_ids:
                description: Tracking IDs of chunks, instead of a field.
                type: list
                elements: str
          must_not:
            description: Conditions of which none may hold.
            type: list
            elements: dict
            suboptions: *condition
          should:
            description: Conditions of which at least one must hold.
            type: list
            elements: dict
            suboptions: *condition

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
      highlight_options:
        description: How matching words are highlighted in results.
        type: dict
        suboptions:
          highlight_results:
            description: Whether to highlight matching words.
            type: bool
          highlight_strategy:
            description: How to find the words to highlight.
            type: str
            choices: [exactmatch, v1]
          highlight_threshold:
            description: Minimum score of a highlighted part, from 0 to 1.
            type: float
          highlight_delimiters:
            description: Strings that separate the parts of the content.
            type: list
            elements: str
          highlight_max_length:
            description: Maximum number of words in a highlighted part.
            type: int
          highlight_max_num:
            description: Maximum number of highlighted parts in a chunk.
            type: int
          highlight_window:
            description: Number of words to show around a highlighted part.
            type: int
          pre_tag:
            description: Text to insert before a highlighted part.
            type: str
          post_tag:
            description: Text to insert after a highlighted part.
            type: str
      typo_options:
        description: How misspelled words in a query are corrected.
        type: dict
        suboptions:
          correct_typos:
            description: Whether to correct misspelled words.
            type: bool
          one_typo_word_range:
            description: Length of words in which one wrong letter is corrected.
            type: dict
            suboptions: &word_range
              min:
                description: Minimum number of letters.
                type: int
                required: true
              max:
                description: Maximum number of letters.
                type: int
          two_typo_word_range:
            description: Length of words in which two wrong letters are corrected.
            type: dict
            suboptions: *word_range
          prioritize_domain_specifc_words:
            description: Whether to require words that occur in the dataset and in no dictionary. The spelling of the option is Trieve's own.
            type: bool
          disable_on_word:
            description: Words that are never corrected.
            type: list
            elements: str
"""
