# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of a page: its sections, and the parts of it that no section has, with the reason (docs/server.md 3.9).

The server cuts the page. Here the sections are found again in the page, so that what is left over can be named.
"""

from __future__ import annotations

import html as _html
import re
import typing as t

SHOWN = 200
"""Characters of a text in a result."""

REASONS = {
    "before_first_heading": "It stands before the first heading. Only sections with a heading become chunks. Add a heading in front of it.",
    "no_heading": "The page has no heading, and only sections with a heading become chunks. Add one (h1 to h6).",
    "empty_heading": "Its heading has no text. Only sections with a heading become chunks.",
    "heading_removed": "Nothing is left of its heading after heading_remove_strings.",
    "body_removed": "Nothing is left of it after body_remove_strings.",
    "same_heading": "An earlier section of the page has the same heading, and only the first one becomes a chunk. Make the headings differ.",
}

_HEADING = re.compile(r"<h[1-6](?=[\s/>])[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_INVISIBLE = re.compile(r"<(/?)(script|style|template|noscript)(?=[\s/>])[^<>]*>|<!--|-->", re.IGNORECASE)


_FARTHEST = 1000
"""Parts after which a section is no longer looked for: a page could be made so that this takes hours."""


class Section(t.NamedTuple):
    """A section as the server cuts it."""

    heading: str
    body: str

    def to_result(self) -> dict[str, t.Any]:
        """The section as results have it."""
        text = visible_text(self.body)
        return {"heading": self.heading, "words": len(text.split()), "text": _short(text), "html": self.body}


class Dropped(t.NamedTuple):
    """A part of the page that becomes no chunk.

    :ivar reason: one of C(REASONS)
    """

    reason: str
    heading: str
    html: str

    def to_result(self) -> dict[str, t.Any]:
        """The part as results have it."""
        text = visible_text(self.html)
        return {
            "reason": self.reason,
            "explanation": REASONS[self.reason],
            "heading": self.heading,
            "words": len(text.split()),
            "text": _short(text),
        }


def visible_text(html: str) -> str:
    """The text of some HTML as a reader sees it, without scripts, styles and comments, on one line."""
    kept, start, hidden_by = [], 0, ""
    for match in _INVISIBLE.finditer(html):
        closing, name = match[1], (match[2] or "").lower()
        if hidden_by:
            if match[0] == hidden_by or (closing and name == hidden_by):
                hidden_by, start = "", match.end()
        elif match[0] == "<!--" or (name and not closing):
            kept.append(html[start : match.start()])
            hidden_by = name or "-->"
    if not hidden_by:
        kept.append(html[start:])
    return " ".join(_html.unescape(_TAG.sub(" ", " ".join(kept))).split())


def unique(sections: t.Iterable[Section]) -> list[Section]:
    """The sections without those whose heading an earlier one has."""
    by_heading: dict[str, Section] = {}
    for section in sections:
        by_heading.setdefault(section.heading, section)
    return list(by_heading.values())


def cut(
    html: str,
    whole: t.Sequence[Section],
    heading_remove_strings: t.Sequence[str],
    body_remove_strings: t.Sequence[str],
) -> tuple[list[Section], list[Dropped], bool]:
    """The sections that become chunks, the parts that do not, and whether all sections were found in the page.

    :param whole: the sections of the page, from which nothing has been removed
    """
    left_over, complete = _left_over(html, whole)
    kept: list[Section] = []
    dropped: list[Dropped] = left_over
    headings: set[str] = set()
    for section in whole:
        heading = _without(section.heading, heading_remove_strings)
        body = _without(section.body, body_remove_strings)
        reason = None
        if not heading.strip():
            reason = "heading_removed"
        elif not body.strip():
            reason = "body_removed"
        elif heading in headings:
            reason = "same_heading"
        headings.add(heading)
        if reason:
            dropped.append(Dropped(reason, section.heading, section.body))
        else:
            kept.append(Section(heading, body))
    return kept, dropped, complete


def _left_over(html: str, whole: t.Sequence[Section]) -> tuple[list[Dropped], bool]:
    """The parts of the page between its headings that are in no section, and whether all sections were found."""
    starts = [match.start() for match in _HEADING.finditer(html)]
    parts = [html[start:end] for start, end in zip([0, *starts], [*starts, len(html)]) if start < end]
    plain = ["".join(part.split()) for part in parts]
    lost: list[int] = []
    at, complete = 0, True
    for section in whole:
        body = "".join(section.body.split())
        candidates = range(at, min(len(parts), at + _FARTHEST))
        begin = next((number for number in candidates if _end_of(plain, number, body)), None)
        if begin is None:
            complete = False
            break
        lost.extend(range(at, begin))
        at = _end_of(plain, begin, body)
    if complete:
        lost.extend(range(at, len(parts)))
    return [
        Dropped(_reason(number, parts[number], bool(starts)), "", parts[number])
        for number in lost
        if visible_text(parts[number])
    ], complete


def _end_of(plain: t.Sequence[str], begin: int, body: str) -> int:
    """The number of the part after those that make up a section from C(begin) on; 0 if they do not."""
    place, number = 0, begin
    while number < len(plain) and place < len(body) and body.startswith(plain[number], place):
        place += len(plain[number])
        number += 1
    return number if place == len(body) and number > begin else 0


def _reason(number: int, part: str, has_headings: bool) -> str:
    if not has_headings:
        return "no_heading"
    return "before_first_heading" if number == 0 and not _HEADING.match(part) else "empty_heading"


def _without(text: str, strings: t.Iterable[str]) -> str:
    for string in strings:
        text = text.replace(string, "") if string else text
    return text


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"
