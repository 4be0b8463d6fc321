# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""server_configuration of a dataset: its keys, and how each call writes and reads them (docs/server.md 4.4 to 4.6)."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from ..formats.bodies import U64, Bool, Enum, Float, Float32, Int, List, Opt, Str, Struct, Type, as_tree, f32
from ..formats.errors import Panic
from ..formats.json_text import BodyError
from ..settings import Settings
from .extra_params import EXTRA_PARAMS

UINT = Int(U64, "usize")
METRIC = Enum("cosine", "euclidean", "manhattan", "dot", euclid="euclidean")
SIZES = {"text-embedding-3-small": 1536, "text-embedding-3-large": 3072, "bge-m3": 1024}
DEFAULT_SIZE = 768
TOOL_TEXTS = {
    "tool_description": (
        "Search for relevant information in the knowledge base. You can use this tool multiple times if the"
        " information you need is not found in the first search."
    ),
    "query_parameter_description": "The search query to find relevant information",
    "price_filter_description": "The price filter to use for the search",
    "max_price_option_description": "The maximum price to filter by",
    "min_price_option_description": "The minimum price to filter by",
}
# The texts differ where a server_configuration is given at creation.
GIVEN_TOOL_TEXTS = {
    **TOOL_TEXTS,
    "price_filter_description": "The price or page range filter to use for the search",
    "max_price_option_description": "The maximum price or page to filter by",
    "min_price_option_description": "The minimum price or page to filter by",
}
TOOL_CONFIGURATION = Struct(
    "ToolConfiguration",
    query_tool_options=Opt(Struct("QueryToolOptions", **{name: Opt(Str()) for name in TOOL_TEXTS})),
)
PUBLIC_DATASET = Struct("PublicDatasetOptions", enabled=Bool(), api_key=Opt(Str()), extra_params=Opt(EXTRA_PARAMS))


class Key(NamedTuple):
    """One key of the configuration.

    :param created: its value where POST does not give it.
    :param read: its value where the stored object lacks it.
    :param wrong: its value where what is stored has another type; ``read`` unless given.
    :param empty_is_default: GET shows the default for a stored empty text.
    """

    kind: Type
    created: Any
    read: Any
    empty_is_default: bool = True
    wrong: Any = None


def _text(default: str) -> Key:
    return Key(Str(), default, default)


def _flag(default: bool) -> Key:
    return Key(Bool(), default, default)


KEYS: dict[str, Key] = {
    "AIMON_RERANKER_TASK_DEFINITION": _text(
        "Your task is to grade the relevance of context document(s) against the specified user query."
    ),
    "BM25_AVG_LEN": Key(Float32(), 256.0, 256.0),
    "BM25_B": Key(Float32(), 0.75, 0.75),
    "BM25_ENABLED": Key(Bool(), True, None, wrong=False),
    "BM25_K": Key(Float32(), 0.75, f32(1.2)),
    "DISABLE_ANALYTICS": _flag(False),
    "DISTANCE_METRIC": Key(METRIC, "cosine", "cosine"),
    "EMBEDDING_BASE_URL": Key(Str(), "https://embedding.trieve.ai", None),
    "EMBEDDING_MODEL_NAME": _text("jina-base-en"),
    "EMBEDDING_QUERY_PREFIX": Key(Str(), "", None, empty_is_default=False),
    "EMBEDDING_SIZE": Key(UINT, None, DEFAULT_SIZE, wrong=1536),
    "FREQUENCY_PENALTY": Key(Float(), None, None),
    "FULLTEXT_ENABLED": _flag(True),
    "INDEXED_ONLY": _flag(False),
    "LLM_API_VERSION": Key(Str(), None, None, empty_is_default=False),
    "LLM_BASE_URL": _text("https://api.openai.com/v1"),
    "LLM_DEFAULT_MODEL": _text("gpt-4o"),
    "LOCKED": _flag(False),
    "MAX_LIMIT": Key(UINT, 10000, 10000),
    "MAX_TOKENS": Key(UINT, None, None),
    "MESSAGE_TO_QUERY_PROMPT": _text(
        "Write a 1-2 sentence semantic search query along the lines of a hypothetical response to: \n\n"
    ),
    "N_RETRIEVALS_TO_INCLUDE": Key(UINT, 8, 5),
    "PAGEFIND_ENABLED": _flag(False),
    "PRESENCE_PENALTY": Key(Float(), None, None),
    "PUBLIC_DATASET": Key(PUBLIC_DATASET, None, None),
    "QDRANT_ONLY": _flag(False),
    "RAG_PROMPT": _text("Use the following retrieved documents to respond briefly and accurately:"),
    "RERANKER_BASE_URL": _text("http://embedding-reranker.default.svc.cluster.local"),
    "RERANKER_MODEL_NAME": _text("bge-reranker-large"),
    "SEMANTIC_ENABLED": _flag(True),
    "STOP_TOKENS": Key(List(Str()), None, None),
    "SYSTEM_PROMPT": _text("You are a helpful assistant"),
    "TEMPERATURE": Key(Float(), None, None),
    "TOOL_CONFIGURATION": Key(TOOL_CONFIGURATION, None, None),
    "USE_MESSAGE_TO_QUERY_PROMPT": _flag(False),
}
SECRETS = ("LLM_API_KEY", "RERANKER_API_KEY")
CONFIGURATION = Struct(
    "DatasetConfigurationDTO",
    **{name: Opt(key.kind) for name, key in KEYS.items()},
    **{name: Opt(Str()) for name in SECRETS},
)


