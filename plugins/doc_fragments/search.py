# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options of C(module_utils/_search/options.py) and C(module_utils/_search/expectations.py), except for the filters."""

    # What decides which chunks are found, besides C(community.trieve.filters).
    QUERY = r"""
options:
  search_type:
    description:
      - Search method. V(fulltext) and V(semantic) must be enabled in the dataset. V(bm25) needs a server that is set up for it.
      - Trieve returns nothing and no error for V(bm25) and V(hybrid) if the dataset has them disabled. The task then fails, if the API key can
        read the configuration of the dataset, and warns otherwise.
    type: str
    choices: [fulltext, semantic, hybrid, bm25]
  score_threshold:
    description: Minimum score of a result.
    type: float
  use_quote_negated_terms:
    description: Whether quoted words are required and words with a minus sign are excluded.
    type: bool
  remove_stop_words:
    description: Whether to remove stop words from the query.
    type: bool
  sort_options:
    description: What the order of the results depends on, besides the search itself.
    type: dict
    suboptions:
      use_weights:
        description: Whether the weights of chunks count. Trieve defaults to V(true).
        type: bool
      tag_weights:
        description: Tags with the number that the score of a chunk with this tag is multiplied by.
        type: dict
      recency_bias:
        description: How much newer chunks are preferred, from 0 to 1.
        type: float
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

    # What a single search has beside it.
    DOCUMENTATION = r"""
options:
  mode:
    description:
      - What to search for.
      - V(search) finds chunks, in the whole dataset, or with O(group_id) or O(group_tracking_id) in one group.
      - V(autocomplete) finds chunks for the beginning of a query.
      - V(groups) finds groups, with the best chunks of each. Chunks that are in no group are not found.
      - V(count) counts the chunks that match.
    type: str
    choices: [search, autocomplete, groups, count]
    default: search
  group_id:
    description: ID of the group to search in. Only with O(mode=search).
    type: str
  group_tracking_id:
    description: Tracking ID of the group to search in. Only with O(mode=search).
    type: str
  group_size:
    description: Maximum number of chunks per group. Trieve defaults to 3. Only with O(mode=groups).
    type: int
  page:
    description: Page of results, starting with 1. Only with O(mode=search) and O(mode=groups).
    type: int
  page_size:
    description: Number of results per page, at most 10000. Trieve defaults to 10. Not with O(mode=count).
    type: int
  get_total_pages:
    description: Whether to count the pages. Only with O(mode=search) and O(mode=groups).
    type: bool
  slim_chunks:
    description: Whether to leave the content out of results. Not with O(mode=count).
    type: bool
  extend_results:
    description: Whether to fill the page with results that do not match the query exactly. Only with O(mode=autocomplete).
    type: bool
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
"""

    # The queries of trieve_search_test, which have filters of their own.
    # Written out, since language servers read the text of this file. A test compares the copies of shared options.
    TESTS = r"""
options:
  tests:
    description:
      - Queries and what is expected of their results. At least one of O(tests) and O(judgements) is required.
      - The search type and the filters of a test replace those of the task.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the test in reports. If it is omitted, the query is used. Names must be unique.
        type: str
      query:
        description: Text to search for. Every test needs one.
        type: str
      search_type:
        description: Search method of this test.
        type: str
        choices: [fulltext, semantic, hybrid, bm25]
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
      expect:
        description: Results that must be found. Each has exactly one of O(tests[].expect[].link), O(tests[].expect[].tracking_id),
          O(tests[].expect[].title) and O(tests[].expect[].id).
        type: list
        elements: dict
        suboptions:
          link:
            description: URL of the page. A final slash is ignored.
            type: str
          tracking_id:
            description: Tracking ID of the chunk.
            type: str
          title:
            description: Title of the page or heading of the chunk, as a crawl stores them in the metadata.
            type: str
          id:
            description: ID of the chunk.
            type: str
          within:
            description: The result must be among this many first results. If it is omitted, O(k) is used.
            type: int
          grade:
            description: How relevant the result is, from 1 to 100. Only used for the metric C(ndcg).
            type: int
            default: 1
      reject:
        description: Results that must not be found. Each has exactly one of O(tests[].reject[].link), O(tests[].reject[].tracking_id),
          O(tests[].reject[].title) and O(tests[].reject[].id).
        type: list
        elements: dict
        suboptions:
          link:
            description: URL of the page. A final slash is ignored.
            type: str
          tracking_id:
            description: Tracking ID of the chunk.
            type: str
          title:
            description: Title of the page or heading of the chunk, as a crawl stores them in the metadata.
            type: str
          id:
            description: ID of the chunk.
            type: str
          within:
            description: The result must not be among this many first results. If it is omitted, O(k) is used.
            type: int
      min_results:
        description: Minimum number of results.
        type: int
"""
