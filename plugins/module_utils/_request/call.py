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

from .._core.failure import TaskFailed
from .._core.task import Task
from .._crawl.model import list_crawls
from .._dataset.api import list_datasets
from .._invitation.model import check_address, list_invitations
from .._organization.options import whoami
from ..trieve import TrieveClient, as_uuid

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

_SEGMENT_SAFE = "%:@!$&'()*+,;=~-._"
"""What stands for itself in a segment of a path (RFC 3986, 3.3); % because a path may be escaped already."""

_Proof = t.Callable[..., t.Optional[str]]
"""Why it is not proved that the object of a call is the caller's; C(None) if it is, or if the server would refuse it anyway."""

_CONFIGURATION_KEY = re.compile(r"[A-Z0-9_]+")


def api_path(text: str) -> str:
    """The path of a call, from C(/api) on, which may be left out.

    :raises TaskFailed: it is empty, or it is an address, has a query, or climbs out of C(/api)
    """
    path = text.strip()
    if not path.strip("/"):
        raise TaskFailed("path is empty. Give the path of a call, such as /api/chunks/scroll.")
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


class Call(t.NamedTuple):
    """A request that has not been sent yet.

    :param path: from C(/api) on, without escapes
    :param dataset: what its header C(TR-Dataset) will be
    """

    method: str
    path: str
    body: t.Any
    dataset: str | None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def check_call(
    task: Task, client: TrieveClient, method: str, path: str, body: t.Any, dataset: str | None, force: bool
) -> None:
    """Refuse a call that would end the server, lose something for good or hit another tenant, and warn of the next worse.

    Sends only reads.

    :param force: whether a call by ID is sent that the server does not limit to the caller's own objects, without proof
    :raises TaskFailed: says what would happen, and which module does it
    """
    call = Call(method, unquote(path), body, dataset)
    for verb, pattern, check in _CHECKS:
        if method == verb and re.fullmatch(pattern, call.path):
            check(client, call.path, body)
    if not force:
        _check_owner(task, client, call)
    for verb, pattern, words in _WARNINGS:
        if method == verb and re.fullmatch(pattern, call.path):
            task.warn(f"{call}: {words}")
    if method == "DELETE" and call.path == "/api/chunk" and not (isinstance(body, dict) and body.get("filter")):
        task.warn(f"{call}: with an empty filter all chunks of the dataset are deleted.")


def _check_owner(task: Task, client: TrieveClient, call: Call) -> None:
    """Refuse a call by ID that the server does not limit to the caller, unless a list shows that the ID is the caller's."""
    for verb, pattern, unproved, advice in _UNSCOPED:
        match = re.fullmatch(pattern, call.path) if call.method == verb else None
        reason = unproved(task, client, call, match) if match else None
        if reason:
            raise TaskFailed(
                f"{call}: {reason} Trieve does not check which tenant the ID belongs to, so the request is not sent."
                f" {advice}To send it anyway, set force: true."
            )


def _foreign_crawl(task: Task, client: TrieveClient, call: Call, match: re.Match[str]) -> str | None:
    known = as_uuid(match["id"])
    if known is None:
        return None  # the server refuses it
    if not call.dataset:
        return "dataset is required to look the crawl up."
    if any(as_uuid(crawl.id) == known for crawl in list_crawls(task, client, call.dataset, must_exist=False)):
        return None
    return f"Crawl {known} not found in dataset {call.dataset!r}."


def _foreign_invitation(task: Task, client: TrieveClient, _call: Call, match: re.Match[str]) -> str | None:
    known = as_uuid(match["id"])
    if known is None or any(as_uuid(each.id) == known for each in list_invitations(task, client, must_exist=False)):
        return None
    return f"Invitation {known} not found in organization {client.organization_id}."


def _foreign_organization(_task: Task, client: TrieveClient, _call: Call, match: re.Match[str]) -> str | None:
    known = as_uuid(match["id"])
    return None if known in (None, client.organization_id) else f"{known} is not the organization of organization_id."


