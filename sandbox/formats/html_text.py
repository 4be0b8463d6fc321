# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the server makes of HTML: names without tags, and the text of a chunk."""

from __future__ import annotations

from html.parser import HTMLParser

# Elements whose content goes with them, and those that leave a space behind.
DROPPED = frozenset(("script", "style", "noscript", "template"))
BLOCKS = frozenset(
    "address article aside blockquote br dd div dl dt footer h1 h2 h3 h4 h5 h6 header hgroup hr li nav ol p pre"
    " section ul".split()
)
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())


class _Text(HTMLParser):
    def __init__(self, spaces: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.dropping = 0
        self.spaces = spaces

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in DROPPED:
            self.dropping += 1
        elif tag in BLOCKS and self.spaces:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in DROPPED and self.dropping:
            self.dropping -= 1
        elif tag in BLOCKS and tag not in VOID and self.spaces:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self.dropping:
            self.parts.append(data)


def text_of(html: str, spaces: bool = True) -> str:
    """The text in some HTML, with a space in place of each block if ``spaces``."""
    parser = _Text(spaces)
    parser.feed(html)
    parser.close()
    return "".join(parser.parts)


def sanitize(name: str) -> str:
    """A name as PUT /api/organization stores it: no tags, and ``& < >`` escaped."""
    text = text_of(name)
    for plain, escaped in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\u00a0", "&nbsp;")):
        text = text.replace(plain, escaped)
    return text
