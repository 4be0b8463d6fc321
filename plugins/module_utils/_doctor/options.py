# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a diagnosis."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.options import between
from .model import CAPABILITIES

LONGEST_WAIT = 900
"""Seconds. A diagnosis waits twice at most, so it ends long before another one takes its datasets for left behind."""

DOCTOR_OPTIONS: dict[str, t.Any] = dict(
    crawl_url=dict(type="str", default="https://example.com"),
    wait_timeout=dict(type="int", default=60),
    require=dict(type="list", elements="str", choices=list(CAPABILITIES)),
)


def parse_options(params: t.Mapping[str, t.Any]) -> tuple[str, int]:
    """The URL to crawl, empty for none, and the number of seconds to wait.

    :raises TaskFailed: one of them is not valid
    """
    url = (params["crawl_url"] or "").strip()
    # A page whose URL has no scheme ends the crawl worker (docs/server.md 3.8).
    scheme, separator, rest = url.partition("://")
    if url and (scheme.lower() not in ("http", "https") or not separator or not rest.strip("/")):
        raise TaskFailed(
            f"crawl_url {url!r} is not a full URL. Set it to the URL of a page, such as https://example.com, or to an empty string to"
            " leave crawls out."
        )
    return url, between(params, "wait_timeout", 1, LONGEST_WAIT)
