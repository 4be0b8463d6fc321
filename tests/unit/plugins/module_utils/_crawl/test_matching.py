# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which crawl belongs to which entry, without a server."""

from __future__ import annotations

import functools
import itertools
import sys
from collections.abc import Sequence
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._crawl.matching import Pair, match
from ansible_collections.community.trieve.plugins.module_utils._crawl.model import (
    Crawl,
    actual,
    matches,
    name_of,
    normalized,
    place,
    to_request,
    to_result,
)
from ansible_collections.community.trieve.plugins.module_utils._crawl.options import (
    CRAWL_OPTIONS,
    DesiredCrawl,
    parse_options,
)

OWN_WEBHOOK = "https://trieve.example.com/api/file/html_page"
A, B = "https://a.example.com", "https://b.example.com"

_numbers = itertools.count(1)


def entry(site_url: str = A, **options: Any) -> DesiredCrawl:
    """An entry of the list, as a user writes it."""
    parsed = ArgumentSpecValidator(CRAWL_OPTIONS).validate({"site_url": site_url, **options})
    assert not parsed.error_messages
    return parse_options(parsed.validated_parameters)


def crawl(site_url: str = A, kind: str = "firecrawl", **options: Any) -> Crawl:
    """A crawl of the server. The first one made is the oldest."""
    return to_result(row(site_url, kind, **options))


def row(site_url: str = A, kind: str = "firecrawl", **options: Any) -> dict[str, Any]:
    """A crawl as the server lists it."""
    number = next(_numbers)
    scrape = options.pop("scrape_options", None) or ({"type": kind} if kind != "firecrawl" else None)
    urls = options.pop("webhook_urls", None) or []
    return {
        "id": f"00000000-0000-4000-8000-{number:012}",
        "url": site_url,
        "status": "Completed",
        "crawl_type": kind,
        "interval": {"secs": 86400, "nanos": 0} if options.get("interval") == "daily" else None,
        "crawl_options": {
            **options,
            "site_url": site_url,
            "scrape_options": scrape,
            "webhook_urls": urls if OWN_WEBHOOK in urls else [*urls, OWN_WEBHOOK],
            "webhook_metadata": {"dataset_id": "x", "webhook_secret": "y"},
        },
    }


def listed(*oldest_first: Crawl) -> list[Crawl]:
    """In the server's order: the newest first."""
    return list(reversed(oldest_first))


def ids(pairs: Sequence[Pair]) -> list[str | None]:
    return [current["id"] if current else None for _desired, current in pairs]


def differs(pair: Pair) -> bool:
    """Whether the entry's crawl is created or replaced."""
    desired, current = pair
    return current is None or not matches(current, desired)


def carried_out(pairs: Sequence[Pair], others: Sequence[Crawl], prune: bool) -> list[Crawl]:
    """What the server lists after the changes: each replacement and creation is a new row."""
    made = []
    for desired, current in filter(differs, pairs):
        body = to_request(desired, current)
        site_url, scrape = body.pop("site_url"), body.pop("scrape_options", None)
        made.append(crawl(site_url, scrape["type"] if scrape else "firecrawl", scrape_options=scrape, **body))
    kept = [current for desired, current in pairs if current and matches(current, desired)]
    return listed(*kept, *([] if prune else others), *made)


# -- examples ----------------------------------------------------------------------------------------------------------


def test_two_crawls_of_one_site_with_different_paths() -> None:
    guide, reference = crawl(include_paths=["/guide/*"]), crawl(include_paths=["/reference/*"])
    for declared_as in (("/guide/*", "/reference/*"), ("/reference/*", "/guide/*")):
        entries = [entry(include_paths=[path]) for path in declared_as]
        pairs, others = match(entries, listed(guide, reference))
        assert not any(map(differs, pairs))
        assert others == []


def test_what_matches_comes_before_age() -> None:
    old, new = crawl(limit=1), crawl(limit=2)
    pairs, others = match([entry(limit=2)], listed(old, new))
    assert ids(pairs) == [new["id"]]
    assert not differs(pairs[0])
    assert others == [old]