def created(given: dict[str, Any] | None) -> dict[str, Any]:
    """What POST, batch and clone store: the payload completed with defaults, without the secrets."""
    payload = given or {}
    config = {name: key.created if payload.get(name) is None else payload[name] for name, key in KEYS.items()}
    if config["EMBEDDING_SIZE"] is None:
        config["EMBEDDING_SIZE"] = SIZES.get(config["EMBEDDING_MODEL_NAME"], DEFAULT_SIZE)
    if config["TOOL_CONFIGURATION"] is None:
        config["TOOL_CONFIGURATION"] = {"query_tool_options": TOOL_TEXTS if given is None else GIVEN_TOOL_TEXTS}
    _drop_infinite(config)
    public = payload.get("PUBLIC_DATASET") or {"enabled": False, "extra_params": None}
    config["PUBLIC_DATASET"] = {"enabled": public["enabled"], "extra_params": public["extra_params"]}
    return config


def _drop_infinite(config: dict[str, Any]) -> None:
    """What does not fit into 32 bits is written as null."""
    config.update({name: None for name, value in config.items() if value == math.inf})


def read(stored: Any, settings: Settings) -> dict[str, Any]:
    """What the server makes of a stored configuration: each key with its reading default; secrets included.

    :raises Panic: for a base URL that is null, which only update_dataset_configs can store.
    """
    source = stored if isinstance(stored, dict) else {}
    for name in ("EMBEDDING_BASE_URL", "RERANKER_BASE_URL"):
        if name in source and source[name] is None:
            raise Panic(f"{name} is null in a stored configuration")
    config = {name: _read_key(name, key, source) for name, key in KEYS.items()}
    if config["BM25_ENABLED"] is None:
        config["BM25_ENABLED"] = settings.bm25_active
    if config["EMBEDDING_BASE_URL"] is None:
        config["EMBEDDING_BASE_URL"] = settings.openai_base_url
    if config["EMBEDDING_QUERY_PREFIX"] is None:
        config["EMBEDDING_QUERY_PREFIX"] = "Search for" if config["EMBEDDING_MODEL_NAME"] == "jina-base-en" else ""
    config["STOP_TOKENS"] = _stop_tokens(source.get("STOP_TOKENS"))
    config["PUBLIC_DATASET"] = _read_public(source.get("PUBLIC_DATASET"))
    config["TOOL_CONFIGURATION"] = _read_tools(source.get("TOOL_CONFIGURATION"))
    for name in SECRETS:
        config[name] = source[name] if isinstance(source.get(name), str) else ""
    return config


def _read_key(name: str, key: Key, source: dict[str, Any]) -> Any:
    if name not in source or (source[name] == "" and key.empty_is_default):
        return key.read
    try:
        return key.kind.read(source[name], name)
    except BodyError:
        return key.read if key.wrong is None else key.wrong


def _stop_tokens(value: Any) -> list[str] | None:
    # A stored list is not read back, only a comma-joined text would be.
    return value.split(",") if isinstance(value, str) else None


def _read_public(value: Any) -> dict[str, Any]:
    source = value if isinstance(value, dict) else {}
    try:
        params = Opt(EXTRA_PARAMS).read(as_tree(source.get("extra_params")), "extra_params")
    except BodyError:
        params = None
    return {
        "enabled": source.get("enabled") is True,
        "api_key": source["api_key"] if isinstance(source.get("api_key"), str) else "",
        "extra_params": params,
    }


def _read_tools(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        return {"query_tool_options": dict(TOOL_TEXTS)}
    options = value.get("query_tool_options")
    if not isinstance(options, dict):
        return {"query_tool_options": None}
    return {"query_tool_options": {name: options.get(name) for name in TOOL_TEXTS}}


def public(config: dict[str, Any]) -> dict[str, Any]:
    """A configuration as GET shows it: no secrets."""
    answer = {name: value for name, value in config.items() if name not in SECRETS}
    answer["PUBLIC_DATASET"] = {
        "enabled": config["PUBLIC_DATASET"]["enabled"],
        "extra_params": config["PUBLIC_DATASET"]["extra_params"],
    }
    return answer


def updated(stored: Any, given: dict[str, Any] | None, settings: Settings) -> dict[str, Any]:
    """What PUT stores: the stored configuration read and overlaid.

    DISTANCE_METRIC and an old list of stop tokens are lost, LLM_API_VERSION is erased unless given, and a
    given configuration completes extra_params.
    """
    config = read(stored, settings)
    del config["DISTANCE_METRIC"]
    if given is None:
        return config
    for name in (*KEYS, *SECRETS):
        if given.get(name) is not None and name not in ("DISTANCE_METRIC", "PUBLIC_DATASET"):
            config[name] = given[name]
    _drop_infinite(config)
    config["LLM_API_VERSION"] = given.get("LLM_API_VERSION")
    public_given = given.get("PUBLIC_DATASET") or {}
    old = config["PUBLIC_DATASET"]
    key = public_given.get("api_key")
    config["PUBLIC_DATASET"] = {
        "enabled": public_given.get("enabled", old["enabled"]),
        "api_key": old["api_key"] if key is None else key,
        "extra_params": {
            "heroPattern": {},
            **(old["extra_params"] or {}),
            **(public_given.get("extra_params") or {}),
        },
    }
    return config
