# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options that declare an API key."""

    DOCUMENTATION = r"""
options:
  name:
    description:
      - Name of the key. It is compared exactly as written. Required with O(state=present).
    type: str
  role:
    description:
      - Role of the key. V(read) can read and search, V(admin) can also manage crawls, API keys and the contents of datasets, V(owner) can
        also manage datasets and the organization.
      - Required to create the first key of this name. A rotated key keeps the role of the previous one by default.
      - Trieve does not check whether the caller has this role. An admin can create a key with the role V(owner).
    type: str
    choices: [read, admin, owner]
  dataset_ids:
    description:
      - Datasets that the key is limited to, each by its ID or tracking ID. The order does not matter.
      - An empty list allows all datasets of the organization. This is the default for the first key of this name. A rotated key keeps the
        datasets of the previous one by default.
      - Trieve applies this limit only to calls that name a dataset, not to calls that name only the organization.
      - In check mode, a tracking ID that does not exist in the organization is treated as a dataset that an earlier task would create,
        with a warning. The same applies to V(null) and an empty string, which are refused outside check mode.
    type: list
    elements: raw
  scopes:
    description:
      - Calls that the key is limited to, such as V(GET /api/chunk/{chunk_id}).
      - Trieve treats each scope as a pattern that can match anywhere, so V(POST /api/dataset) also allows
        C(POST /api/dataset/get_all_tags). For a call that matches, the key has the permissions of an owner, whatever its role.
      - An empty list is refused, since it would forbid all calls.
      - Trieve does not return the scopes of a key. They are set when a key is created, and are never compared.
    type: list
    elements: str
  expires_at:
    description:
      - Expiry time of the key, in ISO 8601 format. It is sent in UTC with a precision of one second, such as V(2030-12-31T22:59:59Z), since
        with a format that Trieve cannot parse the key never expires.
      - A time without a time zone is in UTC. A date without a time is the first second of that day in UTC.
      - A key cannot be created with an expiry time in the past.
      - Trieve does not return the expiry time of a key. It is set when a key is created, and is never compared.
    type: str
  default_params:
    description:
      - Parameters that override those of each search and scroll request that is sent with the key.
      - Trieve does not return these parameters. They are set when a key is created, and are never compared.
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
        description: Conditions that limit which chunks can be found.
        type: dict
        suboptions:
          must:
            description: Conditions that must all be true.
            type: list
            elements: dict
            suboptions: &condition
              field:
                description:
                  - Field to check, such as V(tag_set), V(link), V(num_value), V(time_stamp), V(group_tracking_ids)
                    or V(metadata.NAME).
                type: str
              match_all:
                description: Strings or numbers that the field must all contain.
                type: list
                elements: raw
              match_any:
                description: Strings or numbers of which the field must contain at least one.
                type: list
                elements: raw
              range:
                description: Range of a number.
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
                description: Range of a time, in UTC and without a time zone.
                type: dict
                suboptions:
                  gt:
                    description: Later than this.
                    type: str
                  gte:
                    description: At this time or later.
                    type: str
                  lt:
                    description: Earlier than this.
                    type: str
                  lte:
                    description: At this time or earlier.
                    type: str
              boolean:
                description: Value of a boolean field.
                type: bool
              geo_bounding_box:
                description: Rectangle that the location must be in.
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
                description: Circle that the location must be in.
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
                description: Polygon that the location must be in.
                type: dict
                suboptions:
                  exterior:
                    description: Corners of the polygon. The last one must be the same as the first.
                    type: list
                    elements: dict
                    required: true
                    suboptions: *point
                  interior:
                    description: Polygons to exclude from it, each a list of corners.
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
            description: Conditions that must all be false.
            type: list
            elements: dict
            suboptions: *condition
          should:
            description: Conditions of which at least one must be true.
            type: list
            elements: dict
            suboptions: *condition
      score_threshold:
        description: Minimum score of a result.
        type: float
      slim_chunks:
        description: Whether to return chunks without their content.
        type: bool
      use_quote_negated_terms:
        description: Whether quoted words are required and words with a minus sign are excluded.
        type: bool
      remove_stop_words:
        description: Whether to remove stop words from the query.
        type: bool
      no_result_message:
        description: Message to return if nothing is found.
        type: str
      highlight_options:
        description: How matches are highlighted in results.
        type: dict
        suboptions:
          highlight_results:
            description: Whether to highlight matches.
            type: bool
          highlight_strategy:
            description: How matches are found.
            type: str
            choices: [exactmatch, v1]
          highlight_threshold:
            description: Minimum score of a highlighted part, between 0 and 1.
            type: float
          highlight_delimiters:
            description: Strings that separate the parts of the content.
            type: list
            elements: str
          highlight_max_length:
            description: Maximum number of words in a highlighted part.
            type: int
          highlight_max_num:
            description: Maximum number of highlighted parts of a chunk.
            type: int
          highlight_window:
            description: Number of words to return around a highlighted part.
            type: int
          pre_tag:
            description: String to insert before a highlighted part.
            type: str
          post_tag:
            description: String to insert after a highlighted part.
            type: str
      typo_options:
        description: How misspelled words of a query are corrected.
        type: dict
        suboptions:
          correct_typos:
            description: Whether to correct misspelled words.
            type: bool
          one_typo_word_range:
            description: Length of words in which one typo is corrected.
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
            description: Length of words in which two typos are corrected.
            type: dict
            suboptions: *word_range
          prioritize_domain_specifc_words:
            description: Whether to require words of the dataset that are not in a dictionary. The spelling of this option is Trieve's.
            type: bool
          disable_on_word:
            description: Words that are never corrected.
            type: list
            elements: str
"""
