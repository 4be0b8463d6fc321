# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What would become of a page: the sandbox cuts it, and a crawl of the same page shows that the preview is right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import hypothesis.strategies as st
import pytest
import requests

from ansible_collections.community.trieve.plugins.module_utils._extraction.model import (
    REASONS,
    Section,
    cut,
    visible_text,
)
from ansible_collections.community.trieve.plugins.module_utils._extraction.options import decoded
from ansible_collections.community.trieve.plugins.modules.trieve_extraction_info import DEFINITION
from sandbox.workers.sections import sections as sandbox_sections

from ...one_crawl import SITE, Site
from ...scripted import Answer, Scripted
from ...tasks import play

WORDS = "one two three four five six"
PAGE = (
    f"<html><body><p>Navigation: {WORDS}</p><h1>Start ¶</h1><p>{WORDS} Edit this page</p><h2></h2><p>lost {WORDS}</p>"
    f"<h2>Example</h2><p>first {WORDS}</p><h2>Example</h2><p>second {WORDS}</p><h3>¶</h3><p>sign {WORDS}</p></body></html>"
)


@pytest.fixture
def page_file(tmp_path: Path) -> Callable[[str], str]:
    """Writes a page to a file."""

    def write(html: str) -> str:
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        return str(path)

    return write


def extraction(site: Site, **options: Any) -> dict[str, Any]:
    """The result of a task that succeeds, the same in check mode, with its warnings."""
    given = {**site.connection, **options}
    result = play(DEFINITION, **given)
    assert not result.get("failed"), result["msg"]
    assert play(DEFINITION, check_mode=True, **given) == result
    return {**result["extraction"], "warnings": result.get("warnings", [])}


def crawled(site: Site, html: str, **options: Any) -> list[str]:
    """The headings that a crawl of the page brings."""
    site.sandbox.control.site(SITE, [{"path": "/a", "html": html}])
    site.add(SITE, **options)
    for _unused in range(20):
        site.sandbox.control.tick("crawl")
    headers = {"Authorization": site.sandbox.admin_key, "TR-Dataset": site.id}
    answer = requests.post(
        f"{site.sandbox.url}/api/chunks/scroll", json={"page_size": 1000}, headers=headers, timeout=30
    )
    return sorted(chunk["metadata"]["heading"] for chunk in answer.json()["chunks"])


def test_a_page(site: Site, serve: Callable[..., Scripted]) -> None:
    server = serve(Answer(body=PAGE.encode(), headers={"Content-Type": "text/html; charset=utf-8"}))
    found = extraction(site, page_url=f"{server.url}/a/")
    assert (found["page"], found["link"], found["size"]) == (f"{server.url}/a/", f"{server.url}/a", len(PAGE.encode()))
    assert [one["heading"] for one in found["sections"]] == ["Start ¶", "Example", "¶"]
    assert found["sections"][1]["text"] == f"Example first {WORDS}"
    assert found["sections"][1]["html"] == f"<h2>Example</h2><p>first {WORDS}</p>"
    assert [(one["reason"], one["heading"], one["words"]) for one in found["dropped"]] == [
        ("before_first_heading", "", 7),
        ("empty_heading", "", 7),
        ("same_heading", "Example", 8),
    ]
    assert all(one["explanation"] == REASONS[one["reason"]] for one in found["dropped"])
    assert not set(server.received[0].headers) & {"authorization", "tr-organization", "tr-dataset"}


def test_the_strings_of_a_declared_crawl(site: Site, page_file: Callable[[str], str]) -> None:
    """The newest crawl counts, and the crawl itself brings what the preview has shown."""
    strings = {"heading_remove_strings": ["¶"], "body_remove_strings": ["Edit this page"]}
    site.add(SITE, heading_remove_strings=["Start"], add_chunks_to_dataset=False)
    headings = crawled(site, PAGE, **strings)
    found = extraction(site, page_file=page_file(PAGE), site_url=SITE)
    assert {name: found[name] for name in strings} == strings
    assert found["crawl_id"] == site.ids()[-1]
    assert found["link"] is None
    assert sorted(one["heading"] for one in found["sections"]) == headings == ["Example", "Start "]
    assert "Edit" not in found["sections"][0]["html"]
    assert [one["reason"] for one in found["dropped"]] == [
        "before_first_heading",
        "empty_heading",
        "same_heading",
        "heading_removed",
    ]
    own = extraction(site, page_file=page_file(PAGE), site_url=SITE, heading_remove_strings=[])
    assert [one["heading"] for one in own["sections"]] == ["Start ¶", "Example", "¶"]
    assert own["body_remove_strings"] == ["Edit this page"]


def test_only_reads(site: Site, page_file: Callable[[str], str]) -> None:
    site.add(SITE)
    site.sent()
    path = page_file(PAGE)
    extraction(site, page_file=path, site_url=SITE, body_remove_strings=["x"])
    assert site.sent() == ["GET", "POST", "POST"] * 2
    extraction(site, page_file=path)
    assert site.sent() == ["POST"] * 2


@pytest.mark.parametrize(
    ("html", "reasons"),
    [
        (f"<p>{WORDS}</p>", ["no_heading"]),
        (f"<h1></h1><p>{WORDS}</p>", ["empty_heading"]),
        (f"<script>{WORDS}</script><h1>A</h1>{WORDS}", []),
        (f"<p>few words</p><h1>A</h1>{WORDS}", []),
    ],
)
def test_pages(site: Site, page_file: Callable[[str], str], html: str, reasons: list[str]) -> None:
    """A few words before the first heading are put before it. What no reader sees is no loss."""
    found = extraction(site, page_file=page_file(html))
    assert [one["reason"] for one in found["dropped"]] == reasons
    assert bool(found["sections"]) is not bool(reasons)
    assert [words for words in found["warnings"] if "would not bring any chunk" in words] == found["warnings"]


