# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which URLs are one page, and what is counted of them."""

from __future__ import annotations

import pytest

from ansible_collections.community.trieve.plugins.module_utils._coverage.model import (
    ExpectedPages,
    FoundPages,
    compare,
    has_text,
    page_key,
    percent,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example.com", "http://a.example.com/"),
        ("https://a.example.com/x", "https://www.a.example.com/x//"),
        ("https://A.example.com:443/x", "https://a.example.com/x#part"),
        ("https://a.example.com./x", "https://a.example.com/x?"),
        ("https://a.example.com/x/?q=1", "https://a.example.com/x?q=1/"),
        ("https://a.example.com/%7ejo", "https://a.example.com/~jo"),
        ("https://a.example.com/ä", "https://a.example.com/%c3%a4"),
        ("https://bücher.example.com/", "https://xn--bcher-kva.example.com"),
    ],
)
def test_one_page(one: str, other: str) -> None:
    assert page_key(one, False) == page_key(other, False) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example.com/x", "https://a.example.com/X"),
        ("https://a.example.com/x", "https://a.example.com:8443/x"),
        ("https://a.example.com/x", "https://b.example.com/x"),
        ("https://a.example.com/x", "https://a.example.com/x?q=1"),
        ("https://a.example.com/#/x", "https://a.example.com/#/y"),
        ("https://a.example.com/#!x", "https://a.example.com/"),
        ("https://a.example.com/a%2Fb", "https://a.example.com/a/b"),
    ],
)
def test_two_pages(one: str, other: str) -> None:
    assert page_key(one, False) != page_key(other, False)


def test_queries_can_be_ignored() -> None:
    assert page_key("https://a/x?q=1", True) == page_key("https://a/x?q=2", True) == page_key("https://a/x", True)


@pytest.mark.parametrize(
    "text", ["", "a", "/a", "ftp://a", "https://", "https://a b", "https://[", "http://a:x", "javascript:1"]
)
def test_not_a_url(text: str) -> None:
    assert page_key(text, False) is None


@pytest.mark.parametrize(
    ("html", "metadata", "expected"),
    [
        ("<h1>A b</h1>", {"heading": "A b"}, False),
        ("<h1>A b</h1><p>text</p>", {"heading": "A b"}, True),
        ("<h1>A</h1>\n<div><br></div>", {"heading": "A"}, False),
        ("<p>text</p>", None, True),
        ("<p></p>", {"heading": None}, False),
        (None, {}, False),
    ],
)
def test_text_beside_the_heading(html: str | None, metadata: object, expected: bool) -> None:
    assert has_text({"chunk_html": html, "metadata": metadata}) is expected


def test_a_chunk_of_hostile_html_takes_no_time() -> None:
    """A pattern that looks for the end of each tag would look through the rest of the chunk 300,000 times."""
    assert has_text({"chunk_html": "<" * 300_000, "metadata": {}}) is True


def test_the_comparison() -> None:
    urls = ["https://a.example.com/1", "http://a.example.com/1/", "https://a.example.com/2", "https://a.example.com/3"]
    expected = ExpectedPages([*urls, "https://b.example.com/1", "rubbish"], "a.example.com", False)
    found = FoundPages(False)
    for link, html in (
        ("https://a.example.com/1", "<h1>A</h1>"),
        ("https://a.example.com/1", "<h2>A</h2> text"),
        ("https://a.example.com/2", "<h1>A</h1>"),
        ("https://a.example.com/9", "<h1>A</h1> text"),
        (None, "text"),
    ):
        found.add({"link": link, "chunk_html": html, "metadata": {"heading": "A"}})
    result = compare(expected, found, 10)
    assert result["pages"] == [
        {"url": "https://a.example.com/1", "chunks": 2},
        {"url": "https://a.example.com/2", "chunks": 1},
        {"url": "https://a.example.com/9", "chunks": 1},
    ]
    assert result["chunks_per_page"] == {"minimum": 1, "median": 1.0, "maximum": 2}
    assert (result["expected"], result["found"], result["percent"]) == (3, 2, 66.66)
    assert (result["missing"], result["extra"], result["empty"]) == (
        ["https://a.example.com/3"],
        ["https://a.example.com/9"],
        ["https://a.example.com/2"],
    )
    assert (result["chunks"], result["chunks_without_link"]) == (4, 1)
    assert (result["other_hosts"], result["invalid_urls"]) == ([{"host": "b.example.com", "urls": 1}], 1)
    short = compare(expected, found, 0)
    assert (short["missing"], short["missing_count"], short["pages"]) == ([], 1, [])


def test_only_pages_of_the_host() -> None:
    found = FoundPages(False, "a.example.com")
    found.add({"link": "https://b.example.com/1"})
    found.add({"link": "https://www.a.example.com/1"})
    assert (found.chunks, found.elsewhere) == (1, 1)


def test_all_is_100() -> None:
    assert percent(3, 3) == 100.0
    assert percent(99_999, 100_000) == 99.99
