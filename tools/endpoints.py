# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes docs/api_calls.md: which plugin makes which of Trieve's API calls, from the API's description and the plugins' code.

    python -m tools.endpoints [--check]

A plugin makes the calls of all functions that can be reached from it, including those in module_utils. endpoints.yml has the
reason for each call that no plugin makes. It is an error if the path of a call cannot be read, if a call is in no description, or
if a call has neither a plugin nor a reason.
"""

from __future__ import annotations

import ast
import json
import sys
import textwrap
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
PLUGINS = ROOT / "plugins"
PAGE = ROOT / "docs" / "api_calls.md"
DESCRIBED = ROOT / "tests" / "conformance" / "openapi" / "calls-0.13.0.json"
REASONS = Path(__file__).with_suffix(".yml")
KINDS = ("modules", "inventory", "lookup")
# The name of the licence's tag is put together, so that a checker of licences does not find it in this file twice.
HEAD = f"""<!--
Copyright (c) 2026, community.trieve contributors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
{"SPDX"}-License-Identifier: GPL-3.0-or-later
-->

<!-- Written by `make endpoints`. Change tools/endpoints.yml instead. -->

# Coverage of Trieve's API
"""

VERBS = {"get": "GET", "post": "POST", "put": "PUT", "delete": "DELETE", "list_all": "GET"}
ANY = "any call"
"""Stands for a request that the user of the plugin chooses."""

SHOWN = 4
"""Maximum number of plugins to name in one row."""


# -- the code ------------------------------------------------------------------------------------------------------


class Source:
    """A Python file: what is defined at its top level, and where its names come from."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.defined: dict[str, ast.stmt] = {}
        self.imported: dict[str, tuple[Path, str | None]] = {}
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                self.defined[node.name] = node
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    self.defined.update({one.id: node for one in ast.walk(target) if isinstance(one, ast.Name)})
            elif isinstance(node, ast.ImportFrom):
                self._import(node)

    def _import(self, node: ast.ImportFrom) -> None:
        """Names of the collection's own files: another file, or something that one defines."""
        if node.level:
            place = self.path.parents[node.level - 1] / (node.module or "").replace(".", "/")
        else:
            place = PLUGINS / (node.module or "").rpartition("plugins.")[2].replace(".", "/")
        for alias in node.names:
            if place.with_suffix(".py").exists():
                self.imported[alias.asname or alias.name] = (place.with_suffix(".py"), alias.name)
            elif (place / f"{alias.name}.py").exists():
                self.imported[alias.asname or alias.name] = (place / f"{alias.name}.py", None)

    def uses(self, node: ast.AST) -> Iterator[tuple[Path, str]]:
        """What a piece of this file's code uses of it and of others."""
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and part.id in self.defined:
                yield self.path, part.id
            elif isinstance(part, ast.Name) and part.id in self.imported:
                path, name = self.imported[part.id]
                if name:
                    yield path, name
            elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
                path, name = self.imported.get(part.value.id, (self.path, ""))
                if name is None:
                    yield path, part.attr

    def calls(self, node: ast.stmt) -> Iterator[str]:
        """Verb and path of each request in a piece of this file's code; what varies in a path is ``{}``."""
        for call in (part for part in ast.walk(node) if isinstance(part, ast.Call)):
            # client.get(path, ...), or handed over to be called: attempt(client.post, path, ...)
            given: list[ast.expr] = [call.func, *call.args]
            # client.request("DELETE", path, ...)
            if isinstance(call.func, ast.Attribute) and call.func.attr == "request" and len(call.args) > 1:
                verb, path = call.args[:2]
                text = self._text(path, node)
                if isinstance(verb, ast.Constant) and text.startswith("/api/"):
                    yield f"{verb.value!s} {text}"
                    continue
            for method, path in pairwise(given):
                if not isinstance(method, ast.Attribute) or method.attr not in (*VERBS, "request_any", "request"):
                    continue
                text = self._text(path, node)
                if method.attr in ("request", "request_any") and text in VERBS.values():
                    # client.request("DELETE", path, ...), for a DELETE with a body
                    yield f"{text} {self._text(call.args[1], node)}"
                elif text.startswith("/api/"):
                    yield f"{VERBS[method.attr]} {text}"
                elif _root(method) == "client" and method.attr == "request_any":
                    yield ANY
                elif _root(method) == "client":
                    raise SystemExit(f"{self.path}:{call.lineno}: the path of this request cannot be read")

    def _text(self, value: ast.expr, within: ast.stmt) -> str:
        """A text as far as it is written in this file."""
        if isinstance(value, ast.Constant):
            return str(value.value)
        if isinstance(value, ast.JoinedStr):
            return "".join(self._text(part, within) for part in value.values)
        if isinstance(value, ast.FormattedValue):
            return self._text(value.value, within) or "{}"
        if isinstance(value, ast.Name):
            for node in (*ast.walk(within), self.defined.get(value.id)):
                if isinstance(node, ast.Assign) and any(ast.unparse(target) == value.id for target in node.targets):
                    return self._text(node.value, within)
        return ""


def _root(value: ast.expr) -> str:
    """The name at the beginning: ``client`` of ``client.for_organization(None).get``."""
    while isinstance(value, (ast.Attribute, ast.Call)):
        value = value.value if isinstance(value, ast.Attribute) else value.func
    return value.id if isinstance(value, ast.Name) else ""


