# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The components of a server, and what a diagnosis has found out about each."""

from __future__ import annotations

import typing as t

from ..trieve import TrieveError

CAPABILITIES = ("crawls", "content", "search", "updates", "deletion", "clones", "files", "analytics")
"""What a server can do if the components that affect it work."""

_INGESTED = ("crawls", "content", "clones", "files")

OK, MISSING, UNKNOWN = "ok", "missing", "unknown"


class Component(t.NamedTuple):
    """A part of the server.

    :param title: its name in a sentence
    :param affects: the capabilities that need it
    :param needs: the components without which it cannot be tested
    :param advice: what to do if it is missing; names of containers are those of Trieve's docker-compose.yml
    """

    name: str
    title: str
    affects: tuple[str, ...]
    needs: tuple[str, ...]
    advice: str

    @property
    def noun(self) -> str:
        """Its name in the middle of a sentence."""
        return self.title if self.title in ("PostgreSQL", "Redis", "Firecrawl") else f"the {self.title}"


COMPONENTS = (
    Component(
        "server",
        "Trieve server",
        CAPABILITIES,
        (),
        "Start the container server, and check the option url (TRIEVE_BASE_URL) and any proxy in front of the server.",
    ),
    Component(
        "database",
        "PostgreSQL",
        CAPABILITIES,
        ("server",),
        "Start the container db, and check DATABASE_URL of the server. The server and its workers reconnect by themselves.",
    ),
    Component(
        "redis",
        "Redis",
        tuple(name for name in CAPABILITIES if name not in ("search", "analytics")),
        ("server", "database"),
        "Start the container redis, and check REDIS_URL of the server. After an outage, the workers can take half a minute to resume.",
    ),
    Component(
        "vector_store",
        "vector store",
        tuple(name for name in CAPABILITIES if name != "analytics"),
        ("server", "database"),
        "Start the container qdrant-database, and check QDRANT_URL and QDRANT_API_KEY of the server and the workers.",
    ),
    Component(
        "embedding_server",
        "embedding server",
        ("search", *_INGESTED),
        ("server", "database", "vector_store"),
        "Start the embedding server, and check EMBEDDING_SERVER_ORIGIN or OPENAI_BASE_URL, and OPENAI_API_KEY, of the server and the ingestion"
        " worker. Datasets can use another server (embedding_base_url), or none (semantic_enabled: false).",
    ),
    Component(
        "splade_server",
        "SPLADE server",
        ("search", *_INGESTED),
        ("server", "database", "vector_store"),
        "Start the containers splade-query and splade-doc, and check SPARSE_SERVER_QUERY_ORIGIN of the server and SPARSE_SERVER_DOC_ORIGIN of"
        " the ingestion worker. Datasets can do without (fulltext_enabled: false).",
    ),
    Component(
        "clickhouse",
        "ClickHouse",
        ("analytics",),
        ("server", "database"),
        "If analytics and events are needed, start the container clickhouse-db, and set USE_ANALYTICS=true and CLICKHOUSE_URL of the server.",
    ),
    Component(
        "object_storage",
        "object storage",
        ("files",),
        ("server", "database", "redis"),
        "Start the container s3, and check S3_ENDPOINT, S3_ACCESS_KEY, S3_SECRET_KEY and S3_BUCKET of the server and the file worker.",
    ),
    Component(
        "firecrawl",
        "Firecrawl",
        ("crawls",),
        ("server", "database", "redis"),
        "Start Firecrawl, and check FIRECRAWL_URL and FIRECRAWL_API_KEY of the server.",
    ),
    Component(
        "ingestion_worker",
        "ingestion worker",
        _INGESTED,
        ("server", "database", "redis"),
        "Start the container ingestion-worker, and check its REDIS_URL and DATABASE_URL.",
    ),
    Component(
        "update_worker",
        "update worker",
        ("updates",),
        ("server", "database", "redis", "vector_store", "ingestion_worker"),
        "Start the program update-worker (image trieve/update-worker), which Trieve's docker-compose.yml does not contain.",
    ),
    Component(
        "group_update_worker",
        "group update worker",
        ("updates",),
        ("server", "database", "redis", "vector_store", "ingestion_worker"),
        "Start the program grupdate-worker (image trieve/group_worker), which Trieve's docker-compose.yml does not contain.",
    ),
    Component(
        "clone_worker",
        "clone worker",
        ("clones",),
        ("server", "database", "redis", "vector_store", "ingestion_worker"),
        "Start the program clone-dataset-worker (image trieve/clone-dataset-worker), which Trieve's docker-compose.yml does not contain.",
    ),
    Component(
        "delete_worker",
        "delete worker",
        ("deletion",),
        ("server", "database", "redis"),
        "Start the container delete-worker, and check its REDIS_URL, DATABASE_URL and QDRANT_URL.",
    ),
    Component(
        "file_worker",
        "file worker",
        ("files",),
        ("server", "database", "redis", "object_storage"),
        "Start the container file-worker, and check its REDIS_URL and DATABASE_URL.",
    ),
    Component(
        "tika",
        "Tika",
        ("files",),
        ("server", "database", "redis", "object_storage", "file_worker", "vector_store", "ingestion_worker"),
        "Start the container tika, and check TIKA_URL of the file worker.",
    ),
    Component(
        "crawl_worker",
        "crawl worker",
        ("crawls",),
        ("server", "database", "redis", "firecrawl"),
        "Start the program crawl-worker (image trieve/crawl-worker), which Trieve's docker-compose.yml does not contain, with the FIRECRAWL_URL of the server.",
    ),
    Component(
        "crawl_pages",
        "content of crawled pages",
        ("crawls",),
        ("server", "database", "redis", "firecrawl", "crawl_worker", "vector_store", "ingestion_worker"),
        "Check that crawl_url is a page with a heading and some text that Firecrawl can fetch, and that Firecrawl returns html: Trieve requests"
        " rawHtml only, but reads html.",
    ),
)

