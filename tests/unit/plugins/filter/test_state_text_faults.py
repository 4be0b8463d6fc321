# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps a text from being a state file is told with line and column, and without its values."""

from __future__ import annotations

import pytest

from ansible_collections.community.trieve.plugins.filter.state_text_faults import FilterModule

MAPPING = "A state file is a mapping with datasets, api_keys and prune"


def faults(text: str) -> list[str]:
    """What the filter says of a text, as its name finds it."""
    found: list[str] = FilterModule().filters()["state_text_faults"](text, "state.yml")
    return found


@pytest.mark.parametrize(
    "text",
    [
        "datasets: []",
        "prune: !unsafe x\ndatasets: &a [1]\napi_keys: *a\nkey: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\n",
        "a: 2024-01-31\nb: 1.5\nc: 0x1F\nd: {<<: {e: 1}}\n",
    ],
)
def test_a_state_file(text: str) -> None:
    """Tags of Ansible, aliases, dates and numbers are all right."""
    assert faults(text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", f"state.yml: the file is empty. {MAPPING}."),
        ("# nothing yet\n", f"state.yml: the file is empty. {MAPPING}."),
        ("---\n~\n", f"state.yml: the file is empty. {MAPPING}."),
        ("{}\n", f"state.yml: the file is empty. {MAPPING}."),
        ("\n- docs\n", f"state.yml:2:1: {MAPPING}, not a list."),
        ("docs\n", f"state.yml:1:1: {MAPPING}, not a single value."),
        ("a: 1\nb:\n  c: !secret d\n", "state.yml:3:6: Unknown tag '!secret'."),
        ("a: 1\nb: {{ title }}\n", 'state.yml:2:5: A key must be text. If this is a template, quote it: "{{ ... }}".'),
        ("a: &a [*a]\n", "state.yml:1:4: An alias refers to something that contains it."),
        ("a: [\n", "state.yml:2:1: "),
        ("a: 1\nb: c: d\n", "state.yml:2:5: mapping values are not allowed "),
        ("a: *b\n", "state.yml:1:4: "),
        ("a: 1\n---\nb: 1\n", "state.yml:2:1: "),
        ("a: 1\nb: 2024-13-45\n", "state.yml:2:4: This looks like a value of type timestamp, but is not valid."),
        ("a: \0\n", "state.yml: "),
        ("[" * 5000, "state.yml:"),
    ],
)
def test_what_is_none(text: str, said: str) -> None:
    """One sentence says what, and where."""
    (sentence,) = faults(text)
    assert sentence.startswith(said)


def test_no_value_is_repeated() -> None:
    """A file may hold secrets."""
    for text in ("a: sesame: x", "a: [sesame", "a: 'sesame", "sesame: 2024-13-45", "sesame"):
        assert "sesame" not in faults(text)[0]


def test_aliases_of_aliases() -> None:
    """A few lines that stand for billions of values are refused at once."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    (sentence,) = faults("\n".join(lines))
    assert "more than 1000000 values" in sentence
