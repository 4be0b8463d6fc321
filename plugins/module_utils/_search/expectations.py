# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a search test expects, and what came of it."""

from __future__ import annotations

import typing as t

from .._chunk.filters import FILTERS
from .._core.failure import TaskFailed
from .._core.values import counted
from ..trieve import as_uuid
from .metrics import Metrics, measure
from .model import Hit
from .options import QUERY_OPTIONS, SEARCH_TYPES, Search, parse_query

IDENTITIES = ("link", "tracking_id", "title", "id")
"""What an expected result is recognized by."""

_RESULT = {name: dict(type="str") for name in IDENTITIES}

TEST_OPTIONS: dict[str, t.Any] = dict(
    name=dict(type="str"),
    query=dict(type="str"),
    search_type=dict(type="str", choices=list(SEARCH_TYPES)),
    filters=FILTERS,
    expect=dict(
        type="list",
        elements="dict",
        options=dict(**_RESULT, within=dict(type="int"), grade=dict(type="int", default=1)),
    ),
    reject=dict(type="list", elements="dict", options=dict(**_RESULT, within=dict(type="int"))),
    min_results=dict(type="int"),
)
"""Of an entry of C(tests)."""

LARGEST_GRADE = 100


class Expected(t.NamedTuple):
    """A result that a test expects or rejects.

    :param identity: one of C(IDENTITIES)
    :param value: its value, links without final slashes
    :param within: it must be, or must not be, among so many results; None if only the measures count
    :param grade: how relevant it is
    """

    identity: str
    value: str
    within: int | None
    grade: int = 1

    @property
    def words(self) -> str:
        """The result as a message names it."""
        return self.value if self.identity == "link" else f"{self.identity} {self.value!r}"

    def fits(self, hit: Hit) -> bool:
        """Whether a chunk that was found is this one."""
        if self.identity == "link":
            return comparable_link(hit.get("link") or "") == self.value
        if self.identity == "title":
            metadata = hit.get("metadata")
            return isinstance(metadata, dict) and self.value in (metadata.get("title"), metadata.get("heading"))
        return hit.get(self.identity) == self.value

    def rank(self, hits: t.Sequence[Hit]) -> int | None:
        """The rank of the first chunk that is this one; None if there is none."""
        return next((hit["rank"] for hit in hits if self.fits(hit)), None)


class SearchTest(t.NamedTuple):
    """One query, and what is expected of its results."""

    name: str
    search: Search
    expect: list[Expected]
    reject: list[Expected]
    min_results: int


def comparable_link(link: str) -> str:
    """A link in the form in which links are compared: Trieve stores those of a crawl without final slashes (docs/server.md 3.9)."""
    return link.rstrip("/")


def parse_test(options: t.Mapping[str, t.Any], defaults: t.Mapping[str, t.Any], k: int, place: str) -> SearchTest:
    """The declared test.

    :param options: of C(TEST_OPTIONS)
    :param defaults: of C(QUERY_OPTIONS), for what the test leaves out
    :param k: the limit of an expected result that has none of its own
    :param place: C(tests[0].), for messages
    :raises TaskFailed: names the option
    """
    own = {name: options[name] for name in ("search_type", "filters") if options[name] is not None}
    search = parse_query({**{name: defaults[name] for name in QUERY_OPTIONS}, **own, "query": options["query"]}, place)
    expect = [parse_expected(one, k, f"{place}expect[{number}]") for number, one in enumerate(options["expect"] or ())]
    reject = [parse_expected(one, k, f"{place}reject[{number}]") for number, one in enumerate(options["reject"] or ())]
    least = options["min_results"]
    if least is not None and least < 0:
        raise TaskFailed(f"{place}min_results is {least}. It must be 0 or more.")
    if not expect and not reject and not least:
        raise TaskFailed(f"{place[:-1]} expects nothing. Set expect, reject or min_results.")
    return SearchTest(options["name"] or search["query"], search, expect, reject, least or 0)


def parse_expected(options: t.Mapping[str, t.Any], k: int, place: str) -> Expected:
    """A result that is expected or rejected.

    :raises TaskFailed: it names no result, or several
    """
    named = [name for name in IDENTITIES if options[name]]
    if len(named) != 1:
        raise TaskFailed(f"{place} must have exactly one of {', '.join(IDENTITIES)}.")
    (identity,) = named
    value = options[identity]
    if identity == "id":
        value = as_uuid(value)
        if not value:
            raise TaskFailed(f"{place}.id {options['id']!r} is not a valid UUID.")
    within, grade = options["within"], options.get("grade", 1)
    if within is not None and within < 1:
        raise TaskFailed(f"{place}.within is {within}. It must be 1 or more.")
    if not 1 <= grade <= LARGEST_GRADE:
        raise TaskFailed(f"{place}.grade is {grade}. It must be between 1 and {LARGEST_GRADE}.")
    return Expected(identity, comparable_link(value) if identity == "link" else value, within or k, grade)


def evaluate(test: SearchTest, hits: t.Sequence[Hit], k: int) -> dict[str, t.Any]:
    """The result of a test: whether it passed, what it misses, where each expected result was found, and its measures.

    :param hits: the results, the best first
    :param k: how many results the measures count
    """
    misses: list[str] = []
    ranks = []
    for expected in test.expect:
        rank = expected.rank(hits)
        ranks.append({"identity": expected.identity, "value": expected.value, "rank": rank})
        if expected.within and (rank is None or rank > expected.within):
            where = f"found at rank {rank}" if rank else f"not found among {counted(len(hits), 'result')}"
            misses.append(f"{expected.words} is expected within the first {expected.within}, but was {where}")
    for rejected in test.reject:
        rank = rejected.rank(hits)
        if rank is not None and rejected.within and rank <= rejected.within:
            misses.append(
                f"{rejected.words} must not be within the first {rejected.within}, but was found at rank {rank}"
            )
    if len(hits) < test.min_results:
        misses.append(f"at least {counted(test.min_results, 'result')} expected, but {len(hits)} found")
    return {
        "name": test.name,
        "query": test.search["query"],
        "search_type": test.search["search_type"],
        "passed": not misses,
        "results": len(hits),
        "misses": misses,
        "ranks": ranks,
        "metrics": _metrics(test, hits, k),
    }


def _metrics(test: SearchTest, hits: t.Sequence[Hit], k: int) -> Metrics | None:
    """The measures of a test, None if it expects no result.

    Several chunks of one expected page count as one result, at the rank of the first of them, as in a list of pages.
    """
    if not test.expect:
        return None
    open_ones = list(test.expect)
    grades = []
    for hit in hits:
        found = next((expected for expected in open_ones if expected.fits(hit)), None)
        if found:
            open_ones.remove(found)
            grades.append(found.grade)
        elif not any(expected.fits(hit) for expected in test.expect):
            grades.append(0)
    return measure(grades, [expected.grade for expected in test.expect], k)
