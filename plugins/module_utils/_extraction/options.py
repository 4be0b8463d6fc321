# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that name a page, and its HTML as a text."""

from __future__ import annotations

import codecs
import re
import typing as t

from .._core.failure import TaskFailed
from .._core.task import Task
from .._coverage.options import WEBSITE_OPTIONS, website
from .._web import read_file

EXTRACTION_OPTIONS: dict[str, t.Any] = dict(
    page_url=dict(type="str"),
    page_file=dict(type="path"),
    site_url=dict(type="str"),
    heading_remove_strings=dict(type="list", elements="str"),
    body_remove_strings=dict(type="list", elements="str"),
    **WEBSITE_OPTIONS,
)

LARGEST = 5 * 1024 * 1024
"""Bytes of a page that is read."""

LARGEST_SPLIT = 262_143
"""Bytes of HTML that the server takes (docs/server.md 7.5)."""

_CHARSET = re.compile(rb"<meta[^<>]{1,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?([a-z0-9_.:-]{1,40})", re.IGNORECASE)


class PageText(t.NamedTuple):
    """A page.

    :ivar place: its URL after redirects, or its path
    :ivar link: the link that its chunks would have; None for a file
    """

    place: str
    link: str | None
    html: str
    size: int


def read_page(task: Task) -> PageText:
    """The page that the options name.

    :raises TaskFailed: it cannot be read, is not HTML, or is too large
    """
    path = task.params["page_file"]
    if path is not None:
        place, link, content, content_type = path, None, read_file(path, LARGEST, "page_file"), ""
    else:
        page = website(task).fetch(task.params["page_url"], LARGEST, "Page")
        place, link, content, content_type = page.url, page.url.rstrip("/"), page.content, page.content_type
        kind = content_type.partition(";")[0].strip()
        if kind and kind not in ("text/html", "application/xhtml+xml", "text/plain"):
            raise TaskFailed(f"Page {place} is not HTML: its content type is {kind}.")
    if content.startswith(b"%PDF-"):
        raise TaskFailed(f"Page {place} is not HTML: it is a PDF file.")
    html = decoded(content, content_type)
    size = len(html.encode("utf-8"))
    if not html.strip():
        raise TaskFailed(f"Page {place} is empty.")
    if size > LARGEST_SPLIT:
        raise TaskFailed(
            f"Page {place} has {size} bytes. Trieve previews pages of at most {LARGEST_SPLIT} bytes. A crawl has no such limit,"
            " so the page can be crawled all the same. To preview a part of it, save it, and set page_file."
        )
    return PageText(place, link, html, size)


def decoded(content: bytes, content_type: str) -> str:
    """The text of a page. Its encoding is named by its first bytes, the response, or the page itself, or else UTF-8."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return content.decode(name, "replace").replace("\0", "\ufffd")
    in_header, in_page = _IN_HEADER.search(content_type), _CHARSET.search(content[:4096])
    named = in_header[1] if in_header else in_page[1].decode("ascii") if in_page else "utf-8"
    try:
        text = content.decode(named, "replace")
    except LookupError:  # not an encoding, or not one of texts
        text = content.decode("utf-8", "replace")
    return text.replace("\0", "\ufffd")
