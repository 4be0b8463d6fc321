# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The datasets of an organization as hosts, as ansible-inventory shows them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from ansible_collections.community.trieve.plugins.doc_fragments import connection
from ansible_collections.community.trieve.plugins.doc_fragments.connection import ModuleDocFragment
from ansible_collections.community.trieve.plugins.module_utils._core.options import CONNECTION_OPTIONS
from sandbox.server import Running

COLLECTIONS = Path(connection.__file__).parents[5]
"""Where this collection was imported from."""


def _plain(value: dict[str, Any]) -> Any:
    """ansible-inventory marks texts that are no templates."""
    return value["__ansible_unsafe"] if set(value) == {"__ansible_unsafe"} else value


class Inventory:
    """The inventory of a file, on the sandbox."""

    def __init__(self, sandbox: Running, folder: Path) -> None:
        self.sandbox = sandbox
        self.folder = folder
        self.said = ""
        self.sent: list[str] = []

    def dataset(self, name: str, tracking_id: str | None = None, **configuration: Any) -> str:
        """Create one. Returns its id."""
        body = {"dataset_name": name, "tracking_id": tracking_id, "server_configuration": configuration}
        headers = {"Authorization": self.sandbox.admin_key, "TR-Organization": self.sandbox.organization_id}
        answer = requests.post(f"{self.sandbox.url}/api/dataset", json=body, headers=headers, timeout=60)
        answer.raise_for_status()
        created: str = answer.json()["id"]
        return created

    def listed(
        self, succeeds: bool = True, environment: dict[str, str] | None = None, **options: Any
    ) -> dict[str, Any]:
        """What ansible-inventory answers; what it says and sends is kept."""
        file = self.folder / "trieve.yml"
        file.write_text(yaml.safe_dump({"plugin": "community.trieve.trieve", **options}))
        self.sandbox.control.clear_requests()
        ran = subprocess.run(
            [str(Path(sys.executable).with_name("ansible-inventory")), "-i", str(file), "--list"],
            env={
                "PATH": os.environ["PATH"],
                "LC_ALL": "C.UTF-8",
                "HOME": str(self.folder),
                "ANSIBLE_HOME": str(self.folder),
                "ANSIBLE_NOCOLOR": "1",
                "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
                "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1",
                "TRIEVE_BASE_URL": self.sandbox.url,
                "TRIEVE_API_KEY": self.sandbox.admin_key,
                "TRIEVE_ORGANIZATION_ID": self.sandbox.organization_id,
                **(environment or {}),
            },
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        self.said = " ".join(ran.stderr.split())
        self.sent = [f"{entry['method']} {entry['path']}" for entry in self.sandbox.control.requests()]
        assert (ran.returncode == 0) is succeeds, ran.stderr
        answer: dict[str, Any] = json.loads(ran.stdout, object_hook=_plain) if succeeds else {}
        return answer


@pytest.fixture
def inventory(sandbox: Running, tmp_path: Path) -> Inventory:
    """Makes inventories of the sandbox."""
    return Inventory(sandbox, tmp_path)


def _hosts(answer: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = answer["_meta"]["hostvars"]
    return found


def test_variables_and_requests(inventory: Inventory) -> None:
    """One request for the list, and then one for each thing that is asked for."""
    dataset_id = inventory.dataset("Documentation", "docs", BM25_K=1.2, LLM_API_KEY="sk-Zq81mVx3LpTr0Yw6")
    inventory.sandbox.control.crawls(dataset_id, 2, site_url="https://{n}.example.com")
    docs = _hosts(inventory.listed(crawls=True))["docs"]
    listing = f"GET /api/dataset/organization/{inventory.sandbox.organization_id}"
    assert sorted(inventory.sent) == sorted([listing, f"GET /api/dataset/{dataset_id}", "GET /api/crawl"])
    assert docs["ansible_connection"] == "local"
    assert docs["ansible_python_interpreter"].startswith("/")
    assert (docs["trieve_id"], docs["trieve_name"], docs["trieve_chunk_count"]) == (dataset_id, "Documentation", 0)
    assert docs["trieve_configuration"]["bm25_k"] == 1.2
    assert sorted(crawl["site_url"] for crawl in docs["trieve_crawls"]) == [f"https://{n}.example.com" for n in (1, 2)]
    assert "sk-Zq81mVx3LpTr0Yw6" not in json.dumps(docs)
    assert "trieve_crawls" not in _hosts(inventory.listed(configuration=False))["docs"]
    assert inventory.sent == [listing]


def test_names(inventory: Inventory) -> None:
    """A tracking id stays a host's name; what only has a name is told apart by its id, with a warning."""
    inventory.dataset("One", "docs")
    shadowed = inventory.dataset("docs")
    twins = [inventory.dataset("twin"), inventory.dataset("twin")]
    hosts = _hosts(inventory.listed(configuration=False))
    assert set(hosts) == {"docs", f"docs-{shadowed}", *(f"twin-{twin}" for twin in twins)}
    assert hosts["docs"]["trieve_name"] == "One"
    assert inventory.said.count("Several datasets would have the host name") == 2


def test_swapped_variables(inventory: Inventory) -> None:
    """No key is shown, whichever option it is in."""
    server, key = inventory.sandbox, "tr-Q7hB2xV9kLm4Zp8RtY3nWc6JdF5sGa1E"
    inventory.listed(False, {"TRIEVE_API_KEY": server.organization_id, "TRIEVE_ORGANIZATION_ID": key})
    assert "swapped" in inventory.said
    assert key not in inventory.said
    inventory.listed(False, url=key)
    assert "url" in inventory.said
    assert key not in inventory.said


def test_secrets_and_names_that_are_shown(inventory: Inventory) -> None:
    """A short key is told once and without it. A name is on one line."""
    inventory.dataset("x\n::error::y")
    inventory.listed(environment={"TRIEVE_API_KEY": "no-key"}, succeeds=False)
    assert inventory.said.count("api_key has fewer than 8 characters") == 1
    assert "no-key" not in inventory.said
    assert set(_hosts(inventory.listed(configuration=False))) == {"x\\n::error::y"}


def test_constructed(inventory: Inventory) -> None:
    """Composed variables and groups; the prefix and the filters decide who is there."""
    for name in ("web-docs", "web-blog", "web-old", "other"):
        inventory.dataset(name, name)
    answer = inventory.listed(
        tracking_id_prefix="web-",
        filters=[{"include": "trieve_name == 'web-blog'"}, {"exclude": "trieve_name is search('blog|old')"}],
        compose={"label": "trieve_name | upper"},
        groups={"docs": "trieve_tracking_id == 'web-docs'"},
        keyed_groups=[{"key": "trieve_configuration.llm_default_model", "prefix": "llm"}],
    )
    assert {name: variables["label"] for name, variables in _hosts(answer).items()} == {
        "web-docs": "WEB-DOCS",
        "web-blog": "WEB-BLOG",
    }
    assert answer["docs"]["hosts"] == ["web-docs"]
    assert sorted(next(group["hosts"] for name, group in answer.items() if name.startswith("llm_"))) == [
        "web-blog",
        "web-docs",
    ]
    assert len(inventory.sent) == 1 + 3, "the dataset without the prefix was read, too"


def test_server_text_is_no_template(inventory: Inventory) -> None:
    """A name that looks like a template stays a text."""
    inventory.dataset("{{ 6 * 7 }}", "odd")
    answer = inventory.listed(configuration=False, compose={"copy": "trieve_name"})
    assert "42" not in json.dumps(_hosts(answer)["odd"]["copy"])


def test_cache(inventory: Inventory) -> None:
    """A second look asks nobody, unless it asks for something else."""
    inventory.dataset("Docs", "docs")
    cached = {
        "cache": True,
        "cache_plugin": "ansible.builtin.jsonfile",
        "cache_connection": str(inventory.folder / "cache"),
    }
    first = inventory.listed(**cached)
    assert inventory.sent
    assert inventory.listed(**cached) == first
    assert inventory.sent == []
    assert _hosts(inventory.listed(**cached, crawls=True))["docs"]["trieve_crawls"] == []
    assert inventory.sent


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"api_key": "tr-Wrong0Q7hB2xV9kLm4Zp8RtY3nWc6Jd"}, "HTTP 40"),
        ({"organization_id": "docs"}, "is not a valid UUID"),
        ({"timeout": 0}, "timeout is 0"),
        ({"crawl": True}, "Option 'crawl' not found. Did you mean crawls?"),
        ({"cache_timout": 60}, "Option 'cache_timout' not found. Did you mean cache_timeout?"),
        ({"zzz": 1}, "Option 'zzz' not found. Options are api_key, "),
        ({"filters": [{"include": "true", "exclude": "true"}]}, "filters[0]"),
    ],
)
def test_refusals(inventory: Inventory, options: dict[str, Any], words: str) -> None:
    """What goes wrong is told as a module would, and without the key."""
    inventory.dataset("Docs", "docs")
    inventory.listed(succeeds=False, **options)
    assert words in inventory.said
    assert "Traceback" not in inventory.said
    assert "tr-Wrong" not in inventory.said


def test_environment(inventory: Inventory) -> None:
    """The first variable counts, and one that is set to nothing does not hide the other."""
    inventory.dataset("Docs", "docs")
    other = {"TRIEVE_API_HOST": "http://127.0.0.1:1"}
    assert "docs" in _hosts(inventory.listed(environment=other))
    assert "docs" in _hosts(
        inventory.listed(environment={"TRIEVE_BASE_URL": "", "TRIEVE_API_HOST": inventory.sandbox.url})
    )


def test_same_options_as_modules() -> None:
    """The fragment for plugins names the variables of the modules' options, and adds nothing else."""
    options = yaml.safe_load(ModuleDocFragment.PLUGIN)["options"]
    documented = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]
    assert set(documented) == set(CONNECTION_OPTIONS)
    expected = {name: list(spec["fallback"][1]) for name, spec in CONNECTION_OPTIONS.items() if "fallback" in spec}
    # The last one that is set counts for Ansible, the first one for a module.
    assert {name: [entry["name"] for entry in option["env"]][::-1] for name, option in options.items()} == expected
    assert all(set(option) == {"env"} for option in options.values())
