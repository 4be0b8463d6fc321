# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which crawl of a dataset belongs to which entry of a list."""

from __future__ import annotations

import collections
import typing as t

from .duplicates import key
from .model import Crawl, actual_forms, newest_first, normalized, place
from .options import DesiredCrawl

Pair = tuple[DesiredCrawl, t.Optional[Crawl]]
"""An entry and its crawl, None if that does not exist yet."""


def match(entries: t.Sequence[DesiredCrawl], crawls: t.Sequence[Crawl]) -> tuple[list[Pair], list[Crawl]]:
    """Each entry with its crawl, in their order, and the crawls that belong to no entry.

    As many crawls as possible stay as they are, and of duplicates the newest; the others are matched by site and kind, the
    oldest first. So two crawls of one site with different paths can both be declared.

    :param crawls: as the server lists them
    """
    crawls_at: dict[tuple[str, str], list[Crawl]] = collections.defaultdict(list)
    for crawl in newest_first(crawls):
        crawls_at[place(crawl)].append(crawl)
    entries_at: dict[tuple[str, str], list[int]] = collections.defaultdict(list)
    for number, desired in enumerate(entries):
        entries_at[place(desired)].append(number)

    current: dict[int, Crawl] = {}
    for where, numbers in entries_at.items():
        candidates = crawls_at.get(where, [])
        taken = _most_matches([entries[number] for number in numbers], candidates)
        positions = set(taken.values())
        free = iter([crawl for number, crawl in reversed([*enumerate(candidates)]) if number not in positions])
        for position, number in enumerate(numbers):
            chosen = candidates[taken[position]] if position in taken else next(free, None)
            if chosen:
                current[number] = chosen
    kept = {crawl["id"] for crawl in current.values()}
    pairs = [(desired, current.get(number)) for number, desired in enumerate(entries)]
    return pairs, [crawl for crawl in crawls if crawl["id"] not in kept]


def _most_matches(entries: t.Sequence[DesiredCrawl], crawls: t.Sequence[Crawl]) -> dict[int, int]:
    """Entries to crawls that match them, as many pairs as possible.

    An entry with few options may fit a crawl that another one needs, so this looks for augmenting paths (Kuhn's algorithm),
    without recursion: such a path may pass through every crawl of a site.
    """
    fits = _fits(entries, crawls)
    position_of: dict[int, int] = {}
    owner: dict[int, int] = {}
    for first in range(len(entries)):
        tried: set[int] = set()
        path = [(first, iter(fits[first]))]
        while path:
            position = next((position for position in path[-1][1] if position not in tried), None)
            if position is None:
                path.pop()
                continue
            tried.add(position)
            if position in owner:
                path.append((owner[position], iter(fits[owner[position]])))
                continue
            while path:  # each entry of the path takes its new crawl and leaves the old one to the entry before it
                entry, _rest = path.pop()
                owner[position] = entry
                position_of[entry], position = position, position_of.get(entry, -1)
    return position_of


def _fits(entries: t.Sequence[DesiredCrawl], crawls: t.Sequence[Crawl]) -> list[list[int]]:
    """For each entry the positions of the crawls that match it; looked up, since a site may have thousands of both."""
    positions: dict[tuple[str, ...], dict[str, list[int]]] = {}
    fits = []
    for entry in entries:
        asked = normalized(entry)
        names = tuple(sorted(asked))
        if names not in positions:
            positions[names] = collections.defaultdict(list)
            for position, crawl in enumerate(crawls):
                for form in {key(values) for values in actual_forms(crawl, names)}:
                    positions[names][form].append(position)
        fits.append(positions[names].get(key(asked), []))
    return fits
