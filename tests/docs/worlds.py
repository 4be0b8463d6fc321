# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is there before the examples of a plugin are played, and what stands for the values that a reader fills in.

All plugins share one world: an organization with a few datasets, crawls, groups, keys and members. An example that needs more
adds it to C(prepare), or a variable to C(VARIABLES).
"""

from __future__ import annotations

import gzip
import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests

from sandbox.server import running
from sandbox.settings import WORKERS, Settings
from tests.unit.tenant import Tenant

PAGES = [{"path": "/", "title": "Start", "html": "<h1>Install</h1><p>How to install it.</p>"}]
SITES = ("https://docs.example.com", "https://blog.example.com", "https://status.example.com")

MAIL = {"app_url": "https://dashboard.example.com", "redirect_uri": "https://dashboard.example.com"}
DOCS = "0f3f5c9e-5a0e-4d63-9d3c-6a1e6f0f7a52"
"""The ID of the dataset docs in the examples."""

VARIABLES: dict[str, Any] = {
    "vault_password": "correct horse battery staple",
    "vault_llm_api_key": "sk-Zq7vT1mXb4Nc9RkLw2Yd8HsPf3Jg6QaE",
    "vault_reranker_api_key": "rr-Mw5tK8zVh1Bx4CnPd7Yg2LqRs9Fj3TaU",
    "vault_page_api_key": "tr-Vd8nB3xRm6Kc1TzWq4Yh9PsLf7Gj2JaO",
    "importer_file": "{{ playbook_dir }}/secrets/importer",
    "shop_groups": [{"tracking_id": "product-4711", "name": "Garden chair"}],
    "team_crawls": [{"site_url": "https://team.example.com/handbook"}],
    "crawls": [{"site_url": "https://docs.example.com", "interval": "daily"}],
    "owner": "jo@example.com",
    "organization_state": {
        "datasets": [{"tracking_id": "docs", "name": "Documentation"}],
        "prune": {"datasets": "none", "chunk_groups": "none", "crawls": "none", "api_keys": "none"},
    },
    "drifted": [],
    "vault_plan_key": "a plan key of enough letters",
    "backup_stored_id": "",
    "notes": [{"tracking_id": "note", "chunk_html": "<p>A note.</p>"}],
}
"""What the examples take from variables, beside those that they set themselves and those of a world."""

FILES = {
    "search.conf.j2": "key = {{ lookup('ansible.builtin.unvault', 'secrets/website_key') }}\n",
    "organization.yml": "datasets:\n  - {tracking_id: docs, name: Documentation for users}\n  - {tracking_id: blog, name: Blog}\n",
    "secrets/.keep": "",
    "backup/.keep": "",
    "content/install.md": "# Install\n\nHow to install it.\n",
    "organization/docs.yml": "datasets:\n  - tracking_id: docs\n    name: Documentation of products\n",
    "manuals/install.html": "<h1>Install</h1><p>How to install it.</p>",
    "manuals/terms.txt": "The warranty lasts two years. Returns are free.",
    "releases.jsonl": '{"tracking_id": "r1", "chunk_html": "<p>Release 1.</p>", "tag_set": ["releases"]}\n',
    "baseline.json": '{"tests": []}',
    "plan.json": "{}",
    "judgements.jsonl": '{"query": "install", "link": "https://docs.example.com/install"}\n',
    "queries.tsv": "1\tinstall\n",
    "qrels.txt": "1 0 https://docs.example.com/install 1\n",
}
"""Files beside the playbook."""


@dataclass
class World:
    """A sandbox of its own with an organization in it.

    :param variables: variables of its plays
    :param replaced: values of the examples, and what stands for them in this world
    """

    tenant: Tenant
    environment: dict[str, str]
    variables: dict[str, Any] = field(default_factory=dict)
    replaced: dict[str, str] = field(default_factory=dict)

    def text(self, text: str) -> str:
        """A text of the documentation with the values of this world."""
        for value, here in self.replaced.items():
            text = text.replace(value, here)
        return text


def prepare(tenant: Tenant, folder: Path) -> World:
    """The organization that the examples speak of."""
    docs = tenant.dataset("docs", dataset_name="Documentation")
    shop = tenant.dataset("shop", dataset_name="Shop")

    def crawl(dataset: str, site: str, **options: Any) -> dict[str, Any]:
        created: dict[str, Any] = tenant.call(
            "POST", "/api/crawl", {"crawl_options": {"site_url": site, **options}}, **{"TR-Dataset": dataset}
        )
        return created

    for site in SITES:
        tenant.control.site(site, PAGES)
    old = crawl(docs, "https://old.example.com")
    other = crawl(docs, "https://other.example.com")
    crawl(docs, "https://team.example.com/old")
    crawl(shop, "https://shop.example.com", scrape_options={"type": "shopify"})
    tenant.control.sql("UPDATE crawls SET status = 'Failed' WHERE id = ?", [other["id"]])
    for number in (4711, 4713):
        tenant.call(
            "POST",
            "/api/chunk_group",
            {"tracking_id": f"product-{number}", "name": f"Product {number}", "tag_set": ["garden"]},
            **{"TR-Dataset": shop},
        )
    for name, role in (("importer", 1), ("reports", 0), ("old", 0)):
        tenant.call("POST", "/api/organization/api_key", {"name": name, "role": role})
    keys = {row["name"]: row["id"] for row in tenant.rows("organization_api_keys")}
    for email, role in (("jo@example.com", 0), ("sam@example.com", 1), ("kim@example.com", 0), ("lee@example.com", 2)):
        tenant.member(email, role)
    tenant.call(
        "POST", "/api/invitation", {"email": "ida@example.com", "user_role": 0, **MAIL, "organization_id": tenant.id}
    )
    topic = tenant.call("POST", "/api/topic", {"name": "Setup", "owner_id": "jo@example.com"}, **{"TR-Dataset": docs})
    own = tenant.connection
    return World(
        tenant,
        {
            "TRIEVE_BASE_URL": own["url"],
            "TRIEVE_API_KEY": own["api_key"],
            "TRIEVE_ORGANIZATION_ID": tenant.id,
        },
        {
            "crawl_id": old["id"],
            "scrape_id": other["scrape_id"],
            "topic_id": topic["id"],
            "organization_id": tenant.id,
            "reports_stored_id": keys["reports"],
            "failed": {"crawls": [{"id": other["id"]}]},
        },
        {
            "9c4a4a8e-0a5c-4a52-9d63-5d3d51f4a3a1": tenant.id,
            DOCS: docs,
            "1f0a3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11": old["id"],
            "2c9a5f0e-4b1d-4c3a-8b0a-6f1f3d2a7c44": keys["old"],
            "/var/www/status/": f"{folder}/",
            "/etc/search.conf": str(folder / "search.conf"),
            "/srv/trieve/organization.yml": str(folder / "organization.yml"),
            "[organization.yml]": f"[{folder}/organization.yml]",
            "https://trieve.example.com": own["url"],
        },
    )


def crawls_at_once(given: World, folder: Path) -> None:
    """Crawls run, and are done at once."""
    given.tenant.control.settings(workers=sorted(WORKERS))


def crawls_of_sites(given: World, folder: Path) -> None:
    """A dataset for each site. The documentation has 200 headings."""
    crawls_at_once(given, folder)
    for name in ("blog", "api"):
        given.tenant.dataset(name)
    words = "are what this section is about"
    pages = [
        {
            "path": f"/{page}",
            "html": "".join(f"<h1>{page}.{part}</h1><p>{page} and {part} {words}</p>" for part in range(4)),
        }
        for page in range(50)
    ]
    given.tenant.control.site("https://docs.example.com", pages)


def declared_crawls(given: World, folder: Path) -> None:
    """Of four crawls, three are those that the first example declares."""
    tenant = given.tenant
    guide = {"interval": "daily", "limit": 500, "include_paths": ["/guide/*"], "tags": ["guide"]}
    reference = {"interval": "weekly", "include_paths": ["/reference/*"], "exclude_paths": ["/reference/v1/*"]}
    tenant.control.sql("DELETE FROM crawls")
    for site, options in (
        ("https://docs.example.com", guide),
        ("https://docs.example.com", reference),
        ("https://www.youtube.com/@example", {"scrape_options": {"type": "youtube"}}),
        ("https://old.example.com", {}),
    ):
        body = {"crawl_options": {"site_url": site, **options}}
        tenant.call("POST", "/api/crawl", body, **{"TR-Dataset": given.replaced[DOCS]})


def without_crawls(given: World, folder: Path) -> None:
    """Nothing is there that the state would delete."""
    given.tenant.control.sql("DELETE FROM crawls")


def invited(given: World, folder: Path) -> None:
    """Nobody is a member yet who is to be invited, and Kim has an invitation."""
    tenant = given.tenant
    people = "(SELECT id FROM users WHERE email LIKE '%@example.com')"
    tenant.control.sql(f"DELETE FROM user_organizations WHERE user_id IN {people}")
    tenant.control.sql(f"DELETE FROM users WHERE id IN {people}")
    body = {"email": "kim@example.com", "user_role": 0, "organization_id": tenant.id}
    tenant.call("POST", "/api/invitation", {**body, **MAIL})


def healthy(given: World, folder: Path) -> None:
    """Everything that a server can have is there, and pages to crawl."""
    crawls_at_once(given, folder)
    with_analytics(given, folder)
    for site in ("https://example.com", "https://docs.example.com/start"):
        given.tenant.control.site(site, PAGES)


def with_chunks(given: World, folder: Path) -> None:
    """Chunks to search for, two of them in a group."""
    link = "https://docs.example.com"
    terms = {"link": f"{link}/terms", "metadata": {"title": "Terms of sale"}, "group_tracking_ids": ["terms"]}
    chunks = [
        {"chunk_html": "<h2>Install</h2><p>How to install it.</p>", "link": f"{link}/install", "tag_set": ["guide"]},
        {"chunk_html": "<p>The warranty lasts two years.</p>", "tracking_id": "terms-warranty", **terms},
        {"chunk_html": "<p>Returns and warranty.</p>", "tracking_id": "terms-returns", **terms},
        {"chunk_html": "<p>Ask Kim.</p>", "tracking_id": "ask-kim", "group_tracking_ids": ["team-notes"]},
        *(
            {"chunk_html": f"<p>On {name}.</p>", "tracking_id": f"install-{name}"}
            for name in ("linux", "macos", "windows")
        ),
    ]
    headers = {"TR-Dataset": given.replaced[DOCS]}
    for name in ("terms", "team-notes"):
        given.tenant.call("POST", "/api/chunk_group", {"tracking_id": name, "name": name}, **headers)
    given.tenant.call("POST", "/api/chunk", chunks, **headers)
    (group,) = (row["id"] for row in given.tenant.control.state("chunk_groups") if row["tracking_id"] == "terms")
    given.replaced["4d6b5d3c-5a3f-4f55-8fd8-0d4c8a2d3c10"] = group


def with_files(given: World, folder: Path) -> None:
    """Workers that process files, a file of somebody else, and one of a team."""
    given.tenant.control.settings(workers=sorted(WORKERS))
    upload(given, file_name="old.txt")
    (row,) = given.tenant.control.state("files")
    given.replaced["5b1d3c5e-8a54-4a6b-9c3e-0f6f2f1f7b11"] = row["id"]
    record = {
        "group_tracking_id": "notes",
        "sha256": "3639efcd08abb273b1619e82e78c29a7df02c1051b1820e99fc395dcaa3326b8",
    }
    upload(given, group_tracking_id="notes", tag_set=["team-notes"], metadata={"community_trieve": record})


def with_hours(given: World, folder: Path) -> None:
    """A file with a group."""
    given.tenant.control.settings(workers=sorted(WORKERS))
    upload(given, group_tracking_id="opening-hours")


def upload(given: World, **values: Any) -> None:
    """A file of the dataset docs."""
    body = {"base64_file": "SGk=", "file_name": "a.txt", **values}
    given.tenant.call("POST", "/api/file", body, **{"TR-Dataset": given.replaced[DOCS]})


def with_analytics(given: World, folder: Path) -> None:
    """ClickHouse is there."""
    given.tenant.control.settings(components={"clickhouse": "ok"})


class Site(ThreadingHTTPServer):
    """A site that is served on this machine. Pages by path, as HTML or as XML."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.pages: dict[str, bytes] = {}


