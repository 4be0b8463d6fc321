# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a page is cut, and what is dropped of it."""

from __future__ import annotations

import pytest

from sandbox.workers.sections import page_tags, sections, words_of

SIX = "one two three four five six"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", []),
        (f"<p>{SIX}</p>", []),
        (f"{SIX}<h1>A</h1>{SIX}", [("A", f"<h1>A</h1>{SIX}")]),
        (f"Hi<h1>A</h1>{SIX}", [("A", f"Hi <h1>A</h1>{SIX}")]),
        (f"<h1>A</h1><h2>B</h2>{SIX}", [("A\nB", f"<h1>A</h1> <h2>B</h2>{SIX}")]),
        (f"<h1>{SIX}</h1><h2>B</h2>{SIX}", [(f"{SIX}\nB", f"<h1>{SIX}</h1> <h2>B</h2>{SIX}")]),
        (f"<h1>A</h1>{SIX}<h2>Last</h2>", [("A", f"<h1>A</h1>{SIX}"), ("Last", "<h2>Last</h2>")]),
        (f"<h1></h1>{SIX}", []),
        (f'<H3 class="x">A<br>B</H3>{SIX}', [("AB", f'<H3 class="x">A<br>B</H3>{SIX}')]),
        (f"<h1> A &lt; B </h1>{SIX}", [(" A < B ", f"<h1> A &lt; B </h1>{SIX}")]),
        (f"<h7>A</h7>{SIX}", []),
        (f"<h1\nid='a'>A</h1>{SIX}", [("A", f"<h1\nid='a'>A</h1>{SIX}")]),
    ],
)
def test_sections(html: str, expected: list[tuple[str, str]]) -> None:
    """A short part goes before the next one; the last always stands; without a heading there is none."""
    assert sections(html) == expected


def test_strings_are_removed() -> None:
    """From the heading and from the section each its own; a heading that is gone takes its section along."""
    html = f"<h1>Part 1</h1>{SIX}<h1>Part</h1>{SIX}"
    assert sections(html, ["Part"], ["two "]) == [(" 1", f"<h1>Part 1</h1>{SIX.replace('two ', '')}")]


@pytest.mark.parametrize(
    ("html", "words"),
    [("<h1>A</h1><p>one two</p>", 6), ("<p>one two three</p>", 6), ("a <!-- b c --> d", 2), ("<p>a<b>b</b></p>", 4)],
)
def test_words_are_counted_for_each_element(html: str, words: int) -> None:
    """And once more for the text itself; comments have none."""
    assert len(words_of(html).split()) == words


@pytest.mark.parametrize(
    ("link", "tags"),
    [
        ("https://x.example.com", []),
        ("https://x.example.com//a//b?c/d#e/f", ["a", "b"]),
        ("https://x.example.com/ä b/%20", ["%C3%A4%20b", "%20"]),
        ("x.example.com/a", []),
    ],
)
def test_tags_are_the_parts_of_the_path(link: str, tags: list[str]) -> None:
    """As an address has them, percent-encoded."""
    assert page_tags(link) == tags
