# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The judge itself: what it lets pass and what it notices."""

from __future__ import annotations

from typing import Any

import pytest

from .compare import differences
from .masking import NIL, MissingVariables, Variables, at, sort_lists

ID = "0b7c9a52-6f0e-4d6c-8d35-4a6f1f8f2a11"
OTHER = "9d1e8f74-3c2b-4a59-b8a7-6e5d4c3b2a10"
KEY = "tr-" + "aB3dE6gH" * 4


def found(expected: Any, got: Any, *ignore: str) -> list[str]:
    """Paths of the differences between two bodies."""
    recorded, answered = ({"status": 200, "headers": {}, "body": body} for body in (expected, got))
    return [difference.path for difference in differences(recorded, answered, list(ignore))]


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (0.1, 0.10000000149011612),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"tag_set": ["a", "b"]}, {"tag_set": ["b", "a"]}),
        (
            "Json Deserialization Error: *Type* : Data error in JSON | *Message* : missing field `a` at line 1 column 2 | Hint.",
            "Json Deserialization Error: *Type* : Data error in JSON | *Message* : a is missing",
        ),
        ("Path deserialize error: UUID parsing failed: x", "Path deserialize error: not a UUID"),
    ],
)
def test_these_agree(expected: Any, got: Any) -> None:
    assert found(expected, got) == []


@pytest.mark.parametrize(
    ("expected", "got", "paths"),
    [
        (0.1, 0.1001, [".body"]),
        (256.0, 256, [".body"]),
        (1, True, [".body"]),
        (None, [], [".body"]),
        ({"a": None}, {}, [".body.a"]),
        ({}, {"a": None}, [".body.a"]),
        ([1, 2], [1], [".body"]),
        ({"tag_set": ["a", "b"]}, {"tag_set": ["a", "c"]}, [".body.tag_set[1]"]),
        ({"tags": ["a", "b"]}, {"tags": ["b", "a"]}, [".body.tags[0]", ".body.tags[1]"]),
        ([{"a": 1}], [{"a": 2}], [".body[0].a"]),
        ("Unauthorized", "Forbidden", [".body"]),
        (
            "Json Deserialization Error: *Type* : Data error in JSON | *Message* : x",
            "Json Deserialization Error: *Type* : Syntax error in JSON | *Message* : x",
            [".body"],
        ),
        ("Path deserialize error: x", "Query deserialize error: x", [".body"]),
    ],
)
def test_these_differ(expected: Any, got: Any, paths: list[str]) -> None:
    assert found(expected, got) == paths


def test_status_and_headers_are_compared() -> None:
    recorded = {"status": 200, "headers": {"content-type": "application/json", "x-api-version": "2.0"}, "body": []}
    answered = {"status": 201, "headers": {"content-type": "text/plain"}, "body": []}
    assert [one.path for one in differences(recorded, answered, [])] == [
        ".status",
        ".headers.content-type",
        ".headers.x-api-version",
    ]
    assert [one.path for one in differences(recorded, answered, [".headers"])] == [".status"]


@pytest.mark.parametrize(
    ("ignored", "paths"),
    [
        (".body", []),
        (".body.plan", [".body.plans", ".body.items", ".body.items[0]"]),
        (".body.items", [".body.plan", ".body.plans"]),
        (".body.items[", [".body.plan", ".body.plans", ".body.items"]),
        (".body.items[1]", [".body.plan", ".body.plans", ".body.items", ".body.items[0]"]),
    ],
)
def test_only_the_ignored_part_is_ignored(ignored: str, paths: list[str]) -> None:
    assert found({"plan": 1, "plans": 1, "items": [1]}, {"plan": 2, "plans": 2, "items": [2, 3]}, ignored) == paths


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        (ID, "${ds}"),
        (f"Group with id not found {OTHER}", "Group with id not found <uuid>"),
        (f"Dataset {ID} is not", "Dataset ${ds} is not"),
        (NIL, NIL),
        (ID.replace("-", ""), ID.replace("-", "")),
        ("2026-01-02T03:04:05", "<time>"),
        ("2026-01-02T03:04:05.123456789", "<time>"),
        ("2026-01-02T03:04:05.1", "2026-01-02T03:04:05.1"),
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
        ("2026-01-02 03:04:05", "2026-01-02 03:04:05"),
        ("0123456789abcdef" * 4, "<secret>"),
        (KEY, "<api_key>"),
        ("http://127.0.0.1:8090/api/file/html_page", "<server>/api/file/html_page"),
        ("https://hooks.example.com/api/file/other", "https://hooks.example.com/api/file/other"),
        ([{"a": ID}, 1, None], [{"a": "${ds}"}, 1, None]),
    ],
)
def test_masks(value: Any, masked: Any) -> None:
    assert Variables(ds=ID, same=ID).mask(value) == masked


def test_a_recorded_value_is_the_same_under_each_of_its_names() -> None:
    variables = Variables(first=ID, second=ID)
    assert variables.mask_recorded("${second}") == variables.mask(ID) == "${first}"
    assert variables.mask_recorded("${unknown}") == "${unknown}"


def test_variables_are_captured_and_filled_in() -> None:
    variables = Variables(run="run0")
    variables.capture({"ds": "0.dataset.id", "lost": "0.nothing"}, [{"dataset": {"id": ID}}])
    assert variables.fill({"path": "/api/dataset/${ds}", "json": ["${run}-1", 2, None]}) == {
        "path": f"/api/dataset/{ID}",
        "json": ["run0-1", 2, None],
    }
    with pytest.raises(MissingVariables, match=r"\$\{lost\}"):
        variables.fill("${lost}")
    variables.capture({"ds": "id"}, None)
    with pytest.raises(MissingVariables, match=r"\$\{ds\}"):
        variables.fill("${ds}")


@pytest.mark.parametrize(
    ("path", "value"), [("a.#", 2), ("a.1.b", 2), ("a.2", None), ("b.#", None), ("b", "text"), ("c.#", None)]
)
def test_paths(path: str, value: Any) -> None:
    """A number is an item of a list, and # its length."""
    assert at({"a": [{"b": 1}, {"b": 2}], "b": "text"}, path) == value


def test_lists_without_an_order_are_sorted() -> None:
    """By a key of their items, which may lie deeper; what is not there is no list."""
    body = {"a": [{"x": {"k": "2"}}, {"x": {"k": "1"}}], "b": [{"k": "2"}, {"k": "1"}]}
    sort_lists(body, {"a": "x.k", "c": "k"})
    assert body == {"a": [{"x": {"k": "1"}}, {"x": {"k": "2"}}], "b": [{"k": "2"}, {"k": "1"}]}
