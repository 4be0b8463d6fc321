# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Words for a person: what an answer means, and what is left out of it."""

from __future__ import annotations

import pytest

from ansible_collections.community.trieve.plugins.module_utils._error import TrieveError, words_for
from ansible_collections.community.trieve.plugins.module_utils._response import redact


@pytest.mark.parametrize(
    ("status", "parts"),
    [
        (
            401,
            (
                "wrong",
                "expired",
                "another organization",
                "other datasets",
                "does not distinguish a wrong key from a missing one",
            ),
        ),
        (403, ("role is too low", "read key", "scopes", "belongs to another organization")),
        (408, ("time limit", "may have been done", "check before you repeat")),
        (413, ("too large for the server",)),
        (426, ("plan", "upgrade")),
        (429, ("limits the rate of requests", "concurrency")),
    ],
)
def test_what_a_status_means(status: int, parts: tuple[str, ...]) -> None:
    words = words_for(status, b'{"message": "x"}', {})
    assert [part for part in parts if part not in words] == []
    assert words.endswith(".")


@pytest.mark.parametrize("status", [404, 405])
def test_an_empty_miss_is_the_routers(status: int) -> None:
    assert "No Trieve API answers at this path." in words_for(status, b"", {})
    assert words_for(status, b'{"message": "Not Found: Could not find dataset"}', {}) == ""


@pytest.mark.parametrize("status", [None, 200, 204, 400, 418, 500, 503])
def test_nothing_to_add(status: int | None) -> None:
    assert words_for(status, b"x", {}) == ""


def test_the_error_as_a_result() -> None:
    error = TrieveError("all of it", "Unauthorized", "GET", "http://trieve/api/x", 401)
    assert str(error) == "all of it"
    assert error.as_result() == {
        "message": "Unauthorized",
        "method": "GET",
        "url": "http://trieve/api/x",
        "status": 401,
    }


@pytest.mark.parametrize(
    "text",
    [
        "Could not find dataset tr-documentation",
        "no dataset tr-2024-archive, tr-docs2 or tr-AB",
        "id 1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11 and commit 66eca00b8e2f7d1c5a3b9e4f6d8c0a1b2e3f4a5d",
        "Json deserialize error: unexpected token: `}` at line 1 column 2",
        'STOP_TOKENS: ["END"], MAX_TOKENS: 5, api_key: missing',
        "GET https://trieve.example.com/api/x@y was not found",
        "password is too short",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


def test_a_long_text_takes_no_long_time() -> None:
    # With nested repetition in a pattern each of these takes hours.
    for text in ("x", "a://", "token ", 'token\\":\\"', "tr-a", "\\", "0a"):
        redact(text * (200_000 // len(text)))
