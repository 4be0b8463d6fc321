# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many undeclared objects a plan may delete."""

from __future__ import annotations

import collections

from .._core.failure import TaskFailed
from .._core.lists import check_deletions
from .model import Prune

_SHOWN = 10
"""Maximum number of objects that one refusal names."""


class Limits:
    """Counts the deletions of a plan.

    A number limits the deletions of a kind in the whole organization. A percentage limits those of each list, such as the crawls of one
    dataset: otherwise a list that is cut short would hide among many complete ones.
    """

    def __init__(self, prune: Prune) -> None:
        self._most = prune.max_deletions
        self._by_list = (self._most or "").strip().endswith("%")
        self._deletions: dict[tuple[str, str], list[str]] = collections.defaultdict(list)
        self._scopes: dict[tuple[str, str], dict[str, int]] = collections.defaultdict(dict)

    def scope(self, kinds: str, number: int, dataset: str = "") -> None:
        """Note how many objects a list has in scope.

        :param kinds: the kind of objects, in the plural
        :param dataset: the dataset that has the list
        """
        self._scopes[kinds, dataset if self._by_list else ""][dataset] = number

    def count(self, kinds: str, name: str, scope: int, dataset: str = "") -> None:
        """Note a deletion.

        :param name: the object as a message names it
        :param scope: how many objects its list has in scope
        """
        self.scope(kinds, scope, dataset)
        self._deletions[kinds, dataset if self._by_list else ""].append(name)

    def refusals(self) -> list[str]:
        """What exceeds the limit, each with the first objects."""
        refused = []
        for (kinds, dataset), names in self._deletions.items():
            words = kinds.replace("_", " ").replace("api keys", "API keys")
            if dataset:
                words += f" of dataset {dataset}"
            try:
                check_deletions(self._most, len(names), sum(self._scopes[kinds, dataset].values()), words)
            except TaskFailed as failure:
                more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
                refused.append(f"{failure} To delete: {', '.join(names[:_SHOWN])}{more}.")
        return refused
