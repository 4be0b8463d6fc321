# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules that manage a list: their common options, what keeps them from deleting too much, and their result."""

from __future__ import annotations

import fnmatch
import re
import typing as t

from .._session import MOST_CONNECTIONS
from .failure import TaskFailed
from .options import between
from .plan import Change, Plan, Result

PRUNE_OPTIONS: dict[str, t.Any] = dict(
    prune=dict(type="bool", default=False),
    allow_empty=dict(type="bool", default=False),
    max_deletions=dict(type="str"),
    concurrency=dict(type="int", default=8),
)
"""The options that all lists have."""


def check_list(params: t.Mapping[str, t.Any], things: str, scope: str | None = None) -> None:
    """Refuse what is wrong with the options of a list before anything is read.

    :param things: the option with the list, or with the names of what is to be deleted
    :param scope: the option with the patterns that limit what is pruned, if the list can be pruned
    :raises TaskFailed: names the option
    """
    between(params, "concurrency", 1, MOST_CONNECTIONS)
    if params[things] is None:  # required_if would hide the name of a misspelt option
        raise TaskFailed(f"{things} is missing. It is required with state: {params['state']}.")
    if not scope:
        return
    if params[scope] is not None and not params["prune"]:
        raise TaskFailed(f"{scope} limits what prune deletes. Set prune: true, or remove {scope}.")
    if params["prune"] and not params[things] and not params["allow_empty"]:
        raise TaskFailed(
            f"{things} is empty, so prune would delete everything in its scope. If this is intended, set allow_empty: true."
        )


def in_scope(text: str, globs: t.Sequence[str] | None) -> bool:
    """Whether one of the patterns fits the whole text; without patterns everything is in scope."""
    return globs is None or any(fnmatch.fnmatchcase(text, glob) for glob in globs)


def check_deletions(most: str | None, deletions: int, scope: int, words: str) -> None:
    """Refuse more deletions than were allowed.

    :param most: a number, or a percentage of what is in scope; None for no limit
    :param deletions: how many there would be
    :param scope: how many there are in scope
    :param words: what they are, in the plural
    :raises TaskFailed: with the counts
    """
    if most is None:
        return
    number = re.fullmatch(r"(\d+)(%?)", most.strip())
    if not number or (number[2] and int(number[1]) > 100):
        raise TaskFailed(f"max_deletions {most!r} is neither a number nor a percentage such as 25%.")
    allowed = scope * int(number[1]) // 100 if number[2] else int(number[1])
    if deletions > allowed:
        limit = f"{most}, which is {allowed}" if number[2] else most
        raise TaskFailed(
            f"{deletions} of the {scope} {words} in scope would be deleted, but max_deletions is {limit}."
            " Nothing was changed. Check the list, or raise max_deletions."
        )


def list_plan(
    things: str,
    entries: t.Sequence[tuple[Result | None, Change | None]],
    others: t.Sequence[Result],
    concurrency: int,
    unchanged: int | None = None,
    more: Result | None = None,
) -> Plan:
    """The plan of a module that manages a list.

    :param things: name of the list of all objects in the result
    :param entries: for each declared object, and for each that is deleted: its result as it is, None if it does not exist, and
        its change, None if it is as declared
    :param others: results of the objects that the plan leaves alone
    :param concurrency: number of connections
    :param unchanged: number of objects that are reported as unchanged, by default the declared ones without a change
    :param more: what else the result has
    """

    def result() -> Result:
        there: list[Result] = []
        lists: dict[str, list[Result]] = {"created": [], "updated": [], "deleted": []}
        for current, change in entries:
            done = change is not None and change.state == "done"
            half_done = change is not None and change.state == "half done"
            if change and half_done:  # the new object exists beside the one that it replaces
                lists["created"].append(change.value)
                there.append(change.value)
            elif change and done and change.action == "delete":
                lists["deleted"].append(current or {})
            elif change and done:
                lists["updated" if current else "created"].append(change.value)
                there.append(change.value)
            if current and not done:
                there.append(current)
        return {things: [*there, *others], **lists, "unchanged": plan.unchanged, **(more or {})}

    plan = Plan(
        [change for _current, change in entries if change],
        result,
        unchanged=sum(change is None for _current, change in entries) if unchanged is None else unchanged,
        concurrency=concurrency,
    )
    return plan
