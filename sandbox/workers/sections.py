# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How HTML is cut into chunks at its headings (docs/server.md 3.9)."""

from __future__ import annotations

import re
from typing import Any

from ..formats.html_text import text_of

_HEADING = re.compile(r"(?=<h[1-6][\s>])", re.IGNORECASE)
_HEADING_TEXT = re.compile(r"<(h[1-6])[^>]*>(.*?)</\1>", re.IGNORECASE | re.DOTALL)


def sections(html: str, heading_remove: list[str], body_remove: list[str]) -> list[dict[str, Any]]:
    """Some HTML cut at its headings."""
    found = []
    for part in filter(str.strip, _HEADING.split(html)):
        headings = [text_of(match[2]).strip() for match in _HEADING_TEXT.finditer(part)]
        for text in heading_remove:
            headings = [heading.replace(text, "") for heading in headings]
        for text in body_remove:
            part = part.replace(text, "")
        found.append({"headings": headings, "body": part.strip()})
    return found
