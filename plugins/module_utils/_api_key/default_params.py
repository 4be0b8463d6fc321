# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The search parameters that a key sets for every request: C(ApiKeyRequestParams) in the API's description.

Typed down to the last level, because the server ignores a misspelt name at any level.
"""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed


def _range(kind: str) -> dict[str, t.Any]:
    return dict(type="dict", options={name: dict(type=kind) for name in ("gt", "gte", "lt", "lte")})


_POINT: dict[str, t.Any] = dict(
    lat=dict(type="float", required=True),
    lon=dict(type="float", required=True),
)
_POLYGON = dict(
    exterior=dict(type="list", elements="dict", options=_POINT, required=True),
    interior=dict(type="list", elements="list"),
)
_CONDITION: dict[str, t.Any] = dict(
    field=dict(type="str"),
    match_all=dict(type="list", elements="raw"),
    match_any=dict(type="list", elements="raw"),
    range=_range("float"),
    date_range=_range("str"),
    boolean=dict(type="bool"),
    geo_bounding_box=dict(
        type="dict",
        options=dict(
            top_left=dict(type="dict", options=_POINT, required=True),
            bottom_right=dict(type="dict", options=_POINT, required=True),
        ),
    ),
    geo_radius=dict(
        type="dict",
        options=dict(
            center=dict(type="dict", options=_POINT, required=True),
            radius=dict(type="float", required=True),
        ),
    ),
    geo_polygon=dict(type="dict", options=_POLYGON),
    ids=dict(type="list", elements="str"),
    tracking_ids=dict(type="list", elements="str"),
)
_CONDITIONS = dict(type="list", elements="dict", options=_CONDITION)
_WORD_RANGE = dict(type="dict", options=dict(min=dict(type="int", required=True), max=dict(type="int")))

DEFAULT_PARAMS: dict[str, t.Any] = dict(
    search_type=dict(type="str", choices=["fulltext", "semantic", "hybrid", "bm25"]),
    page_size=dict(type="int"),
    filters=dict(type="dict", options=dict(must=_CONDITIONS, must_not=_CONDITIONS, should=_CONDITIONS)),
    score_threshold=dict(type="float"),
    slim_chunks=dict(type="bool"),
    use_quote_negated_terms=dict(type="bool"),
    remove_stop_words=dict(type="bool"),
    no_result_message=dict(type="str"),
    highlight_options=dict(
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
    ),
    typo_options=dict(
        type="dict",
        options=dict(
            correct_typos=dict(type="bool"),
            one_typo_word_range=_WORD_RANGE,
            two_typo_word_range=_WORD_RANGE,
            # The server's own spelling.
            prioritize_domain_specifc_words=dict(type="bool"),
            disable_on_word=dict(type="list", elements="str"),
        ),
    ),
)

_LARGEST = {"page_size": 2**63 - 1}
_LARGEST_U32 = 2**32 - 1


def parse_default_params(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The declared parameters, as they are sent.

    :raises TaskFailed: a number that the server does not take, or an incomplete condition
    """
    params: dict[str, t.Any] = _without_unset(options)
    _check(params, "default_params")
    return params


def _without_unset(value: t.Any) -> t.Any:
    """The value without the suboptions that are not set, which a spec fills with None."""
    if isinstance(value, dict):
        return {name: _without_unset(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_unset(item) for item in value]
    return value


def _check(value: t.Any, place: str) -> None:
    if isinstance(value, dict):
        for name, item in value.items():
            inner = f"{place}.{name}"
            if name in ("must", "must_not", "should"):
                _check_conditions(item, inner)
            if isinstance(item, int) and not isinstance(item, bool):
                largest = _LARGEST.get(name, _LARGEST_U32)
                if not 0 <= item <= largest:
                    raise TaskFailed(f"{inner} is {item}. It must be between 0 and {largest}.")
            _check(item, inner)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            if isinstance(item, dict):
                _check(item, f"{place}[{number}]")


def _check_conditions(conditions: t.Sequence[t.Mapping[str, t.Any]], place: str) -> None:
    for number, condition in enumerate(conditions):
        by_id = {"ids", "tracking_ids"} & set(condition)
        if (by_id and set(condition) != by_id) or (not by_id and ("field" not in condition or len(condition) == 1)):
            raise TaskFailed(
                f"{place}[{number}] is incomplete. Set field and a condition on its value, or else only ids, tracking_ids or both."
            )
