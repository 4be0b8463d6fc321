# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules of the server that no recording shows, in rules/*.yml.

Each file is played on an organization and datasets of its own, after the steps of `_PRELUDE`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
import yaml

from .conftest import Plays
from .masking import at, parser_class
from .player import Outcome
from .scenario import FOLDER, Scenario, Step

_KEYS = {"about", "do", "as", "in", "headers", "json", "body", "capture"}
_KEYS |= {"status", "message", "text", "body_is", "version", "has", "lacks", "length"}

_HEADERS = {
    "none": {},
    "org": {"TR-Organization": "${org}"},
    "ds": {"TR-Dataset": "${ds}"},
    "both": {"TR-Dataset": "${ds}", "TR-Organization": "${org}"},
    "org2": {"TR-Organization": "${org2}"},
    "ds2": {"TR-Dataset": "${ds2}"},
}

_PRELUDE: list[dict[str, Any]] = [
    {
        "do": "POST /api/dataset",
        "json": {"dataset_name": "rules", "tracking_id": "${run}-rules"},
        "capture": {"ds": "id"},
    },
    {"do": "POST /api/organization", "in": "none", "json": {"name": "${run} second"}, "capture": {"org2": "id"}},
    {"do": "POST /api/dataset", "in": "org2", "json": {"dataset_name": "other"}, "capture": {"ds2": "id"}},
    *(
        {
            "do": "POST /api/organization/api_key",
            "in": organization,
            "json": {"name": name, "role": role},
            "capture": {name: "api_key"},
        }
        for name, role, organization in (
            ("read", 0, "org"),
            ("admin", 1, "org"),
            ("owner", 2, "org"),
            ("key2", 2, "org2"),
        )
    ),
]


def _request(rule: dict[str, Any]) -> dict[str, Any]:
    method, path = rule["do"].split(" ", 1)
    if unknown := rule.keys() - _KEYS:
        raise ValueError(f"{rule['do']}: unknown {', '.join(unknown)}")
    headers: dict[str, Any] = {}
    if rule.get("as") != "nobody":
        headers["Authorization"] = f"${{{rule.get('as', 'admin_key')}}}"
    headers.update(_HEADERS[rule.get("in", "org")])
    headers.update(rule.get("headers", {}))
    request = {"method": method, "path": path, "headers": headers}
    request.update({key: rule[key] for key in ("json", "body") if key in rule})
    return request


@cache
def _scenario(name: str) -> tuple[Scenario, list[dict[str, Any]]]:
    rules = [*_PRELUDE, *yaml.safe_load((FOLDER / "rules" / f"{name}.yml").read_text(encoding="utf-8"))]
    steps = tuple(
        Step(
            name, index, rule.get("about", rule["do"]), {"request": _request(rule), "capture": rule.get("capture", {})}
        )
        for index, rule in enumerate(rules)
    )
    return Scenario(name, "", steps), rules


def _cases() -> list[Any]:
    names = sorted(path.stem for path in (FOLDER / "rules").glob("*.yml"))
    return [
        pytest.param(name, index, id=step.name) for name in names for index, step in enumerate(_scenario(name)[0].steps)
    ]


@pytest.mark.parametrize(("name", "index"), _cases())
def test_rule(name: str, index: int, plays: Plays) -> None:
    """The answer has this status, these words and these values."""
    scenario, rules = _scenario(name)
    outcome = plays.of(scenario)[index]
    problems = _problems(outcome, rules[index])
    if problems:
        pytest.fail("\n".join([outcome.explain(), *problems, f"answer: {outcome.response}"]), pytrace=False)


def _problems(outcome: Outcome, rule: dict[str, Any]) -> list[str]:
    if outcome.response is None:
        return [outcome.problem]
    status, body = outcome.response["status"], outcome.response["body"]
    checks = [("status", rule.get("status", 200), status)]
    if "message" in rule:
        checks.append(("body", {"message": rule["message"]}, _classified(body)))
    if "text" in rule:
        checks += [("body", rule["text"], parser_class(body) if isinstance(body, str) else body)]
    if "body_is" in rule:
        checks.append(("body", rule["body_is"], body))
    if "version" in rule:
        checks.append(("x-api-version", rule["version"], outcome.response["headers"].get("x-api-version")))
    checks += [(path, value, at(body, path)) for path, value in rule.get("has", {}).items()]
    checks += [(path, "(absent)", at(body, path)) for path in rule.get("lacks", []) if _there(body, path)]
    if "length" in rule:
        checks.append(("length", rule["length"], len(body) if isinstance(body, list) else body))
    return [f"{what}: expected {wanted!r}, got {got!r}" for what, wanted, got in checks if not _equal(wanted, got)]


def _equal(wanted: Any, got: Any) -> bool:
    if isinstance(wanted, dict) and isinstance(got, dict):
        return wanted.keys() == got.keys() and all(_equal(wanted[key], got[key]) for key in wanted)
    return type(wanted) is type(got) and bool(wanted == got)


def _classified(body: Any) -> Any:
    if isinstance(body, dict) and isinstance(body.get("message"), str):
        return {**body, "message": parser_class(body["message"])}
    return body


def _there(body: Any, path: str) -> bool:
    parent, _unused, key = path.rpartition(".")
    owner = at(body, parent) if parent else body
    return isinstance(owner, dict) and key in owner
