# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a list that also deletes is kept from deleting more than was meant."""

from __future__ import annotations

import fnmatch
import re
import typing as t

from .._session import MOST_CONNECTIONS
from .failure import TaskFailed
from .options import between

PRUNE_OPTIONS: dict[str, t.Any] = dict(
    prune=dict(type="bool", default=False),
    allow_empty=dict(type="bool", default=False),
    max_deletions=dict(type="str"),
    concurrency=dict(type="int", default=8),
)
"""The options that all lists have."""


def check_list(params: t.Mapping[str, t.Any], things: str, scope: str, only_absent: t.Sequence[str]) -> None:
    """What is wrong with the options of a list before anything is read.

    :param things: the option with the list
    :param scope: the option with the patterns that limit what is pruned
    :param only_absent: the options that go with state absent
    :raises TaskFailed: names the option
    """
    absent = params["state"] == "absent"
    foreign = (things, "prune", scope, "allow_empty") if absent else only_absent
    given = [name for name in foreign if params[name] not in (None, False)]
    if given:
        raise TaskFailed(f"With state {params['state']}, {' and '.join(given)} must not be given.")
    between(params, "concurrency", 1, MOST_CONNECTIONS)
    if absent:
        if all(params[name] is None for name in only_absent):
            raise TaskFailed(f"With state absent, give {' or '.join(only_absent)} to say what to delete.")
        return
    if params[things] is None:  # not required_if: that would hide the name of a misspelt option
        raise TaskFailed(f"{things} is missing. Give the list of what is to be there.")
    if params[scope] is not None and not params["prune"]:
        raise TaskFailed(f"{scope} limits what prune: true deletes, which is not given.")
    if params["prune"] and not params[things] and not params["allow_empty"]:
        raise TaskFailed(
            f"{things} is empty, so prune would delete everything in its scope. If that is what you want, say allow_empty: true."
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
        raise TaskFailed(
            f"{deletions} of the {scope} {words} in scope would be deleted, but max_deletions is {most}, which is {allowed}."
            " Nothing was changed. Check the list, or raise max_deletions."
        )