BY_NAME = {component.name: component for component in COMPONENTS}


class Diagnosis:
    """What is known about each component. One that nothing is known about is C(unknown)."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[str, str | None]] = {}

    def status(self, name: str) -> str:
        """C(ok), C(missing) or C(unknown)."""
        return self._found.get(name, (UNKNOWN, None))[0]

    def is_open(self, name: str) -> bool:
        """Whether nothing was noted about a component yet."""
        return name not in self._found

    def works(self, *names: str) -> bool:
        """Whether all of these are C(ok)."""
        return all(self.status(name) == OK for name in names)

    def note(self, name: str, status: str, reason: str | None = None) -> None:
        """Note what was found out about a component; the last word counts."""
        self._found[name] = (status, reason)

    def note_error(self, name: str, error: TrieveError, words: str) -> None:
        """Note what an error says about a component.

        :param words: what the server's message contains if the component is missing
        """
        if error.status == 408:
            self.note(name, MISSING, "The server got no answer from it within its time limit (HTTP 408).")
        elif error.status and words in error.message:
            self.note(name, MISSING, f"The server reports: {shortened(error.message)}.")
        else:
            self.note(name, UNKNOWN, f"The request to test it failed. {error}")

    def close(self, reason: str) -> None:
        """Note why nothing is known about the components that are still open.

        :param reason: a sentence, unless another component is the reason
        """
        for component in COMPONENTS:
            if self.is_open(component.name):
                cause = next((BY_NAME[name] for name in component.needs if self.status(name) == MISSING), None)
                self.note(component.name, UNKNOWN, f"Cannot be tested without {cause.noun}." if cause else reason)

    def ready(self) -> dict[str, bool | None]:
        """For each capability, whether all that it needs works; None if that is not known."""
        found: dict[str, bool | None] = {}
        for capability in CAPABILITIES:
            statuses = {self.status(component.name) for component in COMPONENTS if capability in component.affects}
            found[capability] = False if MISSING in statuses else None if UNKNOWN in statuses else True
        return found

    def to_result(self) -> dict[str, t.Any]:
        """The results C(components) and C(ready)."""
        return {"components": [self._component(component) for component in COMPONENTS], "ready": self.ready()}

    def _component(self, component: Component) -> dict[str, t.Any]:
        status, reason = self._found.get(component.name, (UNKNOWN, None))
        return {
            "name": component.name,
            "status": status,
            "reason": reason,
            "affects": list(component.affects),
            "advice": component.advice if status == MISSING else None,
        }


def shortened(words: str, length: int = 200) -> str:
    """The server's words on one line, without a full stop, cut if they are long."""
    line = " ".join(words.split())
    return line.rstrip(".") if len(line) <= length else f"{line[:length].rstrip()} ..."
