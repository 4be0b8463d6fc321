# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Excerpts of outputs in guides that are not played as a whole are what is printed in these situations."""

from __future__ import annotations

import base64
import functools
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.plugins.callback import CallbackBase

from ansible_collections.community.trieve.plugins.filter.plan_report import FilterModule
from ansible_collections.community.trieve.plugins.modules import trieve_chunk_groups, trieve_crawl, trieve_crawl_info
from sandbox.server import Running, running
from sandbox.settings import WORKERS, Settings
from tests.unit.tenant import Tenant

from .blocks import GUIDES, Block, blocks_of
from .guides import PLAYED, URL, environment, matches, with_a_crawl
from .test_guides import NEWEST

SITE = "https://docs.example.com"
STATE: dict[str, Any] = {
    "datasets": [
        {
            "tracking_id": "docs",
            "configuration": {"system_prompt": "You answer from the documents."},
            "crawls": [{"site_url": SITE, "interval": "weekly"}, {"site_url": "https://new.example.com"}],
        },
        {"tracking_id": "blog", "crawls": []},
    ],
    "prune": {"crawls": "delete", "allow_empty": True, "max_deletions": 1},
}
PLAYBOOKS = ("guide_plans", "guide_state_file")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Running]:
    with running(settings=Settings(workers=WORKERS, crawl_seconds=0)) as server:
        yield server


@pytest.fixture
def tenant(sandbox: Running) -> Tenant:
    """A new organization with a dataset and a crawl."""
    sandbox.control.reset()
    tenant = Tenant(
        sandbox, {"url": sandbox.url, "api_key": sandbox.admin_key, "organization_id": sandbox.organization_id}
    )
    with_a_crawl(tenant)
    return tenant


def diffs(result: dict[str, Any]) -> str:
    """The diffs of a result as Ansible prints them."""
    assert not result.get("failed"), result
    return str(CallbackBase()._get_diff(result["diff"]))


def change_of_a_crawl(tenant: Tenant) -> str:
    """The preview of another limit."""
    return diffs(tenant.run(trieve_crawl.DEFINITION, check_mode=True, dataset="docs", site_url=SITE, limit=500))


def stale_chunks(tenant: Tenant) -> str:
    """The preview of a crawl that has been crawled again after a page was removed."""
    options: dict[str, Any] = {"dataset": "docs", "site_url": SITE, "chunks": "sync", "recrawl": "always"}
    text = "<p>One two three four five six seven</p>"
    old = {"path": "/old", "title": "Old", "html": f"<h1>Old</h1>{text}<h2>Older</h2>{text}"}
    for pages in ([old], []):
        start = {"path": "/", "title": "Start", "html": f"<h1>Start</h1>{text}<h2>Next</h2>{text}"}
        tenant.control.site(SITE, [start, *pages])
        tenant.run(trieve_crawl.DEFINITION, **options)
        for _step in range(10):
            tenant.control.tick()
    return diffs(tenant.run(trieve_crawl.DEFINITION, check_mode=True, **{**options, "recrawl": "never"}))


def groups_of_a_crawl(tenant: Tenant) -> str:
    """The plan of the groups of a dataset with three crawled pages and a file."""
    pages = [
        {"path": f"/{number}", "title": f"Page {number}", "html": "<h1>Page</h1><p>One two three four five six</p>"}
        for number in range(3)
    ]
    tenant.control.site(SITE, pages)
    tenant.run(trieve_crawl.DEFINITION, dataset="docs", site_url=SITE, recrawl="always")
    (dataset,) = tenant.rows("datasets")
    body = {"base64_file": base64.b64encode(b"One two three.").decode(), "file_name": "words.txt"}
    tenant.call("POST", "/api/file", {**body, "group_tracking_id": "words"}, **{"TR-Dataset": dataset["id"]})
    for _step in range(10):
        tenant.control.tick()
    options = {"dataset": "docs", "chunk_groups": [], "prune": True, "allow_empty": True}
    result = tenant.run(trieve_chunk_groups.DEFINITION, check_mode=True, **options)
    return "\n".join(FilterModule().filters()["plan_report"](result, "lines"))


