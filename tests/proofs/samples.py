# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A sample for every option that is state of an object: the one table of the proofs that is written by hand.

A sample differs from what the server would have without it, and from what the object holds before.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

_SAME: Any = object()


@dataclass(frozen=True)
class Sample:
    """What an option is set to.

    :param value: what the task asks for
    :param held: what the object has before, in the form of the option
    :param raw: what the sandbox then holds of it, or a function of the value and of what the sandbox held of the whole
        object; by default the value itself
    :param shown: the value as diffs show it, if it is another form
    :param was: what was held as diffs show it, if that is another form
    :param given: options that have to be given with it; the object has them before
    :param also: other places that change with it at the sandbox, and what is then there
    :param kind: the kind of object that has the option, where there are several
    :param alone: whether it contradicts another option's sample
    """

    value: Any
    held: Any
    raw: Any = _SAME
    shown: Any = _SAME
    was: Any = _SAME
    given: Mapping[str, Any] = field(default_factory=dict)
    also: Mapping[str, Any] = field(default_factory=dict)
    kind: str = ""
    alone: bool = False

    def expected(self, before: Mapping[str, Any]) -> Any:
        """What the sandbox holds after the run."""
        if callable(self.raw):
            made: Callable[[Any, Mapping[str, Any]], Any] = self.raw
            return made(self.value, before)
        return self.value if self.raw is _SAME else self.raw

    @property
    def after(self) -> Any:
        """The value as diffs show it."""
        return self.value if self.shown is _SAME else self.shown

    @property
    def before(self) -> Any:
        """What was held as diffs show it."""
        return self.held if self.was is _SAME else self.was


def _f32(value: float, _before: Any = None) -> float:
    """A number as the server keeps it."""
    kept: float = struct.unpack("<f", struct.pack("<f", value))[0]
    return kept


def _text(name: str) -> Sample:
    return Sample(f"New {name}, ünïcödé ☃", f"Old {name}")


def _flag(value: bool) -> Sample:
    """A switch that the server has the other way round."""
    return Sample(value, not value)


def _paths(*value: str) -> Sample:
    return Sample(list(value), ["/old", value[0]], shown=sorted(value), was=sorted(["/old", value[0]]))


CRAWL: dict[str, Sample] = {
    "interval": Sample("daily", "weekly", also={"(seconds)": 86400}),
    "limit": Sample(50, 7),
    "exclude_paths": _paths("/news/*", "/blog/*"),
    "include_paths": _paths("/reference/*", "/guide/ü?x=%20"),
    "exclude_tags": _paths("nav", "footer"),
    "include_tags": _paths("main", "article"),
    "boost_titles": _flag(False),
    "allow_external_links": Sample(True, False, given={"include_paths": ["/guide/*"]}),
    "ignore_sitemap": _flag(True),
    "heading_remove_strings": Sample(["#", "Edit this page"], ["Edit this page", "#"]),
    "body_remove_strings": Sample(["Cookies", "b", "a"], ["Cookies"]),
    "tags": _paths("docs", "a,b"),
    "webhook_urls": Sample(
        ["https://b.example.com/hook", "https://a.example.com/hook"],
        ["https://old.example.com/hook"],
        raw=lambda value, before: [*value, before["webhook_urls"][-1]],
        shown=["https://a.example.com/hook", "https://b.example.com/hook"],
    ),
    # The server adds a webhook of its own unless it is to leave the chunks out.
    "add_chunks_to_dataset": Sample(False, True, also={"webhook_urls": None}, alone=True),
    "scrape_options.openapi_schema_url": Sample(
        "https://api.example.com/v2.json", "https://api.example.com/v1.json", kind="openapi"
    ),
    "scrape_options.openapi_tag": Sample("pets", "owners", kind="openapi"),
    "scrape_options.group_variants": Sample(True, False, kind="shopify"),
    "scrape_options.tag_regexes": Sample(["^sale", "^new$"], ["^new$", "^sale"], kind="shopify"),
}

CHUNK_GROUP: dict[str, Sample] = {
    "name": _text("name"),
    "description": _text("description"),
    "metadata": Sample(
        {"color": "grün", "legs": {"count": 4, "foldable": True, "since": None}, "sizes": [1, 2.5, False]},
        {"color": "grün", "legs": {"count": 4, "foldable": 1, "since": None}, "sizes": [1, 2.5, False]},
    ),
    "tag_set": _paths("garden", "a,b"),
}

_TOOL_TEXTS = (
    "tool_description",
    "query_parameter_description",
    "price_filter_description",
    "max_price_option_description",
    "min_price_option_description",
)

