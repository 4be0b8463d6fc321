# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be set when a sandbox is started, and changed through the control API."""

from __future__ import annotations

from dataclasses import dataclass, field

WORKERS = frozenset({"crawl", "cron", "ingestion", "update", "delete", "groups", "file", "clone"})
# The workers that ran while the recordings were made.
RECORDED = frozenset({"ingestion", "update", "delete", "groups", "clone"})
COMPONENTS: dict[str, tuple[str, ...]] = {
    "database": ("ok", "down"),
    "redis": ("ok", "down"),
    "vector_store": ("ok", "down"),
    "embeddings": ("ok", "down", "hanging"),
    "splade": ("ok", "down"),
    "object_storage": ("ok", "down", "unreadable"),
    "tika": ("ok", "down", "error"),
    "clickhouse": ("down", "ok"),
}
"""What the server needs beside its own programs, each with its states, the first of which is the default. Firecrawl has a setting of its own.

``hanging``: takes requests and never answers them. ``unreadable``: takes files, but the file worker cannot read them. ``error``: answers with
an error page. ClickHouse is absent by default, as it was for the recordings.
"""


@dataclass
class Settings:
    """The server's environment variables as far as an answer depends on them, and the sandbox's own switches."""

    workers: frozenset[str] = RECORDED
    crawl_seconds: float = 5.0
    crawl_pages: int = 3
    unlimited: bool = True
    batch_chunk_limit: int = 120
    base_server_url: str | None = None
    webhook_key: str = "firecrawl"
    bm25_active: bool = True
    openai_base_url: str = "https://api.openai.com/v1"
    mail: bool = True
    firecrawl: str = "ok"
    components: dict[str, str] = field(default_factory=dict)
    admin_key_unset: bool = False
    log_bodies: bool = False
    log_limit: int = 100_000


def worker_names(text: str) -> frozenset[str]:
    """The workers of a list such as ``ingestion,delete``; ``all``, ``none`` and ``recorded`` are known too.

    :raises ValueError: for an unknown name.
    """
    known = {"all": WORKERS, "none": frozenset[str](), "recorded": RECORDED}
    names = frozenset(filter(None, (name.strip() for name in text.split(","))))
    if len(names) == 1 and (only := next(iter(names))) in known:
        return known[only]
    if names - WORKERS:
        raise ValueError(f"unknown workers {', '.join(sorted(names - WORKERS))}; known: {', '.join(sorted(WORKERS))}")
    return names


def component_states(given: dict[str, str]) -> dict[str, str]:
    """The components that are not as they are by default.

    :raises ValueError: for an unknown component or state.
    """
    for name, state in given.items():
        if name not in COMPONENTS:
            raise ValueError(f"unknown component {name}; known: {', '.join(sorted(COMPONENTS))}")
        if state not in COMPONENTS[name]:
            raise ValueError(f"{name} cannot be {state}; known: {', '.join(COMPONENTS[name])}")
    return dict(given)
