# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables in, ids, times and secrets out.

Recording and playing mask in the same way, so that two recordings of one server are equal.
"""

from __future__ import annotations

import re
from typing import Any

NIL = "00000000-0000-0000-0000-000000000000"
"""The one id that is never masked: it is the same on every server."""

_VARIABLE = re.compile(r"\$\{(\w+)\}")

_MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"\b(?!{NIL})[0-9a-f]{{8}}-(?:[0-9a-f]{{4}}-){{3}}[0-9a-f]{{12}}\b"), "<uuid>"),
    # Only whole values, and only with 0, 3, 6 or 9 digits after the point: Trieve writes no others.
    (re.compile(r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(?:\d{3}){1,3})?\Z"), "<time>"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<secret>"),
    (re.compile(r"\btr-[0-9A-Za-z]{32}\b"), "<api_key>"),
    (re.compile(r"https?://[^/\s\"]+(?=/api/file/html_page\b)"), "<server>"),
)

_PARSERS = re.compile(
    r"\A(Json Deserialization Error: \*Type\* : [^|]*?|Path deserialize error|Query deserialize error)(?: \||:).*\Z",
    re.DOTALL,
)


_EXAMPLES = {
    "<uuid>": "11111111-2222-4333-8444-555555555555",
    "<time>": "2026-01-02T03:04:05.123456",
    "<secret>": "0123456789abcdef" * 4,
    "<api_key>": "tr-" + "aB3dE6gH" * 4,
    "<server>": "https://trieve.example.com",
}


def example(recorded: Any) -> Any:
    """A recorded value with an example in place of everything that was masked; each variable is an id."""

    def unmask(text: str) -> str:
        text = _VARIABLE.sub(_EXAMPLES["<uuid>"], text)
        for placeholder, value in _EXAMPLES.items():
            text = text.replace(placeholder, value)
        return text

    return _map(recorded, unmask)


class MissingVariables(Exception):
    """A request needs values that no answer has given."""

    def __init__(self, names: set[str]) -> None:
        super().__init__(", ".join(f"${{{name}}}" for name in sorted(names)))


class Variables:
    """The values known so far in one run of a scenario."""

    def __init__(self, **given: str) -> None:
        self._values = dict(given)

    def capture(self, names: dict[str, str], body: Any) -> None:
        """Set each variable whose path leads to a text in the answer's body; the others are forgotten."""
        for name, path in names.items():
            value = at(body, path)
            if isinstance(value, str) and value:
                self._values[name] = value
            else:
                self._values.pop(name, None)

    def fill(self, value: Any) -> Any:
        """The value with each `${name}` replaced. Raises MissingVariables if one is not known."""
        missing = {name for text in _texts(value) for name in _VARIABLE.findall(text)} - self._values.keys()
        if missing:
            raise MissingVariables(missing)
        return self._fill_known(value)

    def mask(self, value: Any) -> Any:
        """An answer's value as a recording has it."""
        names: dict[str, str] = {}
        for name, known in self._values.items():
            names.setdefault(known, name)  # of two names for one value the first one counts
        longest_first = sorted(names, key=len, reverse=True)

        def mask(text: str) -> str:
            for known in longest_first:
                text = text.replace(known, f"${{{names[known]}}}")
            for pattern, placeholder in _MASKS:
                text = pattern.sub(placeholder, text)
            return text

        return _map(value, mask)

    def mask_recorded(self, value: Any) -> Any:
        """A recorded value in the form in which `mask` gives the same value, whichever of its names the recording has."""
        return self.mask(self._fill_known(value))

    def _fill_known(self, value: Any) -> Any:
        return _map(value, lambda text: _VARIABLE.sub(lambda found: self._values.get(found[1], found[0]), text))


def parser_class(text: str) -> str:
    """The class of a parser's error, without its words; any other text as it is."""
    found = _PARSERS.match(text)
    return found[1] if found else text


def at(body: Any, path: str) -> Any:
    """The value at a path like `chunks.0.id`, or the length of a list at `chunks.#`; None if there is none."""
    for part in path.split("."):
        if part == "#":
            body = len(body) if isinstance(body, list) else None
        elif isinstance(body, dict):
            body = body.get(part)
        elif isinstance(body, list) and part.isdigit() and int(part) < len(body):
            body = body[int(part)]
        else:
            return None
    return body


def sort_lists(body: Any, sorted_by: dict[str, str]) -> None:
    """Sort lists inside an answer's body: each path's list by the text at the key's path in its items."""
    for path, key in sorted_by.items():
        found = at(body, path)
        if isinstance(found, list):
            found.sort(key=lambda item: str(at(item, key)))


def _map(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_map(item, change) for item in value]
    if isinstance(value, dict):
        return {key: _map(item, change) for key, item in value.items()}
    return value


def _texts(value: Any) -> list[str]:
    found: list[str] = []
    _map(value, found.append)
    return found