DATASET: dict[str, Sample] = {
    "name": _text("name"),
    "new_tracking_id": Sample("renamed", "thing"),
    "llm_base_url": Sample("https://llm.example.com/v1", "https://old.example.com/v1"),
    "llm_api_version": Sample("2025-09-12", "2024-01-01"),
    "llm_default_model": Sample("gpt-5", "gpt-4"),
    "system_prompt": _text("prompt"),
    "rag_prompt": _text("prompt"),
    "message_to_query_prompt": _text("prompt"),
    "use_message_to_query_prompt": _flag(True),
    "n_retrievals_to_include": Sample(11, 6),
    "temperature": Sample(0.3, 0.7),
    "frequency_penalty": Sample(0.1, -0.1),
    "presence_penalty": Sample(-1.7, 1.3),
    "max_tokens": Sample(512, 128),
    "embedding_base_url": Sample("https://embedding.example.com", "https://old.example.com"),
    # The size goes along with the model, since the server derives it at creation only.
    "embedding_model_name": Sample("bge-m3", "text-embedding-3-small", also={"embedding_size": 1024}),
    # Of a model whose vectors may be shortened.
    "embedding_size": Sample(1024, 1536, given={"embedding_model_name": "text-embedding-3-large"}),
    "embedding_query_prefix": Sample("query: ", "Find "),
    "semantic_enabled": _flag(False),
    "fulltext_enabled": _flag(False),
    "bm25_enabled": _flag(False),
    "bm25_b": Sample(0.1, 0.2, raw=_f32),
    "bm25_k": Sample(2.3, 1.2, raw=_f32),
    "bm25_avg_len": Sample(99.9, 100.1, raw=_f32),
    "reranker_base_url": Sample("https://reranker.example.com", "https://old.example.com"),
    "reranker_model_name": Sample("bge-reranker-v2", "bge-reranker-old"),
    "aimon_reranker_task_definition": _text("task"),
    "max_limit": Sample(5000, 200),
    "indexed_only": _flag(True),
    "qdrant_only": _flag(True),
    "pagefind_enabled": _flag(True),
    "disable_analytics": _flag(True),
    "locked": _flag(True),
    "public_dataset.enabled": _flag(True),
    "public_dataset.extra_params": Sample(
        {"brandName": "New", "debounceMs": 250, "responsive": True, "tags": [{"tag": "a", "label": "A"}]},
        {"brandName": "Old", "debounceMs": 200, "responsive": False, "tags": [{"tag": "b", "label": "B"}]},
        raw=lambda value, before: {
            **before["public_dataset.extra_params"],
            **value,
            "tags": [{"tag": "a", "label": "A", "description": None}],
        },
        given={"public_dataset.enabled": False},
    ),
    **{f"tool_configuration.query_tool_options.{name}": _text(name) for name in _TOOL_TEXTS},
}


def _ids(value: list[str], before: Mapping[str, Any]) -> list[str]:
    """Datasets are named by tracking ids, and the key has their ids."""
    return sorted(before["(datasets)"][name] for name in value)


_SCOPES = Sample(
    ["POST /api/chunk", "GET /api/chunk/{chunk_id}"],
    ["GET /api/crawl"],
    raw=["GET /api/chunk/{chunk_id}", "POST /api/chunk"],
    shown=["GET /api/chunk/{chunk_id}", "POST /api/chunk"],
)

SAMPLES: dict[str, dict[str, Sample]] = {
    "trieve_api_key": {
        "role": Sample("admin", "read", raw=1),
        "dataset_ids": Sample(["two", "one"], ["one"], raw=_ids, shown=_ids, was=_ids),
    },
    "trieve_chunk_group": CHUNK_GROUP,
    "trieve_crawl": CRAWL,
    "trieve_dataset": DATASET,
    "trieve_invitation": {
        "role": Sample("admin", "user", raw=1),
        "scopes": _SCOPES,
    },
    "trieve_organization": {
        # The server escapes a name when it changes it; that is no difference afterwards.
        "name": Sample("New & Sons", "Old", raw="New &amp; Sons", shown="New &amp; Sons"),
        **{
            f"partner_configuration.{name}": Sample(f"new {name} & more", f"old {name}")
            for name in (
                "company_name",
                "company_url",
                "favicon_url",
                "demo_domain",
                "calendar_link",
                "slack_link",
                "linkedin_link",
                "email",
                "phone",
            )
        },
    },
    "trieve_user": {
        "role": Sample("admin", "user", raw=1),
        "scopes": _SCOPES,
    },
}
"""The samples of what can be read back, by module and place of the option."""

