# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook community.trieve.status: it only reads, and what a site or a component lacks is in every report."""

from __future__ import annotations

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from .leaks import leaks
from .play import ROOT, Stage

pytestmark = pytest.mark.sandbox

STATUS = ROOT / "playbooks" / "status.yml"
WORDS = "one two three four five six"
HOSTILE = "{{ 6 * 7 }}<script>"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    """A web site with a sitemap of three pages."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(tmp_path)))
    url = f"http://127.0.0.1:{server.server_port}"
    entries = "".join(f"<url><loc>{url}/{name}</loc></url>" for name in "abc")
    (tmp_path / "sitemap.xml").write_text(f"<urlset>{entries}</urlset>")
    thread = threading.Thread(target=server.serve_forever, args=(0.002,), daemon=True)
    thread.start()
    yield url
    server.shutdown()
    server.server_close()
    thread.join(30)


def test_status(stage: Stage, known_secrets: set[str], tmp_path: Path, web: str) -> None:
    server = stage.server
    assert server.control
    server.control.reset()
    docs = server.create_dataset("docs")
    server.send("POST", "/api/dataset", {"dataset_name": HOSTILE})
    server.control.site(web, [{"path": f"/{name}", "html": f"<h1>{name}</h1>{WORDS}"} for name in "ab"])
    server.send("POST", "/api/crawl", {"crawl_options": {"site_url": web}}, dataset=docs)
    for _unused in range(20):
        server.control.tick("crawl")
    server.control.settings(components={"splade": "down"})
    site = {"dataset": "docs", "site_url": web, "sitemap_url": f"{web}/sitemap.xml"}
    variables = {
        "trieve_status_report": str(tmp_path / "out"),
        "trieve_status_metrics": str(tmp_path / "trieve.prom"),
        "trieve_status_title": "Search",
        "trieve_status_sitemaps": [site, {**site, "sitemap_url": f"{web}/none.xml", "site_url": f"{web}/v2"}],
    }
    run = stage.play(STATUS, variables=variables, fresh=False).succeeded()
    server.control.settings(components={})
    assert run.writes() == []
    assert leaks(run, known_secrets) == []
    assert "2 datasets, 1 crawl, 2 chunks: 1 error, 3 warnings." in run.stdout
    document = json.loads((tmp_path / "out.json").read_text())
    texts = [problem["text"] for problem in document["problems"]]
    assert texts[0].startswith("Component splade_server is missing.")
    assert texts[1].startswith("Component clickhouse is missing.")
    assert texts[2] == "Coverage is 66.66 %: 1 of 3 pages cannot be found."
    assert texts[3].startswith("The dataset has no crawl of this URL. Coverage could not be determined: Sitemap ")
    for name in ("out.md", "out.html", "out.json"):
        text = (tmp_path / name).read_text()
        assert HOSTILE.replace("<script>", "") in text, name
        assert ("Status of Search" in text or "Status of `Search`" in text) is (name != "out.json")
    page = (tmp_path / "out.html").read_text()
    assert page.startswith("<!DOCTYPE html>")
    assert "<script" not in page
    metrics = (tmp_path / "trieve.prom").read_text()
    assert f'trieve_crawl_missing_pages{{dataset="docs",site_url="{web}",kind="firecrawl"}} 1\n' in metrics
    assert 'trieve_component_up{component="splade_server"} 0\n' in metrics
