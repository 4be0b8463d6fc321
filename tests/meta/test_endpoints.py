# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/api_calls.md matches the plugins' code, and every call has a plugin or a reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.conformance.openapi.description import Description
from tools import endpoints

from .collection import PLUGINS, sources


def test_the_page_is_up_to_date() -> None:
    assert endpoints.written() == endpoints.PAGE.read_text(encoding="utf-8"), "run 'make endpoints'"


def test_every_call_has_a_plugin_or_a_reason() -> None:
    rows, reasons, anything = endpoints.table()
    assert [call for call, plugins in rows.items() if bool(plugins) is (call in reasons)] == []
    assert anything == ["trieve_request"]
    assert len(rows) > 130


def test_the_list_of_calls_is_that_of_the_description() -> None:
    """The description that the conformance tests use is a part of the one that the list was made from."""
    rows, _reasons, _anything = endpoints.table()
    paths = Description([]).document["paths"]
    assert {f"{verb.upper()} {path}" for path, item in paths.items() for verb in item} < set(rows)


def test_no_request_is_overlooked() -> None:
    """As many as a plain search finds. The client itself is no plugin, and passes on what it is given."""
    request = re.compile(
        r"\bclient(?:\.(?:for_organization|patient)\([^()]*\))?\.(?:get|post|put|delete|list_all|request_any|request)\b"
    )
    for path in sources():
        if path.name != "trieve.py":
            source = endpoints.Source(path)
            nodes = {id(node): node for node in source.defined.values()}
            found = [call for node in nodes.values() for call in source.calls(node)]
            assert len(found) == len(request.findall(path.read_text(encoding="utf-8"))), path.relative_to(PLUGINS)


LOOKUPS = {"GET /api/auth/me", "GET /api/dataset/organization/{}", "GET /api/organization/users/{}"}
"""Which organization, dataset or member is meant: asked by nearly all plugins."""


@pytest.mark.parametrize(
    ("plugin", "expected"),
    [
        (
            "trieve_crawl",
            {
                *("DELETE /api/crawl/{}", "GET /api/crawl", "POST /api/crawl"),
                *("DELETE /api/chunk", "POST /api/chunks/scroll", "POST /api/dataset/get_all_tags"),
                *("DELETE /api/chunk/tracking_id/{}", "GET /api/chunk/tracking_id/{}", "POST /api/chunk"),
                "GET /api/dataset/get_dataset_queue_lengths",
            },
        ),
        ("trieve_crawl_info", {"GET /api/crawl"}),
        ("trieve_invitation", {"DELETE /api/invitation/{}", "GET /api/invitations/{}", "POST /api/invitation"}),
        ("trieve_user_info", set()),
        ("trieve_request", {endpoints.ANY, "GET /api/crawl", "GET /api/invitations/{}"}),
    ],
)
def test_what_a_plugin_can_reach(plugin: str, expected: set[str]) -> None:
    """Over the functions that it uses, and not over all that stands in the same files."""
    assert endpoints.calls_of(PLUGINS / "modules" / f"{plugin}.py") - LOOKUPS == expected


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """A file of a plugin that asks in different ways."""
    path = tmp_path / "plugin.py"
    path.write_text(
        'PATH = "/api/one"\n'
        "def one(client):\n    client.get(PATH, dict)\n    client.delete(f'{PATH}/{segment(x)}')\n"
        'def two(client):\n    path = f"/api/two/{client.id}/end"\n    attempt(client.for_organization(None).put, path, None)\n'
        'def three(other):\n    other.list_all("/api/three")\n    {}.get("key", "/api/none")\n'
    )
    return path


def test_requests_are_found_however_they_are_written(code: Path) -> None:
    assert sorted(endpoints.calls_of(code)) == [
        "DELETE /api/one/{}",
        "GET /api/one",
        "GET /api/three",
        "PUT /api/two/{}/end",
    ]


def test_a_path_that_cannot_be_read_is_an_error(code: Path) -> None:
    code.write_text("def one(client, path):\n    client.get(path, dict)\n")
    with pytest.raises(SystemExit, match=r"plugin.py:2: the path of this request cannot be read"):
        endpoints.calls_of(code)


def test_an_unknown_call_is_an_error(code: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt path is one."""
    monkeypatch.setattr(endpoints, "calls_of", lambda path: {"GET /api/crawls"})
    with pytest.raises(SystemExit, match="makes GET /api/crawls, which is neither"):
        endpoints.table()


@pytest.mark.parametrize(
    ("drop", "add", "words"),
    [
        ("* /api/topic*", None, "no plugin makes DELETE /api/topic/{topic_id}, .* has no reason"),
        (None, "GET /api/crawl", "GET /api/crawl matches no call without a plugin"),
        (
            None,
            "PUT /api/crawl",
            "PUT /api/crawl matches no call without a plugin, or only calls that have a reason already",
        ),
    ],
)
def test_reasons_for_just_what_has_no_plugin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, drop: str | None, add: str | None, words: str
) -> None:
    declared = yaml.safe_load(endpoints.REASONS.read_text(encoding="utf-8"))
    for entry in declared["without_plugin"]:
        entry["calls"] = [pattern for pattern in entry["calls"] if pattern != drop]
    declared["without_plugin"].append({"because": "So.", "calls": [add] if add else []})
    changed = tmp_path / "endpoints.yml"
    changed.write_text(yaml.safe_dump(declared))
    monkeypatch.setattr(endpoints, "REASONS", changed)
    with pytest.raises(SystemExit, match=words.replace("{", r"\{").replace("}", r"\}")):
        endpoints.table()