class Answer(BaseHTTPRequestHandler):
    """One answer of a site."""

    server: Site

    def do_GET(self) -> None:
        """Send the page."""
        page = self.server.pages.get(self.path)
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "application/xml" if self.path.endswith(".xml") else "text/html")
        self.end_headers()
        self.wfile.write(page or b"")

    def log_message(self, *arguments: Any) -> None:
        """Nobody reads it."""


@contextmanager
def site_with_pages(given: World, folder: Path) -> Iterator[None]:
    """A site with three pages and a sitemap, which is served, crawled and also saved in files."""
    crawls_at_once(given, folder)
    with Site() as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        pages = {f"/{name}": f"<h1>How to {name}</h1><p>It is easy.</p>" for name in ("install", "upgrade", "handbook")}
        urls = "".join(f"<url><loc>{site.url}{path}</loc></url>" for path in pages)
        sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()
        site.pages = {**{path: html.encode() for path, html in pages.items()}, "/sitemap.xml": sitemap}
        for name in ("public", "saved"):
            (folder / name).mkdir(exist_ok=True)
        (folder / "public" / f"{site.server_address[1]}.xml.gz").write_bytes(gzip.compress(sitemap))
        (folder / "saved" / "app.html").write_text(pages["/install"])
        given.tenant.control.site(
            site.url, [{"path": path, "title": path, "html": html} for path, html in pages.items()]
        )
        for dataset in ("docs", "shop", "staging", "intranet"):
            if dataset in ("staging", "intranet"):
                given.tenant.dataset(dataset)
            given.tenant.call(
                "POST", "/api/crawl", {"crawl_options": {"site_url": site.url}}, **{"TR-Dataset": dataset}
            )
        names = ("docs", "shop", "staging.internal", "intranet")
        given.replaced.update({f"https://{name}.example.com": site.url for name in names})
        given.replaced["public/sitemap.xml.gz"] = f"{folder}/public/{site.server_address[1]}.xml.gz"
        given.replaced["saved/app.html"] = f"{folder}/saved/app.html"
        given.replaced["/etc/ssl/certs/internal-ca.pem"] = requests.utils.DEFAULT_CA_BUNDLE_PATH
        try:
            yield
        finally:
            site.shutdown()


