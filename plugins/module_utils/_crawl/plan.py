# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which crawl of a dataset stands for which entry of a list, and what is to be done with each."""

from __future__ import annotations

import collections
import typing as t

from .._core.list_work import ListStep
from .._core.task import Task
from .duplicates import is_duplicate, newest_first, warn_of_others
from .model import Crawl, Given, new_body, wanted

_ADVICE = "Declare it, delete it by its ID with state: absent, delete it with prune: true"


class Step(ListStep):
    """One crawl and what it is to become.

    :param given: the entry that declares it, None for a crawl that is to go
    :param current: the crawl that is there, None for one that is to come
    """

    def __init__(self, given: Given | None, current: Crawl | None) -> None:
        self.given = given
        self.current = current
        before = (current.view(given) if given else current.body()) if current else {}
        super().__init__(
            name=_name(given, current),
            held=current.result() if current else None,
            declared=given is not None,
            before=before,
            after=wanted(given) if given else {},
        )

    def as_updated(self, new: dict[str, t.Any]) -> dict[str, t.Any]:
        return {**new, "replaced_crawl_id": self.current.id if self.current else None}

    def body(self) -> dict[str, t.Any]:
        """The options to create the crawl with, as in C(new_body)."""
        return new_body(t.cast(Given, self.given), self.current)


def _name(given: Given | None, current: Crawl | None) -> str:
    if current:
        return f"{current.site_url} ({current.kind}) {current.id}"
    declared = t.cast(Given, given)
    return f"{declared['site_url']} ({declared['kind']})"


def match(entries: t.Sequence[Given], crawls: t.Sequence[Crawl]) -> tuple[list[Step], list[Crawl]]:
    """A step for each entry, in their order, and the crawls that no entry stands for.

    Crawls that are just as asked come first, as many as can be, and of duplicates the newest; what is left is matched by site
    and kind, the oldest first. So two crawls of one site with different paths can both be declared.

    :param crawls: as the server lists them
    """
    by_identity = _by_place(newest_first(crawls))
    entries_of: dict[tuple[str, str], list[int]] = collections.defaultdict(list)
    for number, given in enumerate(entries):
        entries_of[given["site_url"], given["kind"]].append(number)

    current: dict[int, Crawl] = {}
    for identity, numbers in entries_of.items():
        candidates = by_identity.get(identity, [])
        taken = _as_asked([entries[number] for number in numbers], candidates)
        places = set(taken.values())
        free = iter([crawl for place, crawl in reversed([*enumerate(candidates)]) if place not in places])
        for position, number in enumerate(numbers):
            chosen = candidates[taken[position]] if position in taken else next(free, None)
            if chosen:
                current[number] = chosen
    kept = {crawl.id for crawl in current.values()}
    steps = [Step(given, current.get(number)) for number, given in enumerate(entries)]
    return steps, [crawl for crawl in crawls if crawl.id not in kept]


def duplicates(task: Task, steps: t.Sequence[Step], others: t.Sequence[Crawl], pruned: t.Container[str]) -> list[Crawl]:
    """The crawls beside the declared ones that go as duplicates. Warns of those that stay beside a declared crawl.

    Unlike a single crawl, a list may share a site with somebody else, so only a crawl with all the same options is a duplicate.

    :param others: what C(match) found no entry for
    :param pruned: the IDs of those that go anyway
    """
    beside = _by_place(crawl for crawl in others if crawl.id not in pruned)
    kept: dict[tuple[str, str], list[Step]] = collections.defaultdict(list)
    for step in steps:
        if step.current and (step.current.site_url, step.current.kind) in beside:
            kept[step.current.site_url, step.current.kind].append(step)
    removed: list[Crawl] = []
    for place, declared in kept.items():
        alike: dict[str, list[Crawl]] = collections.defaultdict(list)
        for crawl in beside[place]:
            alike[_key(crawl.every_option())].append(crawl)
        for step in declared:
            current = t.cast(Crawl, step.current)
            same = alike.pop(_key(current.every_option()), [])
            going = [crawl for crawl in same if is_duplicate(crawl, current, step.changes)]
            if task.params["duplicates"] == "remove":
                removed += going
            else:
                warn_of_others(task, current, going, lambda crawl: True, _ADVICE)
        rest = [crawl for crawls in alike.values() for crawl in crawls]
        warn_of_others(task, t.cast(Crawl, declared[0].current), rest, lambda crawl: False, _ADVICE)
    return removed


def _by_place(crawls: t.Iterable[Crawl]) -> dict[tuple[str, str], list[Crawl]]:
    found: dict[tuple[str, str], list[Crawl]] = collections.defaultdict(list)
    for crawl in crawls:
        found[crawl.site_url, crawl.kind].append(crawl)
    return found


def _as_asked(entries: t.Sequence[Given], crawls: t.Sequence[Crawl]) -> dict[int, int]:
    """Entries to crawls that are just as asked, as many pairs as there can be.

    An entry with few options may fit a crawl that another one needs, so this looks for augmenting paths (Kuhn's algorithm),
    without recursion: such a path may pass through every crawl of a site.
    """
    fits = _fits(entries, crawls)
    place_of: dict[int, int] = {}
    owner: dict[int, int] = {}
    for first in range(len(entries)):
        tried: set[int] = set()
        path = [(first, iter(fits[first]))]
        while path:
            place = next((place for place in path[-1][1] if place not in tried), None)
            if place is None:
                path.pop()
                continue
            tried.add(place)
            if place in owner:
                path.append((owner[place], iter(fits[owner[place]])))
                continue
            while path:  # each entry of the path takes its new place and leaves the old one to the entry before it
                entry, _rest = path.pop()
                owner[place] = entry
                place_of[entry], place = place, place_of.get(entry, -1)
    return place_of


def _fits(entries: t.Sequence[Given], crawls: t.Sequence[Crawl]) -> list[list[int]]:
    """For each entry the places of the crawls that are just as asked; looked up, since a site may have thousands of both."""
    places: dict[tuple[str, ...], dict[str, list[int]]] = {}
    fits = []
    for given in entries:
        asked = wanted(given)
        names = tuple(sorted(asked))
        if names not in places:
            places[names] = collections.defaultdict(list)
            for place, crawl in enumerate(crawls):
                for key in {_key(view) for view in crawl.views(names)}:
                    places[names][key].append(place)
        fits.append(places[names].get(_key(asked), []))
    return fits


def _key(view: t.Mapping[str, t.Any]) -> str:
    """Equal for two views that are equal."""
    return repr(sorted(view.items()))
