# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Galaxy server with one collection: ansible-galaxy verifies signatures only of what it downloads from one."""

from __future__ import annotations

import hashlib
import json
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


def _answers(artifact: Path) -> dict[str, Any]:
    """What the server answers, by path: the calls that `ansible-galaxy collection install` makes."""
    with tarfile.open(artifact) as archive:
        manifest = archive.extractfile("MANIFEST.json")
        assert manifest is not None
        info = json.load(manifest)["collection_info"]
    namespace, name, version = info["namespace"], info["name"], info["version"]
    collection = f"/api/v3/collections/{namespace}/{name}/"
    versions = f"{collection}versions/"
    data = artifact.read_bytes()
    return {
        "/api/": {"available_versions": {"v3": "v3/"}},
        collection: {"created_at": "2026-01-02T03:04:05Z", "updated_at": "2026-01-02T03:04:05Z"},
        versions: {"meta": {"count": 1}, "links": {"next": None}, "data": [{"version": version}]},
        f"{versions}{version}/": {
            "namespace": {"name": namespace},
            "collection": {"name": name},
            "version": version,
            "href": f"{versions}{version}/",
            "download_url": "/artifact.tar.gz",
            "artifact": {"sha256": hashlib.sha256(data).hexdigest()},
            "metadata": {"dependencies": {}},
            "signatures": [],
        },
        "/artifact.tar.gz": data,
    }


@contextmanager
def galaxy_server(artifact: Path) -> Iterator[str]:
    """The URL of a server that has this artifact."""
    answers = _answers(artifact)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = answers.get(self.path.partition("?")[0])
            body = answer if isinstance(answer, bytes) else json.dumps(answer or {}).encode()
            self.send_response(404 if answer is None else 200)
            self.send_header("Content-Type", "application/gzip" if isinstance(answer, bytes) else "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
