# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The changes that bring an API key to what is declared, or remove it."""

from __future__ import annotations

import time
import typing as t

from .._core.ages import to_timestamp
from .._core.failure import TaskFailed
from .._core.near import lookalike_warnings
from .._core.plan import Change
from .._core.task import Task, error_context
from ..trieve import TrieveClient
from .api import delete_api_key
from .creation import issue_api_key
from .generations import Generations, Succession, generations_of
from .model import ApiKey, actual, after_write, normalized, to_request
from .options import WRITE_ONLY, DesiredKey

Context = tuple[str, dict[str, t.Any]]
"""Words in front of a failure, and further keys of its result."""


class KeyPlan:
    """The changes of one key, and the generations that they leave.

    :param current: the existing key that the options are compared with
    :param succession: which generations are kept and deleted
    :param predicted: the new key as far as it can be known before its creation
    """

    def __init__(self, current: ApiKey | None, succession: Succession, predicted: ApiKey) -> None:
        self.current = current
        self.succession = succession
        self.predicted = predicted
        self.creation: Change | None = None
        self.deletions: list[tuple[ApiKey, Change]] = []
        """The oldest first: the task may be called with the newest one."""

    @property
    def changes(self) -> list[Change]:
        """All changes in the order in which they are made."""
        deletions = [change for _key, change in self.deletions]
        creation = [self.creation] if self.creation else []
        return [*deletions, *creation] if self.succession.deletes_first else [*creation, *deletions]

    def created(self) -> ApiKey | None:
        """The new key, if it has been created."""
        return self.creation.value if self.creation and self.creation.state == "done" else None

    def deleted(self) -> list[ApiKey]:
        """The keys that have been deleted, newest first."""
        return deleted_keys(self.deletions)

    def progress(self) -> dict[str, t.Any]:
        """What a failed result says of the changes that have been made."""
        new, deleted = self.created(), self.deleted()
        return {"changed": bool(new or deleted), "deleted_api_keys": deleted, **({"api_key": new} if new else {})}

    def result(self) -> dict[str, t.Any]:
        """The results of the task."""
        return {
            "api_key": self.created() or self.current or self.predicted,
            "key": None,  # if a key was created, its secret is added at the very end
            "previous_api_keys": self.succession.previous,
            "superseded_api_keys": self.succession.superseded,
            "deleted_api_keys": self.deleted(),
        }


def change_api_key(
    task: Task,
    client: TrieveClient,
    keys: list[ApiKey],
    desired: DesiredKey,
    *,
    rotate: str,
    keep_previous: int,
    stored_id: str | None,
    max_age: int | None = None,
    late_dataset_ids: t.Callable[[], list[str]] | None = None,
    alone: bool = True,
) -> KeyPlan:
    """The changes that create or rotate a key, and delete the generations that nobody depends on.

    :param keys: all keys of the organization, newest first
    :param max_age: seconds after which C(rotate=after) rotates a key
    :param late_dataset_ids: the IDs for C(dataset_ids) at the creation, if some are not known before
    :param alone: whether the task is about this key only, and so fails with its results
    :raises TaskFailed: the key differs and must not be rotated, or a new one would be useless or one too many
    """
    generations = generations_of(keys, desired["name"], keep_previous, stored_id)
    warn_of_lookalike(task, keys, desired["name"], "so the task creates it")
    current = generations.current
    creates = generations.is_lost or _is_due(task, desired, current, rotate, max_age)
    succession = generations.succession(creates)
    _check_expiry(task, desired, creates)
    body = to_request(desired, current)
    for warning in [*_secret_warnings(generations, stored_id), *(_rights_warnings(desired, body) if creates else ())]:
        task.warn(warning)
    plan = KeyPlan(current, succession, after_write(client.organization_id, body))
    if creates:
        known = {key["id"] for key in keys}

        def note(partial: t.Callable[[], dict[str, t.Any]]) -> None:
            if alone:
                task.partial = partial
            else:
                creation.doubt = partial()["msg"]

        def create() -> ApiKey:
            late = {"dataset_ids": late_dataset_ids()} if late_dataset_ids else {}
            try:
                return issue_api_key(
                    task,
                    client,
                    {**body, **late},
                    known,
                    plan.progress,
                    note,
                    "key" if alone else f"secrets.{desired['name']}",
                )
            except TaskFailed:
                if desired["name"] in task.new_secrets:  # the key exists, although it was not found
                    creation.half_done(plan.predicted)
                raise

        creation = plan.creation = _creation(plan, desired, create)
    plan.deletions = [(key, _deletion(client, plan, key)) for key in reversed(succession.to_delete)]
    return plan


def warn_of_lookalike(task: Task, keys: t.Sequence[ApiKey], name: str, outcome: str) -> None:
    """Warn if no key has this name, but one has a name that looks the same.

    :param keys: all keys of the organization
    :param outcome: what the task does about it
    """
    names = {key["name"] for key in keys}
    for warning in lookalike_warnings("API key", "name", {name} - names, names, outcome):
        task.warn(warning)


def remove_api_keys(client: TrieveClient, keys: t.Sequence[ApiKey]) -> list[tuple[ApiKey, Change]]:
    """The changes that delete keys that were read from the organization, the oldest first.

    :param keys: newest first
    """
    deletions: list[tuple[ApiKey, Change]] = []

    def deletion(key: ApiKey) -> Change:
        def context() -> Context:
            deleted = deleted_keys(deletions)
            return f"Key {key['id']} could not be deleted.", {"changed": bool(deleted), "api_keys": deleted}

        return _removal(client, key, context)

    deletions += [(key, deletion(key)) for key in reversed(keys)]
    return deletions


