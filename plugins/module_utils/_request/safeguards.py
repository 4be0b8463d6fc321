# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of requests whose effect at the server is not the obvious one: they crash it, lose data, or reach another tenant's objects.

If a dedicated module exists for a call, the message names it.
"""

from __future__ import annotations

import re
import typing as t
from urllib.parse import unquote

from .._core.failure import TaskFailed
from .._core.task import Task
from .._crawl.api import list_crawls
from .._dataset.api import list_datasets
from .._invitation.api import list_invitations
from .._invitation.options import check_address
from .._organization.api import whoami
from ..trieve import TrieveClient, as_uuid
from .model import Request

OwnerCheck = t.Callable[..., t.Optional[str]]
"""Why the object of a call is not known to be the caller's; C(None) if it is, or if the server refuses the call anyway."""

Refusal = t.Callable[[TrieveClient, Request], None]
"""Raises C(TaskFailed) if the call must not be sent."""

_CONFIGURATION_KEY = re.compile(r"[A-Z0-9_]+")


def check_request(task: Task, client: TrieveClient, request: Request, force: bool) -> None:
    """Refuse a request that would crash the server, lose data for good or reach another tenant, and warn of lesser surprises.

    Sends only requests that read.

    :param force: skip the check of whose object a call by ID is about, where the server has none
    :raises TaskFailed: says what would happen, and which module to use
    """
    call = request._replace(path=unquote(request.path))
    for verb, pattern, refuse in _REFUSALS:
        if call.method == verb and re.fullmatch(pattern, call.path):
            refuse(client, call)
    if not force:
        _check_owner(task, client, call)
    for verb, pattern, words in _WARNINGS:
        if call.method == verb and re.fullmatch(pattern, call.path):
            task.warn(f"{call.name}: {words}")
    has_filter = isinstance(call.body, dict) and call.body.get("filter")
    if call.name == "DELETE /api/chunk" and not has_filter:
        task.warn(f"{call.name}: an empty filter deletes all chunks of the dataset.")


def _check_owner(task: Task, client: TrieveClient, call: Request) -> None:
    """Refuse a call by ID that the server does not limit to the caller, unless a list shows that the ID is the caller's."""
    for verb, pattern, why_not, advice in _UNSCOPED:
        match = re.fullmatch(pattern, call.path) if call.method == verb else None
        reason = why_not(task, client, call, match) if match else None
        if reason:
            raise TaskFailed(
                f"{call.name}: {reason} Trieve does not check which tenant the ID belongs to, so the request is not sent."
                f" {advice}To send it anyway, set force: true."
            )


def _foreign_crawl(task: Task, client: TrieveClient, call: Request, match: re.Match[str]) -> str | None:
    known = as_uuid(match["id"])
    if known is None:
        return None  # the server refuses it
    if not call.dataset:
        return "dataset is required to look the crawl up."
    if any(as_uuid(crawl["id"]) == known for crawl in list_crawls(task, client, call.dataset, must_exist=False)):
        return None
    return f"Crawl {known} not found in dataset {call.dataset!r}."


def _foreign_invitation(task: Task, client: TrieveClient, _call: Request, match: re.Match[str]) -> str | None:
    known = as_uuid(match["id"])
    if known is None or any(as_uuid(each["id"]) == known for each in list_invitations(task, client, must_exist=False)):
        return None
    return f"Invitation {known} not found in organization {client.organization_id}."


def _foreign_organization(_task: Task, client: TrieveClient, _call: Request, match: re.Match[str]) -> str | None:
    known = as_uuid(match["id"])
    return None if known in (None, client.organization_id) else f"{known} is not the organization of organization_id."


def _foreign_dataset(_task: Task, client: TrieveClient, call: Request, match: re.Match[str]) -> str | None:
    return _not_own_dataset(client, call, match["id"])


