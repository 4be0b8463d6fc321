# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Creating a key so that none is left whose secret nobody has: the server shows the secret once, and never the key's ID."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.task import Task, error_context
from ..trieve import TrieveClient, TrieveError
from .api import create_api_key, delete_api_key, list_api_keys
from .model import ApiKey, described, is_created_by

_PROVE = (
    "Run the task again with stored_id set to the ID of the key whose secret you have stored, or to an empty string if you have"
    " none. The lost key is replaced and deleted then."
)


def issue_api_key(
    task: Task,
    client: TrieveClient,
    body: t.Mapping[str, t.Any],
    known: t.Container[str],
    progress: t.Callable[[], dict[str, t.Any]],
    note: t.Callable[[t.Callable[[], dict[str, t.Any]]], None],
    returned_as: str = "key",
) -> ApiKey:
    """Create a key, hand its secret to the task, and find the key in the list, since the server does not return its ID.

    :param body: of the creation
    :param known: the IDs of the keys that existed before
    :param progress: further keys of a failed result: what the task has done before
    :param note: is given the function that returns the failed result, in case the task ends meanwhile
    :param returned_as: where the result has the secret
    :raises TaskFailed: there is no new key, or more than one; the message says which keys exist now
    """
    name = body["name"]

    def new_keys() -> list[ApiKey]:
        keys = list_api_keys(task, client, must_exist=True)
        return [key for key in keys if key["name"] == name and key["id"] not in known]

    note(
        lambda: {
            **progress(),
            "msg": f"A key {name!r} may have been created without its secret having been received. {_PROVE}",
        }
    )
    try:
        secret = create_api_key(client, body)
    except TaskFailed as failure:  # nothing was sent
        raise TaskFailed(str(failure), **{**progress(), **failure.results}) from failure
    except TrieveError as error:
        raise _without_secret(client, body, new_keys, error, progress()) from error
    task.new_secrets[name] = secret
    created = f"A key {name!r} was created, and the result has it as {returned_as}"
    note(
        lambda: {
            **progress(),
            "changed": True,
            "msg": f"{created}. Superseded keys may not have been deleted.",
        }
    )
    results = {**progress(), "changed": True}
    with error_context(f"{created}, but the list could not be read after it. No key in use was deleted.", **results):
        found = new_keys()
    ours = [key for key in found if is_created_by(key, body)]
    if len(ours) == 1:
        return ours[0]
    seen = f"there are {len(ours)} new keys with this name: {described(ours)}" if ours else "the list does not show it"
    raise TaskFailed(
        f"{created}, but {seen}. Another client changed the keys concurrently. No key in use was deleted. Delete surplus keys by"
        " api_key_id.",
        **{**results, "api_keys": ours},
    )


def _without_secret(
    client: TrieveClient,
    body: t.Mapping[str, t.Any],
    new_keys: t.Callable[[], list[ApiKey]],
    error: TrieveError,
    progress: t.Mapping[str, t.Any],
) -> TaskFailed:
    """The failure of a creation whose answer has no secret, after the key that it may have left was deleted."""
    results: dict[str, t.Any] = {**progress, "error": error.as_result()}
    if _is_refusal(error):
        return TaskFailed(str(error), **results)
    try:
        found = new_keys()
    except (TrieveError, TaskFailed) as unreadable:
        return TaskFailed(
            f"{error} Whether a key was created could not be read: {unreadable} If one was, nobody has its secret. {_PROVE}",
            **results,
        )
    ours = [key for key in found if is_created_by(key, body)]
    if not ours:
        late = "" if error.status else f" If it appears later, nobody has its secret. {_PROVE}"
        return TaskFailed(f"{error} The list shows no new key {body['name']!r}.{late}", **results)
    results["api_keys"] = ours
    if len(ours) > 1:
        return TaskFailed(
            f"{error} There are {len(ours)} new keys with the name {body['name']!r}: {described(ours)}. Another client"
            f" changed the keys concurrently, so none was deleted. Nobody has the secret of one of them. {_PROVE}",
            **{**results, "changed": True},
        )
    return _without_lost_key(client, ours[0], error, results)


def _without_lost_key(
    client: TrieveClient, lost: ApiKey, error: TrieveError, results: t.Mapping[str, t.Any]
) -> TaskFailed:
    """The failure of a creation whose secret was lost, after its key was deleted."""
    created = f"{error} Key {described([lost])} was created, and nobody has its secret"
    try:
        delete_api_key(client, lost["id"])
    except (TrieveError, TaskFailed) as undeleted:
        return TaskFailed(f"{created}. It could not be deleted: {undeleted} {_PROVE}", **{**results, "changed": True})
    return TaskFailed(f"{created}, so it was deleted again. Run the task again.", **results)


def _is_refusal(error: TrieveError) -> bool:
    """Whether the answer proves that nothing was created. A proxy may send the others after the server has done its work."""
    return error.status is not None and 300 <= error.status < 500 and error.status not in (408, 429)
