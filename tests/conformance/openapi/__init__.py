# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Trieve's own description of its API says about requests and answers.

    from tests.conformance.openapi import validate_answer, validate_request

Both return what is wrong, in words; an empty list is good.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from .description import Description

__all__ = ["Description", "corrected", "problems_in_log", "validate_answer", "validate_request"]


@cache
def corrected() -> Description:
    """The description with every deviation of deviations.yml applied."""
    return Description()


def validate_request(method: str, path: str, json: Any = None) -> list[str]:
    """Whether the description knows this call, its query and its body.

    `path` is what stands in the request line, with a query if there is one; `json` the parsed body, None if there is none.
    Unknown keys and parameters are wrong at any depth, since the server ignores them without a word.
    """
    return corrected().problems_in_request(method, path, json)


def validate_answer(method: str, path: str, status: int, content_type: str | None, body: Any) -> list[str]:
    """Whether the description knows this status for the call, and the body fits."""
    return corrected().problems_in_answer(method, path, status, content_type, body)


def problems_in_log(entries: Iterable[dict[str, Any]]) -> list[str]:
    """What is wrong with the requests in a sandbox's log (GET /_sandbox/requests of one that keeps bodies).

    The same problem of many requests is told once, with the number of the first of them.
    """
    found: dict[str, int] = {}
    for entry in entries:
        path = f"{entry['path']}?{entry['query']}" if entry["query"] else entry["path"]
        for problem in validate_request(entry["method"], path, entry["body"]):
            found.setdefault(f"{entry['method']} {entry['path']}: {problem}", entry["n"])
    return [f"request {number}: {words}" for words, number in found.items()]