def test_the_others_are_matched_in_the_order_of_age() -> None:
    first, second, third = crawl(limit=1), crawl(limit=2), crawl(limit=3)
    pairs, others = match([entry(limit=7), entry(limit=8)], listed(first, second, third))
    assert ids(pairs) == [first["id"], second["id"]]
    assert others == [third]


def test_an_entry_with_few_options_leaves_the_crawl_that_another_needs() -> None:
    small, large = crawl(limit=1), crawl(limit=2)
    # The first entry fits both. Whichever it takes, the second must get the only one that it fits.
    for kept in (small, large):
        limit = kept["limit"]
        for entries in ([entry(), entry(limit=limit)], [entry(limit=limit), entry()]):
            pairs, _others = match(entries, listed(small, large))
            assert not any(map(differs, pairs))


def test_another_kind_or_site_is_another_crawl() -> None:
    there = [crawl(kind="youtube"), crawl(B), crawl(A + "/")]
    pairs, others = match([entry()], listed(*there))
    assert ids(pairs) == [None]
    assert others == listed(*there)


def test_more_entries_than_crawls_create_the_rest() -> None:
    there = crawl(limit=1)
    pairs, _others = match([entry(limit=5), entry(limit=1), entry(limit=6)], [there])
    assert ids(pairs) == [None, there["id"], None]
    assert [differs(pair) for pair in pairs] == [True, False, True]


def test_nothing_of_anything() -> None:
    assert match([], []) == ([], [])


def test_a_replacement_keeps_what_the_entry_does_not_name() -> None:
    there = crawl(
        limit=1, tags=["docs"], interval="daily", include_paths=["/x"], webhook_urls=["https://hook.example.com"]
    )
    ((desired, current),), _others = match([entry(limit=2)], [there])
    assert to_request(desired, current) == {
        "site_url": A,
        "limit": 2,
        "tags": ["docs"],
        "interval": "daily",
        "include_paths": ["/x"],
        "webhook_urls": ["https://hook.example.com"],
    }
    assert current
    assert (actual(current, desired), normalized(desired)) == ({"limit": 1}, {"limit": 2})


def test_a_replacement_clears_what_the_entry_clears() -> None:
    there = crawl(tags=["docs"], interval="daily", limit=5)
    ((desired, current),), _others = match([entry(tags=[], interval="never")], [there])
    assert to_request(desired, current) == {"site_url": A, "limit": 5, "tags": []}


def test_suboptions_are_kept_too() -> None:
    scrape = {"type": "shopify", "group_variants": True, "tag_regexes": ["^new"]}
    there = crawl(kind="shopify", scrape_options=scrape)
    ((desired, current),), _others = match(
        [entry(scrape_options={"type": "shopify", "group_variants": False})], [there]
    )
    assert to_request(desired, current)["scrape_options"] == {**scrape, "group_variants": False}


def test_a_body_that_the_server_would_refuse_is_refused() -> None:
    ((desired, current),), _others = match([entry(scrape_options={"type": "openapi", "openapi_tag": "pets"})], [])
    with pytest.raises(TaskFailed, match=r"openapi_schema_url is missing"):
        to_request(desired, current)


@pytest.mark.parametrize(
    ("pair", "different", "name"),
    [
        ((entry(limit=1), None), True, f"{A} (firecrawl)"),
        ((entry(), crawl()), False, f"{A} (firecrawl)"),
        ((entry(limit=1), crawl()), True, f"{A} (firecrawl)"),
        ((entry(scrape_options={"type": "youtube"}), None), True, f"{A} (youtube)"),
    ],
)
def test_a_pair_that_differs_or_not(pair: Pair, different: bool, name: str) -> None:
    assert differs(pair) is different
    assert {name_of(crawl) for crawl in pair if crawl} == {name}


