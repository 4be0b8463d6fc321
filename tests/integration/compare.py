# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether two runs of the same play brought the same results, field by field."""

from __future__ import annotations

import itertools
import re
from typing import Any

from .play import Played

_UUID = re.compile(r"(?<![0-9a-zA-Z-])[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}(?![0-9a-zA-Z-])", re.IGNORECASE)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?")
_DURATION = re.compile(r"\b\d+:\d\d:\d\d\.\d+\b")
_FINGERPRINT = re.compile(r"\bsha256:[0-9a-f]{64}\b")
_KEY = re.compile(r"\btr-[0-9A-Za-z]{32}\b")
_WARNINGS = re.compile(r"^\[(?:DEPRECATION )?WARNING\]:? .*(?:\n(?!\[|\n).+)*", re.MULTILINE)

# Ansible warns of a task whose options are one template, as refusals have them: no matter of the collection.
_OF_THE_PLAY = "argsplat-unsafe"

# Only the packed module's result is parsed from a text, and says so.
_OF_THE_PATH = frozenset(("_ansible_parsed",))


# Seconds that something took.
_MEASURED = frozenset(("gap",))


class Normal:
    """Takes out of one run what differs between any two runs; the same id always gets the same number."""

    def __init__(self, played: Played) -> None:
        self._played = played
        self._ids: dict[str, str] = {}

    def events(self) -> list[dict[str, Any]]:
        """All results, host by host: with more hosts than one, their order is chance."""
        events = sorted(self._played.events, key=lambda event: str(event["host"]))
        found: list[dict[str, Any]] = self._value(events)
        return found

    def warnings(self) -> list[str]:
        """The warnings that were shown, in any order: what workers say at the same time is not in one."""
        # Before core 2.19 they are wrapped, at hyphens too, also those of an id.
        unwrapped = (text.replace("-\n", "-") for text in _WARNINGS.findall(self._played.stderr))
        found = (" ".join(text.split()) for text in unwrapped)
        return sorted(self._text(text) for text in found if _OF_THE_PLAY not in text)

    def _value(self, value: Any) -> Any:
        if isinstance(value, dict):
            kept = {name: item for name, item in value.items() if name not in _OF_THE_PATH}
            if isinstance(kept.get("exception"), str):
                # A traceback's files and lines are the path's own; what was raised is not.
                kept["exception"] = kept["exception"].strip().splitlines()[-1]
            kept.update({name: "SECONDS" for name in _MEASURED if isinstance(kept.get(name), float)})
            return {self._text(name): self._value(item) for name, item in kept.items()}
        if isinstance(value, list):
            return [self._value(item) for item in value]
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> str:
        text = text.replace(self._played.prefix, "PREFIX").replace(str(self._played.folder), "FOLDER")
        text = _UUID.sub(self._id, text)
        for pattern, word in ((_TIME, "TIME"), (_DURATION, "DURATION"), (_KEY, "KEY"), (_FINGERPRINT, "FINGERPRINT")):
            text = pattern.sub(word, text)
        return text

    def _id(self, found: re.Match[str]) -> str:
        plain = found[0].replace("-", "").lower()
        return self._ids.setdefault(plain, f"ID-{len(self._ids) + 1}")


def differences(one: Played, other: Played) -> list[str]:
    """Where two runs differ: task, host and field, and both values. Empty if they are the same."""
    first, second = Normal(one), Normal(other)
    found = []
    for here, there in itertools.zip_longest(first.events(), second.events()):
        if here is None or there is None:
            present = here or there
            found.append(f"only one run has {present['event']} of {present['task']!r} on {present['host']}")
            continue
        place = f"{here['task']!r} on {here['host']}"
        found += [f"{place}: {words}" for words in _unequal(here, there)]
    if first.warnings() != second.warnings():
        found.append(f"warnings shown: {first.warnings()} and {second.warnings()}")
    if one.rc != other.rc:
        found.append(f"exit codes: {one.rc} and {other.rc}")
    return found


def _unequal(here: Any, there: Any, place: str = "") -> list[str]:
    if isinstance(here, dict) and isinstance(there, dict):
        found = []
        for name in sorted(here.keys() | there.keys()):
            inner = f"{place}.{name}" if place else name
            if name not in here or name not in there:
                found.append(
                    f"{inner}: only in the {'second' if name not in here else 'first'}: {here.get(name, there.get(name))!r}"
                )
            else:
                found += _unequal(here[name], there[name], inner)
        return found
    if isinstance(here, list) and isinstance(there, list) and len(here) == len(there):
        return [
            words
            for number, pair in enumerate(zip(here, there, strict=True))
            for words in _unequal(*pair, f"{place}[{number}]")
        ]
    same = here == there and isinstance(here, bool) == isinstance(there, bool)
    return [] if same else [f"{place}: {here!r} and {there!r}"]