def with_blog(given: World, folder: Path) -> None:
    """A third dataset."""
    given.tenant.dataset("blog")


def with_a_replacement(given: World, folder: Path) -> None:
    """A dataset with a chunk that is to take the place of another one."""
    new = given.tenant.dataset("docs-2026-11", dataset_name="Documentation 2026-11")
    given.tenant.call("POST", "/api/chunk", {"chunk_html": "<p>Text.</p>"}, **{"TR-Dataset": new})
    given.tenant.call("POST", "/api/chunk", {"chunk_html": "<p>Text.</p>"}, **{"TR-Dataset": given.replaced[DOCS]})


MORE = {
    "trieve_dataset_swap": with_a_replacement,
    "search_test_report": with_chunks,
    "trieve_content_export": with_chunks,
    "trieve_chunk_info": with_chunks,
    "trieve_chunks": with_chunks,
    "trieve_status_info": with_blog,
    "trieve_crawl": crawls_of_sites,
    "trieve_crawls": declared_crawls,
    "trieve_doctor": healthy,
    "trieve_file_info": with_hours,
    "trieve_files": with_files,
    "trieve_invitation": invited,
    "trieve_organization_info": with_analytics,
    "trieve_organization_state": without_crawls,
    "trieve_search": with_chunks,
    "trieve_search_info": with_chunks,
    "trieve_search_test": with_chunks,
}
"""What the examples of a plugin need beside that."""