def test_a_chain_of_entries_that_all_have_to_move() -> None:
    """Longer than Python may call: each entry fits two neighbours, and the last one only the place of the first."""
    count = sys.getrecursionlimit() + 100
    crawls = [crawl(limit=number // 2 + 1, tags=[f"t{(number + 1) // 2}"]) for number in range(count)]
    entries = [
        entry(tags=[f"t{(number + 1) // 2}"]) if number % 2 else entry(limit=number // 2 + 1)
        for number in range(count - 1)
    ]
    pairs, others = match([*entries, entry(tags=["t0"])], listed(*crawls))
    assert not any(map(differs, pairs))
    assert others == []


# -- any list ----------------------------------------------------------------------------------------------------------

_options = st.fixed_dictionaries(
    {},
    optional={
        "limit": st.sampled_from([1, 2, 1000]),
        "tags": st.sampled_from([[], ["x"], ["x", "y"], ["y", "x", "x"]]),
        "interval": st.sampled_from(["daily", "never"]),
        "boost_titles": st.booleans(),
        "webhook_urls": st.sampled_from([[], ["https://hook.example.com"], [OWN_WEBHOOK]]),
    },
)
_identities = st.sampled_from([(A, "firecrawl"), (A, "firecrawl"), (A, "youtube"), (B, "firecrawl")])


@st.composite
def _entries(draw: st.DrawFn) -> DesiredCrawl:
    site_url, kind = draw(_identities)
    return entry(site_url, scrape_options={"type": kind}, **draw(_options))


@st.composite
def _crawls(draw: st.DrawFn) -> Crawl:
    options = draw(_options)
    if options.get("interval") == "never":
        del options["interval"]
    return crawl(*draw(_identities), **options)


# A slow machine is no failure.
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

_lists = st.tuples(st.lists(_entries(), max_size=6), st.lists(_crawls(), max_size=6))


def _most_unchanged(entries: Sequence[DesiredCrawl], crawls: Sequence[Crawl]) -> int:
    """The largest number of entries that can each have a crawl of its own that matches, by trying everything."""
    fits = [
        [number for number, there in enumerate(crawls) if place(there) == place(desired) and matches(there, desired)]
        for desired in entries
    ]

    @functools.cache
    def best(number: int, taken: frozenset[int]) -> int:
        if number == len(fits):
            return 0
        with_it = [1 + best(number + 1, taken | {one}) for one in fits[number] if one not in taken]
        return max([best(number + 1, taken), *with_it])

    return best(0, frozenset())


@patiently
@given(_lists)
def test_each_crawl_belongs_to_at_most_one_entry(lists: tuple[list[DesiredCrawl], list[Crawl]]) -> None:
    entries, crawls = lists
    pairs, others = match(entries, listed(*crawls))
    assert [desired for desired, _current in pairs] == entries
    matched = [current for _desired, current in pairs if current]
    assert sorted(there["id"] for there in [*matched, *others]) == sorted(there["id"] for there in crawls)
    assert all(place(current) == place(desired) for desired, current in pairs if current)


@patiently
@given(_lists)
def test_no_crawl_is_left_where_an_entry_has_none(lists: tuple[list[DesiredCrawl], list[Crawl]]) -> None:
    pairs, others = match(lists[0], listed(*lists[1]))
    for desired, current in pairs:
        if not current:
            assert not any(place(there) == place(desired) for there in others)


@patiently
@given(_lists)
def test_as_many_as_possible_stay_as_they_are(lists: tuple[list[DesiredCrawl], list[Crawl]]) -> None:
    entries, crawls = lists
    pairs, _others = match(entries, listed(*crawls))
    assert sum(not differs(pair) for pair in pairs) == _most_unchanged(entries, crawls)


@patiently
@given(_lists, st.booleans(), st.randoms(use_true_random=False))
def test_a_second_run_changes_nothing(
    lists: tuple[list[DesiredCrawl], list[Crawl]], prune: bool, shuffled: Any
) -> None:
    entries, crawls = lists
    after = carried_out(*match(entries, listed(*crawls)), prune)
    again = list(entries)
    shuffled.shuffle(again)  # nor does another order of the list
    pairs, others = match(again, after)
    assert not any(map(differs, pairs))
    if prune:
        assert others == []
