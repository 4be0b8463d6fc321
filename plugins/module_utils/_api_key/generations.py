# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The generations of a key: which one is current, which ones a task deletes, and which ones only a later task may delete.

The server cannot tell which key a stored secret belongs to, so the user does, with O(stored_id). Everything here follows from
one rule: a generation is deleted only if nobody depends on it. Either the user has proven that a newer secret is stored, or,
without that proof, two newer generations exist.
"""

from __future__ import annotations

from .._core.failure import TaskFailed
from ..trieve import as_uuid
from .model import ApiKey, described


class Generations:
    """The keys of one name, and what is known of their secrets.

    :param name: the name
    :param found: the keys of this name, newest first
    :param keep_previous: number of former generations that are kept beside the one in use
    :param stored: the generation whose secret is proven to be stored
    :param unstored: whether the user says that no secret of these generations is stored
    """

    def __init__(
        self, name: str, found: list[ApiKey], keep_previous: int, stored: ApiKey | None, unstored: bool
    ) -> None:
        self.name = name
        self.found = found
        self.keep_previous = keep_previous
        self.stored = stored
        self.unstored = unstored
        self.current: ApiKey | None = stored or (found[0] if found else None)
        """The generation that the options are compared with."""

    @property
    def is_lost(self) -> bool:
        """Whether such keys exist, and the user has stored the secret of none of them."""
        return self.unstored and bool(self.found)

    def succession(self, creates: bool) -> Succession:
        """Which of them a task keeps and deletes.

        :param creates: whether it creates a new generation
        :raises TaskFailed: there would be too many keys whose secrets may be lost
        """
        if self.stored:
            place = self.found.index(self.stored)
            newer, older = self.found[:place], self.found[place + 1 :]
            to_keep = [self.stored, *older[: self.keep_previous]]
            return Succession(self, creates, to_keep, newer + older[self.keep_previous :])
        if not creates:
            return Succession(self, creates, self.found, [])
        if len(self.found) > 2 + self.keep_previous:
            raise TaskFailed(self._too_many(), api_keys=self.found)
        # Without a proof the newest may be lost, and then the one before it is in use. So both stay.
        most = len(self.found) if self.unstored else 1 + self.keep_previous
        return Succession(self, creates, self.found[:most], self.found[most:])

    def surplus_warning(self) -> str | None:
        """A warning about surplus generations that must not be deleted yet; None if there are none."""
        if self.stored or self.unstored or len(self.found) <= 1 + self.keep_previous:
            return None
        newest, *others = self.found
        surplus = ", ".join(key["id"] for key in others[self.keep_previous :])
        return (
            f"{self._count()}, and keep_previous: {self.keep_previous} allows {1 + self.keep_previous}. The newest one,"
            f" {newest['id']}, is the current one. Whether its secret is stored is not known, so {surplus} may still be in use and is not"
            f" deleted now. If you have stored the secret of {newest['id']}, run the task again with stored_id: {newest['id']}, which"
            " deletes the superseded keys. Otherwise set stored_id to the ID of the key whose secret you have stored."
        )

    def _count(self) -> str:
        number = len(self.found)
        return f"There {'is 1 key' if number == 1 else f'are {number} keys'} with the name {self.name!r}"

    def _too_many(self) -> str:
        known = (
            "stored_id says that none of their secrets is stored"
            if self.unstored
            else "which of their secrets is stored is not known"
        )
        return (
            f"{self._count()}, and {known}: {described(self.found)}. Nothing was created or deleted. Set stored_id to the"
            " ID of the key whose secret you have stored; the task then deletes the superseded keys. If you have stored none,"
            " delete the keys by api_key_id."
        )


class Succession:
    """What a task does with the generations of a key.

    :param generations: the existing ones
    :param creates: whether a new one is created
    :param to_keep: the existing ones that are kept, newest first
    :param to_delete: the existing ones that are deleted, newest first
    """

    def __init__(self, generations: Generations, creates: bool, to_keep: list[ApiKey], to_delete: list[ApiKey]) -> None:
        self.creates = creates
        self.to_delete = to_delete
        self.previous = to_keep if creates else to_keep[1:]
        """The former generations that still work afterwards."""
        self.superseded = self.previous[generations.keep_previous :] if creates else []
        """Those of C(previous) that a later task deletes as soon as the new key is proven to be stored."""
        self.deletes_first = generations.stored is not None
        """Nobody depends on what is deleted, even if the creation fails. Otherwise the new key must exist first."""
        self.to_keep = to_keep


def generations_of(keys: list[ApiKey], name: str, keep_previous: int, stored_id: str | None) -> Generations:
    """The generations of a key, with what the option C(stored_id) says of them.

    :param keys: all keys of the organization, newest first
    :param stored_id: None if the user does not say what is stored; empty if nothing is
    :raises TaskFailed: it is not a UUID, or is the ID of a key with another name
    """
    found = [key for key in keys if key["name"] == name]
    if stored_id is None or not stored_id.strip():
        return Generations(name, found, keep_previous, None, stored_id is not None)
    known = as_uuid(stored_id.strip())
    if not known:  # not repeated: it may well be the secret
        raise TaskFailed(
            "stored_id is not a valid UUID. Set it to the ID of the key, which is api_key.id of the result that returned the key,"
            " and not to the key itself. Set it to an empty string if no key is stored."
        )
    stored = next((key for key in keys if key["id"] == known), None)
    if stored and stored["name"] != name:
        raise TaskFailed(
            f"stored_id {known} is the ID of the key {stored['name']!r}, not of a key {name!r}. Set it to the ID of a key with this name."
        )
    return Generations(name, found, keep_previous, stored, stored is None)
