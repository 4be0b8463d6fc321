# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays a guide from top to bottom, as a reader would: its files are written, its commands are run in their order.

    python -m tests.docs.guides ROOT [GUIDE...]      write what the commands print into the guides

A guide that is listed in C(PLAYED) has an organization of its own. A block with a caption is a file of that name. Commands of
C(RUN) are run; what others do is shown only. A line with three dots stands for any lines.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.server import running
from sandbox.settings import WORKERS, Settings
from tests.unit.tenant import Tenant

from .blocks import GUIDES, ROOT, Block, blocks_of

INSTALLED = "~/.ansible/collections/ansible_collections/community/trieve"
URL = "https://trieve.example.com"
RUN = (
    "ansible-playbook ",
    "ansible-doc ",
    "ansible-inventory ",
    "cat ",
    "head ",
    "grep ",
    "sed -i ",
    "TRIEVE_API_KEY=$(cat ",
)

NOT_RUN = ("-e @vault.yml", "community.trieve.drift")


def empty(tenant: Tenant) -> None:
    """Nothing is there yet."""


def grown(tenant: Tenant) -> None:
    """An organization that was made by hand."""
    docs = tenant.dataset(
        "docs", dataset_name="Documentation", server_configuration={"SYSTEM_PROMPT": "You answer questions."}
    )
    shop = tenant.dataset("shop", dataset_name="Shop")
    for dataset, options in (
        (docs, {"site_url": "https://docs.example.com", "interval": "daily"}),
        (docs, {"site_url": "https://blog.example.com", "limit": 200}),
        (shop, {"site_url": "https://shop.example.com", "scrape_options": {"type": "shopify"}}),
    ):
        tenant.call("POST", "/api/crawl", {"crawl_options": options}, **{"TR-Dataset": dataset})
    group = {"tracking_id": "manual", "name": "Manual", "tag_set": ["public"]}
    tenant.call("POST", "/api/chunk_group", group, **{"TR-Dataset": docs})
    tenant.call("POST", "/api/organization/api_key", {"name": "website", "role": 0, "dataset_ids": [docs]})


def with_a_crawl(tenant: Tenant) -> None:
    """One dataset with a crawl of a site."""
    docs = tenant.dataset("docs", dataset_name="Documentation")
    options = {"site_url": "https://docs.example.com", "interval": "daily", "limit": 100}
    tenant.call("POST", "/api/crawl", {"crawl_options": options}, **{"TR-Dataset": docs})


def serving(tenant: Tenant) -> None:
    """One dataset with two pages, and a key that is limited to it. All workers are there, which the doctor would wait for."""
    tenant.control.settings(workers=sorted(WORKERS))
    docs = tenant.dataset("docs", dataset_name="Documentation")
    chunks = [
        {"tracking_id": name, "chunk_html": f"<h2>{name.title()}</h2><p>How to {name} the program.</p>"}
        for name in ("install", "upgrade")
    ]
    tenant.call("POST", "/api/chunk", chunks, **{"TR-Dataset": docs})
    tenant.call("POST", "/api/organization/api_key", {"name": "website", "role": 0, "dataset_ids": [docs]})


PLAYED: dict[str, Callable[[Tenant], None]] = {
    "guide_adopt": grown,
    "guide_authentication": with_a_crawl,
    "guide_getting_started": empty,
    "guide_migrate": with_a_crawl,
    "guide_rollout": serving,
}
"""The guides whose commands are run, and what is there before."""


@dataclass
class Played:
    """What the commands of a guide printed."""

    text: str
    faults: list[str] = field(default_factory=list)


