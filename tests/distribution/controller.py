# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stand-in for the REST API of AWX, as far as the modules of awx.awx call it.

It stores whatever is sent, filters lists by equality, and hides secrets as AWX does. It does not check what AWX itself would refuse: only a controller can
show that.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Item = dict[str, Any]

TYPES = {
    "inventories": "inventory",
    "workflow_job_template_nodes": "workflow_job_template_node",
    "workflow_approval_templates": "workflow_approval_template",
}
ENCRYPTED = "$encrypted$"
TEMPLATES = ("job_templates", "workflow_approval_templates", "projects", "workflow_job_templates", "inventory_sources")
DEFAULTS = {"description": "", "scm_revision": "c0ffee"}


@dataclass
class Controller:
    """What the stand-in holds, and the requests that write."""

    url: str = ""
    items: dict[str, dict[int, Item]] = field(default_factory=dict)
    related: dict[str, list[int]] = field(default_factory=dict)
    writes: list[tuple[str, str, Any]] = field(default_factory=list)

    def of(self, kind: str) -> dict[str, Item]:
        """All items of a kind by name."""
        return {str(item.get("name", item.get("identifier"))): item for item in self.items.get(kind, {}).values()}

    def add(self, kind: str, given: Item) -> Item:
        """Store an item."""
        number = 1 + max((number for items in self.items.values() for number in items), default=0)
        url = f"/api/v2/{kind}/{number}/"
        item = {**DEFAULTS, **given, "id": number, "url": url, "type": TYPES.get(kind, kind.removesuffix("s"))}
        item["related"] = {name: f"{url}{name}/" for name in ("survey_spec", "credentials", "success_nodes")}
        item["summary_fields"] = {}
        self.items.setdefault(kind, {})[number] = item
        return item

    def answer(self, method: str, path: str, query: Item, body: Any) -> tuple[int, Any]:
        """Status and body of an answer."""
        parts = path.removeprefix("/api/v2/").strip("/").split("/")
        if method != "GET":
            self.writes.append((method, path, body))
        kind = parts[0]
        if len(parts) == 1:
            return (
                (201, self.shown(self.add(kind, body)))
                if method == "POST"
                else (200, self.page(self.found(kind, query)))
            )
        item = self.items.get(kind, {}).get(int(parts[1]))
        if item is None:
            return 404, {"detail": "Not found."}
        if len(parts) == 2:
            if method == "PATCH":
                inputs = {**item.get("inputs", {}), **body.get("inputs", {})} if kind == "credentials" else {}
                item.update(body, **({"inputs": inputs} if inputs else {}))
            return 200, self.shown(item)
        return self.sub(method, item, kind, parts[2], path, body)

    def sub(self, method: str, item: Item, kind: str, name: str, path: str, body: Any) -> tuple[int, Any]:
        """What is below an item: associations, and the approval of a workflow's node."""
        if name == "create_approval_template":
            approval = self.add("workflow_approval_templates", body)
            item["unified_job_template"] = approval["id"]
            item["related"]["unified_job_template"] = approval["url"]
            return 201, approval
        if name == "survey_spec":
            return 200, {}
        if method == "POST":
            ids = self.related.setdefault(path, [])
            ids.remove(body["id"]) if body.get("disassociate") else ids.append(body["id"])
            return 204, None
        ids = self.related.get(path, [])
        return 200, self.page(
            [other for items in self.items.values() for number, other in items.items() if number in ids]
        )

    def found(self, kind: str, query: Item) -> list[Item]:
        """The items of a list that match a query."""
        kinds = TEMPLATES if kind == "unified_job_templates" else (kind,)
        ignored = ("page_size", "order_by", "type", "organization__name", "organization__id")
        wanted = {name: value for name, value in query.items() if name not in ignored}
        items = [item for one in kinds for item in self.items.get(one, {}).values()]
        if kind == "unified_job_templates" and "type" in query:
            items = [item for item in items if item["type"] == query["type"]]
        return [item for item in items if all(str(item.get(name)) == value for name, value in wanted.items())]

    def page(self, items: list[Item]) -> Item:
        """A list as AWX returns it."""
        return {"count": len(items), "next": None, "previous": None, "results": [self.shown(item) for item in items]}

    @staticmethod
    def shown(item: Item) -> Item:
        """An item without its secrets."""
        inputs = item.get("inputs")
        if item["type"] != "credential" or not inputs:
            return item
        hidden = {name: ENCRYPTED if name.endswith("_key") and value else value for name, value in inputs.items()}
        return {**item, "inputs": hidden}


@contextmanager
def controller() -> Iterator[Controller]:
    """A stand-in with one organization."""
    state = Controller()
    state.add("organizations", {"name": "Default"})

    class Handler(BaseHTTPRequestHandler):
        def respond(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            status, answer = state.answer(self.command, parts.path, dict(parse_qsl(parts.query)), body)
            data = b"" if answer is None else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("X-API-Product-Name", "AWX")
            self.send_header("X-API-Product-Version", "24.6.1")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do_DELETE = respond

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
