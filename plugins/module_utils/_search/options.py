# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a search, and what is wrong with them."""

from __future__ import annotations

import typing as t

from .._chunk.filters import FILTERS, parse_filters, without_unset
from .._core.failure import TaskFailed
from .._core.options import between
from ..trieve import as_uuid

SEARCH_TYPES = ("fulltext", "semantic", "hybrid", "bm25")

_WORD_RANGE = dict(type="dict", options=dict(min=dict(type="int", required=True), max=dict(type="int")))

HIGHLIGHT_OPTIONS: dict[str, t.Any] = dict(
    type="dict",
    options=dict(
        highlight_results=dict(type="bool"),
        highlight_strategy=dict(type="str", choices=["exactmatch", "v1"]),
        highlight_threshold=dict(type="float"),
        highlight_delimiters=dict(type="list", elements="str"),
        highlight_max_length=dict(type="int"),
        highlight_max_num=dict(type="int"),
        highlight_window=dict(type="int"),
        pre_tag=dict(type="str"),
        post_tag=dict(type="str"),
    ),
)

TYPO_OPTIONS: dict[str, t.Any] = dict(
    type="dict",
    options=dict(
        correct_typos=dict(type="bool"),
        one_typo_word_range=_WORD_RANGE,
        two_typo_word_range=_WORD_RANGE,
        # The server's own spelling.
        prioritize_domain_specifc_words=dict(type="bool"),
        disable_on_word=dict(type="list", elements="str"),
    ),
)

SORT_OPTIONS: dict[str, t.Any] = dict(
    type="dict",
    options=dict(
        use_weights=dict(type="bool"),
        tag_weights=dict(type="dict"),
        recency_bias=dict(type="float"),
    ),
)

QUERY_OPTIONS: dict[str, t.Any] = dict(
    search_type=dict(type="str", choices=list(SEARCH_TYPES)),
    filters=FILTERS,
    score_threshold=dict(type="float"),
    use_quote_negated_terms=dict(type="bool"),
    remove_stop_words=dict(type="bool"),
    typo_options=TYPO_OPTIONS,
    sort_options=SORT_OPTIONS,
)
"""What decides which chunks are found, and in which order."""

SEARCH_OPTIONS: dict[str, t.Any] = dict(
    query=dict(type="str", required=True),
    mode=dict(type="str", choices=["search", "autocomplete", "groups", "count"], default="search"),
    **QUERY_OPTIONS,
    group_id=dict(type="str"),
    group_tracking_id=dict(type="str"),
    group_size=dict(type="int"),
    page=dict(type="int"),
    page_size=dict(type="int"),
    get_total_pages=dict(type="bool"),
    slim_chunks=dict(type="bool"),
    extend_results=dict(type="bool"),
    highlight_options=HIGHLIGHT_OPTIONS,
)
"""Of C(trieve_search_info) and the lookup C(trieve_search)."""

DEFAULT_TYPE = "hybrid"
"""The kind of search of a task that does not name one, as in Trieve's own clients; autocomplete and count do not have it."""

MOST_RESULTS = 10_000
"""Chunks on a page. The server has no maximum, and every one of them is held in memory."""

_ONLY_WITH = {
    "group_id": ("search",),
    "group_tracking_id": ("search",),
    "group_size": ("groups",),
    "page": ("search", "groups"),
    "page_size": ("search", "groups", "autocomplete"),
    "get_total_pages": ("search", "groups"),
    "slim_chunks": ("search", "groups", "autocomplete"),
    "highlight_options": ("search", "groups", "autocomplete"),
    "extend_results": ("autocomplete",),
    "remove_stop_words": ("search", "groups", "autocomplete"),
    "typo_options": ("search", "groups", "autocomplete"),
    "sort_options": ("search", "groups", "autocomplete"),
}

Search = dict[str, t.Any]
"""A search as it is sent."""


def parse_query(options: t.Mapping[str, t.Any], place: str = "") -> Search:
    """The query, its type and what decides its results, as they are sent.

    :param options: C(query), and those of C(QUERY_OPTIONS)
    :param place: where they stand, for a message: empty or C(tests[0].)
    :raises TaskFailed: names the option that the server would refuse or misread
    """
    query = options["query"]
    if query is None or not query.strip():
        raise TaskFailed(f"{place}query is missing or empty. Set it to the text to search for.")
    search: Search = {"query": query, "search_type": options["search_type"] or DEFAULT_TYPE}
    for name in QUERY_OPTIONS:
        if name not in ("search_type", "filters") and options[name] is not None:
            search[name] = without_unset(options[name])
    filters = parse_filters(options["filters"], f"{place}filters")
    if filters:
        search["filters"] = filters
    check_tag_weights(search, place)
    return search


def check_tag_weights(search: Search, place: str) -> None:
    """Refuse weights that are no numbers.

    :raises TaskFailed: names the tag
    """
    for tag, weight in (search.get("sort_options", {}).get("tag_weights") or {}).items():
        if isinstance(weight, bool) or not isinstance(weight, (int, float)):
            raise TaskFailed(
                f"{place}sort_options.tag_weights: the weight of {tag!r} is {weight!r}. It must be a number."
            )


def parse_search(options: t.Mapping[str, t.Any]) -> Search:
    """The search as it is sent.

    :param options: of C(SEARCH_OPTIONS)
    :raises TaskFailed: names the option that the server would refuse, ignore or misread
    """
    mode = options["mode"]
    for name, modes in _ONLY_WITH.items():
        if options[name] is not None and mode not in modes:
            raise TaskFailed(
                f"{name} cannot be used with mode: {mode}, only with mode: {' or '.join(modes)}. Remove it from the task."
            )
    search = parse_query(options)
    if mode in ("autocomplete", "count") and search["search_type"] == "hybrid":
        if options["search_type"]:
            raise TaskFailed(
                f"search_type: hybrid cannot be used with mode: {mode}. Set search_type to fulltext, semantic or bm25."
            )
        search["search_type"] = "fulltext"
    for name, least in (("page", 1), ("page_size", 1), ("group_size", 1)):
        if options[name] is not None:
            search[name] = between(options, name, least, MOST_RESULTS)
    for name in ("get_total_pages", "slim_chunks", "extend_results", "highlight_options"):
        if options[name] is not None:
            search[name] = without_unset(options[name])
    search.update(_group(options))
    return search


def _group(options: t.Mapping[str, t.Any]) -> dict[str, str]:
    """The group that the search is limited to: empty for none."""
    group_id, tracking_id = options["group_id"], options["group_tracking_id"]
    if group_id is not None and tracking_id is not None:
        raise TaskFailed("group_id and group_tracking_id cannot be used together. Remove one of them.")
    if group_id is not None:
        known = as_uuid(group_id)
        if not known:
            raise TaskFailed(
                f"group_id {group_id!r} is not a valid UUID. Set it to the ID of a group, or use group_tracking_id."
            )
        return {"group_id": known}
    if tracking_id is not None:
        if not tracking_id:
            raise TaskFailed("group_tracking_id is empty. Set it to the group's tracking ID, or remove it.")
        return {"group_tracking_id": tracking_id}
    return {}
