# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The forms of configuration values that need more than C(==): 32-bit numbers, and the two options that are objects.

Objects are compared as subsets, since a key that is left out is not managed, and are sent merged into what the server has.
"""

from __future__ import annotations

import difflib
import struct
import typing as t

from .._core.values import without_secrets
from ..trieve import as_uuid

LARGEST_F32 = 3.4028235e38
"""The largest number that a 32-bit float can store; above it the server returns null (docs/server.md 4.4)."""


def as_f32(value: float) -> float:
    """The number as a 32-bit float returns it; unchanged if it does not fit."""
    if abs(value) > LARGEST_F32:
        return value
    return struct.unpack("<f", struct.pack("<f", value))[0]


def short_f32(value: float) -> float:
    """The shortest number with the same 32-bit representation: 0.1 for 0.10000000149011612."""
    if abs(value) > LARGEST_F32:
        return value
    stored = as_f32(value)
    shortest = (float(f"{stored:.{digits}g}") for digits in range(6, 10))
    return next((number for number in shortest if as_f32(number) == stored), stored)


# -- objects -------------------------------------------------------------------------------------------------------


def is_nothing(value: t.Any) -> bool:
    """Whether the value is null, or an object with only nulls. The server fills objects up with nulls."""
    return value is None or (isinstance(value, dict) and all(is_nothing(item) for item in value.values()))


def same(one: t.Any, other: t.Any) -> bool:
    """Whether two values are the same apart from nulls, the order of keys and rounding to 32 bits."""
    if is_nothing(one) or is_nothing(other):
        return is_nothing(one) and is_nothing(other)
    if isinstance(one, dict) and isinstance(other, dict):
        return all(same(one.get(key), other.get(key)) for key in {*one, *other})
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return one == other or as_f32(one) == as_f32(other)
    return one == other


def pruned(value: t.Any) -> t.Any:
    """A copy of the value without the nulls in its objects."""
    if isinstance(value, dict):
        return {key: pruned(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [pruned(item) for item in value]
    return value


def subset_of(stored: t.Any, declared: t.Any) -> t.Any:
    """The part of the server's value that was declared; equal to the declared value if nothing differs.

    Objects are compared as subsets: a key that is not declared is ignored. Lists are compared as a whole.
    """
    if isinstance(declared, dict):
        known = stored if isinstance(stored, dict) else {}
        return {key: subset_of(known.get(key), item) for key, item in declared.items()}
    return declared if same(stored, declared) else pruned(stored)


def merged(stored: t.Any, declared: t.Any) -> t.Any:
    """The declared value merged into the server's, so that undeclared keys of an object survive. Null removes a key."""
    if isinstance(declared, dict):
        known = stored if isinstance(stored, dict) else {}
        return {**pruned(known), **{key: merged(known.get(key), item) for key, item in declared.items()}}
    return declared


# -- the public page -----------------------------------------------------------------------------------------------

EXTRA_PARAMS = frozenset(
    """
    datasetId baseUrl type apiKey analytics tags relevanceToolCallOptions priceToolCallOptions searchToolCallOptions
    notFilterToolCallOptions suggestedQueries followupQuestions responsive chat theme searchOptions headingPrefix
    forBrandName brandName brandLogoImgSrcUrl navLogoImgSrcUrl problemLink brandColor placeholder defaultSearchQueries
    defaultAiQuestions defaultSearchMode useGroupSearch allowSwitchingModes defaultCurrency currencyPosition
    showFloatingButton floatingButtonPosition floatingButtonVersion floatingSearchIconPosition showFloatingSearchIcon
    showFloatingInput buttonTriggers debounceMs heroPattern tabMessages openGraphMetadata singleProductOptions
    openLinksInNewTab creatorName creatorLinkedInUrl brandFontFamily zIndex hideDrawnText usePagefind videoLink
    videoPosition isTestMode inline numberOfSuggestions inlineHeader defaultImageQuestion useLocal showResultHighlights
    searchPageProps searchBar defaultSearchQuery imageStarterText
    """.split()
)
"""The keys that the server knows (C(PublicPageParameters) in its models.rs). It silently drops all others."""

HERO = "heroPattern"
PUBLIC_KEY = "public_dataset.api_key"
PUBLIC_SPEC: dict[str, t.Any] = dict(
    type="dict",
    options=dict(
        enabled=dict(type="bool", required=True),
        api_key=dict(type="str", no_log=True),
        extra_params=dict(type="dict"),
    ),
)

