# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A status as a web page, Markdown, JSON and metrics. A server's texts stay texts in each."""

from __future__ import annotations

import html.parser
import json
import re
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.trieve.plugins.filter.status_report import FORMATS, FilterModule
from ansible_collections.community.trieve.plugins.plugin_utils._status import age_words

SITE = "https://docs.example.com"
READ_AT = "2025-09-13T08:00:00"


def crawl(**values: Any) -> dict[str, Any]:
    """A crawl as trieve_status_info returns it: completed an hour before, with nothing stale."""
    return {
        "id": "1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11",
        "site_url": SITE,
        "kind": "firecrawl",
        "status": "Completed",
        "interval": None,
        "interval_seconds": None,
        "created_at": "2025-09-13T07:00:00.5",
        "next_crawl_at": None,
        "newest": True,
        "duplicate": False,
        "last_completed_at": "2025-09-13T07:00:00.5",
        "chunks": {"of_site": 10, "of_crawl": 10, "stale": 0},
        **values,
    }


def status(*crawls: dict[str, Any], **values: Any) -> dict[str, Any]:
    """The status of an organization with one dataset."""
    dataset = {"id": "0f3f5c9e-5a0e-4d63-9d3c-6a1e6f0f7a52", "tracking_id": "docs", "name": "Docs", "chunks": 12}
    return {
        "organization_id": "9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1",
        "read_at": READ_AT,
        "datasets": [{**dataset, **values, "crawls": list(crawls)}],
    }


def coverage(site_url: str = SITE, **values: Any) -> dict[str, Any]:
    """A result of trieve_crawl_coverage_info."""
    found = {"dataset": "docs", "site_url": site_url, "expected": 4, "found": 3, "percent": 75.0, "missing_count": 1}
    return {"coverage": {**found, "missing": [f"{SITE}/new"], **values}}


def report(given_status: Any, format: str = "json", **options: Any) -> str:
    return str(FilterModule().filters()["status_report"](given_status, format, **options))


def problems(*crawls: dict[str, Any], **options: Any) -> list[tuple[str, str]]:
    """Severity and text of each problem."""
    found = json.loads(report(status(*crawls), **options))["problems"]
    return [(one["severity"], one["text"]) for one in found]


# -- what needs attention ------------------------------------------------------------------------------------------


def test_nothing_to_do() -> None:
    assert problems(crawl()) == []
    assert report(status(crawl()), "summary") == "1 dataset, 1 crawl, 12 chunks: no problems."
    assert "No problems found." in report(status(crawl()), "html")


PENDING = {"status": "Pending", "last_completed_at": None}


@pytest.mark.parametrize(
    ("values", "severity", "words"),
    [
        ({"status": "Failed", "last_completed_at": None}, "error", "The crawl failed."),
        (
            {**PENDING, "created_at": "2025-09-13T06:00:00"},
            "error",
            "has not finished after 2 h. Its status is Pending. The crawl worker may not",
        ),
        ({"chunks": {"of_site": 0, "of_crawl": 0, "stale": 0}}, "error", "but the dataset has no chunks of the site"),
        (
            {"interval": "daily", "interval_seconds": 3000},
            "warning",
            "is daily, but the site was last crawled 1 h ago",
        ),
        (
            {"chunks": {"of_site": 9, "of_crawl": 8, "stale": 1}},
            "warning",
            "1 chunk of earlier crawls can still be found.",
        ),
    ],
)
def test_what_needs_attention(values: dict[str, Any], severity: str, words: str) -> None:
    (found,) = problems(crawl(**values))
    assert found[0] == severity
    assert words in found[1]
    assert words not in str(problems(crawl(**values, newest=False, duplicate=True)))


@pytest.mark.parametrize(
    "values",
    [
        {**PENDING, "created_at": "2025-09-13T07:30:00"},
        {**PENDING, "created_at": None},
        {"interval": "daily", "interval_seconds": 86400},
        {"last_completed_at": "2025-09-13T07:59:00", "chunks": {"of_site": 0, "of_crawl": 0, "stale": None}},
        {"kind": "shopify", "chunks": {"of_site": None, "of_crawl": None, "stale": None}},
        {"created_at": "2025-09-13T09:00:00", "last_completed_at": "2025-09-13T09:00:00"},
    ],
)
def test_what_needs_none(values: dict[str, Any]) -> None:
    """A crawl that has just begun, and a clock that is ahead, among others."""
    assert problems(crawl(**values)) == []


def test_duplicates() -> None:
    """Two crawls of one URL with other options may both be meant."""
    ((severity, words),) = problems(crawl(), crawl(newest=False, duplicate=True, status="Failed"))
    assert (severity, words[:29]) == ("warning", "A newer crawl of the dataset ")
    assert problems(crawl(), crawl(newest=False)) == []
    assert [one for one, _words in problems(crawl(), crawl(newest=False, status="Failed"))] == ["error"]


