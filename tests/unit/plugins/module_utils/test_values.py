# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that go to the server and come from it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._core.values import (
    is_secret,
    unsendable,
    without_secrets,
)


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("webhook_secret", "x", True),
        ("webhook_metadata", {"a": 1}, True),
        ("LLM_API_KEY", "x", True),
        ("llm_api_key", None, True),
        ("RERANKER_API_KEY", "x", True),
        ("apiKey", "x", True),
        ("api_key", "x", True),
        ("api_key", {"id": "x"}, False),
        ("api_key", [{"id": "x"}], False),
        ("api_keys", ["x"], False),
        ("stop_tokens", ["x"], False),
        ("name", "x", False),
        ("key", "x", False),
    ],
)
def test_names_of_secrets(name: str, value: Any, secret: bool) -> None:
    assert is_secret(name, value) is secret


def test_nothing_else_is_dropped() -> None:
    value = {"a": [1, "b", None, (2, {"c": 1.5})], 5: True, "api_key": "x"}
    assert without_secrets(value) == {"a": [1, "b", None, [2, {"c": 1.5}]], 5: True}
    assert value["api_key"] == "x"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"name": "a\0b"}, "name contains a NUL character"),
        ({"tags": ["a", "b\0"]}, "tags[1] contains a NUL character"),
        ({"extra_params": {"tags": [{"label": "\0"}]}}, "extra_params.tags[0].label contains a NUL character"),
        ({"name": "\ud83d"}, "name contains half a surrogate pair"),
        ({"name": "x", "limit": float("nan")}, "limit is nan"),
        ({"limit": float("inf")}, "limit is inf"),
        ({"tags": ("a", {"b": float("-inf")})}, "tags[1].b is -inf"),
        ({"metadata": {"a\0b": 1}}, "metadata has a key that contains a NUL character"),
        ({"metadata": {"a": [{"b\ud800": {}}]}}, "metadata.a[0] has a key that contains half a surrogate pair"),
        ({"metadata": {"": {"\0": {}}}}, "metadata. has a key that contains a NUL"),
    ],
)
def test_what_cannot_be_sent(value: Any, words: str) -> None:
    said = unsendable(value)
    assert said is not None
    assert said.startswith(words)


@pytest.mark.parametrize("value", [{}, {"a": None, "b": True, "c": 1, "d": 1.5, "e": "ü😀\n\t\x7f", "f": [[{}]]}])
def test_what_can(value: Any) -> None:
    assert unsendable(value) is None