def comparable(text: str) -> str:
    """A text without what is of one run only: IDs by the order in which they appear, and blanks at the ends of lines."""
    ids: dict[str, str] = {}

    def number(found: re.Match[str]) -> str:
        return ids.setdefault(found[0], f"ID {len(ids) + 1}")

    text = re.sub(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", number, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def matches(shown: str, printed: str) -> bool:
    """Whether a guide shows what was printed. Three dots stand for any text of a line, or on their own for any lines."""
    pattern = re.escape(comparable(shown))
    if "..." in shown:  # IDs are numbered anew in a text that lacks some
        pattern = re.sub(r"ID\\ \d+", r"ID\\ \\d+", pattern)
    pattern = re.sub(r"^(?:\\ )*\\\.\\\.\\\.(?:\\\n|\Z)", "(?:.*\\\\n)*?.*", pattern, flags=re.MULTILINE)
    pattern = pattern.replace(r"\.\.\.", ".*?")
    return re.fullmatch(pattern, comparable(printed)) is not None


@contextmanager
def tenant_of(guide: str) -> Iterator[Tenant]:
    """The organization of a guide."""
    with running(settings=Settings()) as sandbox:
        values = {"url": sandbox.url, "api_key": sandbox.admin_key, "organization_id": sandbox.organization_id}
        tenant = Tenant(sandbox, values)
        PLAYED[guide](tenant)
        yield tenant


def environment(tenant: Tenant, folder: Path) -> dict[str, str]:
    """Nothing of the user's but PATH."""
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "LC_ALL": "C.UTF-8",
        "HOME": str(folder / ".home"),
        "ANSIBLE_HOME": str(folder / ".home" / ".ansible"),
        "ANSIBLE_COLLECTIONS_PATH": str(Path(__file__).resolve().parents[5]),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_NOCOLOR": "1",
        "TRIEVE_BASE_URL": tenant.connection["url"],
        "TRIEVE_API_KEY": tenant.connection["api_key"],
        "TRIEVE_ORGANIZATION_ID": tenant.id,
    }


def play(path: Path) -> Played:
    """Run a guide. Its text comes back with what the commands printed in place of what is shown."""
    text = path.read_text(encoding="utf-8")
    played = Played(text)
    with tenant_of(path.stem) as tenant, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url, organization = tenant.connection["url"], tenant.id
        shift = 0
        for block in blocks_of(path):
            if block.caption:
                file = folder / block.caption
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(
                    block.text.replace(URL, url).replace("9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1", organization)
                )
            if block.language != "console":
                continue
            lines = []
            for command in block.commands():
                lines.append("$ " + command.line)
                if not command.line.startswith(RUN) or any(words in command.line for words in NOT_RUN):
                    lines += command.output.splitlines()
                    continue
                ran = subprocess.run(
                    ["bash", "-c", command.line],
                    cwd=folder,
                    env=environment(tenant, folder),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    check=False,
                )
                printed = (
                    ran.stdout.replace(url, URL)
                    .replace(f"{folder}/", "/srv/trieve/")
                    .replace(str(ROOT), INSTALLED)
                    .strip("\n")
                )
                if command.output and not matches(command.output, printed):
                    played.faults.append(f"{block}: $ {command.line}\n{printed}\n")
                if not command.output and ran.returncode:
                    played.faults.append(f"{block}: $ {command.line} ends with {ran.returncode}\n{printed}\n")
                lines += (
                    printed.splitlines()
                    if command.output and not matches(command.output, printed)
                    else command.output.splitlines()
                )
            played.text, shift = _replaced(played.text, block, shift, lines)
    return played


def _replaced(text: str, block: Block, shift: int, lines: list[str]) -> tuple[str, int]:
    """The text with other lines in a block, and how far what follows has moved."""
    old = text[block.start + shift : block.end + shift]
    indent = re.match(r" *", old)
    new = "".join(f"{indent[0] if indent else ''}{line}".rstrip() + "\n" for line in lines) + "\n"
    return text[: block.start + shift] + new + text[block.end + shift :], shift + len(new) - len(old)


def main(arguments: list[str]) -> None:
    """Write the outputs into the guides."""
    root, *names = arguments
    for name in names or PLAYED:
        path = Path(root) / GUIDES.relative_to(ROOT) / f"{name}.rst"
        played = play(path)
        path.write_text(played.text, encoding="utf-8")
        print(f"{name}: {len(played.faults)} outputs changed")


if __name__ == "__main__":
    main(sys.argv[1:])
