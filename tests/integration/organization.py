# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An organization of any size, full of texts that YAML, Jinja or Ansible could take for something else."""

from __future__ import annotations

from typing import Any

from .server import Server

State = dict[str, Any]

SECRETS = {
    "llm_api_key": "sk-Zq7vT1mXb4Nc9RkLw2Yd8HsPf3Jg6QaE",
    "reranker_api_key": "rr-Mw5tK8zVh1Bx4CnPd7Yg2LqRs9Fj3TaU",
    "apiKey": "tr-Vd8nB3xRm6Kc1TzWq4Yh9PsLf7Gj2JaO",
}

NASTY = [
    "{{ lookup('ansible.builtin.pipe', 'touch hacked') }}",
    "Line one: a colon\n  {{ not a template }}\n\n# no comment\nline five\n",
    "{% raw %}{# nor this",
    "yes",
    "1e3",
    "[1, 2]",
    "{'a': 1}",
    "null",
    "2025-09-12",
    "a: b #c",
    "trailing blanks  \nand more\n\n",
    "Grüße, 日本語 \U0001f680 \u2028 end",
    "!vault | x",
    "\"quoted\" \\n 'texts'",
    " leading",
    "\tTab\r\nand CRLF",
]

_EVERYTHING: State = {
    "llm_base_url": "https://llm.example.com/v1",
    "llm_api_version": "2025-09-12",
    "llm_default_model": "yes",
    "system_prompt": NASTY[1],
    "rag_prompt": NASTY[0],
    "message_to_query_prompt": NASTY[10],
    "use_message_to_query_prompt": True,
    "n_retrievals_to_include": 11,
    "temperature": 0.3,
    "frequency_penalty": -0.1,
    "presence_penalty": 1e-07,
    "max_tokens": 512,
    "embedding_base_url": "https://embedding.example.com",
    "embedding_model_name": "example-embedder",
    "embedding_size": 1000,
    "embedding_query_prefix": "query: ",
    "semantic_enabled": False,
    "fulltext_enabled": False,
    "bm25_enabled": False,
    "bm25_b": 0.1,
    "bm25_k": 2.3,
    "bm25_avg_len": 99.9,
    "reranker_base_url": "https://reranker.example.com",
    "reranker_model_name": NASTY[2],
    "aimon_reranker_task_definition": NASTY[11],
    "max_limit": 5000,
    "indexed_only": True,
    "qdrant_only": True,
    "pagefind_enabled": True,
    "disable_analytics": True,
    "locked": True,
    "public_dataset": {
        "enabled": True,
        "extra_params": {
            "brandName": NASTY[0],
            "placeholder": NASTY[5],
            "debounceMs": 250,
            "responsive": False,
            "tags": [{"tag": "on", "label": "{{ a }}"}],
            "defaultSearchQueries": ["yes", "", "#"],
            "openGraphMetadata": {"title": NASTY[6]},
        },
    },
    "tool_configuration": {
        "query_tool_options": {
            "tool_description": NASTY[1],
            "query_parameter_description": NASTY[5],
            "price_filter_description": NASTY[3],
            "max_price_option_description": NASTY[13],
            "min_price_option_description": NASTY[14],
        }
    },
}
"""Every option of the configuration that can be read, each another than a new dataset has; the metric apart."""

_TEXTS = [name for name, value in _EVERYTHING.items() if isinstance(value, str) and name != "embedding_model_name"]

_CRAWLS: list[State] = [
    {},
    {"interval": "daily", "limit": 50, "exclude_paths": ["/news/*", "/blog/*"], "include_paths": ["{{ x }}", "*"]},
    {
        "interval": "weekly",
        "allow_external_links": True,
        "include_paths": ["/ü?x=%20"],
        "tags": ["on", "1", "a,b", "[x]"],
    },
    {"interval": "monthly", "boost_titles": False, "heading_remove_strings": ["b", "a", "{% x %}"]},
    {"ignore_sitemap": True, "body_remove_strings": NASTY, "include_tags": ["main", "#x"], "exclude_tags": [".nav"]},
    {"add_chunks_to_dataset": False, "webhook_urls": ["https://b.example.com/", "https://a.example.com/?q={{ x }}"]},
    {"scrape_options": {"type": "youtube"}},
    {"scrape_options": {"type": "shopify", "group_variants": True, "tag_regexes": ["^sale", "{{ y }}", "null"]}},
    {"scrape_options": {"type": "shopify"}, "limit": 7},
    {
        "scrape_options": {
            "type": "openapi",
            "openapi_schema_url": "https://api.example.com/{{ v }}",
            "openapi_tag": "no",
        }
    },
]

