# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PUBLIC_DATASET.extra_params: 63 optional keys, camel case as the server wants them (docs/server.md 4.4)."""

from __future__ import annotations

import math
from typing import Any

from ..formats.bodies import (
    I32,
    U64,
    Bool,
    Enum,
    Float,
    Float32,
    Int,
    Json,
    List,
    Opt,
    Str,
    Struct,
    Type,
    Untagged,
    Uuid,
)


class Sparse(Struct):
    """A struct of optional keys that leaves out those that are null, except the ones named in ``kept``."""

    kept: frozenset[str] = frozenset()

    def keeping(self, *names: str) -> Sparse:
        """The same, with null shown for these keys."""
        self.kept = frozenset(names)
        return self

    def read(self, value: Any, where: str) -> Any:
        found = super().read(value, where)
        return {
            name: None if item == math.inf else item
            for name, item in found.items()
            if item is not None or name in self.kept
        }


def _optional(kind: Type, *names: str) -> dict[str, Type]:
    return {name: Opt(kind) for name in names}


TEXT, FLAG = Str(), Bool()
_QUERY = Struct("DefaultSearchQuery", query=Opt(TEXT), imageUrl=Opt(TEXT))
_QUERIES = List(Untagged("DefaultSearchQueryType", TEXT, _QUERY))
_RANGE = Sparse("RangeSliderConfig", **_optional(Float(), "min", "max"))
_SECTION = Struct(
    "FilterSidebarSection",
    key=TEXT,
    filterKey=TEXT,
    title=TEXT,
    selectionType=TEXT,
    filterType=TEXT,
    options=List(Sparse("TagProp", **_optional(TEXT, "tag", "label", "description"), range=Opt(_RANGE))),
)
_SEARCH_OPTIONS = Sparse(
    "PublicPageSearchOptions",
    search_type=Opt(
        Enum("fulltext", "semantic", "hybrid", "bm25", full_text="fulltext", BM25="bm25"),
    ),
    **_optional(Int(U64, "u64"), "page", "page_size"),
    get_total_pages=Opt(FLAG),
    filters=Opt(Json()),
    sort_options=Opt(Json()),
    scoring_options=Opt(Json()),
    score_threshold=Opt(Float32()),
    **_optional(FLAG, "slim_chunks", "content_only", "use_quote_negated_terms", "remove_stop_words"),
    user_id=Opt(TEXT),
    typo_options=Opt(Json()),
    use_autocomplete=Opt(FLAG),
)
_HERO = Sparse(
    "HeroPattern",
    **_optional(TEXT, "heroPatternSvg", "heroPatternName", "foregroundColor"),
    foregroundOpacity=Opt(Float32()),
    backgroundColor=Opt(TEXT),
)
_TAB = Struct("PublicPageTabMessage", title=TEXT, tabInnerHtml=TEXT, showComponentCode=FLAG)
_GRAPH = Struct("OpenGraphMetadata", **_optional(TEXT, "title", "image", "description"))
_TRIGGER = Struct("ButtonTrigger", selector=TEXT, mode=TEXT, removeTriggers=Opt(FLAG))
_PRODUCT = Struct(
    "SingleProductOptions",
    enabled=Opt(FLAG),
    **_optional(
        TEXT,
        "productTrackingId",
        "groupTrackingId",
        "productName",
        "productDescriptionHtml",
        "productPrimaryImageUrl",
        "pdpPrompt",
        "recSearchQuery",
    ),
    productQuestions=Opt(_QUERIES),
)
_TAG = Sparse(
    "PublicPageTag",
    tag=TEXT,
    label=Opt(TEXT),
    selected=Opt(FLAG),
    iconClassName=Opt(TEXT),
    description=Opt(TEXT),
).keeping("description")
_RELEVANCE = Sparse(
    "RelevanceToolCallOptions",
    userMessageTextPrefix=Opt(TEXT),
    includeImages=Opt(FLAG),
    toolDescription=TEXT,
    **_optional(TEXT, "highDescription", "mediumDescription", "lowDescription"),
)
_PRICE = Sparse(
    "PriceToolCallOptions", toolDescription=TEXT, **_optional(TEXT, "minPriceDescription", "maxPriceDescription")
)
_SEARCH_TOOL = Struct(
    "SearchToolCallOptions", **_optional(TEXT, "userMessageTextPrefix", "toolDescription", "noSearchRagContext")
)
_NOT_FILTER = Struct("NotFilterToolCallOptions", **_optional(TEXT, "userMessageTextPrefix", "toolDescription"))
_SIDEBAR = Sparse("SidebarFilters", sections=Opt(List(_SECTION)))
_SEARCH_PAGE = Sparse("SearchPageProps", display=Opt(FLAG), filterSidebarProps=Opt(_SIDEBAR))

EXTRA_PARAMS = Sparse(
    "PublicPageParameters",
    datasetId=Opt(Uuid()),
    **_optional(TEXT, "baseUrl", "type", "apiKey"),
    analytics=Opt(FLAG),
    tags=Opt(List(_TAG)),
    relevanceToolCallOptions=Opt(_RELEVANCE),
    priceToolCallOptions=Opt(_PRICE),
    searchToolCallOptions=Opt(_SEARCH_TOOL),
    notFilterToolCallOptions=Opt(_NOT_FILTER),
    **_optional(FLAG, "suggestedQueries", "followupQuestions", "responsive", "chat"),
    theme=Opt(Enum("light", "dark")),
    searchOptions=Opt(_SEARCH_OPTIONS),
    **_optional(
        TEXT,
        "headingPrefix",
        "forBrandName",
        "brandName",
        "brandLogoImgSrcUrl",
        "navLogoImgSrcUrl",
        "problemLink",
        "brandColor",
        "placeholder",
    ),
    defaultSearchQueries=Opt(_QUERIES),
    defaultAiQuestions=Opt(_QUERIES),
    defaultSearchMode=Opt(TEXT),
    **_optional(FLAG, "useGroupSearch", "allowSwitchingModes"),
    **_optional(TEXT, "defaultCurrency", "currencyPosition"),
    showFloatingButton=Opt(FLAG),
    **_optional(TEXT, "floatingButtonPosition", "floatingButtonVersion", "floatingSearchIconPosition"),
    **_optional(FLAG, "showFloatingSearchIcon", "showFloatingInput"),
    buttonTriggers=Opt(List(_TRIGGER)),
    debounceMs=Opt(Int(I32, "i32")),
    heroPattern=Opt(_HERO),
    tabMessages=Opt(List(_TAB)),
    openGraphMetadata=Opt(_GRAPH),
    singleProductOptions=Opt(_PRODUCT),
    openLinksInNewTab=Opt(FLAG),
    **_optional(TEXT, "creatorName", "creatorLinkedInUrl", "brandFontFamily"),
    zIndex=Opt(Int(I32, "i32")),
    **_optional(FLAG, "hideDrawnText", "usePagefind"),
    **_optional(TEXT, "videoLink", "videoPosition"),
    **_optional(FLAG, "isTestMode", "inline"),
    numberOfSuggestions=Opt(Int(U64, "usize")),
    **_optional(TEXT, "inlineHeader", "defaultImageQuestion"),
    **_optional(FLAG, "useLocal", "showResultHighlights"),
    searchPageProps=Opt(_SEARCH_PAGE),
    searchBar=Opt(FLAG),
    **_optional(TEXT, "defaultSearchQuery", "imageStarterText"),
)
