# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every request about the sections of a page."""

from __future__ import annotations

import typing as t

from ..trieve import TrieveClient
from .model import Section

_SHAPE = {"chunks": [{"headings": [str], "body": str}]}


def split(
    client: TrieveClient, html: str, heading_remove_strings: t.Sequence[str], body_remove_strings: t.Sequence[str]
) -> list[Section]:
    """The sections that Trieve's crawler would make of a page. Nothing is stored."""
    body = {
        "chunk_html": html,
        "heading_remove_strings": list(heading_remove_strings),
        "body_remove_strings": list(body_remove_strings),
    }
    answer = client.post("/api/chunk/split", dict, body, safe=True, shape=_SHAPE)
    return [Section("\n".join(one["headings"]), one["body"]) for one in answer["chunks"]]
