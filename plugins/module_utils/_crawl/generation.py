# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tag that tells the chunks of one crawl from those of all others.

No chunk names its crawl, and two crawls of one URL differ only by C(tags) (docs/server.md 3.9). So each crawl that the collection
creates has a tag of its own, which results, comparisons and exports do not show. It also keeps when the site was last crawled
to the end, since a replacement has a creation time of its own.
"""

from __future__ import annotations

import re
import typing as t
import uuid

from .._core.failure import TaskFailed

PREFIX = "community.trieve:generation:"

_FORM = re.compile(re.escape(PREFIX) + r"[0-9a-f]{12}(?::(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d))?")

TAGGED_KINDS = ("firecrawl", "openapi")
"""Kinds whose chunks each crawl writes anew. Others keep the tags of the first crawl, or are added once more."""


def new_generation(finished: str | None) -> str:
    """A tag that no other crawl has.

    :param finished: when the last crawl that was completed had been started, in the server's form; None if that is unknown
    """
    return PREFIX + uuid.uuid4().hex[:12] + (f":{finished[:19]}" if finished else "")


def generation_in(tags: t.Iterable[str] | None) -> str | None:
    """The generation among the tags of a crawl."""
    return next((tag for tag in tags or () if tag.startswith(PREFIX)), None)


def finished_in(generation: str | None) -> str | None:
    """The time that a generation keeps of the last completed crawl."""
    found = _FORM.fullmatch(generation or "")
    return found[1] if found else None


def without_generation(tags: list[str] | None) -> list[str] | None:
    """The tags as a user declares them."""
    if not generation_in(tags):
        return tags
    return [tag for tag in tags or () if not tag.startswith(PREFIX)] or None


def refuse_generation(tags: t.Iterable[str] | None) -> None:
    """Refuse a declared tag that looks like a generation: it would never be seen again."""
    reserved = generation_in(tags)
    if reserved:
        raise TaskFailed(
            f"tags has {reserved!r}, but the collection uses tags that begin with {PREFIX} itself. Remove it from tags."
        )
