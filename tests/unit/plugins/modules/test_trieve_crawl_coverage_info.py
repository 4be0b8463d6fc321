# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages of a sitemap against the chunks that a crawl has left."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._coverage import api
from ansible_collections.community.trieve.plugins.modules.trieve_crawl_coverage_info import DEFINITION

from ...one_crawl import SITE, Site
from ...scripted import Answer, Scripted
from ...tasks import play
from ..module_utils._coverage.test_sitemap import index, urlset

WORDS = "one two three four five six"
PATHS = ("/", "/a", "/b/", "/c?x=1")


def crawl(site: Site, url: str = SITE, paths: tuple[str, ...] = PATHS) -> None:
    """Crawl a site that has these pages."""
    site.sandbox.control.site(url, [{"path": path, "html": f"<h1>A</h1>{WORDS}<h2>B</h2>{WORDS}"} for path in paths])
    site.add(url)
    for _unused in range(20):
        site.sandbox.control.tick("crawl")
    site.sent()


def coverage(site: Site, **options: Any) -> dict[str, Any]:
    """The result, the same in check mode."""
    given = {**site.connection, "site_url": SITE, **options}
    result = play(DEFINITION, **given)
    assert play(DEFINITION, check_mode=True, **given) == result
    return result


def found(site: Site, **options: Any) -> dict[str, Any]:
    """The coverage of a task that succeeds."""
    result = coverage(site, **options)
    assert not result.get("failed"), result["msg"]
    compared: dict[str, Any] = result["coverage"]
    return compared


def test_a_list_of_pages(site: Site) -> None:
    crawl(site)
    urls = [f"{SITE}/a/", "http://docs.example.com/b#part", f"{SITE}/new", f"{SITE}/c", " "]
    compared = found(site, urls=urls)
    assert compared["missing"] == [f"{SITE}/c", f"{SITE}/new"]
    assert compared["extra"] == [SITE, f"{SITE}/c?x=1"]
    assert (compared["expected"], compared["found"], compared["percent"], compared["chunks"]) == (4, 2, 50.0, 8)
    assert set(site.sent()) == {"POST"}
    assert found(site, urls=urls, ignore_query=True)["missing"] == [f"{SITE}/new"]


def test_a_sitemap_of_a_site(site: Site, serve: Callable[..., Scripted]) -> None:
    """Whose key, headers and certificates are nobody's business there."""
    first, second = Answer(), Answer()
    server = serve(first, second)
    crawl(site, server.url, ("/a", "/b"))
    first.body = index(f"{server.url}/s.xml.gz", "https://cdn.example.net/s.xml")
    second.body = gzip.compress(urlset(f"{server.url}/a", f"{server.url}/b/", "https://blog.example.com/x"))
    result = play(
        DEFINITION,
        **{**site.connection, "extra_headers": {"X-Proxy": "secret"}},
        site_url=server.url + "/",
        sitemap_url=f"{server.url}/sitemap.xml",
        fail_below="100%",
    )
    compared = result["coverage"]
    assert (compared["found"], compared["missing"], compared["extra"]) == (2, [], [])
    assert compared["sitemaps"] == [{"url": f"{server.url}/s.xml.gz", "pages": 3}]
    assert compared["other_hosts"] == [{"host": "blog.example.com", "urls": 1}, {"host": "cdn.example.net", "urls": 1}]
    assert result["warnings"] == ["2 URLs of other hosts (blog.example.com, cdn.example.net) are not counted."]
    sent = {name for request in server.received for name in request.headers}
    assert sent <= {"host", "accept", "accept-encoding", "user-agent", "connection"}
    assert site.connection["api_key"] not in str(server.received)


def test_a_file(site: Site, tmp_path: Path) -> None:
    crawl(site)
    path = tmp_path / "sitemap.xml"
    path.write_bytes(urlset(SITE, f"{SITE}/a", f"{SITE}/b", f"{SITE}/c?x=1"))
    compared = found(site, sitemap_file=str(path), fail_below="100")
    assert (compared["percent"], compared["missing"], compared["extra"]) == (100.0, [], [])
    assert compared["chunks_per_page"] == {"minimum": 2, "median": 2.0, "maximum": 2}
    assert compared["sitemaps"] == [{"url": str(path), "pages": 4}]


