# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of C(module_utils/_api_key/options.py) and C(module_utils/_api_key/default_params.py)."""

    DOCUMENTATION = r"""
options:
  name:
    description:
      - The name of the key, exactly as written. Required with O(state=present).
    type: str
  role:
    description:
      - What the key may do. V(read) reads and searches, V(admin) manages the contents of datasets, crawls and keys, V(owner) also
        datasets and the organization.
      - A first key needs a role; a rotated one keeps it if the option is not given.
      - Trieve does not check whether the caller has that role. An admin's key can make an owner's.
    type: str
    choices: [read, admin, owner]
  dataset_ids:
    description:
      - The datasets that the key is for, each by its id or its tracking id. The order does not matter.
      - An empty list is for all datasets of the organization. So it is for a first key if the option is not given; a rotated one
        keeps its datasets then.
      - They count in calls that name a dataset. In a call that names the organization only, Trieve does not look at them.
      - In check mode a tracking id that the organization does not have yet is taken for a dataset that an earlier task would have
        created, with a warning; so is V(null) or an empty text, which a run refuses.
    type: list
    elements: raw
  scopes:
    description:
      - The calls that the key is limited to, such as V(GET /api/chunk/{chunk_id}).
      - Trieve takes each for a pattern that may match anywhere, so V(POST /api/dataset) also allows
        C(POST /api/dataset/get_all_tags). In a call that matches, the key has the rights of an owner, whatever its role.
      - An empty list is refused, since it would forbid everything.
      - Cannot be read, so it counts when a key is created and never makes a difference.
    type: list
    elements: str
  expires_at:
    description:
      - When the key ends, in any form of ISO 8601. It is sent to the second in UTC, as V(2030-12-31T22:59:59Z), because Trieve takes a
        form that it cannot read for "never".
      - A time without a zone is in UTC, and a date alone is its first second in UTC.
      - A key cannot be created with a date in the past.
      - Cannot be read, so it counts when a key is created and never makes a difference.
    type: str
  default_params:
    description:
      - Parameters that Trieve puts in place of those of each search and scroll request that is made with the key.
      - Cannot be read, so it counts when a key is created and never makes a difference.
    type: dict
    suboptions:
      search_type:
        description: How chunks are searched.
        type: str
        choices: [fulltext, semantic, hybrid, bm25]
      page_size:
        description: The number of results of a page.
        type: int
      filters:
        description: Which chunks can be found at all.
        type: dict
        suboptions:
          must:
            description: All of these conditions have to hold.
            type: list
            elements: dict
            suboptions: &condition
              field:
                description:
                  - The field that the condition is on, such as V(tag_set), V(link), V(num_value), V(time_stamp), V(group_tracking_ids)
                    or V(metadata.NAME).
                type: str
              match_all:
                description: Texts or numbers that the field has to have, all of them.
                type: list
                elements: raw
              match_any:
                description: Texts or numbers of which the field has to have one.
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
                    description: Greater than this, or equal.
                    type: float
                  lt:
                    description: Less than this.
                    type: float
                  lte:
                    description: Less than this, or equal.
                    type: float
              date_range:
                description: Limits of a time, in UTC and without a zone.
                type: dict
                suboptions:
                  gt:
                    description: Later than this.
                    type: str
                  gte:
                    description: Later than this, or just then.
                    type: str
                  lt:
                    description: Earlier than this.
                    type: str
                  lte:
                    description: Earlier than this, or just then.
                    type: str
              boolean:
                description: The value of a field that is true or false.
                type: bool
              geo_bounding_box:
                description: A box that the place has to be in.
                type: dict
                suboptions:
                  top_left:
                    description: Its north-western corner.
                    type: dict
                    required: true
                    suboptions: &point
                      lat:
                        description: The latitude in degrees.
                        type: float
                        required: true
                      lon:
                        description: The longitude in degrees.
                        type: float
                        required: true
                  bottom_right:
                    description: Its south-eastern corner.
                    type: dict
                    required: true
                    suboptions: *point
              geo_radius:
                description: A circle that the place has to be in.
                type: dict
                suboptions:
                  center:
                    description: Its centre.
                    type: dict
                    required: true
                    suboptions: *point
                  radius:
                    description: Its radius in metres.
                    type: float
                    required: true
              geo_polygon:
                description: A polygon that the place has to be in.
                type: dict
                suboptions:
                  exterior:
                    description: Its corners, the last one the same as the first.
                    type: list
                    elements: dict
                    required: true
                    suboptions: *point
                  interior:
                    description: Polygons that are cut out of it, each a list of corners.
                    type: list
                    elements: list
              ids:
                description: In place of a field, the ids of chunks.
                type: list
                elements: str
              tracking_ids:
                description: In place of a field, the tracking ids of chunks.
                type: list
                elements: str
          must_not:
            description: None of these conditions may hold.
            type: list
            elements: dict
            suboptions: *condition
          should:
            description: One of these conditions has to hold.
            type: list
            elements: dict
            suboptions: *condition
      score_threshold:
        description: Results with a lower score are left out.
        type: float
      slim_chunks:
        description: Whether results come without their content.
        type: bool
      use_quote_negated_terms:
        description: Whether quoted words are required and words with a minus sign forbidden.
        type: bool
      remove_stop_words:
        description: Whether stop words are taken out of a query.
        type: bool
      no_result_message:
        description: What an answer says if nothing was found.
        type: str
      highlight_options:
        description: How the words that were found are marked in results.
        type: dict
        suboptions:
          highlight_results:
            description: Whether they are marked at all.
            type: bool
          highlight_strategy:
            description: How they are looked for.
            type: str
            choices: [exactmatch, v1]
          highlight_threshold:
            description: The score, between 0 and 1, that a part needs to be marked.
            type: float
          highlight_delimiters:
            description: Texts that divide the content into parts.
            type: list
            elements: str
          highlight_max_length:
            description: Most words of a marked part.
            type: int
          highlight_max_num:
            description: Most marked parts of a chunk.
            type: int
          highlight_window:
            description: Words to show around a marked part.
            type: int
          pre_tag:
            description: What is put before a marked part.
            type: str
          post_tag:
            description: What is put after a marked part.
            type: str
      typo_options:
        description: How misspelt words of a query are corrected.
        type: dict
        suboptions:
          correct_typos:
            description: Whether they are corrected at all.
            type: bool
          one_typo_word_range:
            description: The length of words in which one letter may be wrong.
            type: dict
            suboptions: &word_range
              min:
                description: Letters at the least.
                type: int
                required: true
              max:
                description: Letters at the most.
                type: int
          two_typo_word_range:
            description: The length of words in which two letters may be wrong.
            type: dict
            suboptions: *word_range
          prioritize_domain_specifc_words:
            description: Whether words of the dataset that are in no dictionary are required. The spelling is Trieve's own.
            type: bool
          disable_on_word:
            description: Words that are never corrected.
            type: list
            elements: str
"""