_PIECES = st.sampled_from(
    ["<h1>", "</h1>", "<H2 id=a>", "</H2>", "<p>", "</p>", "A", " B ", "x", WORDS, "<br>", "&amp;", "<!--", "-->", "\n"]
)


@hypothesis.given(st.lists(_PIECES, max_size=25), st.lists(st.sampled_from(["A", "x", "one"]), max_size=2))
def test_the_preview_is_what_the_crawler_does(pieces: list[str], strings: list[str]) -> None:
    """All sections are found again in any page, and what is kept agrees with the sandbox's own reading."""
    html = "".join(pieces)
    whole = [Section(*one) for one in sandbox_sections(html)]
    kept, dropped, complete = cut(html, whole, strings, strings)
    assert complete
    heads: dict[str, str] = {}
    for heading, body in sandbox_sections(html, strings, strings):
        heads.setdefault(heading, body)
    assert [(one.heading, one.body) for one in kept] == list(heads.items())
    assert {one.reason for one in dropped} <= set(REASONS)
    shown = "".join("".join(one.body.split()) for one in whole)
    lost = "".join(
        "".join(one.html.split())
        for one in dropped
        if one.reason in ("no_heading", "before_first_heading", "empty_heading")
    )
    assert len(shown) + len(lost) <= len("".join(html.split()))


def test_a_section_that_is_not_in_the_page() -> None:
    """A server that cuts in another way: what it says is shown, and that the rest is not known."""
    kept, dropped, complete = cut("<h1>A</h1>text", [Section("A", "<h1>A</h1>other")], [], [])
    assert (kept, dropped, complete) == ([Section("A", "<h1>A</h1>other")], [], False)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><!-- b --><script>c</script>d", "a d"),
        ("a<style>b</style\n>c<noscript>d", "a c"),
        ("a &lt;b&gt; c", "a <b> c"),
        ("<h1>A<b>b</b></h1>", "A b"),
        ("<scripty>a</scripty>", "a"),
    ],
)
def test_visible_text(html: str, text: str) -> None:
    assert visible_text(html) == text


@pytest.mark.parametrize(
    ("content", "content_type", "text"),
    [
        ("ä".encode(), "text/html", "ä"),
        ("ä".encode("latin-1"), "text/html; charset=ISO-8859-1", "ä"),
        ("<meta charset='latin-1'>ä".encode("latin-1"), "text/html", "<meta charset='latin-1'>ä"),
        ("ä".encode("utf-16"), "", "ä"),
        ("\ufeffä".encode(), "text/html; charset=latin-1", "ä"),
        (b"\xe4", "text/html", "\ufffd"),
        ("ä".encode(), "text/html; charset=bogus", "ä"),
        ("ä".encode(), "text/html; charset=hex", "ä"),
        (b"a\0b", "", "a\ufffdb"),
    ],
)
def test_encodings(content: bytes, content_type: str, text: str) -> None:
    assert decoded(content, content_type) == text


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(404, b""), "cannot be read: HTTP 404"),
        (Answer(body=b"{}"), "is not HTML: its content type is application/json"),
        (Answer(body=b"%PDF-1.7", headers={}), "is not HTML: it is a PDF file"),
        (Answer(body=b" \n", headers={}), "is empty"),
        (Answer(body=b"x" * 262_144, headers={}), "has 262144 bytes. Trieve previews pages of at most 262143 bytes."),
        (Answer(body=b"x" * (5 * 1024 * 1024 + 1), headers={}), "is larger than 5242880 bytes"),
    ],
)
def test_pages_that_are_refused(site: Site, serve: Callable[..., Scripted], answer: Answer, words: str) -> None:
    result = play(DEFINITION, **site.connection, page_url=serve(answer).url)
    assert (result.get("failed"), site.sent()) == (True, [])
    assert words in result["msg"]


def test_the_largest_page(site: Site, page_file: Callable[[str], str]) -> None:
    html = "<h1>A</h1>" + "x" * (262_143 - 10)
    assert extraction(site, page_file=page_file(html))["size"] == 262_143


def test_the_crawl(site: Site, page_file: Callable[[str], str]) -> None:
    """One that is not there, similar ones, and those that read no pages."""
    site.add(f"{SITE}/")
    site.add("https://shop.example.com", scrape_options={"type": "shopify"})
    site.add("https://tags.example.com", include_tags=["main"])
    options = {**site.connection, "page_file": page_file(PAGE)}
    result = play(DEFINITION, **options, site_url=SITE)
    assert result["msg"] == f"Dataset 'docs' has no crawl of {SITE}. Did you mean {SITE}/? Check site_url."
    preview = play(DEFINITION, check_mode=True, **options, site_url=SITE)
    assert preview["warnings"] == [
        f"Dataset 'docs' has no crawl of {SITE}. Did you mean {SITE}/? The preview removes no strings of it."
    ]
    assert "of kind shopify" in play(DEFINITION, **options, site_url="https://shop.example.com")["msg"]
    assert extraction(site, page_file=options["page_file"], site_url="https://tags.example.com")["warnings"] == [
        "The crawl has include_tags, which Firecrawl applies before Trieve gets the page. They are not applied here."
    ]
    assert "Dataset 'nowhere' not found" in play(DEFINITION, **{**options, "dataset": "nowhere"}, site_url=SITE)["msg"]
