# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two structured keys of a dataset's configuration: the public page and the texts of the search tool."""

from __future__ import annotations

import difflib
import typing as t

from .._core.values import without_secrets
from ..trieve import as_uuid
from .configuration_values import overlay, pruned, view

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
"""The keys that the server knows (C(PublicPageParameters) in its models.rs). It drops every other one silently."""

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


def public_wrong(given: t.Mapping[str, t.Any]) -> str | None:
    """Why extra_params would not do what is asked for; None if they would."""
    for key, value in (given.get("extra_params") or {}).items():
        place = f"extra_params.{key}"
        if key not in EXTRA_PARAMS:
            return f"has no {place}, and Trieve would drop it without a word.{_nearest(str(key))}"
        if value is None:
            return (
                f"has null for {place}, but Trieve removes no key of extra_params once it is set."
                ' Give "" or [] to empty it, or leave it out to leave it alone.'
            )
    return None


def _nearest(key: str) -> str:
    plain = {known.lower(): known for known in EXTRA_PARAMS}
    found = difflib.get_close_matches(key.replace("_", "").replace("-", "").lower(), plain, n=1)
    return f" Do you mean {plain[found[0]]}?" if found else " The documentation of the option lists the keys."


def public_given(given: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What is compared of the option: without the key, which cannot be read."""
    wanted = {"enabled": given["enabled"]}
    if given.get("extra_params"):
        params = dict(given["extra_params"])
        if isinstance(params.get("datasetId"), str):  # the server answers an id in its usual form
            params["datasetId"] = as_uuid(params["datasetId"]) or params["datasetId"]
        wanted["extra_params"] = params
    return wanted


def public_shown(held: t.Mapping[str, t.Any] | None) -> dict[str, t.Any]:
    """As it is returned: no key, nor the empty heroPattern and the nulls that the server adds."""
    params = pruned((held or {}).get("extra_params") or {})
    if params.get(HERO) == {}:
        del params[HERO]
    return {"enabled": bool((held or {}).get("enabled")), "extra_params": without_secrets(params)}


def public_sent(held: t.Mapping[str, t.Any] | None, given: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What is sent: the server keeps the keys of extra_params that are not in it, but replaces each one whole."""
    sent = public_given(given)
    known = (held or {}).get("extra_params") or {}
    if "extra_params" in sent:
        sent["extra_params"] = {key: overlay(known.get(key), value) for key, value in sent["extra_params"].items()}
    return sent


def public_then(held: t.Mapping[str, t.Any] | None, sent: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What the server then holds."""
    return {**sent, "extra_params": {**((held or {}).get("extra_params") or {}), **sent.get("extra_params", {})}}


def has_been_written_to(held: t.Mapping[str, t.Any] | None) -> bool:
    """Whether a change of the configuration may have reached the dataset: without one it cannot hold a secret.

    Each such change adds C(heroPattern) to extra_params, which nothing removes; a creation never does (docs/server.md 4.4).

    :param held: the server's C(PUBLIC_DATASET)
    """
    return HERO in ((held or {}).get("extra_params") or {})


def gives_hero(given: t.Mapping[str, t.Any]) -> bool:
    """Whether the option itself would leave the mark that C(has_been_written_to) looks for."""
    return HERO in (given.get("extra_params") or {})


def changes_page_key(held: t.Mapping[str, t.Any] | None, given: t.Mapping[str, t.Any]) -> bool:
    """Whether C(extra_params.apiKey) is another one: it can be read, but must not be shown."""
    key = "apiKey"
    params = given.get("extra_params") or {}
    return key in params and ((held or {}).get("extra_params") or {}).get(key) != params[key]


def tools_whole(given: t.Mapping[str, t.Any]) -> bool:
    """Whether all texts are given. The server takes the option whole, so a text that is left out would be lost."""
    return set(pruned(given).get("query_tool_options", ())) == set(TOOL_TEXTS)


def subset(held: t.Any, given: t.Mapping[str, t.Any]) -> t.Any:
    """What the server holds of the option; without secrets."""
    return without_secrets(view(held, given))
