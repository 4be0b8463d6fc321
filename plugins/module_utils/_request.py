# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A request that a user words: its address, and what is known of calls that do not do what they seem to.

A module that exists for a call knows more than can be said here, so the words point to it.
"""

from __future__ import annotations

import re
import typing as t
from urllib.parse import quote, unquote

from ._client import TrieveClient, as_uuid
from ._failure import TaskFailed
from ._invitation import check_address
from ._organization import whoami
from ._task import Task

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

_SEGMENT_SAFE = "%:@!$&'()*+,;=~-._"
"""What stands for itself in a segment of a path (RFC 3986, 3.3); % because a path may be escaped already."""

_CONFIGURATION_KEY = re.compile(r"[A-Z0-9_]+")


def api_path(text: str | None) -> str:
    """The path of a call, from C(/api) on, which may be left out.

    :raises TaskFailed: it is missing, or it is an address, has a query, or climbs out of C(/api)
    """
    path = (text or "").strip()
    if not path.strip("/"):
        raise TaskFailed("path is missing or empty. Give the path of a call, such as /api/chunks/scroll.")
    if "://" in path or path.startswith("//"):
        raise TaskFailed(f"path {path!r} is an address. Give the path only; the server is the one of the option url.")
    if "?" in path or "#" in path:
        raise TaskFailed(
            f"path {path!r} has a ? or a # in it. Give the query in the option query, and write %3F or %23 in a name."
        )
    if re.search(r"%(?![0-9a-fA-F]{2})", path):
        raise TaskFailed(f"path {path!r} has a % in it that begins no escape. Write %25 for it.")
    segments = path.lstrip("/").split("/")
    if segments[0] != "api":
        segments.insert(0, "api")
    names = unquote("/".join(segments)).split("/")
    if {".", ".."} & set(names) or any("\\" in name for name in names):
        raise TaskFailed(f"path {path!r} has a segment in it that is no name: '.', '..' or one with a backslash.")
    return "/" + "/".join(quote(segment, safe=_SEGMENT_SAFE) for segment in segments)


def check_call(task: Task, client: TrieveClient, method: str, path: str, body: t.Any) -> None:
    """Refuse a call that would end the server, lose something for good or hit another tenant, and warn of the next worse.

    :raises TaskFailed: says what would happen, and which module does it
    """
    plain = unquote(path)
    for verb, pattern, check in _CHECKS:
        if method == verb and re.fullmatch(pattern, plain):
            check(client, plain, body)
    for verb, pattern, words in _WARNINGS:
        if method == verb and re.fullmatch(pattern, plain):
            task.warn(f"{method} {plain}: {words}")
    if method == "DELETE" and plain == "/api/chunk" and not (isinstance(body, dict) and body.get("filter")):
        task.warn(f"{method} {plain}: with an empty filter all chunks of the dataset are deleted.")


def _no_key(_client: TrieveClient, path: str, _body: t.Any) -> None:
    raise TaskFailed(
        f"POST {path} answers with a key that cannot be had again, and secrets are left out of results."
        " Use community.trieve.trieve_api_key, which returns it."
    )


def _users_key(client: TrieveClient, path: str, _body: t.Any) -> None:
    if whoami(client) is None:
        raise TaskFailed(
            f"POST {path} needs a user's key, and this is an organization's: the server would fail half-way and leave an organization behind"
            " that nobody belongs to."
        )


def _own_organization(client: TrieveClient, path: str, _body: t.Any) -> None:
    named = as_uuid(path.rpartition("/")[2])
    if named is None or named != client.organization_id:
        raise TaskFailed(
            f"DELETE {path}: the server looks at organization_id for the right to do this, and deletes the organization of the path. Give the"
            " same one in both, or use community.trieve.trieve_organization."
        )


def _invitation(_client: TrieveClient, _path: str, body: t.Any) -> None:
    email = body.get("email") if isinstance(body, dict) else None
    if isinstance(email, str):
        check_address(email.strip())


def _dataset_configs(_client: TrieveClient, path: str, body: t.Any) -> None:
    """The server checks nothing here; some values end its process, and a list takes all settings away (docs/server.md 5.1)."""
    given = body if isinstance(body, dict) else {}
    to, match = given.get("to_configuration"), given.get("match_configuration")
    wrong = ""
    if not isinstance(to, dict):
        wrong = "to_configuration has to be a dictionary; anything else would take all settings of the datasets away"
    elif any(name in to and to[name] is None for name in ("EMBEDDING_BASE_URL", "RERANKER_BASE_URL")):
        wrong = "EMBEDDING_BASE_URL and RERANKER_BASE_URL must not be null; the server would end at each read of the datasets"
    elif match is not None and not isinstance(match, dict):
        wrong = "match_configuration has to be a dictionary; the server would end at anything else"
    elif any(
        not isinstance(value, str) or not _CONFIGURATION_KEY.fullmatch(str(name))
        for name, value in (match or {}).items()
    ):
        wrong = "match_configuration has to hold texts under names of settings; the server would end at any other value"
    if wrong:
        raise TaskFailed(f"POST {path}: {wrong}.")


_ID = "[^/]+"

_Check = t.Callable[[TrieveClient, str, t.Any], None]

_CHECKS: tuple[tuple[str, str, _Check], ...] = (
    ("POST", "/api/organization/api_key", _no_key),
    ("POST", "/api/organization", _users_key),
    ("DELETE", f"/api/organization/{_ID}", _own_organization),
    ("POST", "/api/invitation", _invitation),
    ("POST", "/api/organization/update_dataset_configs", _dataset_configs),
)

_WARNINGS = (
    (
        "DELETE",
        f"/api/crawl/{_ID}",
        "the server deletes any tenant's crawl of this id, and reports success for none. community.trieve.trieve_crawl looks first.",
    ),
    (
        "PUT",
        "/api/crawl",
        "this deletes a crawl before it checks anything, and makes another one. Use community.trieve.trieve_crawl.",
    ),
    (
        "DELETE",
        f"/api/invitation/{_ID}",
        "the server deletes any organization's invitation of this id. community.trieve.trieve_invitation looks first.",
    ),
    (
        "PUT",
        "/api/dataset",
        "this changes any tenant's dataset of the id, and loses settings that are not sent. Use community.trieve.trieve_dataset.",
    ),
    (
        "PUT",
        "/api/chunk_group",
        "this clears the metadata and, by id, the tracking id if they are not sent. Use community.trieve.trieve_chunk_group.",
    ),
)