_GROUPS: list[State] = [
    {"tracking_id": "empty"},
    {"tracking_id": "{{ group }}", "name": NASTY[3], "description": NASTY[1], "tag_set": ["z", "a", "{{ t }}"]},
    {
        "tracking_id": "a/b c",
        "name": "on",
        "metadata": {
            "{{ key }}": {"yes": "no", "": None, "n": [1, 2.5, False, "1", NASTY[0]], "1": {}, "l": []},
            "multi\nline": NASTY[1],
        },
    },
]


def _texts(number: int) -> State:
    """Each text of the configuration another one, and each of them in some dataset in every option."""
    return {name: NASTY[(place + number) % len(NASTY)] for place, name in enumerate(_TEXTS)}


def state(prefix: str = "", datasets: int = 20, crawls: int = 500) -> State:
    """The state, as a state file declares it.

    :param prefix: in front of every tracking id of a dataset
    :param crawls: of all datasets together
    """
    each = crawls // datasets
    found: list[State] = []
    for number in range(datasets):
        entry: State = {"tracking_id": f"{prefix}{number:02} set", "name": NASTY[number % len(NASTY)].strip() or "x"}
        if number % 3 == 0:
            entry["configuration"] = {**_EVERYTHING, **_texts(number), "locked": number == 0}
        elif number % 3 == 1:
            entry["configuration"] = {"n_retrievals_to_include": number, "system_prompt": NASTY[number % len(NASTY)]}
        entry["chunk_groups"] = _GROUPS[: number % 4]
        entry["crawls"] = [
            {"site_url": f"https://{place % 3}.example.com/{number}", **_CRAWLS[place % len(_CRAWLS)]}
            | ({"limit": place + 1} if place >= len(_CRAWLS) else {})
            for place in range(each)
        ]
        found.append(entry)
    if datasets > 2:
        found[2]["configuration"] = {"distance_metric": "dot"}
    keys = [
        {
            "name": f"{prefix}website",
            "role": "read",
            "dataset_ids": [found[-1]["tracking_id"], found[0]["tracking_id"]],
        },
        {"name": f"{prefix}{{{{ admin }}}}: yes", "role": "admin"},
    ]
    return {"datasets": found, "api_keys": keys}


def create(server: Server, declared: State) -> dict[str, str]:
    """Make it by requests of Trieve's own, and give secrets to the first dataset. Returns the ids of the datasets."""
    ids = {}
    for number, entry in enumerate(declared["datasets"]):
        configuration = {name.upper(): value for name, value in entry.get("configuration", {}).items()}
        body = {
            "dataset_name": entry["name"],
            "tracking_id": entry["tracking_id"],
            "server_configuration": configuration,
        }
        made = server.send("POST", "/api/dataset", {name: value for name, value in body.items() if value})
        ids[entry["tracking_id"]] = made["id"]
        if not number:
            secrets: State = {name.upper(): SECRETS[name] for name in ("llm_api_key", "reranker_api_key")}
            page = configuration.get("PUBLIC_DATASET", {"enabled": False})
            params = {**page.get("extra_params", {}), "apiKey": SECRETS["apiKey"]}
            secrets["PUBLIC_DATASET"] = {**page, "extra_params": params}
            secrets["LLM_API_VERSION"] = configuration.get("LLM_API_VERSION")
            server.send("PUT", "/api/dataset", {"dataset_id": made["id"], "server_configuration": secrets})
        for group in entry.get("chunk_groups", []):
            server.send("POST", "/api/chunk_group", group, dataset=made["id"])
        for crawl in entry.get("crawls", []):
            server.send("POST", "/api/crawl", {"crawl_options": crawl}, dataset=made["id"])
    for key in declared.get("api_keys", []):
        limits = [ids[name] for name in key.get("dataset_ids", [])]
        body = {"name": key["name"], "role": ["read", "admin", "owner"].index(key["role"]), "dataset_ids": limits}
        server.send("POST", "/api/organization/api_key", body)
    return ids