ENTRIES = {
    "trieve_chunk_groups": ("chunk_groups[].", "trieve_chunk_group"),
    "trieve_crawls": ("crawls[].", "trieve_crawl"),
}
"""Lists: the place of their entries, and the module whose samples an entry has."""

UNREADABLE: dict[str, dict[str, Sample]] = {
    # Never shown by any request. Expiry is kept as microseconds.
    "trieve_api_key": {
        "scopes": _SCOPES,
        "expires_at": Sample("2031-05-06T09:08:07+02:00", 1_900_000_000_000_000, raw=1_935_817_687_000_000),
    },
    # Secrets are shown by no read; the stop tokens are null in each, whatever is stored.
    "trieve_dataset": {
        "llm_api_key": Sample("sk-Zq7vT1mXb4Nc9RkLw2Yd8HsPf3Jg6QaE", "sk-Old7vT1mXb4Nc9RkLw2Yd8HsPf3Jg6Qa"),
        "reranker_api_key": Sample("rr-Mw5tK8zVh1Bx4CnPd7Yg2LqRs9Fj3TaU", "rr-Old5tK8zVh1Bx4CnPd7Yg2LqRs9Fj3Ta"),
        "public_dataset.api_key": Sample(
            "tr-Hc3pX6wNk9Vb2MzQf5Yt8JrLs1Gd4KeA",
            "tr-Old3pX6wNk9Vb2MzQf5Yt8JrLs1Gd4Ke",
            given={"public_dataset.enabled": False},
        ),
        "stop_tokens": Sample(["END", "a,b"], ["STOP"]),
    },
}
"""Options that cannot be read back: written where that is asked for, and never compared."""

WRITES = {
    "trieve_api_key": {"rotate": "always"},
    "trieve_dataset": {"update_secrets": "always"},
}
"""What makes a module write options that cannot be read back to an object that is there."""

_POINT = {"lat": 52.5, "lon": 13.25}
_CONDITIONS = [
    {"field": "tag_set", "match_all": ["a", 1]},
    {"field": "tag_set", "match_any": ["b", 2.5]},
    {"field": "num_value", "range": {"gt": 1.5, "gte": 2.5, "lt": 9.5, "lte": 8.5}},
    {
        "field": "time_stamp",
        "date_range": {
            "gt": "2024-01-01T00:00:00Z",
            "gte": "2024-01-02T00:00:00Z",
            "lt": "2025-01-01T00:00:00Z",
            "lte": "2025-01-02T00:00:00Z",
        },
    },
    {"field": "metadata.sold", "boolean": True},
    {"field": "location", "geo_bounding_box": {"top_left": _POINT, "bottom_right": {"lat": 48.5, "lon": 16.25}}},
    {"field": "location", "geo_radius": {"center": _POINT, "radius": 1000.5}},
    {
        "field": "location",
        "geo_polygon": {
            "exterior": [_POINT, {"lat": 1.5, "lon": 2.5}, {"lat": 3.5, "lon": 4.5}],
            "interior": [[_POINT, {"lat": 1.25, "lon": 2.25}, {"lat": 3.25, "lon": 4.25}]],
        },
    },
    {"ids": ["11111111-2222-4333-8444-555555555555"], "tracking_ids": ["one", "two"]},
]

EXAMPLES: dict[str, dict[str, Any]] = {
    "trieve_api_key": {
        "default_params": {
            "search_type": "bm25",
            "page_size": 7,
            "filters": {"must": _CONDITIONS, "must_not": _CONDITIONS, "should": _CONDITIONS},
            "score_threshold": 0.5,
            "slim_chunks": True,
            "use_quote_negated_terms": True,
            "remove_stop_words": True,
            "no_result_message": "Nothing ☃",
            "highlight_options": {
                "highlight_results": True,
                "highlight_strategy": "v1",
                "highlight_threshold": 0.25,
                "highlight_delimiters": [".", "?"],
                "highlight_max_length": 9,
                "highlight_max_num": 4,
                "highlight_window": 2,
                "pre_tag": "<b>",
                "post_tag": "</b>",
            },
            "typo_options": {
                "correct_typos": True,
                "one_typo_word_range": {"min": 4, "max": 8},
                "two_typo_word_range": {"min": 9, "max": 12},
                "prioritize_domain_specifc_words": False,
                "disable_on_word": ["Trieve"],
            },
        },
    },
}
"""Options of many parts that cannot be read back: each part is sent by itself, as small as it may be."""
