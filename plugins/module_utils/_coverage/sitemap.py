# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages that a sitemap lists. A sitemap is not trusted, and nothing of one that breaks a rule is used.

Read with Expat, the XML reader of the standard library. A sitemap needs no document type, so one with a document type is refused
before anything in it is read: no entity can be declared, and none can be expanded or fetched.
"""

from __future__ import annotations

import typing as t
from xml.parsers import expat

from .._core.failure import TaskFailed
from .._response import excerpt
from .._web import check_url, host_of, split_url

LARGEST = 50 * 1024 * 1024
"""Bytes of one sitemap, which the protocol limits (https://www.sitemaps.org/protocol.html)."""

MOST_ENTRIES = 50_000
"""Entries of one sitemap, by the same protocol."""

MOST_FILES = 500
"""Sitemaps that one index may lead to."""

MOST_PAGES = 500_000
"""Pages of all of them."""

LARGEST_TOTAL = 512 * 1024 * 1024
"""Bytes of all of them."""

DEEPEST = 2
"""How deep an index may be in another. The protocol allows none."""

_LONGEST_URL = 8192
"""Characters. The protocol allows 2048."""

_DEEPEST_ELEMENT = 32

_PAGES, _FILES = "urlset", "sitemapindex"

Load = t.Callable[[str, int], tuple[str, bytes]]
"""Reads what is at a URL, up to so many bytes: the final URL and the content."""


class Sitemap:
    """What the sitemaps of a site list.

    :ivar pages: URLs of pages as written, each once
    :ivar files: C(url) and the number of C(pages) of each sitemap that was read
    :ivar foreign: sitemaps on other hosts, which were not read
    """

    def __init__(self) -> None:
        self.pages: list[str] = []
        self.files: list[dict[str, t.Any]] = []
        self.foreign: list[str] = []


def read_sitemap(load: Load, start: str, content: bytes | None, site_host: str) -> Sitemap:
    """What a sitemap lists, and those that it leads to.

    :param start: its URL, or the path of a file
    :param content: of the file
    :param site_host: the host of the site, by C(host_of): sitemaps of an index may be there, or on the host of the index
    :raises TaskFailed: one of them breaks a rule, or cannot be read
    """
    found = Sitemap()
    pages: dict[str, None] = {}
    seen = {start}
    total = 0
    waiting: list[tuple[str, int, bytes | None]] = [(start, 0, content)]
    while waiting:
        url, depth, given = waiting.pop(0)
        final, body = (url, given) if given is not None else load(url, LARGEST)
        total += len(body)
        if total > LARGEST_TOTAL:
            raise TaskFailed(f"The sitemaps of {start} have more than {LARGEST_TOTAL} bytes in total.")
        kind, urls = parse_sitemap(body, f"Sitemap {final}")
        if kind == _PAGES:
            pages.update(dict.fromkeys(urls))
            found.files.append({"url": final, "pages": len(urls)})
            if len(pages) > MOST_PAGES:
                raise TaskFailed(f"The sitemaps of {start} list more than {MOST_PAGES} pages.")
            continue
        if depth >= DEEPEST:
            raise TaskFailed(f"Sitemap {final} is an index in an index in an index. At most {DEEPEST} are read.")
        own = split_url(final)
        hosts = {site_host, host_of(own)} if own else {site_host}
        for child in urls:
            parts = split_url(child)
            if parts is None or "@" in parts.netloc or host_of(parts) not in hosts:
                found.foreign.append(child)
            elif child not in seen:
                seen.add(child)
                waiting.append((check_url(child, "Sitemap"), depth + 1, None))
        if len(seen) > MOST_FILES:
            raise TaskFailed(f"Sitemap index {final} leads to more than {MOST_FILES} sitemaps.")
    found.pages = list(pages)
    return found


def parse_sitemap(content: bytes, what: str) -> tuple[str, list[str]]:
    """C(urlset) with the URLs of pages, or C(sitemapindex) with those of sitemaps.

    :param what: names the sitemap in a message
    :raises TaskFailed: it is not a valid sitemap
    """
    if not content.strip():
        raise TaskFailed(f"{what} is empty.")
    reader = _Reader(what)
    try:
        # As a whole: Expat reads a token that spans many pieces once for each piece.
        reader.parser.Parse(content, True)
    except expat.ExpatError as invalid:
        if looks_like_html(content):
            raise TaskFailed(_html(what)) from invalid
        words = expat.ErrorString(invalid.code)
        shown = excerpt(content, 60)
        raise TaskFailed(f"{what} is not valid XML: {words} in line {invalid.lineno}: {shown}") from invalid
    except (ValueError, LookupError) as invalid:  # an encoding that Python does not have
        raise TaskFailed(f"{what} is not valid XML: {invalid}.") from invalid
    return reader.kind, reader.urls


def looks_like_html(content: bytes) -> bool:
    """Whether it begins as an HTML page does."""
    start = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html")) or (start.startswith(b"<") and b"<html" in start)


def _html(what: str) -> str:
    return f"{what} is an HTML page, not a sitemap. Check its URL: many sites answer unknown paths with a page."


class _Reader:
    """Expat with what a sitemap may contain."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.kind = ""
        self.urls: list[str] = []
        self._path: list[str] = []
        self._namespace = ""
        self._text: list[str] | None = None
        self._length = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._entity
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data

    def _doctype(self, name: str, *_unused: t.Any) -> None:
        if name.lower() == "html":
            raise TaskFailed(_html(self.what))
        raise TaskFailed(
            f"{self.what} has a document type declaration, in which entities are declared. A sitemap needs none, so it is refused."
        )

    def _entity(self, *_unused: t.Any) -> None:
        raise TaskFailed(f"{self.what} declares an entity, which is refused.")

    def _start(self, name: str, _attributes: t.Any) -> None:
        namespace, _blank, local = name.rpartition(" ")
        if not self._path:
            if local.lower() == "html":
                raise TaskFailed(_html(self.what))
            if local not in (_PAGES, _FILES):
                shown = excerpt(local.encode("utf-8"), 50)
                raise TaskFailed(
                    f"{self.what} is not a sitemap: its root element is {shown}, not {_PAGES} or {_FILES}."
                )
            self.kind, self._namespace = local, namespace
        self._path.append(local if namespace == self._namespace else "")
        if len(self._path) > _DEEPEST_ELEMENT:
            raise TaskFailed(f"{self.what} has elements that are nested more than {_DEEPEST_ELEMENT} deep.")
        if self._is_url():
            self._text, self._length = [], 0

    def _is_url(self) -> bool:
        return len(self._path) == 3 and self._path[1:] == ["url" if self.kind == _PAGES else "sitemap", "loc"]

    def _data(self, text: str) -> None:
        if self._text is not None:
            self._length += len(text)
            if self._length > _LONGEST_URL:
                raise TaskFailed(f"{self.what} has a URL of more than {_LONGEST_URL} characters.")
            self._text.append(text)

    def _end(self, _name: str) -> None:
        if self._text is not None and self._is_url():
            url = "".join(self._text).strip()
            self._text = None
            if url:
                self.urls.append(url)
            if len(self.urls) > MOST_ENTRIES:
                raise TaskFailed(
                    f"{self.what} has more than {MOST_ENTRIES} entries, the limit of the"
                    " sitemap protocol. Split it, and list the parts in a sitemap index."
                )
        self._path.pop()
