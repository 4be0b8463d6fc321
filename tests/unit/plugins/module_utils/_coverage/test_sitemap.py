# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sitemaps, good and bad. Nothing of a bad one is used."""

from __future__ import annotations

import pytest

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._coverage import sitemap
from ansible_collections.community.trieve.plugins.module_utils._coverage.sitemap import parse_sitemap, read_sitemap

SITE = "https://docs.example.com"
_NS = "http://www.sitemaps.org/schemas/sitemap/0.9"


def urlset(*urls: str, inside: str = "") -> bytes:
    """A sitemap of these pages."""
    entries = "".join(f"<url><loc>{url}</loc>{inside}</url>" for url in urls)
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="{_NS}">{entries}</urlset>'.encode()


def index(*urls: str) -> bytes:
    """A sitemap index."""
    entries = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return f'<sitemapindex xmlns="{_NS}">{entries}</sitemapindex>'.encode()


def site(files: dict[str, bytes], start: str = "/sitemap.xml") -> sitemap.Sitemap:
    """What is read of a site that has these files, by path."""

    def load(url: str, largest: int) -> tuple[str, bytes]:
        assert largest == sitemap.LARGEST
        return url, files[url.removeprefix(SITE)]

    return read_sitemap(load, SITE + start, None, "docs.example.com")


BOMB = (
    b'<!DOCTYPE z [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><urlset><url><loc>&b;</loc></url></urlset>'
)
EXTERNAL = b'<!DOCTYPE urlset SYSTEM "file:///etc/passwd"><urlset/>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (BOMB, "document type declaration"),
        (EXTERNAL, "document type declaration"),
        (b"<!DOCTYPE html><html><body>Not found<br></html>", "is an HTML page, not a sitemap"),
        (b"\xef\xbb\xbf<html><p>unclosed</html>", "is an HTML page"),
        (b"<html xmlns='http://www.w3.org/1999/xhtml'></html>", "is an HTML page"),
        (b"<rss><channel/></rss>", "its root element is rss"),
        (b"<urlset><url><loc>https://a", "is not valid XML: "),
        (b"https://docs.example.com/a\n", "is not valid XML: .* in line 1"),
        (b"<?xml version='1.0' encoding='bogus'?><urlset/>", "is not valid XML"),
        (b"<urlset>" + b"<a>" * 100 + b"</a>" * 100 + b"</urlset>", "nested more than 32 deep"),
        (urlset("https://docs.example.com/" + "a" * 9000), "more than 8192 characters"),
        (urlset(*(f"{SITE}/{n}" for n in range(50_001))), "has more than 50000 entries"),
    ],
    ids=[
        "empty",
        "blank",
        "bomb",
        "external",
        "doctype",
        "html",
        "xhtml",
        "rss",
        "cut",
        "text",
        "code",
        "deep",
        "url",
        "50001",
    ],
)
def test_a_bad_sitemap(content: bytes, words: str) -> None:
    with pytest.raises(TaskFailed, match=words) as failed:
        parse_sitemap(content, "Sitemap s")
    assert str(failed.value).startswith("Sitemap s ")


def test_the_pages() -> None:
    """Blanks around a URL do not matter, entities of XML are decoded, and a picture is not a page."""
    image = (
        "<i:image xmlns:i='http://www.google.com/schemas/sitemap-image/1.1'><i:loc>https://cdn/x.png</i:loc></i:image>"
    )
    picture = "<loc xmlns='http://www.google.com/schemas/sitemap-image/1.1'>https://cdn/y.png</loc>"
    content = urlset("\n https://a/?x=1&amp;y=2 ", "<![CDATA[https://a/b]]>", inside=image + picture)
    assert parse_sitemap(content, "s") == ("urlset", ["https://a/?x=1&y=2", "https://a/b"])
    assert parse_sitemap(b"<urlset><url><loc>https://a</loc></url></urlset>", "s") == ("urlset", ["https://a"])
    assert parse_sitemap(content.decode().replace("UTF-8", "UTF-16").encode("utf-16"), "s")[1][1] == "https://a/b"
    assert parse_sitemap(urlset(*(f"{SITE}/{n}" for n in range(50_000))), "s")[1][-1] == f"{SITE}/49999"


def test_an_index() -> None:
    """Its sitemaps are read once each, those of other hosts not at all."""
    other = "https://cdn.example.net/c.xml"
    found = site(
        {
            "/sitemap.xml": index(f"{SITE}/a.xml", other, f"{SITE}/b.xml", f"{SITE}/a.xml", "nowhere"),
            "/a.xml": urlset(f"{SITE}/1", f"{SITE}/2"),
            "/b.xml": index(f"{SITE}/c.xml", f"{SITE}/sitemap.xml"),
            "/c.xml": urlset(f"{SITE}/2", f"{SITE}/3"),
        }
    )
    assert found.pages == [f"{SITE}/1", f"{SITE}/2", f"{SITE}/3"]
    assert found.files == [{"url": f"{SITE}/a.xml", "pages": 2}, {"url": f"{SITE}/c.xml", "pages": 2}]
    assert found.foreign == [other, "nowhere"]


@pytest.mark.parametrize(
    ("limit", "value", "words"),
    [
        ("DEEPEST", 0, "is an index in an index"),
        ("MOST_FILES", 2, "leads to more than 2 sitemaps"),
        ("MOST_PAGES", 2, "list more than 2 pages"),
        ("LARGEST_TOTAL", 500, "have more than 500 bytes in total"),
    ],
)
def test_the_limits_of_an_index(monkeypatch: pytest.MonkeyPatch, limit: str, value: int, words: str) -> None:
    monkeypatch.setattr(sitemap, limit, value)
    files = {
        "/sitemap.xml": index(f"{SITE}/a.xml", f"{SITE}/b.xml"),
        "/a.xml": urlset(f"{SITE}/1", f"{SITE}/2"),
        "/b.xml": urlset(f"{SITE}/3"),
    }
    with pytest.raises(TaskFailed, match=words):
        site(files)


def test_one_bad_sitemap_spoils_the_index() -> None:
    """Otherwise pages that are there would look as if they should not be."""
    with pytest.raises(TaskFailed, match="Sitemap https://docs.example.com/b.xml is an HTML page"):
        site({"/sitemap.xml": index(f"{SITE}/a.xml", f"{SITE}/b.xml"), "/a.xml": urlset(SITE), "/b.xml": b"<html>"})