SERVED = {
    "status_report": site_with_pages,
    "trieve_crawl_coverage_info": site_with_pages,
    "trieve_extraction_info": site_with_pages,
}
"""The same, as something that ends with the world."""


BEFORE = {
    "search_test_report": """
- name: Test the search
  community.trieve.trieve_search_test:
    dataset: docs
    search_type: bm25
    tests:
      - query: warranty
        expect:
          - tracking_id: terms-warranty
  register: tested

""",
    "status_report": """
- name: Read the status
  community.trieve.trieve_status_info:
  register: result

- name: Read the coverage
  community.trieve.trieve_crawl_coverage_info:
    dataset: docs
    site_url: https://docs.example.com
    sitemap_url: https://docs.example.com/sitemap.xml
  register: docs

- name: Test the server
  community.trieve.trieve_doctor:
  check_mode: true
  register: doctor

""",
}
"""Tasks that the examples of a plugin follow."""


@contextmanager
def world(folder: Path, name: str = "") -> Iterator[World]:
    """A world that lasts as long as the block.

    :param name: the plugin whose examples are played in it
    """
    with (
        running(settings=Settings(webhook_key="whk-Vd8sQz3LxT0pMw6nRb2JyF9cHk4GaE71")) as sandbox,
        ExitStack() as stack,
    ):
        connection = {
            "url": sandbox.url,
            "api_key": sandbox.admin_key,
            "organization_id": sandbox.organization_id,
        }
        made = prepare(Tenant(sandbox, connection), folder)
        if name in MORE:
            MORE[name](made, folder)
        if name in SERVED:
            stack.enter_context(SERVED[name](made, folder))
        sandbox.control.clear_requests()
        yield made


UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
