# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The configuration that a dataset has anyway after its creation (docs/server.md 4.4)."""

from __future__ import annotations

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._dataset.configuration import MODEL_SIZES

_OTHER_SIZE = 768

_NEW: dict[str, t.Any] = {
    "llm_base_url": "https://api.openai.com/v1",
    "llm_default_model": "gpt-4o",
    "system_prompt": "You are a helpful assistant",
    "rag_prompt": "Use the following retrieved documents to respond briefly and accurately:",
    "message_to_query_prompt": (
        "Write a 1-2 sentence semantic search query along the lines of a hypothetical response to: \n\n"
    ),
    "use_message_to_query_prompt": False,
    "n_retrievals_to_include": 8,
    "embedding_base_url": "https://embedding.trieve.ai",
    "embedding_model_name": "jina-base-en",
    "embedding_query_prefix": "",
    "distance_metric": "cosine",
    "semantic_enabled": True,
    "fulltext_enabled": True,
    "bm25_enabled": True,
    "bm25_b": 0.75,
    "bm25_k": 0.75,
    "bm25_avg_len": 256.0,
    "reranker_base_url": "http://embedding-reranker.default.svc.cluster.local",
    "reranker_model_name": "bge-reranker-large",
    "aimon_reranker_task_definition": (
        "Your task is to grade the relevance of context document(s) against the specified user query."
    ),
    "max_limit": 10000,
    "indexed_only": False,
    "qdrant_only": False,
    "pagefind_enabled": False,
    "disable_analytics": False,
    "locked": False,
    "public_dataset": {"enabled": False},
}

_TOOL_TEXTS = {
    "tool_description": (
        "Search for relevant information in the knowledge base. You can use this tool multiple times if the"
        " information you need is not found in the first search."
    ),
    "query_parameter_description": "The search query to find relevant information",
    "price_filter_description": "The price filter to use for the search",
    "max_price_option_description": "The maximum price to filter by",
    "min_price_option_description": "The minimum price to filter by",
}

_TOOL_TEXTS_OF_A_CONFIGURED_ONE = {
    **_TOOL_TEXTS,
    "price_filter_description": "The price or page range filter to use for the search",
    "max_price_option_description": "The maximum price or page to filter by",
    "min_price_option_description": "The minimum price or page to filter by",
}


def without_what_is_new(configuration: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The options without those that a new dataset has just so, if it is created with the others."""
    new = {**_NEW, "embedding_size": MODEL_SIZES.get(configuration.get("embedding_model_name", ""), _OTHER_SIZE)}
    left = {name: value for name, value in configuration.items() if name not in new or new[name] != value}
    tools = left.pop("tool_configuration", {}).get("query_tool_options")
    # The server's texts differ where a configuration is given at creation.
    if tools and tools != (_TOOL_TEXTS_OF_A_CONFIGURED_ONE if left else _TOOL_TEXTS):
        left["tool_configuration"] = configuration["tool_configuration"]
    return left