def deleted_keys(deletions: t.Sequence[tuple[ApiKey, Change]]) -> list[ApiKey]:
    """The keys that have been deleted, newest first."""
    return [key for key, change in reversed(deletions) if change.state == "done"]


def _creation(plan: KeyPlan, desired: DesiredKey, create: t.Callable[[], ApiKey]) -> Change:
    """The change that creates a key, as the first one of its name or as a new generation."""
    current, succession = plan.current, plan.succession
    phase = 1 if succession.deletes_first else 0
    if not current:
        return Change(
            "create", "api_key", desired["name"], create, after=desired, predicted=plan.predicted, phase=phase
        )
    kept = [key["id"] for key in succession.to_keep]
    after = {
        **normalized(desired),
        **{name: desired[name] for name in WRITE_ONLY if name in desired},
        "api_key_ids": ["(new)", *kept],
    }
    if succession.superseded:
        after["superseded_api_key_ids"] = [key["id"] for key in succession.superseded]
    return Change(
        "rotate",
        "api_key",
        desired["name"],
        create,
        id=current["id"],
        before={**actual(current, desired), "api_key_ids": kept},
        after=after,
        predicted=plan.predicted,
        effect="the new key has another secret",
        phase=phase,
    )


def _deletion(client: TrieveClient, plan: KeyPlan, key: ApiKey) -> Change:
    """The change that deletes a superseded key."""
    waits = plan.creation and not plan.succession.deletes_first

    def context() -> Context:
        new = plan.created()
        if waits and not new:
            raise TaskFailed(f"Key {key['id']} was not deleted, because the new key was not created.")
        rest = (
            f"The new key {new['id']} was created. Store it, and run the task again with stored_id: {new['id']}."
            if new
            else "Nothing was created. Run the task again."
        )
        return f"Key {key['id']} is superseded but could not be deleted. {rest}", plan.progress()

    return _removal(client, key, context, phase=1 if waits else 0)


def _removal(client: TrieveClient, key: ApiKey, context: t.Callable[[], Context], phase: int = 0) -> Change:
    def perform() -> None:
        words, results = context()
        with error_context(words, **results):
            delete_api_key(client, key["id"])

    return Change(
        "delete",
        "api_key",
        key["name"],
        perform,
        id=key["id"],
        before={name: key[name] for name in ("id", "name", "role")},
        effect=f"ID {key['id']}",
        phase=phase,
    )


def _is_due(task: Task, desired: DesiredKey, current: ApiKey | None, rotate: str, max_age: int | None) -> bool:
    """Whether the options require a new key."""
    if not current and "role" not in desired:
        missing = f"role is missing. Key {desired['name']!r} does not exist yet, and a new key needs a role"
        task.missing_prerequisite(
            f"{missing}. Set role.", f"{missing}. The preview assumes that an earlier task would have created the key."
        )
        return rotate == "always"
    if not current or rotate == "always":
        return True
    created = to_timestamp(current["created_at"])
    if max_age is not None and created is not None and time.time() - created > max_age:
        return True
    before, after = actual(current, desired), normalized(desired)
    differing = [f"{name} is {before[name]}, not {after[name]}" for name in after if before[name] != after[name]]
    if differing and rotate == "never":
        raise TaskFailed(
            f"Key {current['id']} with the name {desired['name']!r} differs: {', and '.join(differing)}. Trieve cannot change a key."
            " Set rotate: on_difference to replace it by a new key, which has another secret.",
            api_key=current,
        )
    return bool(differing)


def _check_expiry(task: Task, desired: DesiredKey, creates: bool) -> None:
    """Refuse to create an expired key, and warn of an existing one.

    :raises TaskFailed: the new key would never work
    """
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    if desired.get("expires_at", now) >= now:  # in the same form, so the texts sort as the times do
        return
    past = f"expires_at is {desired['expires_at']}, which is in the past."
    if creates:
        raise TaskFailed(f"{past} The new key would never work. Set a later time.")
    task.warn(
        f"{past} If the key {desired['name']!r} was created with it, it no longer works. Set a later time and rotate the key."
    )


def _secret_warnings(generations: Generations, stored_id: str | None) -> list[str]:
    """Warnings about existing keys whose secrets are lost, or may be."""
    surplus = generations.surplus_warning()
    warnings = [surplus] if surplus else []
    if generations.unstored:
        named = (stored_id or "").strip()
        lost = f"The organization has no key with the ID {named} (stored_id). " if named else ""
        if generations.is_lost:
            known = ", ".join(key["id"] for key in generations.found)
            lost += (
                f"The secret of the key {generations.name!r} ({known}) is not stored, so the task creates a new key. A later task"
                " whose stored_id is the ID of the new key deletes the existing ones."
            )
        warnings += [lost.strip()] if lost else []
    return warnings


def _rights_warnings(desired: DesiredKey, body: t.Mapping[str, t.Any]) -> list[str]:
    """Warnings about rights of a new key that its options do not seem to give (docs/server.md 2.4)."""
    warnings = []
    if "scopes" in body and body.get("role") != 2:
        warnings.append(
            "scopes: Trieve gives the key the rights of an owner in each call that matches one of its scopes, whatever its role."
        )
    if body.get("dataset_ids") and body.get("role") != 0:
        warnings.append(
            "dataset_ids have no effect in calls that name the organization and no dataset. In these, an admin's or owner's key reads"
            " and changes every dataset of the organization."
        )
    if desired.get("dataset_ids") == []:
        warnings.append(
            "dataset_ids is empty, so the key gives access to every dataset of the organization, including future ones."
        )
    return warnings