@cache
def _source(path: Path) -> Source:
    return Source(path)


def calls_of(plugin: Path) -> set[str]:
    """The requests that a plugin can make."""
    waiting = [(plugin, name) for name in _source(plugin).defined]
    reached: set[tuple[Path, str]] = set()
    while waiting:
        path, name = waiting.pop()
        node = _source(path).defined.get(name)
        if node and (path, name) not in reached and name != "TrieveClient":
            reached.add((path, name))
            waiting += _source(path).uses(node)
    return {call for path, name in reached for call in _source(path).calls(_source(path).defined[name])}


# -- the table -----------------------------------------------------------------------------------------------------


def table() -> tuple[dict[str, list[str]], dict[str, str], list[str]]:
    """The plugins of each described call, the reason of each one that has none, and the plugins that make any call.

    :raises SystemExit: says what is missing
    """
    declared: dict[str, Any] = yaml.safe_load(REASONS.read_text(encoding="utf-8"))
    described = json.loads(DESCRIBED.read_text(encoding="utf-8"))
    rows: dict[str, list[str]] = {call: [] for call in (*described, *declared["undescribed"])}
    anything = []
    for path in sorted(path for kind in KINDS for path in (PLUGINS / kind).glob("*.py")):
        name = path.stem if path.parent.name == "modules" else f"{path.parent.name} {path.stem}"
        if name in declared["tests"]:
            continue
        for call in sorted(calls_of(path)):
            if call == ANY:
                anything.append(name)
            else:
                rows[_row(call, list(rows), path)].append(name)
    reasons: dict[str, str] = {}
    for entry in declared["without_plugin"]:
        for pattern in entry["calls"]:
            found = [call for call in rows if fnmatchcase(call, pattern) and not rows[call] and call not in reasons]
            if not found:
                raise SystemExit(
                    f"{REASONS.name}: {pattern} matches no call without a plugin, or only calls that have a reason already"
                )
            reasons.update(dict.fromkeys(found, entry["because"]))
    missing = [call for call, plugins in rows.items() if not plugins and call not in reasons]
    if missing:
        raise SystemExit(f"no plugin makes {', '.join(missing)}, and {REASONS.name} has no reason")
    return rows, reasons, anything


def _row(call: str, known: list[str], plugin: Path) -> str:
    """The described call that this one is: of several the one with the fewest names in braces."""
    fitting = [
        row
        for row in known
        if len(row.split("/")) == len(call.split("/")) and all(map(_fits, row.split("/"), call.split("/")))
    ]
    if not fitting:
        raise SystemExit(f"{plugin.name} makes {call}, which is neither in Trieve's description nor in {REASONS.name}")
    return min(fitting, key=lambda row: row.count("{"))


def _fits(described: str, written: str) -> bool:
    return described == written or described.startswith("{")


def written() -> str:
    """The text of the page.

    :raises SystemExit: endpoints.yml contradicts the description or the plugins
    """
    rows, reasons, anything = table()
    declared = yaml.safe_load(REASONS.read_text(encoding="utf-8"))
    undescribed, unrouted = declared["undescribed"], declared["unrouted"]
    if not unrouted.keys() <= reasons.keys():
        raise SystemExit(
            f"{REASONS.name}: a plugin makes one of the calls {', '.join(unrouted)}, or Trieve's description lacks it"
        )
    notes = {call: f" (Not in the description: {words}.)" for call, words in undescribed.items()}
    notes.update({call: f". (Not on the server: {words}.)" for call, words in unrouted.items()})
    described = len(rows) - len(undescribed)
    covered = sum(map(bool, rows.values())) - len(undescribed)
    summary = (
        f"The description of Trieve 0.13.0 has {described} calls. {covered} of them are covered by dedicated plugins. The other"
        f" {described - covered} are not declarative state, or another call serves the purpose better. You can send them with"
        f" {' or '.join(f'`{name}`' for name in anything)}, except for {len(unrouted)} that the server does not have as"
        f" described. {len(undescribed)} calls that plugins make are not in the description."
    )
    lines = [
        textwrap.fill(summary, 138, break_long_words=False, break_on_hyphens=False),
        "",
        "| Call | Plugin, or why there is none |",
        "|---|---|",
    ]
    for call in sorted(rows, key=lambda call: call.split(" ")[::-1]):
        lines.append(f"| `{call}` | {_named(call, rows[call]) or reasons[call]}{notes.get(call, '')} |")
    return "\n".join([HEAD, *lines, ""])


def _named(call: str, plugins: list[str]) -> str:
    """The names of the plugins, first those for the kind of object that the path is about."""
    order = sorted(plugins, key=lambda name: (name.removesuffix("_info").rpartition("trieve_")[2] not in call, name))
    more = f" and {len(order) - SHOWN} more" if len(order) > SHOWN else ""
    return ", ".join(f"`{name}`" for name in order[:SHOWN]) + more


def main() -> None:
    """Write the page; with C(--check) only fail if it is out of date."""
    text = written()
    if "--check" not in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or text != PAGE.read_text(encoding="utf-8"):
        raise SystemExit(f"{PAGE.relative_to(ROOT)} is out of date: run 'make endpoints'")


if __name__ == "__main__":
    main()