def test_coverage() -> None:
    """Of the newest crawl of the URL, by tracking ID or ID of the dataset, with or without a final slash."""
    low = ("warning", "Coverage is 75 %: 1 of 4 pages cannot be found.")
    assert problems(crawl(), coverage=[coverage()]) == problems(crawl(), coverage=[coverage(f"{SITE}/")]) == [low]
    by_id = status()["datasets"][0]["id"]
    assert problems(crawl(), coverage=[coverage(dataset=by_id)]) == [low]
    assert problems(crawl(), coverage=[coverage(percent=95.0)]) == []
    (lost,) = problems(crawl(), coverage=[coverage("https://other.example.com", percent=100.0)])
    assert lost == ("warning", "The dataset has no crawl of this URL. Coverage is 100 %.")


def test_a_coverage_that_failed() -> None:
    failed = {"failed": False, "msg": "Sitemap x is empty.", "item": {"dataset": "docs", "site_url": SITE}}
    assert problems(crawl(), coverage=[failed]) == [
        ("warning", "Coverage could not be determined: Sitemap x is empty.")
    ]
    assert problems(crawl(), coverage=[{"skipped": True}]) == []


DOCTOR = {
    "components": [
        {"name": "server", "status": "ok", "reason": None, "advice": None},
        {"name": "redis", "status": "missing", "reason": "It timed out.", "advice": "Start it."},
        {"name": "tika", "status": "unknown", "reason": "Not tested.", "advice": None},
    ],
    "ready": {"crawls": False, "search": True, "files": None},
}


def test_a_diagnosis() -> None:
    assert problems(crawl(), doctor=DOCTOR) == [("error", "Component redis is missing. It timed out. Start it.")]
    assert problems(crawl(), doctor={"skipped": True}) == []
    assert problems(crawl(), doctor={"msg": "Forbidden."}) == [
        ("warning", "The server could not be diagnosed: Forbidden.")
    ]
    page = report(status(crawl()), "html", doctor=DOCTOR)
    assert "Ready for: search. Not ready for: crawls. Not tested: files." in page


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "unknown"),
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3661, "1 h 1 min"),
        (3601, "1 h"),
        (90_000, "1 d 1 h"),
        (864_005, "10 d"),
    ],
)
def test_durations(seconds: float | None, words: str) -> None:
    assert age_words(seconds) == words


# -- formats -------------------------------------------------------------------------------------------------------


def test_json() -> None:
    document = json.loads(report(status(crawl()), coverage=[coverage()], doctor=DOCTOR, title="Search"))
    assert (document["title"], document["read_at"]) == ("Search", "2025-09-13T08:00:00Z")
    assert document["summary"] == {
        "datasets": 1,
        "crawls": 1,
        "chunks": 12,
        "stale_chunks": 0,
        "errors": 1,
        "warnings": 1,
    }
    (shown,) = document["datasets"][0]["crawls"]
    assert (shown["age_seconds"], shown["unfinished_seconds"], shown["coverage"]["percent"]) == (3600, 0, 75.0)


def test_markdown() -> None:
    text = report(
        status(crawl(interval="daily", interval_seconds=86400)), "markdown", coverage=[coverage()], doctor=DOCTOR
    )
    assert "1 dataset, 1 crawl, 12 chunks: 1 error, 1 warning. Read at 2025-09-13T08:00:00Z." in text
    assert f"| `{SITE}` | `firecrawl` | `Completed` | 1 h | `daily` | 10 | 0 | 75 % |" in text
    assert "| `redis` | `missing` | `It timed out.` |" in text


def test_metrics() -> None:
    text = report(
        status(crawl(), crawl(newest=False, site_url=SITE)), "prometheus", coverage=[coverage()], doctor=DOCTOR
    )
    labels = f'dataset="docs",site_url="{SITE}",kind="firecrawl"'
    lines = text.splitlines()
    assert "trieve_status_read_timestamp_seconds 1757750400" in lines
    assert 'trieve_status_problems{severity="error"} 1' in lines
    assert 'trieve_dataset_chunks{dataset="docs"} 12' in lines
    assert f"trieve_crawl_age_seconds{{{labels}}} 3600" in lines
    assert f'trieve_crawl_status{{{labels},status="completed"}} 1' in lines
    assert f'trieve_crawl_status{{{labels},status="failed"}} 0' in lines
    assert f"trieve_crawl_coverage_ratio{{{labels}}} 0.75" in lines
    assert 'trieve_component_up{component="redis"} 0' in lines
    assert "tika" not in text
    assert "trieve_crawl_interval_seconds" not in text


_NAME = r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*"
_LABEL = r'[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"'
_SAMPLE = re.compile(rf"({_NAME})(\{{{_LABEL}(?:,{_LABEL})*\}})? -?[0-9]+(?:\.[0-9]+(?:e-[0-9]+)?)?")


