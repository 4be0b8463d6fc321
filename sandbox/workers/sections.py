# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a page becomes chunks: cut at its headings (docs/server.md 3.9)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlsplit

from ..formats.html_text import VOID
from ..formats.ids import text_hash
from .ingestion import message_chunk

SHORT = 5
"""A section with no more words than this is put before the next one."""
_HEADING = re.compile(r"<h[1-6].*?>", re.IGNORECASE)
_HEADING_TAGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


class _Headings(HTMLParser):
    """Collects the texts of all headings, without their inner tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.open = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in _HEADING_TAGS:
            self.texts.append("")
            self.open = True

    def handle_endtag(self, tag: str) -> None:
        if tag in _HEADING_TAGS:
            self.open = False

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts[-1] += data


class _Nodes(HTMLParser):
    """The text of each node of a document, of elements and of texts, in the order in which they begin."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.texts: list[str] = []
        self.open: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in VOID:
            self.open.append((tag, len(self.texts)))
        self.texts.append("")

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        # One that does not close the innermost element is ignored, as the server's reader does.
        if self.open and self.open[-1][0] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        for _tag, at in self.open:
            self.texts[at] += data
        self.texts.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")


@lru_cache(maxsize=16)
def heading_of(html: str) -> str:
    """The texts of all headings in some HTML, a line each, entities decoded and nothing trimmed."""
    parser = _Headings()
    parser.feed(html)
    parser.close()
    return "\n".join(parser.texts)


def words_of(html: str) -> str:
    """The text in which the server counts words: that of each element and of each text inside it, a line each."""
    parser = _Nodes()
    parser.feed(html)
    parser.close()
    return "\n".join(parser.texts)


def _is_short(html: str) -> bool:
    """Whether a section does not stand alone: few words, or headings only."""
    text = words_of(html)
    if len(text.split()) <= SHORT:
        return True
    heading = heading_of(html)
    return not (text.replace(heading, "") if heading else text).strip()


def sections(
    html: str, heading_remove: Sequence[str] | None = None, body_remove: Sequence[str] | None = None
) -> list[tuple[str, str]]:
    """Some HTML as (heading, section), cut before each heading; what has no heading is dropped."""
    starts = [match.start() for match in _HEADING.finditer(html)]
    parts = [html[start:end] for start, end in zip([0, *starts], [*starts, len(html)], strict=True) if start < end]
    found: list[str] = []
    waiting: str | None = None
    for number, part in enumerate(parts):
        section = part.strip() if waiting is None else f"{waiting} {part.strip()}"
        last = number == len(parts) - 1
        waiting = section if not last and _is_short(section) else None
        if waiting is None:
            found.append(section)
    cut = []
    for section in found:
        heading = heading_of(section)
        for text in heading_remove or ():
            heading = heading.replace(text, "")
        for text in body_remove or ():
            section = section.replace(text, "")
        if heading.strip() and section.strip():
            cut.append((heading, section))
    return cut


class WorkerDied(Exception):
    """The page's address has too few parts; the worker program ends."""


def page_tags(link: str) -> list[str]:
    """The parts of an address's path; none where it is no address."""
    address = urlsplit(link)
    if not address.scheme:
        return []
    return [quote(part, safe="%!$&'()*+,;=:@~[]|^") for part in address.path.split("/") if part]


def page_chunks(page: dict[str, Any], crawl_url: str, options: dict[str, Any]) -> list[dict[str, Any]]:
    """The chunks of a page as messages to the ingestion worker; none for one that was not found.

    :param page: ``url``, ``html``, ``title``, ``description`` and ``status_code``.
    :param options: those of the crawl; ``tags`` and the strings to remove count.
    :raises WorkerDied: where the server's program ends.
    """
    link = (page.get("url") or "").rstrip("/")
    if page.get("status_code", 200) != 200 or not link:
        return []
    title, description = page.get("title") or "", page.get("description") or ""
    tags = [*page_tags(link), crawl_url, *(options.get("tags") or ())]
    chunks = []
    for heading, section in sections(
        page.get("html") or "", options.get("heading_remove_strings"), options.get("body_remove_strings")
    ):
        parts = link.split("/")
        if len(parts) < 3:
            raise WorkerDied(link)
        metadata = {"url": link, "hierarchy": heading, "heading": heading}
        if title:
            metadata["title"] = title
        if description:
            metadata["description"] = description
        chunks.append(
            message_chunk(
                {"link": link, "chunk_html": section, "metadata": metadata},
                text_hash("/".join(parts[3:]) + heading),
                tags,
                upsert=True,
                group_tracking_ids=[title or link],
            )
        )
    return chunks