TOOL_TEXTS = (
    "tool_description",
    "query_parameter_description",
    "price_filter_description",
    "max_price_option_description",
    "min_price_option_description",
)
TOOL_SPEC: dict[str, t.Any] = dict(
    type="dict",
    options=dict(query_tool_options=dict(type="dict", options={name: dict(type="str") for name in TOOL_TEXTS})),
)


def invalid_page(declared: t.Mapping[str, t.Any]) -> str | None:
    """Why Trieve would drop or ignore a key of extra_params; None if it would not."""
    for key, value in (declared.get("extra_params") or {}).items():
        place = f"extra_params.{key}"
        if key not in EXTRA_PARAMS:
            return f"has an unknown key {place}, which Trieve would silently drop.{_nearest(str(key))}"
        if value is None:
            return (
                f"has null for {place}, but Trieve cannot remove a key of extra_params once it is set."
                ' Set it to "" or [] to empty it, or remove it from the task to leave it unchanged.'
            )
    return None


def _nearest(key: str) -> str:
    plain = {known.lower(): known for known in EXTRA_PARAMS}
    found = difflib.get_close_matches(key.replace("_", "").replace("-", "").lower(), plain, n=1)
    return f" Did you mean {plain[found[0]]}?" if found else " See the documentation of the option for the valid keys."


def comparable_page(declared: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The part of the option that can be compared: without the API key, which cannot be read."""
    comparable = {"enabled": declared["enabled"]}
    if declared.get("extra_params"):
        params = dict(declared["extra_params"])
        if isinstance(params.get("datasetId"), str):  # the server returns an ID in its canonical form
            params["datasetId"] = as_uuid(params["datasetId"]) or params["datasetId"]
        comparable["extra_params"] = params
    return comparable


def page_to_result(stored: t.Mapping[str, t.Any] | None) -> dict[str, t.Any]:
    """The page as a result: without keys, and without the empty heroPattern and the nulls that the server adds."""
    params = pruned((stored or {}).get("extra_params") or {})
    if params.get(HERO) == {}:
        del params[HERO]
    return {"enabled": bool((stored or {}).get("enabled")), "extra_params": without_secrets(params)}


def page_to_request(stored: t.Mapping[str, t.Any] | None, declared: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The option as a request takes it. The server keeps keys of extra_params that are not sent, but replaces each sent key as a whole."""
    sent = comparable_page(declared)
    known = (stored or {}).get("extra_params") or {}
    if "extra_params" in sent:
        sent["extra_params"] = {key: merged(known.get(key), value) for key, value in sent["extra_params"].items()}
    return sent


def page_after_write(stored: t.Mapping[str, t.Any] | None, sent: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The server's C(PUBLIC_DATASET) after the request."""
    return {**sent, "extra_params": {**((stored or {}).get("extra_params") or {}), **sent.get("extra_params", {})}}


def has_been_written_to(stored: t.Mapping[str, t.Any] | None) -> bool:
    """Whether the configuration may have been updated since the dataset was created. Without an update it cannot have a secret.

    Each update adds C(heroPattern) to extra_params, and nothing removes it; a creation never adds it (docs/server.md 4.4).

    :param stored: the server's C(PUBLIC_DATASET)
    """
    return HERO in ((stored or {}).get("extra_params") or {})


def sets_hero(declared: t.Mapping[str, t.Any]) -> bool:
    """Whether the option itself sets the key that C(has_been_written_to) looks for."""
    return HERO in (declared.get("extra_params") or {})


def changes_page_key(stored: t.Mapping[str, t.Any] | None, declared: t.Mapping[str, t.Any]) -> bool:
    """Whether C(extra_params.apiKey) differs. It can be read, but must not be shown."""
    key = "apiKey"
    params = declared.get("extra_params") or {}
    return key in params and ((stored or {}).get("extra_params") or {}).get(key) != params[key]


# -- the texts of the search tool ----------------------------------------------------------------------------------


def tools_whole(declared: t.Mapping[str, t.Any]) -> bool:
    """Whether all texts are set. A creation replaces the option as a whole, so a text that is left out would be lost."""
    return set(pruned(declared).get("query_tool_options", ())) == set(TOOL_TEXTS)


def shown_subset(stored: t.Any, declared: t.Mapping[str, t.Any]) -> t.Any:
    """The declared part of the server's value, without secrets."""
    return without_secrets(subset_of(stored, declared))
