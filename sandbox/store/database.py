# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's database: one SQLite connection, used from the server's event loop only.

Times are whole microseconds since 1970, as PostgreSQL keeps them. Every write is committed before
the answer is sent: statements commit by themselves, and ``transaction`` joins several into one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from .full_text import FullText

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS organizations (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
    registerable INTEGER NOT NULL DEFAULT 1, deleted INTEGER NOT NULL DEFAULT 0,
    partner_configuration TEXT NOT NULL DEFAULT '{}', dataset_count INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS users (
    id TEXT PRIMARY KEY, name TEXT, email TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS user_organizations (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    organization_id TEXT NOT NULL REFERENCES organizations ON DELETE CASCADE, role INTEGER NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, scopes TEXT);
CREATE INDEX IF NOT EXISTS user_organizations_of_user ON user_organizations (user_id);
CREATE INDEX IF NOT EXISTS user_organizations_of_organization ON user_organizations (organization_id);
CREATE TABLE IF NOT EXISTS user_api_keys (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE, hash TEXT NOT NULL,
    name TEXT NOT NULL, role INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS user_api_keys_by_hash ON user_api_keys (hash);
CREATE TABLE IF NOT EXISTS organization_api_keys (
    id TEXT PRIMARY KEY, organization_id TEXT NOT NULL REFERENCES organizations ON DELETE CASCADE,
    hash TEXT NOT NULL, name TEXT NOT NULL, role INTEGER NOT NULL, dataset_ids TEXT, scopes TEXT,
    expires_at INTEGER, default_params TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS organization_api_keys_by_hash ON organization_api_keys (hash);
CREATE INDEX IF NOT EXISTS organization_api_keys_of ON organization_api_keys (organization_id, id);
CREATE TABLE IF NOT EXISTS invitations (
    id TEXT PRIMARY KEY, email TEXT NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organizations ON DELETE CASCADE, used INTEGER NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, role INTEGER NOT NULL, scopes TEXT);
CREATE TABLE IF NOT EXISTS datasets (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organizations ON DELETE CASCADE,
    server_configuration TEXT NOT NULL, tracking_id TEXT, deleted INTEGER NOT NULL DEFAULT 0,
    UNIQUE (organization_id, tracking_id));
CREATE INDEX IF NOT EXISTS datasets_by_time ON datasets (organization_id, created_at);
CREATE INDEX IF NOT EXISTS datasets_by_tracking_id ON datasets (tracking_id);
CREATE TABLE IF NOT EXISTS dataset_usage_counts (
    id TEXT PRIMARY KEY, dataset_id TEXT NOT NULL UNIQUE REFERENCES datasets ON DELETE CASCADE,
    chunk_count INTEGER NOT NULL DEFAULT 0, group_count INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS crawls (
    id TEXT PRIMARY KEY, url TEXT NOT NULL, status TEXT NOT NULL, interval INTEGER, next_crawl_at INTEGER,
    scrape_id TEXT NOT NULL, dataset_id TEXT NOT NULL REFERENCES datasets ON DELETE CASCADE,
    created_at INTEGER NOT NULL, crawl_options TEXT NOT NULL, crawl_type TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS crawls_by_time ON crawls (dataset_id, created_at);
CREATE INDEX IF NOT EXISTS crawls_by_scrape_id ON crawls (scrape_id);
CREATE TABLE IF NOT EXISTS crawl_jobs (
    crawl_id TEXT PRIMARY KEY, scrape_id TEXT NOT NULL, dataset_id TEXT NOT NULL, url TEXT NOT NULL,
    crawl_type TEXT NOT NULL, crawl_options TEXT NOT NULL, interval INTEGER, next_crawl_at INTEGER,
    step INTEGER NOT NULL DEFAULT 0, due_at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS crawl_jobs_by_time ON crawl_jobs (due_at);
CREATE TABLE IF NOT EXISTS crawl_pages (
    crawl_id TEXT PRIMARY KEY REFERENCES crawl_jobs ON DELETE CASCADE, pages INTEGER NOT NULL, outcome TEXT NOT NULL,
    chunks TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sites (
    url TEXT PRIMARY KEY, busy INTEGER NOT NULL, failed INTEGER NOT NULL, refuse INTEGER, pages TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS chunk_groups (
    id TEXT PRIMARY KEY, dataset_id TEXT NOT NULL REFERENCES datasets ON DELETE CASCADE, name TEXT NOT NULL,
    description TEXT NOT NULL, tracking_id TEXT, metadata TEXT, tag_set TEXT,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, UNIQUE (dataset_id, tracking_id));
CREATE TABLE IF NOT EXISTS chunks (
    id TEXT PRIMARY KEY, dataset_id TEXT NOT NULL REFERENCES datasets ON DELETE CASCADE, tracking_id TEXT,
    point_id TEXT, body TEXT NOT NULL, tag_set TEXT NOT NULL DEFAULT '[]',
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, UNIQUE (dataset_id, tracking_id));
CREATE INDEX IF NOT EXISTS chunks_by_point ON chunks (point_id);
CREATE INDEX IF NOT EXISTS chunks_by_time ON chunks (dataset_id, created_at);
CREATE TABLE IF NOT EXISTS points (
    id TEXT PRIMARY KEY, dataset_id TEXT NOT NULL REFERENCES datasets ON DELETE CASCADE, payload TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS points_of_dataset ON points (dataset_id, id);
CREATE TABLE IF NOT EXISTS group_members (
    group_id TEXT NOT NULL REFERENCES chunk_groups ON DELETE CASCADE,
    chunk_id TEXT NOT NULL REFERENCES chunks ON DELETE CASCADE, PRIMARY KEY (group_id, chunk_id));
CREATE INDEX IF NOT EXISTS group_members_of_chunk ON group_members (chunk_id);
CREATE TABLE IF NOT EXISTS dataset_tags (
    dataset_id TEXT NOT NULL REFERENCES datasets ON DELETE CASCADE, tag TEXT NOT NULL,
    PRIMARY KEY (dataset_id, tag));
CREATE TABLE IF NOT EXISTS files (
    id TEXT PRIMARY KEY, dataset_id TEXT NOT NULL REFERENCES datasets ON DELETE CASCADE, file_name TEXT NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, size INTEGER NOT NULL, tag_set TEXT, metadata TEXT,
    link TEXT, time_stamp INTEGER);
CREATE TABLE IF NOT EXISTS file_groups (
    file_id TEXT NOT NULL REFERENCES files ON DELETE CASCADE,
    group_id TEXT NOT NULL REFERENCES chunk_groups ON DELETE CASCADE);
CREATE INDEX IF NOT EXISTS file_groups_of_file ON file_groups (file_id);
CREATE INDEX IF NOT EXISTS file_groups_of_group ON file_groups (group_id);
CREATE TABLE IF NOT EXISTS topics (
    id TEXT PRIMARY KEY, dataset_id TEXT NOT NULL REFERENCES datasets ON DELETE CASCADE, name TEXT NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
    owner_id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, dataset_id TEXT NOT NULL, payload TEXT NOT NULL,
    queued_at INTEGER NOT NULL, size INTEGER NOT NULL DEFAULT 1);
"""

TABLES = tuple(line.split()[5] for line in SCHEMA.splitlines() if line.startswith("CREATE TABLE"))

Row = sqlite3.Row


# json.dumps would make a new encoder for each call.
pack: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
"""JSON as it is stored. Keys are sorted, as the server's JSON library does."""
pack_in_order: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""JSON with the keys in the order of the value."""


def unpack(text: str | None) -> Any:
    """The value of a stored JSON text; None stays None."""
    return None if text is None else json.loads(text)


def has_nul(value: Any) -> bool:
    """Whether a text in a value has a NUL, which PostgreSQL does not take."""
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(has_nul(key) or has_nul(item) for key, item in value.items())
    return isinstance(value, (list, tuple)) and any(has_nul(item) for item in value)


class Store:
    """The connection and three ways to use it."""

    def __init__(self, path: str | None = None) -> None:
        """Open or create the database.

        :param path: a file, or None for memory.
        :raises sqlite3.Error: if the file is no database or cannot be written.
        :raises NoFullText: if SQLite has no full text search.
        """
        self.connection = sqlite3.connect(
            path or ":memory:", timeout=1, isolation_level=None, check_same_thread=False, cached_statements=512
        )
        self.connection.row_factory = sqlite3.Row
        if path:
            # Two sandboxes on one file would not see each other's queues.
            self.connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            # A killed process loses nothing that is committed; only a crash of the machine could.
            self.connection.execute("PRAGMA journal_mode = WAL")
            self.connection.execute("PRAGMA synchronous = NORMAL")
        self.connection.execute("PRAGMA foreign_keys = ON")
        self.connection.executescript(SCHEMA)
        self.full_text = FullText(self.connection)

    def run(self, sql: str, *values: Any) -> int:
        """Execute one statement. Returns the number of rows it changed."""
        return self.connection.execute(sql, values).rowcount

    def one(self, sql: str, *values: Any) -> Row | None:
        """The first row of a query, or None."""
        row: Row | None = self.connection.execute(sql, values).fetchone()
        return row

    def all(self, sql: str, *values: Any) -> list[Row]:
        """All rows of a query."""
        return self.connection.execute(sql, values).fetchall()

    def each(self, sql: str, *values: Any) -> Iterator[Row]:
        """The rows of a query one by one, read as they are asked for."""
        return iter(self.connection.execute(sql, values))

    def value(self, sql: str, *values: Any) -> Any:
        """The first column of the first row of a query, or None."""
        row = self.connection.execute(sql, values).fetchone()
        return None if row is None else row[0]

    def insert(self, table: str, **columns: Any) -> None:
        """Insert one row.

        :raises sqlite3.IntegrityError: where a unique column is taken.
        """
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        self.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(columns.values()))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit all statements inside together, or none of them if one raises. May be nested."""
        if self.connection.in_transaction:
            yield
            return
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def wipe(self) -> None:
        """Delete all rows of all tables."""
        with self.transaction():
            self.connection.execute("PRAGMA defer_foreign_keys = ON")
            for table in TABLES:
                self.connection.execute(f"DELETE FROM {table}")

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()