def test_more_chunks_than_a_request_asks_for(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    crawl(site)
    for size in (2, 3, 4, 7, 8, 9):
        monkeypatch.setattr(api, "PAGE", size)
        assert found(site, urls=[SITE])["chunks"] == 8


def test_only_chunks_of_the_site(site: Site) -> None:
    """Another site in the same dataset is neither extra nor found, unless all of the dataset counts."""
    crawl(site)
    crawl(site, "https://other.example.com", ("/z",))
    crawl(site, f"{SITE}/v2", ("/y",))
    assert found(site, urls=[SITE])["chunks"] == 8
    all_of_it = found(site, urls=[SITE], scope="dataset")
    assert (all_of_it["chunks"], all_of_it["chunks_of_other_hosts"]) == (10, 2)
    assert f"{SITE}/v2/y" in all_of_it["extra"]


def test_fail_below(site: Site) -> None:
    crawl(site)
    urls = [f"{SITE}/a", f"{SITE}/b", *(f"{SITE}/new/{number}" for number in range(6))]
    result = coverage(site, urls=urls, fail_below="25.1%")
    assert result["failed"] is True
    assert result["msg"] == (
        f"Coverage of {SITE} in dataset 'docs' is 25 %, less than fail_below: 25.1%. 6 of 8 pages cannot be found:"
        f" {', '.join(urls[2:7])} ..."
    )
    assert result["coverage"]["percent"] == 25.0
    assert found(site, urls=urls, fail_below="25%")["found"] == 2


def test_no_chunks(site: Site) -> None:
    crawl(site)
    options = {**site.connection, "urls": ["https://new.example.com/a"], "site_url": "https://new.example.com"}
    result = play(DEFINITION, **options)
    assert result["coverage"]["percent"] == 0.0
    assert "has no chunks of the crawl of https://new.example.com" in result["warnings"][0]
    result = play(DEFINITION, **options, scope="dataset")
    assert "has no chunks with links to the host of https://new.example.com" in result["warnings"][0]


def test_a_dataset_that_an_earlier_task_would_create(site: Site) -> None:
    """The preview knows nothing of its chunks, so it cannot fail because of them."""
    options = {**site.connection, "dataset": "nowhere", "site_url": SITE, "urls": [SITE], "fail_below": "95%"}
    assert "Dataset 'nowhere' not found" in play(DEFINITION, **options)["msg"]
    preview = play(DEFINITION, check_mode=True, **options)
    assert (preview["coverage"]["percent"], preview.get("failed")) == (0.0, None)
    assert len(preview["warnings"]) == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"fail_below": "0.95"}, "is less than 1 %"),
        ({"fail_below": "101%"}, "is not a valid percentage. Examples are 95% and 99.5%."),
        ({"fail_below": "-1"}, "is not a valid percentage"),
        ({"fail_below": "most"}, "is not a valid percentage"),
        ({"fail_below": ""}, "is not a valid percentage"),
        ({"urls": []}, "urls is empty"),
        ({"urls": ["", " "]}, "urls is empty"),
        ({"urls": ["https://other.example.com"]}, "urls lists no page of docs.example.com"),
        ({"urls": ["rubbish"]}, "urls lists no page of docs.example.com"),
        ({"site_url": "docs.example.com"}, "site_url 'docs.example.com' is not a valid URL"),
        ({"max_listed": -1}, "max_listed is -1"),
        ({"dataset": ""}, "dataset is missing or empty"),
        ({"urls": None, "sitemap_file": "/nowhere/sitemap.xml"}, "sitemap_file /nowhere/sitemap.xml cannot be read"),
        ({"urls": None, "sitemap_url": "sitemap.xml"}, "Sitemap 'sitemap.xml' is not a valid URL"),
        (
            {"urls": None, "sitemap_url": "https://x", "site_ca_path": "/nowhere"},
            "site_ca_path: file /nowhere not found",
        ),
    ],
)
def test_refusals(site: Site, options: dict[str, Any], words: str) -> None:
    """Before anything is asked of the server."""
    given = {"urls": [SITE], **options}
    result = coverage(site, **{name: value for name, value in given.items() if value is not None})
    assert (result.get("failed"), site.sent()) == (True, [])
    assert words in result["msg"]
    assert "coverage" not in result


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<!DOCTYPE html><html>", "is an HTML page, not a sitemap"),
        (b'<!DOCTYPE z [<!ENTITY a "ha">]><urlset/>', "has a document type declaration"),
        (urlset(*(f"{SITE}/{n}" for n in range(50_001))), "has more than 50000 entries"),
        (urlset("https://other.example.com/"), "lists no page of docs.example.com"),
        (urlset(), "lists no page of docs.example.com"),
    ],
    ids=["html", "entities", "50001", "hosts", "nothing"],
)
def test_bad_sitemaps(site: Site, serve: Callable[..., Scripted], body: bytes, words: str) -> None:
    """Nothing of them is used."""
    result = coverage(site, sitemap_url=serve(Answer(body=body)).url)
    assert (result.get("failed"), site.sent()) == (True, [])
    assert words in result["msg"]


def test_a_sitemap_that_is_not_there(site: Site, serve: Callable[..., Scripted]) -> None:
    url = serve(Answer(404, b"")).url
    result = coverage(site, sitemap_url=f"{url}/sitemap.xml")
    assert result["msg"] == f"Sitemap {url}/sitemap.xml cannot be read: HTTP 404."
    assert result["error"] == {"message": "HTTP 404", "method": "GET", "url": f"{url}/sitemap.xml", "status": 404}


def test_a_list_that_does_not_end(site: Site, serve: Callable[..., Scripted], monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that ignores the offset."""
    monkeypatch.setattr(api, "PAGE", 1)
    server = serve(Answer(body=b'{"chunks": [{"id": "x"}]}'))
    result = play(DEFINITION, **{**site.connection, "url": server.url}, site_url=SITE, urls=[SITE])
    assert result["msg"] == "The list of chunks does not end: it stopped after 1 chunk."
