# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The search parameters that a key sets for every request: C(ApiKeyRequestParams) in the API's description.

Typed down to the last level, because the server ignores a misspelt name at any level.
"""

from __future__ import annotations

import typing as t

from .._chunk.filters import FILTERS, parse_filters, without_unset
from .._core.failure import TaskFailed
from .._search.options import HIGHLIGHT_OPTIONS, SEARCH_TYPES, TYPO_OPTIONS

DEFAULT_PARAMS: dict[str, t.Any] = dict(
    search_type=dict(type="str", choices=list(SEARCH_TYPES)),
    page_size=dict(type="int"),
    filters=FILTERS,
    score_threshold=dict(type="float"),
    slim_chunks=dict(type="bool"),
    use_quote_negated_terms=dict(type="bool"),
    remove_stop_words=dict(type="bool"),
    no_result_message=dict(type="str"),
    highlight_options=HIGHLIGHT_OPTIONS,
    typo_options=TYPO_OPTIONS,
)

_LARGEST = {"page_size": 2**63 - 1}
_LARGEST_U32 = 2**32 - 1


def parse_default_params(options: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The declared parameters, as they are sent.

    :raises TaskFailed: a number that the server does not take, or a filter that it would read as another one
    """
    params: dict[str, t.Any] = without_unset(dict(options))
    # Lists of several types are not refused, since keys have been declared with them.
    filters = parse_filters(params.pop("filters", None), "default_params.filters", one_type=False)
    _check_numbers(params, "default_params")
    return {**params, **({"filters": filters} if filters else {})}


def _check_numbers(value: t.Any, place: str) -> None:
    if not isinstance(value, dict):
        return
    for name, item in value.items():
        inner = f"{place}.{name}"
        if isinstance(item, int) and not isinstance(item, bool):
            largest = _LARGEST.get(name, _LARGEST_U32)
            if not 0 <= item <= largest:
                raise TaskFailed(f"{inner} is {item}. It must be between 0 and {largest}.")
        _check_numbers(item, inner)