def wrong_key(tenant: Tenant) -> str:
    """What a task says with a key that nobody has."""
    result = tenant.run(trieve_crawl_info.DEFINITION, dataset="docs", api_key="tr-00000000000000000000000000000000")
    return str(result["msg"])


@functools.cache
def plans() -> tuple[str, str, str]:
    """What is printed by a plan, by an apply of it after the state file was changed, and by a plan of the guide's state file with a typing error."""
    with (
        running() as server,
        tempfile.TemporaryDirectory() as name,
    ):
        values = {"url": server.url, "api_key": server.admin_key, "organization_id": server.organization_id}
        tenant = Tenant(server, values)
        with_a_crawl(tenant)
        blog = tenant.dataset("blog")
        tenant.call(
            "POST", "/api/crawl", {"crawl_options": {"site_url": "https://blog.example.com"}}, **{"TR-Dataset": blog}
        )
        folder = Path(name)
        file = folder / "organization.yml"
        text = yaml.safe_dump(STATE, sort_keys=False)

        def printed(text: str, playbook: str, *options: str) -> str:
            file.write_text(text)
            command = ["ansible-playbook", f"community.trieve.{playbook}", "-e", "trieve_state_file=organization.yml"]
            ran = subprocess.run(
                [*command, *options],
                cwd=folder,
                env=environment(tenant, folder),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            return ran.stdout.replace(f"{folder}/", "/srv/trieve/")

        plan = printed(text, "plan")
        other = printed(text.replace("weekly", "monthly"), "apply", "-e", "trieve_plan=plan.json")
        guide = next(block.text for block in blocks_of(GUIDES / "guide_state_file.rst"))
        misspelt = guide.replace("system_prompt", "sistem_prompt")
        return plan, other, printed(misspelt, "plan", "-e", "vault_llm_api_key=example")


SHOWN: dict[str, list[Callable[[Tenant], str]]] = {
    "guide_crawls": [change_of_a_crawl, stale_chunks],
    "guide_pipeline": [wrong_key],
    "guide_plans": [lambda _tenant: plans()[0], lambda _tenant: plans()[1]],
    "guide_state_file": [lambda _tenant: plans()[2], groups_of_a_crawl],
}
"""For each guide, what prints its excerpts, in their order."""


def excerpts(guide: str) -> list[Block]:
    """The blocks of a guide that show what something prints, without its command."""
    return [block for block in blocks_of(GUIDES / f"{guide}.rst") if block.language in ("ansible-output", "diff")]


CASES = [
    pytest.param(
        guide,
        number,
        id=f"{guide}-{number}",
        marks=pytest.mark.skipif(
            guide in PLAYBOOKS and not version("ansible-core").startswith(f"{NEWEST}."),
            reason=f"outputs are those of ansible-core {NEWEST}",
        ),
    )
    for guide, producers in SHOWN.items()
    for number in range(len(producers))
]


@pytest.mark.parametrize(("guide", "number"), CASES)
def test_excerpt(tenant: Tenant, guide: str, number: int) -> None:
    """The guide shows a part of what is printed. It may be wrapped."""
    text = excerpts(guide)[number].text
    printed = SHOWN[guide][number](tenant).replace(tenant.connection["url"], URL)
    assert matches(f"...{' '.join(text.split())}...", " ".join(printed.split())), printed


def test_every_excerpt_has_its_situation() -> None:
    """Guides that are played and the one for troubleshooting have tests of their own."""
    others = {path.stem for path in GUIDES.glob("*.rst")} - {*PLAYED, "guide_troubleshooting"}
    assert {guide: len(excerpts(guide)) for guide in others if excerpts(guide)} == {
        guide: len(producers) for guide, producers in SHOWN.items()
    }
    shown = [
        command
        for guide in others
        for block in blocks_of(GUIDES / f"{guide}.rst")
        if block.language == "console"
        for command in block.commands()
    ]
    assert not [command.line for command in shown if command.output and not re.fullmatch(r"\.\.\.", command.output)]
