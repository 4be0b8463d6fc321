# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which class of error the server names for a body; of several in a well-formed one the first in the text wins."""

from __future__ import annotations

import pytest

from sandbox.formats.bodies import Enum, Int, Json, List, Opt, Str, Struct, Tagged, Untagged, read_body
from sandbox.formats.json_text import DATA, END, SYNTAX, BodyError

INNER = Struct("Inner", a=Opt(Int((0, 9), "u8")))
KIND = Tagged(one=Struct("One", x=Str()), two=Struct("Two"))
BODY = Struct(
    "Body",
    name=Str(),
    inner=Opt(INNER),
    tags=Opt(List(Str())),
    when=Opt(Enum("daily", "weekly")),
    kind=Opt(KIND),
    any=Opt(Json()),
    either=Opt(Untagged("Either", Str(), INNER)),
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"name": 1} x', DATA),
        ('{"name": "a", broken', SYNTAX),
        ('{"name": "a"', END),
        ('{"name": "a', END),
        ('{"name": "a"} x', SYNTAX),
        ("{} x", DATA),
        ('{"name": "a",}', SYNTAX),
        ('{"name": tru', END),
        ('{"name": trux', SYNTAX),
        ('{"name": -', END),
        ('{"name": 1.', END),
        ('{"name": 01}', SYNTAX),
        ('{"name": NaN}', SYNTAX),
        ('{"name": 1e999}', SYNTAX),
        ('{"name": "a\\ud800"}', SYNTAX),
        ('{"name": "a\tb"}', SYNTAX),
        ('\ufeff{"name": "a"}', SYNTAX),
        ('{"name": "a", "unknown": [1, 2', END),
        ('{"name": "a", "unknown": {"x": y}}', SYNTAX),
        ('{"name": "a", "name": 1}', DATA),
        ('{"name": "a", "inner": {"a": 10}}', DATA),
        ('{"name": "a", "inner": {"a": 1.0}}', DATA),
        ('{"name": "a", "tags": ["x", null]}', DATA),
        ('{"name": "a", "when": 5}', SYNTAX),
        ('{"name": "a", "when": "hourly"}', DATA),
        ('{"name": "a", "kind": {"type": 5}}', DATA),
        ('{"name": "a", "kind": {"type": "one"}}', DATA),
        ('{"name": "a", "kind": {"type": "one", "x": }}', SYNTAX),
        ('{"name": "a", "either": 5}', DATA),
        ('{"name": "a", "either": {"a": 1', END),
        ('{"name": "a", "any": ' + "[" * 200 + "]" * 200 + "}", SYNTAX),
        ('["a", null, null, null, null, null]', DATA),
        ('["a", null, null, null, null, null, null, null]', SYNTAX),
        ("", END),
        ("  ", END),
        ("null", DATA),
        ('"text"', DATA),
    ],
)
def test_the_class_of_error(text: str, kind: str) -> None:
    """The message names this class."""
    with pytest.raises(BodyError) as error:
        read_body(BODY, text.encode())
    assert error.value.kind == kind


def test_invalid_utf8_is_a_syntax_error() -> None:
    """Also inside a key that nobody reads."""
    with pytest.raises(BodyError) as error:
        read_body(BODY, b'{"name": "a", "unknown": "\xff"}')
    assert error.value.kind == SYNTAX


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"name": "a", "unknown": ' + "[" * 200 + "]" * 200 + "}", {"name": "a"}),
        ('["a", {"a": 1}, null, null, null, null, null]', {"name": "a", "inner": {"a": 1}}),
        ('{"name": "a", "when": {"daily": null}}', {"name": "a", "when": "daily"}),
        ('{"name": "a", "kind": {"x": "y", "type": "one"}}', {"name": "a", "kind": {"type": "one", "x": "y"}}),
        ('{"name": "a", "kind": ["two"]}', {"name": "a", "kind": {"type": "two"}}),
        ('{"name": "a", "any": {"b": 1, "b": 2}}', {"name": "a", "any": {"b": 2}}),
        ('{"name": "a", "either": {"a": 1}}', {"name": "a", "either": {"a": 1}}),
        ('{"name": "\\ud83d\\ude00"}', {"name": "\U0001f600"}),
    ],
)
def test_what_is_accepted(text: str, expected: dict[str, object]) -> None:
    """Odd, but fine for the server."""
    assert {key: value for key, value in read_body(BODY, text.encode()).items() if value is not None} == expected