def _foreign_dataset(_task: Task, client: TrieveClient, call: Call, match: re.Match[str]) -> str | None:
    return _not_own_dataset(client, call, match["id"])


def _foreign_dataset_in(*keys: str) -> _Proof:
    """The check of a dataset's ID that stands in the body, below these keys."""

    def unproved(_task: Task, client: TrieveClient, call: Call, _match: re.Match[str]) -> str | None:
        value = call.body
        for key in keys:
            if isinstance(value, list):  # the server reads a list as an object without names
                return f"The body must be a dictionary, so that {'.'.join(keys)} can be checked."
            value = value.get(key) if isinstance(value, dict) else None
        return _not_own_dataset(client, call, value) if isinstance(value, str) else None

    return unproved


def _not_own_dataset(client: TrieveClient, call: Call, given: str) -> str | None:
    known = as_uuid(given)
    # What TR-Dataset names is held against the key by the server itself.
    if known is None or known == as_uuid(call.dataset or ""):
        return None
    if any(as_uuid(dataset.id) == known for dataset in list_datasets(client)):
        return None
    return f"Dataset {known} not found in organization {client.organization_id}."


def _never_proved(_task: Task, _client: TrieveClient, _call: Call, _match: re.Match[str]) -> str | None:
    return "This deletes crawls by a scrape ID before anything is checked, and creates another one."


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

_NAMED = "(?P<id>[^/]+)"

_UNSCOPED: tuple[tuple[str, str, _Proof, str], ...] = (
    ("DELETE", f"/api/crawl/{_NAMED}", _foreign_crawl, "Use community.trieve.trieve_crawl. "),
    ("PUT", "/api/crawl", _never_proved, "Use community.trieve.trieve_crawl. "),
    ("DELETE", f"/api/invitation/{_NAMED}", _foreign_invitation, "Use community.trieve.trieve_invitation. "),
    ("PUT", "/api/dataset", _foreign_dataset_in("dataset_id"), "Use community.trieve.trieve_dataset. "),
    ("POST", "/api/dataset/clone", _foreign_dataset_in("dataset_to_clone"), "Use community.trieve.trieve_dataset. "),
    ("POST", "/api/file/html_page", _foreign_dataset_in("metadata", "dataset_id"), ""),
    ("GET", f"/api/dataset/(usage/)?{_NAMED}", _foreign_dataset, "Use community.trieve.trieve_dataset_info. "),
    ("GET", f"/api/dataset/groups/{_NAMED}(/.*)?", _foreign_dataset, "Use community.trieve.trieve_chunk_group_info. "),
    ("GET", f"/api/organization/(users/)?{_NAMED}", _foreign_organization, ""),
    ("POST", f"/api/organization/usage/{_NAMED}", _foreign_organization, ""),
    ("GET", f"/api/invitations?/{_NAMED}", _foreign_organization, ""),
)
"""Calls by ID that the server carries out for any tenant's object (docs/server.md 2.4), how the owner is checked, and what to use instead."""

_CHECKS: tuple[tuple[str, str, _Check], ...] = (
    ("POST", "/api/organization/api_key", _no_key),
    ("POST", "/api/organization", _users_key),
    ("DELETE", f"/api/organization/{_ID}", _own_organization),
    ("POST", "/api/invitation", _invitation),
    ("POST", "/api/organization/update_dataset_configs", _dataset_configs),
)

_WARNINGS = (
    (
        "PUT",
        "/api/crawl",
        "this deletes crawls by a scrape ID before anything is checked, and creates another one. Use community.trieve.trieve_crawl.",
    ),
    (
        "PUT",
        "/api/dataset",
        "settings that are not sent are lost. Use community.trieve.trieve_dataset.",
    ),
    (
        "PUT",
        "/api/chunk_group",
        "this clears the metadata and, by id, the tracking id if they are not sent. Use community.trieve.trieve_chunk_group.",
    ),
)
