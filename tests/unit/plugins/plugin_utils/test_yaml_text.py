# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(_yaml_text): what is written is what Ansible reads, and what a person can read."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.trieve.plugins.plugin_utils._in_process import native
from ansible_collections.community.trieve.plugins.plugin_utils._yaml_text import Noted, as_yaml, quoted

NASTY = [
    *(
        "true",
        "Yes",
        "n",
        "on",
        "null",
        "~",
        "",
        " ",
        "1",
        "1.5",
        "1e3",
        "0o7",
        "0x1f",
        "1_000",
        "12:30:45",
        "2025-09-12",
        ".inf",
    ),
    *(
        "a: b",
        "a:",
        "a:b",
        "a #b",
        "a#b",
        "#",
        "- a",
        "-",
        "? a",
        "* a",
        "&a",
        "!a",
        "%a",
        "@a",
        "`a`",
        "|",
        ">",
        "[a]",
        "{a}",
        '"',
        "'",
    ),
    *(
        "<<",
        "=",
        "---",
        "...",
        "{{ a }}",
        "{% if %}",
        "{# a #}",
        "{{",
        "a {{ b",
        "!unsafe {{ a }}",
        "$ANSIBLE_VAULT;1.1;AES256",
    ),
    *(
        "ü",
        "日本語",
        "e\u0301",
        "\U0001f680",
        "\x85",
        "\u2028",
        "\ufeff",
        "\ufffe",
        "\x7f",
        "\x9f",
        "\xa0",
        "\x1b",
        "\\",
        "\\n",
    ),
    *(
        "a\nb",
        "a\nb\n",
        "a\n\n",
        "\na",
        " a\nb",
        "\n a\nb\n",
        "a \nb",
        "a\n b\n",
        "a\r\nb",
        "a\n\tb",
        "\n",
        "\n\n",
        "a\n#b",
        "a\n---\nb",
    ),
    *("a\n{{ b }}\nc", "x" * 2000, "a " * 500, "a\n" * 3 + "\n"),
]
TEXTS = st.one_of(
    st.sampled_from(NASTY),
    st.lists(st.sampled_from(NASTY), max_size=4).map("".join),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20),
)
VALUES = st.recursive(
    st.one_of(
        TEXTS,
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=12,
)


def read(lines: list[str]) -> Any:
    """As C(include_vars) reads it; a file begins with a dictionary."""
    return native(DataLoader().load("---\n" + "\n".join(lines) + "\n"))


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same types."""
    return bool(repr(one) == repr(other))


@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=4), st.booleans())
def test_read_back(value: dict[str, Any], literal: bool) -> None:
    assert same(read(as_yaml(value, literal)), value)


@pytest.mark.parametrize("text", NASTY, ids=repr)
def test_nasty_texts(text: str) -> None:
    value = {"a": text, "b": [text, [text]], text or "c": {text: text}}
    assert same(read(as_yaml(value)), value)
    lines = as_yaml({"list": [Noted({"a": text, "b": text}, ["A note."])]}, literal=False)
    assert same(read(lines), {"list": [{"a": text, "b": text}]})
    assert len(lines) == 4
    assert len(quoted(text).splitlines()) == 1


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("https://docs.example.com/a?b=c&d", "a: https://docs.example.com/a?b=c&d"),
        ("Über uns, 2025", "a: Über uns, 2025"),
        ("/guide/*", "a: /guide/*"),
        ("on", 'a: "on"'),
        ("12", 'a: "12"'),
        ("{{ x }}", 'a: !unsafe "{{ x }}"'),
        ("日本語", "a: 日本語"),
        ("\U0001f680 up", "a: \U0001f680 up"),
        ([], "a: []"),
        ({}, "a: {}"),
        (None, "a: null"),
        (True, "a: true"),
        (1e20, "a: 1.0e+20"),
        (0.75, "a: 0.75"),
        (7, "a: 7"),
    ],
)
def test_as_people_write_it(value: Any, line: str) -> None:
    assert as_yaml({"a": value}) == [line]


def test_the_whole() -> None:
    prompt = "You answer.\n\n  {{ briefly }}\n"
    value = {
        "datasets": [
            Noted(
                {"tracking_id": "docs", "prompt": prompt, "tags": ["a", "b"], "empty": Noted([], ["Nothing."])},
                ["First."],
            ),
            [["x"], {"z": 1}],
        ]
    }
    assert "\n".join(as_yaml(value)) == (
        "datasets:\n"
        "  # First.\n"
        "  - tracking_id: docs\n"
        "    prompt: !unsafe |\n"
        "      You answer.\n"
        "\n"
        "        {{ briefly }}\n"
        "    tags:\n"
        "      - a\n"
        "      - b\n"
        "    # Nothing.\n"
        "    empty: []\n"
        "  - - - x\n"
        "    - z: 1"
    )
    loaded = read(as_yaml(value))
    assert loaded["datasets"][0] == {"tracking_id": "docs", "prompt": prompt, "tags": ["a", "b"], "empty": []}