def metrics(text: str) -> list[str]:
    """The metrics of the text format, each with its help and type first, and no sample twice."""
    assert text.endswith("\n")
    found: list[str] = []
    samples = set()
    lines = text[:-1].split("\n")
    for number, line in enumerate(lines):
        if line.startswith("# HELP "):
            name = line.split(" ")[2]
            assert name not in found
            assert lines[number + 1] == f"# TYPE {name} gauge"
            found.append(name)
        elif not line.startswith("# "):
            match = _SAMPLE.fullmatch(line)
            assert match, line
            assert match[1] == found[-1]
            assert match[1].endswith(
                ("_seconds", "_ratio", "_chunks", "_crawls", "_pages", "_status", "_problems", "_up")
            )
            assert (match[1], match[2]) not in samples
            samples.add((match[1], match[2]))
    return found


def test_the_text_format() -> None:
    """Names have a unit and no suffix of another type; a sample is there once, whatever a server lists twice."""
    twice = status(crawl(), crawl(), crawl(status="Processed 3 pages", kind="youtube"))
    twice["datasets"] *= 2
    assert len(metrics(report(twice, "prometheus", coverage=[coverage()], doctor=DOCTOR))) == 12
    assert metrics(report({**status(), "datasets": []}, "prometheus")) == [
        "trieve_status_read_timestamp_seconds",
        "trieve_status_problems",
    ]


class Page(html.parser.HTMLParser):
    """What a browser makes of a page: its elements, links and text."""

    VOID = frozenset(("meta", "link", "rect"))

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _value in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


ELEMENTS = {
    *("html", "head", "meta", "title", "style", "link", "body", "h1", "h2", "h3", "p", "div", "span", "b", "ul", "li"),
    *("a", "article", "dl", "dt", "dd", "svg", "rect", "details", "summary"),
}


def test_the_page() -> None:
    """One file: nothing to load, no script, and the charts are bars with words for a screen reader."""
    values = {"chunks": {"of_site": 10, "of_crawl": 8, "stale": 2}}
    given = status(crawl(**values), crawl(site_url="ftp://x"))
    given["datasets"].append({**given["datasets"][0], "tracking_id": "blog", "chunks": None, "crawls": []})
    page = report(given, "html", coverage=[coverage()], doctor=DOCTOR, title="A & B")
    shown = Page(page)
    assert shown.elements == ELEMENTS
    assert set(shown.links) == {"data:,", SITE, f"{SITE}/new"}
    assert not [name for name in shown.attributes if name.startswith("on")]
    assert "url(" not in page
    assert "default-src 'none'" in page
    assert 'aria-label="2 of 10 chunks are stale"' in page
    assert 'aria-label="3 of 4 pages can be found"' in page
    assert 'x="80.00" width="20.00"' in page
    assert "prefers-color-scheme: dark" in page
    assert "Status of A & B" in shown.text


HOSTILE = [
    '"><script>alert(1)</script>',
    "</title><b>",
    "`|x|`\n## y",
    'a"} 1\nb{c="',
    "\\",
    "::error::x",
    "{{ x }}",
    "\u202e",
    "javascript:1",
]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("text", HOSTILE)
def test_texts_of_a_server(format: str, text: str) -> None:
    """Names, addresses, statuses, and what a sitemap lists."""
    hostile = crawl(site_url=text, kind=text, status=text, interval=text)
    given = status(hostile, tracking_id=text, name=text)
    found = coverage(text, dataset=text, missing=[text])
    doctor = {"components": [{"name": text, "status": "missing", "reason": text, "advice": text}], "ready": {}}
    check(format, report(given, format, coverage=[found], doctor=doctor, title=text))


@given(st.text(max_size=20))
def test_any_text(text: str) -> None:
    given_status = status(crawl(site_url=text, kind=text, status=text), tracking_id=text, name=text)
    for format in FORMATS:
        check(format, report(given_status, format, coverage=[coverage(text, dataset=text, missing=[text])], title=text))


def check(format: str, text: str) -> None:
    """Hold a report against its format."""
    text.encode()
    if format == "json":
        json.loads(text)
    elif format == "prometheus":
        metrics(text)
    elif format == "html":
        page = Page(text)
        assert page.elements <= ELEMENTS
        assert all(re.match("https?://|data:,$", link) for link in page.links)
    elif format == "markdown":
        assert "<script" not in re.sub(r"`+[^`]*`+", "", text)
        assert not re.search(r"(?m)^\s*(::|## y)", text)


def test_refusals() -> None:
    with pytest.raises(AnsibleFilterError, match="format 'xml' not found. It must be one of markdown, html"):
        report(status(), "xml")
    wrong: Any
    for wrong in (None, [], {"datasets": []}):
        with pytest.raises(AnsibleFilterError, match="the input must be the result status"):
            report(wrong)
