# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages that should be there, compared with those that have chunks."""

from __future__ import annotations

import html
import re
import statistics
import typing as t
from urllib.parse import quote

from .._core.failure import TaskFailed
from .._web import host_of, split_url

MOST_PAGES = 500_000
"""Pages of a dataset that are held in memory."""

_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

_TAG = re.compile(r"<[^<>]*>")

Key = tuple[str, str]
"""Host, and the rest of a URL."""


def page_key(url: str, ignore_query: bool) -> Key | None:
    """What two URLs of one page have in common; None for what is not a URL.

    Trieve cuts the final slashes of a link, and keeps query and fragment (docs/server.md 3.9). A fragment is a place on a page,
    unless a site of one page uses it in the place of a path.
    """
    parts = split_url(url.strip())
    if parts is None:
        return None
    rest = _escaped(parts.path).rstrip("/")
    if parts.query and not ignore_query:
        rest += f"?{_escaped(parts.query)}"
    if parts.fragment.startswith(("/", "!")):
        rest += f"#{_escaped(parts.fragment)}"
    return host_of(parts), rest.rstrip("/")


def _escaped(text: str) -> str:
    """The text with the same escapes for the same characters, however they were written."""

    def same(match: re.Match[str]) -> str:
        char = chr(int(match[1], 16))
        return char if char in _UNRESERVED else match[0].upper()

    return quote(_ESCAPE.sub(same, text), safe="%!$&'()*+,;=:@/?~[]|^{}`\"<>\\#")


def has_text(chunk: t.Mapping[str, t.Any]) -> bool:
    """Whether a chunk has words beside its heading."""
    metadata = chunk.get("metadata")
    heading = metadata.get("heading") if isinstance(metadata, dict) else None
    words = html.unescape(_TAG.sub(" ", chunk.get("chunk_html") or "")).split()
    return len(words) > len(heading.split() if isinstance(heading, str) else [])


class FoundPage:
    """A page that has chunks."""

    __slots__ = ("chunks", "has_text", "url")

    def __init__(self, url: str) -> None:
        self.url = url
        self.chunks = 0
        self.has_text = False


class FoundPages:
    """The pages of chunks.

    :param host: only pages of this host count, by C(host_of); None for all
    """

    def __init__(self, ignore_query: bool, host: str | None = None) -> None:
        self.pages: dict[Key, FoundPage] = {}
        self.chunks = 0
        self.without_link = 0
        self.elsewhere = 0
        self._ignore_query = ignore_query
        self._host = host

    def add(self, chunk: t.Mapping[str, t.Any]) -> None:
        """Count a chunk.

        :raises TaskFailed: there are too many pages
        """
        link = chunk.get("link") or ""
        key = page_key(link, self._ignore_query)
        if key is None:
            self.without_link += 1
            return
        if self._host is not None and key[0] != self._host:
            self.elsewhere += 1
            return
        page = self.pages.get(key)
        if page is None:
            if len(self.pages) >= MOST_PAGES:
                raise TaskFailed(f"The dataset has chunks of more than {MOST_PAGES} pages, which exceeds what is read.")
            page = self.pages[key] = FoundPage(link.strip())
        self.chunks += 1
        page.chunks += 1
        page.has_text = page.has_text or has_text(chunk)


class ExpectedPages:
    """The pages that should be there.

    :param host: of the site, by C(host_of); pages of other hosts are counted apart
    """

    def __init__(self, urls: t.Iterable[str], host: str, ignore_query: bool) -> None:
        self.pages: dict[Key, str] = {}
        self.other_hosts: dict[str, int] = {}
        self.invalid: list[str] = []
        for url in urls:
            key = page_key(url, ignore_query)
            if key is None:
                self.invalid.append(url)
            elif key[0] != host:
                self.other_hosts[key[0]] = self.other_hosts.get(key[0], 0) + 1
            else:
                self.pages.setdefault(key, url.strip())


def compare(expected: ExpectedPages, found: FoundPages, most_listed: int) -> dict[str, t.Any]:
    """What a result has of the two.

    :param most_listed: URLs of each list; the counts are always whole
    """
    missing = sorted(url for key, url in expected.pages.items() if key not in found.pages)
    extra = sorted(page.url for key, page in found.pages.items() if key not in expected.pages)
    there = [page for key, page in found.pages.items() if key in expected.pages]
    empty = sorted(page.url for page in there if not page.has_text)
    pages = sorted(found.pages.values(), key=lambda page: page.url)
    total = len(expected.pages)
    return {
        "expected": total,
        "found": len(there),
        "percent": percent(len(there), total),
        "missing_count": len(missing),
        "missing": missing[:most_listed],
        "extra_count": len(extra),
        "extra": extra[:most_listed],
        "empty_count": len(empty),
        "empty": empty[:most_listed],
        "chunks": found.chunks,
        "chunks_without_link": found.without_link,
        "chunks_of_other_hosts": found.elsewhere,
        "chunks_per_page": _spread([page.chunks for page in pages]),
        "pages": [{"url": page.url, "chunks": page.chunks} for page in pages[:most_listed]],
        "other_hosts": [{"host": host, "urls": count} for host, count in sorted(expected.other_hosts.items())],
        "invalid_urls": len(expected.invalid),
    }


def percent(found: int, expected: int) -> float:
    """The share of the pages, with two decimals, rounded down: 100 means all."""
    return found * 10_000 // expected / 100


def _spread(counts: list[int]) -> dict[str, t.Any]:
    if not counts:
        return {"minimum": 0, "median": 0.0, "maximum": 0}
    return {"minimum": min(counts), "median": float(statistics.median(counts)), "maximum": max(counts)}
