# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scenarios on disk: what is sent, what is kept from the answers, and what a real server answered.

A recording is a scenario with responses, so any recording can be recorded again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
RECORDINGS = FOLDER / "recordings"
SITES = "/_sandbox/sites"
"""What a setup is sent to: a sandbox plays Firecrawl, too."""


@dataclass(frozen=True)
class Step:
    """One request of a scenario.

    `source` is the step as it stands in the file; `response` is None in a scenario that was never recorded.
    """

    scenario: str
    index: int
    about: str
    source: dict[str, Any] = field(repr=False)

    @property
    def name(self) -> str:
        """`<recording>:<step>: <about>`; without the last part where the recording says nothing about the step."""
        return f"{self.scenario}:{self.index}" + (f": {self.about}" if self.about else "")

    @property
    def is_setup(self) -> bool:
        """Whether the step says what a crawl of a site finds; it is no request to the API and has no answer to compare."""
        return "setup" in self.source

    @property
    def request(self) -> dict[str, Any]:
        """Method, path, headers and a body as `json` or as raw text in `body`."""
        if self.is_setup:
            return {"method": "POST", "path": SITES, "json": self.source["setup"]}
        request: dict[str, Any] = self.source["request"]
        return request

    @property
    def response(self) -> dict[str, Any] | None:
        """The recorded status, headers and body."""
        response: dict[str, Any] | None = self.source.get("response")
        return response

    @property
    def capture(self) -> dict[str, str]:
        """Variables to set: name and the value's path in the answer's body."""
        capture: dict[str, str] = self.source.get("capture", {})
        return capture

    @property
    def ignore(self) -> list[str]:
        """Parts of the answer that depend on the server's other contents."""
        ignore: list[str] = self.source.get("ignore", [])
        return ignore

    @property
    def sorted_by(self) -> dict[str, str]:
        """Lists of the answer that come in no certain order: path of the list, and path of the key in each item."""
        sorted_by: dict[str, str] = self.source.get("sorted_by", {})
        return sorted_by


@dataclass(frozen=True)
class Scenario:
    """The steps of one file, in order.

    `workers` are the ones that ran, None for the usual five; `given` are variables with fixed values.
    """

    name: str
    about: str
    steps: tuple[Step, ...]
    workers: tuple[str, ...] | None = None
    given: dict[str, str] = field(default_factory=dict)


def load(path: Path) -> Scenario:
    """Read one scenario file.

    Raises OSError or ValueError if it cannot be read, KeyError if a step has no request.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    steps = tuple(
        Step(path.stem, index, source.get("about", ""), source) for index, source in enumerate(content["steps"])
    )
    for step in steps:
        step.request["method"], step.request["path"]
    workers = content.get("workers")
    return Scenario(
        path.stem,
        content.get("about", ""),
        steps,
        None if workers is None else tuple(workers),
        content.get("given") or {},
    )


def load_all(folder: Path = RECORDINGS) -> dict[str, Scenario]:
    """All scenario files of a folder by name, sorted."""
    return {path.stem: load(path) for path in sorted(folder.glob("*.json"))}


def write(path: Path, scenario: Scenario, responses: list[dict[str, Any]]) -> None:
    """Write a scenario with these responses, laid out like the recordings, so that two of them can be compared by line."""
    steps = [
        step.source
        if step.is_setup
        else {**{key: value for key, value in step.source.items() if key != "response"}, "response": response}
        for step, response in zip(scenario.steps, responses, strict=True)
    ]
    head: dict[str, Any] = {"about": scenario.about}
    if scenario.workers is not None:
        head["workers"] = list(scenario.workers)
    if scenario.given:
        head["given"] = scenario.given
    text = json.dumps({**head, "steps": steps}, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
