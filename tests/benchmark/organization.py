# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole organization as one state, applied by the role and by C(ansible.builtin.uri); and what is told when it drifts."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import requests
import yaml

from .crawls import say
from .machine import machine
from .plays import Stage, Task, collections
from .scale import QUICK, Scale
from .server import Server, server

SIZE = (20, 500)
"""Datasets and crawls."""
QUICK_SIZE = (4, 100)
BY_URI = (2, 50)
"""What the tasks with uri are played with; their time is multiplied, since their items cost the same each."""

_HEADER = "\n".join(line.removeprefix("# ") for line in Path(__file__).read_text().splitlines()[:3])
LICENSE = f"<!--\n{_HEADER}\n-->\n"
"""The first lines of this file, once more: the licence check takes a second copy in here for the file's own."""

State = dict[str, Any]


def state(datasets: int, crawls: int) -> State:
    """Datasets with some configuration, and their crawls."""
    return {
        "datasets": [
            {
                "tracking_id": f"set-{number}",
                "name": f"Set {number}",
                "configuration": {"system_prompt": f"You answer about {number}.", "n_retrievals_to_include": 6},
                "crawls": [
                    {
                        "site_url": f"https://site-{place}.example.com",
                        "interval": "daily",
                        "include_paths": ["/guide/*"],
                    }
                    for place in range(number, crawls, datasets)
                ],
            }
            for number in range(datasets)
        ]
    }


def by_role(file: Path) -> list[Task]:
    """What the playbook community.trieve.apply does."""
    role = "community.trieve.organization"
    read = {"name": role, "tasks_from": "read"}
    return [
        {"ansible.builtin.include_role": read, "vars": {"organization_state_file": str(file)}},
        {"ansible.builtin.include_role": {"name": role}},
    ]


def by_uri(of: Server) -> list[Task]:
    """What somebody would write without the collection: what is missing is created, and a configuration is written anyway.

    It compares no option of a crawl, and has no preview: uri does nothing in check mode.
    """
    headers = {name: of.headers[name] for name in ("Authorization", "TR-Organization")}
    dataset = {"TR-Dataset": "{{ item.tracking_id }}", **headers}
    known = "{{ known.json | map(attribute='dataset') | map(attribute='tracking_id') | list }}"

    def uri(method: str, path: str, body: Any = None, **task: Any) -> Task:
        sent = {} if body is None else {"body": body, "body_format": "json"}
        arguments = {"url": f"{of.url}{path}", "method": method, "headers": headers, **sent}
        return {"ansible.builtin.uri": {**arguments, **task.pop("arguments", {})}, **task}

    configuration = {
        "SYSTEM_PROMPT": "{{ item.configuration.system_prompt }}",
        "N_RETRIEVALS_TO_INCLUDE": "{{ item.configuration.n_retrievals_to_include }}",
    }
    body = {
        "tracking_id": "{{ item.tracking_id }}",
        "dataset_name": "{{ item.name }}",
        "server_configuration": configuration,
    }
    loop = "{{ organization_state.datasets }}"
    crawl = {**headers, "TR-Dataset": "{{ item.0.tracking_id }}"}
    sites = "(listed.results | selectattr('item.tracking_id', 'eq', item.0.tracking_id) | first).json | map(attribute='url')"
    return [
        uri("GET", f"/api/dataset/organization/{of.headers['TR-Organization']}", register="known"),
        uri("POST", "/api/dataset", body, loop=loop, vars={"names": known}, when="item.tracking_id not in names"),
        uri("PUT", "/api/dataset", body, loop=loop, vars={"names": known}, when="item.tracking_id in names"),
        uri("GET", "/api/crawl?limit=1000", arguments={"headers": dataset}, loop=loop, register="listed"),
        uri(
            "POST",
            "/api/crawl",
            {"crawl_options": "{{ item.1 }}"},
            arguments={"headers": crawl},
            loop="{{ organization_state.datasets | subelements('crawls') }}",
            when=f"item.1.site_url not in {sites}",
        ),
    ]


def measure(scale: Scale, out: Path) -> None:
    """Play all of it once, print a table and the report of a drift, and write both to organization.md."""
    datasets, crawls = QUICK_SIZE if scale == QUICK else SIZE
    factor = datasets // BY_URI[0]
    about = machine()
    rows = []
    with server() as running, tempfile.TemporaryDirectory() as folder:
        stage = Stage(running, Path(folder))
        stage.run([])  # what is compiled and cached only once is not measured
        start = stage.run([])
        file = Path(folder) / "organization.yml"
        file.write_text(yaml.safe_dump(state(datasets, crawls), sort_keys=False))
        by = {
            f"uri, {BY_URI[0]} datasets and {BY_URI[1]} crawls, times {factor}": (by_uri(running), factor),
            "role organization": (by_role(file), 1),
        }
        for name, (tasks, times) in by.items():
            running.control.reset()
            for run in ("first", "second"):
                say(f"{name}, {run} run")
                cost = stage.run(tasks, organization_state=state(*BY_URI)) if times > 1 else stage.run(tasks)
                seconds = start.seconds + (cost.seconds - start.seconds) * times
                rows.append(f"| {name} | {run} | {seconds:.0f} | {cost.requests * times} |")
        say("drift")
        _change(running)
        report = _drift(running, file, Path(folder))
    lines = [f"| {datasets} datasets and {crawls} crawls | run | seconds | requests |", "|---|---|---|---|", *rows]
    lines += ["", f"On {about['cores']} processors, with a load of {about['load_before']} before.", "", report]
    out.mkdir(parents=True, exist_ok=True)
    text = "\n".join(lines)
    (out / "organization.md").write_text(f"{LICENSE}\n{text}\n")
    print(text)


def _change(of: Server) -> None:
    """What somebody does by hand."""

    def send(method: str, path: str, body: Any = None, **headers: str) -> Any:
        known = {name: value for name, value in of.headers.items() if name != "TR-Dataset"}
        answer = requests.request(method, of.url + path, json=body, headers={**known, **headers}, timeout=30)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    body = {"tracking_id": "set-1", "server_configuration": {"SYSTEM_PROMPT": "You answer about everything."}}
    send("PUT", "/api/dataset", body)
    crawls = send("GET", "/api/crawl", **{"TR-Dataset": "set-2"})
    send("DELETE", f"/api/crawl/{crawls[0]['id']}", **{"TR-Dataset": "set-2"})
    send("POST", "/api/crawl", {"crawl_options": {"site_url": "https://new.example.com"}}, **{"TR-Dataset": "set-3"})


def _drift(of: Server, file: Path, folder: Path) -> str:
    """The report of the playbook community.trieve.drift, and its exit code."""
    command = [sys.executable, "-m", "ansible", "playbook", "-i", "localhost,", "-c", "local", "community.trieve.drift"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "TRIEVE_"))}
    environment = {
        **kept,
        **{name: value for name, value in of.environment.items() if "DATASET" not in name},
        "HOME": str(folder),
        "ANSIBLE_HOME": str(folder / "ansible"),
        "ANSIBLE_COLLECTIONS_PATH": str(collections()),
        "PYTHONPATH": str(collections()),
    }
    variables = ["-e", f"trieve_state_file={file}", "-e", f"ansible_python_interpreter={sys.executable}"]
    ran = subprocess.run(
        [*command, *variables], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if ran.returncode != 2:
        raise RuntimeError(f"drift ended with {ran.returncode}:\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}")
    return f"{(folder / 'drift.md').read_text()}\nansible-playbook ended with {ran.returncode}."