def _foreign_dataset_in(*keys: str) -> OwnerCheck:
    """The check of the ID of a dataset that is in the body, under these keys."""

    def why_not(_task: Task, client: TrieveClient, call: Request, _match: re.Match[str]) -> str | None:
        value = call.body
        for key in keys:
            if isinstance(value, list):  # the server reads a list as an object without names
                return f"The body must be a dictionary, so that {'.'.join(keys)} can be checked."
            value = value.get(key) if isinstance(value, dict) else None
        return _not_own_dataset(client, call, value) if isinstance(value, str) else None

    return why_not


def _not_own_dataset(client: TrieveClient, call: Request, given: str) -> str | None:
    known = as_uuid(given)
    # The server itself checks the key against the dataset of the header TR-Dataset.
    if known is None or known == as_uuid(call.dataset or ""):
        return None
    if any(as_uuid(dataset.id) == known for dataset in list_datasets(client)):
        return None
    return f"Dataset {known} not found in organization {client.organization_id}."


def _never_known(_task: Task, _client: TrieveClient, _call: Request, _match: re.Match[str]) -> str | None:
    return "This deletes crawls by a scrape ID before anything is checked, and creates another one."


def _no_key(_client: TrieveClient, call: Request) -> None:
    raise TaskFailed(
        f"{call.name} returns a key that cannot be read again, and secrets are left out of results."
        " Use community.trieve.trieve_api_key, which returns the key."
    )


def _users_key(client: TrieveClient, call: Request) -> None:
    if whoami(client) is None:
        raise TaskFailed(
            f"{call.name} needs a user's key, and api_key is an organization's. The server would fail half-way and leave an organization"
            " without members. Set api_key to a user's key."
        )


def _own_organization(client: TrieveClient, call: Request) -> None:
    named = as_uuid(call.path.rpartition("/")[2])
    if named is None or named != client.organization_id:
        raise TaskFailed(
            f"{call.name}: the server checks your rights in organization_id, but deletes the organization of the path. Set"
            " organization_id to the same ID, or use community.trieve.trieve_organization."
        )


def _invitation(_client: TrieveClient, call: Request) -> None:
    email = call.body.get("email") if isinstance(call.body, dict) else None
    if isinstance(email, str):
        check_address(email.strip())


def _dataset_configs(_client: TrieveClient, call: Request) -> None:
    """The server checks nothing here: some values crash it, and a list removes all settings (docs/server.md 5.1)."""
    body = call.body if isinstance(call.body, dict) else {}
    settings, match = body.get("to_configuration"), body.get("match_configuration")
    wrong = ""
    if not isinstance(settings, dict):
        wrong = "to_configuration must be a dictionary. Anything else would remove all settings of the datasets"
    elif any(name in settings and settings[name] is None for name in ("EMBEDDING_BASE_URL", "RERANKER_BASE_URL")):
        wrong = "EMBEDDING_BASE_URL and RERANKER_BASE_URL must not be null. The server would crash whenever it reads the datasets"
    elif match is not None and not isinstance(match, dict):
        wrong = "match_configuration must be a dictionary. Anything else would crash the server"
    elif any(
        not isinstance(value, str) or not _CONFIGURATION_KEY.fullmatch(str(name))
        for name, value in (match or {}).items()
    ):
        wrong = "match_configuration must map names of settings to strings. Any other value would crash the server"
    if wrong:
        raise TaskFailed(f"{call.name}: {wrong}.")


_ID = "[^/]+"
_NAMED = "(?P<id>[^/]+)"

_UNSCOPED: tuple[tuple[str, str, OwnerCheck, str], ...] = (
    ("DELETE", f"/api/crawl/{_NAMED}", _foreign_crawl, "Use community.trieve.trieve_crawl. "),
    ("PUT", "/api/crawl", _never_known, "Use community.trieve.trieve_crawl. "),
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
"""Calls by ID that the server performs on any tenant's object (docs/server.md 2.4), the check of the owner, and what to use instead."""

_REFUSALS: tuple[tuple[str, str, Refusal], ...] = (
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
        "this clears the metadata and, if the group is given by ID, the tracking ID if they are not sent. Use community.trieve.trieve_chunk_group.",
    ),
)
