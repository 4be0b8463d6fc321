# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each request of a run fails in each way: the runs after it bring about what is declared, or name what is left over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from ansible_collections.community.trieve.plugins.module_utils import trieve as _client
from ansible_collections.community.trieve.plugins.module_utils._crawl import plan as crawl_plan
from ansible_collections.community.trieve.plugins.module_utils._crawl.api import create_crawl
from ansible_collections.community.trieve.plugins.module_utils._exchange import Exchange
from sandbox.server import Running

from ...crawls import Docs
from ...one_crawl import SITE, Site

B = "https://b.example.com"
WAYS = ("refused", "kept and refused", "lost after", "lost before")
REQUESTS = ("GET 1", "POST", "DELETE", "GET 2")
RECRAWL = ("never", "on_failure", "always")
Result = dict[str, Any]


class Faulty:
    """Lets one request of the client fail: its answer is lost or taken for an error, or it never arrives."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch
        self._send = _client.TrieveClient._send

    def meet(self, what: str, way: str) -> list[str]:
        """The method and number of the request, and how it fails. Returns a list that shows whether it did."""
        method, _blank, number = what.partition(" ")
        seen: list[str] = []
        done: list[str] = []
        exchange = self._send

        def faulty(client: Any, verb: str, path: str, *args: Any, **kwargs: Any) -> Any:
            if verb == method and path.startswith("/api/crawl"):
                seen.append(path)
                if len(seen) == int(number or 1):
                    done.append(path)
                    return fail(client, verb, path, *args, **kwargs)
            return exchange(client, verb, path, *args, **kwargs)

        def fail(client: Any, verb: str, path: str, *args: Any, **kwargs: Any) -> Any:
            call = Exchange(client, verb, path, args[-1] if args else kwargs.get("safe", False))
            if way in ("kept and refused", "lost after"):
                exchange(client, verb, path, *args, **kwargs)
            if way.endswith("refused"):
                raise call.error("out of order", 500)
            raise call.unanswered(requests.ConnectionError("the connection was lost"))

        self._patch.setattr(_client.TrieveClient, "_send", faulty)
        return done

    def end(self) -> None:
        """No faults any more."""
        self._patch.setattr(_client.TrieveClient, "_send", self._send)


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> Faulty:
    """Faults of the way to the server, which need no time."""
    return Faulty(monkeypatch)


@pytest.fixture
def docs(sandbox: Running, connection: dict[str, Any]) -> Docs:
    """An empty dataset."""
    return Docs(sandbox, connection)


def shown_alike(run: Callable[..., Result]) -> Result:
    """The result of a run whose preview says the same."""
    preview, result = run(check_mode=True), run()
    for name in ("changed", "diff"):
        assert preview[name] == result[name]
    assert set(preview.get("warnings", ())) <= set(result.get("warnings", ()))
    return result


def converges(place: Docs, run: Callable[..., Result], declared: int) -> bool:
    """Whether further runs end with nothing but what is declared; otherwise each names all that is left over."""
    for _number in range(3):
        result = shown_alike(run)
        assert not result.get("failed"), result["msg"]
        ours = result.get("crawls") or [result["crawl"]]
        beside = set(place.ids()) - {crawl["id"] for crawl in ours[:declared]}
        words = " ".join(result.get("warnings", ()))
        assert all(crawl_id in words for crawl_id in beside), (beside, words)
        assert not result.get("warnings") or beside
    return not beside


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("what", REQUESTS)
@pytest.mark.parametrize("there", ["nothing", "another one", "just this", "a failed one"])
@pytest.mark.parametrize("recrawl", RECRAWL)
def test_one_crawl(site: Site, faulty: Faulty, recrawl: str, there: str, what: str, way: str) -> None:
    if there != "nothing":
        crawl_id = site.add(SITE, limit=1 if there == "another one" else 2, tags=["kept"])
        site.status(crawl_id, "Failed" if there == "a failed one" else "Completed")
    before = set(site.ids())
    options = {"limit": 2, "recrawl": recrawl}
    met = faulty.meet(what, way)
    result = site.run(**options)
    faulty.end()
    if met:
        assert result["failed"] is True
        new = set(site.ids()) - before
        assert all(crawl_id in result["msg"] or what == "GET 2" for crawl_id in new), result["msg"]
        assert result["changed"] is bool(new)
    # Then with the option that removes duplicates, exactly what is declared is there.
    converges(site, lambda **more: site.run(**options, **more), 1)
    assert converges(site, lambda **more: site.run(**options, duplicates="remove", **more), 1)
    (crawl_id,) = site.ids()
    assert site.options(crawl_id)["limit"] == 2
    assert "tags" not in site.options(crawl_id) if there == "nothing" else site.options(crawl_id)["tags"] == ["kept"]
    again = site.run(**{**options, "recrawl": "never"})
    assert (again["changed"], again.get("warnings")) == (False, None)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("what", ["POST", "DELETE"])
def test_another_declaration_after_it(site: Site, faulty: Faulty, what: str, way: str) -> None:
    """What is left of a broken run is not what is declared any more: the task says how to go on, and does so."""
    site.add(SITE, limit=1)
    faulty.meet(what, way)
    site.run(limit=2)
    faulty.end()
    if len(site.ids()) > 1:
        refused = site.run(limit=3)
        assert (refused["failed"], refused["changed"]) == (True, False)
        assert "set duplicates: remove to replace the newest and delete the others" in refused["msg"]
        assert all(crawl_id in refused["msg"] for crawl_id in site.ids())
    assert converges(site, lambda **more: site.run(limit=3, duplicates="remove", **more), 1)
    assert len(site.ids()) == 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("what", ["GET 1", "POST", "POST 2", "DELETE", "DELETE 2", "GET 2"])
@pytest.mark.parametrize("prune", [False, True])
def test_a_list(docs: Docs, faulty: Faulty, prune: bool, what: str, way: str) -> None:
    docs.add(SITE, limit=1, tags=["kept"])
    docs.add(B, limit=1)
    options: dict[str, Any] = {
        "crawls": [{"site_url": SITE, "limit": 2}, {"site_url": SITE, "limit": 3}, {"site_url": B, "limit": 2}],
        "concurrency": 1,
    }
    before = set(docs.ids())
    met = faulty.meet(what, way)
    result = docs.run(**options, prune=prune)
    faulty.end()
    assert met
    assert result["failed"] is True
    new = set(docs.ids()) - before
    assert result["changed"] is bool(new or set(docs.ids()) < before)
    assert all(crawl_id in str(result) for crawl_id in new)
    unconfirmed = {crawl["id"] for crawl in result.get("unconfirmed", ())}
    assert all(crawl_id in result["msg"] for crawl_id in unconfirmed)
    converges(docs, lambda **more: docs.run(**options, prune=prune, **more), 3)
    assert converges(docs, lambda **more: docs.run(**options, prune=True, **more), 3)
    assert docs.urls() == sorted([SITE, SITE, B])


@pytest.mark.parametrize("way", ["lost after", "kept and refused"])
def test_a_lost_answer_names_what_is_there(site: Site, faulty: Faulty, way: str) -> None:
    faulty.meet("POST", way)
    result = site.run(limit=2)
    (new,) = site.ids()
    assert (result["failed"], result["changed"], result["error"]["method"]) == (True, True, "POST")
    assert [crawl["id"] for crawl in result["crawls"]] == [new]
    assert f"The list now has {new} of {SITE} (firecrawl), which this task did not find before" in result["msg"]


def test_a_lost_request_says_that_nothing_is_there(site: Site, faulty: Faulty) -> None:
    faulty.meet("POST", "lost before")
    result = site.run()
    assert (result["failed"], result["changed"], result["crawls"]) == (True, False, [])
    assert "The list has no new crawl of the site." in result["msg"]


def test_a_lost_answer_after_which_the_list_cannot_be_read(site: Site) -> None:
    site.sandbox.control.faults({"kind": "drop_after", "method": "POST", "path": "/api/crawl"})
    site.sandbox.control.faults({"kind": "status", "status": 500, "method": "GET", "path": "/api/crawl", "after": 1})
    result = site.run()
    assert result["failed"] is True
    assert (
        "The list of crawls could not be read afterwards, so it is unknown whether a crawl was created."
        in result["msg"]
    )
    assert result["error"]["method"] == "POST"


def test_many_lost_answers_of_a_list(docs: Docs, faulty: Faulty) -> None:
    """Each run loses an answer and stops there; nothing is created twice, and each result names what is there."""
    crawls = [{"site_url": f"https://site-{number}.example.com"} for number in range(4)]
    for number in range(4):
        faulty.meet("POST", "lost after")
        result = docs.run(crawls=crawls, concurrency=1)
        (lost,) = result["unconfirmed"]
        assert lost["site_url"] == crawls[number]["site_url"]
        assert lost["id"] in result["msg"]
        assert result["changed"] is True
        assert lost["id"] in {crawl["id"] for crawl in result["crawls"]}
    faulty.end()
    last = docs.run(crawls=crawls)
    assert (last["changed"], last.get("warnings")) == (False, None)
    assert len(docs.ids()) == 4


# -- duplicates --------------------------------------------------------------------------------------------------------


def test_a_list_names_duplicates_and_removes_them_on_request(docs: Docs) -> None:
    old, new, other = docs.add(SITE, limit=2), docs.add(SITE, limit=2), docs.add(SITE, limit=2, tags=["x"])
    options: dict[str, Any] = {"crawls": [{"site_url": SITE, "limit": 2, "tags": []}]}
    result = shown_alike(lambda **more: docs.run(**options, **more))
    assert result["changed"] is False
    same, different = result["warnings"]
    assert same == (
        f"Crawl {old} of {SITE} (firecrawl) exists beside crawl {new} and has the same options: the site is crawled more than"
        " once. Set duplicates: remove to delete it, or set duplicates: keep to accept it."
    )
    assert different == (
        f"Crawl {other} of {SITE} (firecrawl) exists beside crawl {new} and differs in tags: the site is crawled more than once."
        " Declare it, delete it by its ID with state: absent, delete it with prune: true, or set duplicates: keep to accept it."
    )
    assert "warnings" not in docs.run(**options, duplicates="keep")
    docs.sent()
    removed = shown_alike(lambda **more: docs.run(**options, duplicates="remove", **more))
    assert [crawl["id"] for crawl in removed["deleted"]] == [old]
    assert docs.ids() == [new, other]
    assert docs.sent() == ["GET", "GET", "DELETE"]
    assert docs.run(**options, duplicates="remove")["changed"] is False


def test_duplicates_count_as_deletions(docs: Docs) -> None:
    ids = [docs.add(SITE) for _number in range(4)]
    options: dict[str, Any] = {"crawls": [{"site_url": SITE}], "duplicates": "remove"}
    refused = docs.run(**options, max_deletions="2")
    assert "3 of the 4 crawls in scope would be deleted, but max_deletions is 2" in refused["msg"]
    scoped = docs.run(**options, max_deletions="75%", prune=True, prune_sites=["https://x.example.com"])
    assert "3 of the 3 crawls in scope would be deleted" in scoped["msg"]
    docs.run(**options, max_deletions="3")
    assert docs.ids() == ids[-1:]


def test_the_duplicates_of_a_replaced_crawl_go_with_it(docs: Docs) -> None:
    for _number in range(3):
        docs.add(SITE, limit=1)
    result = docs.run(crawls=[{"site_url": SITE, "limit": 2}], duplicates="remove")
    assert len(result["updated"]) == 1
    assert len(result["deleted"]) == 2
    assert docs.ids() == [result["updated"][0]["id"]]


def test_one_crawl_keeps_the_newest(site: Site) -> None:
    ids = [site.add(SITE, limit=2) for _number in range(3)]
    result = shown_alike(lambda **more: site.run(limit=2, **more))
    assert (result["changed"], result["crawl"]["id"]) == (False, ids[2])
    assert (
        f"Each of the crawls {ids[1]}, {ids[0]} of {SITE} (firecrawl) exists beside crawl {ids[2]}"
        in result["warnings"][0]
    )
    assert "warnings" not in site.run(limit=2, duplicates="keep")
    removed = site.thrice(limit=2, duplicates="remove")
    assert (removed["crawl"]["id"], removed["replaced_crawl_id"]) == (ids[2], None)
    assert [crawl["id"] for crawl in removed["removed_duplicates"]] == [ids[1], ids[0]]
    assert [diff["before"]["id"] for diff in removed["diff"]] == [ids[1], ids[0]]
    assert removed["summary"] == {"delete": 2, "unchanged": 1}
    assert site.ids() == ids[2:]


def test_a_duplicate_that_cannot_be_deleted(site: Site) -> None:
    ids = [site.add(SITE) for _number in range(3)]
    site.sandbox.control.faults({"kind": "status", "method": "DELETE", "status": 500, "after": 1})
    result = site.run(duplicates="remove")
    assert (result["failed"], result["changed"], result["crawl"]["id"]) == (True, True, ids[2])
    assert f"Crawl {SITE} (firecrawl) {ids[0]} of dataset docs could not be deleted. DELETE " in result["msg"]
    assert [crawl["id"] for crawl in result["removed_duplicates"]] == [ids[1]]


def test_what_differs_otherwise_is_never_removed_as_a_duplicate(site: Site) -> None:
    guide = site.add(SITE, limit=2, include_paths=["/guide/*"])
    newer = site.add(SITE, limit=2)
    newest = site.add(SITE, limit=9)  # newer than the one that matches
    result = site.run(limit=2, duplicates="remove")
    assert (result["changed"], result["crawl"]["id"]) == (False, newer)
    words = " ".join(result["warnings"])
    assert f"Crawl {guide} of {SITE} (firecrawl) exists beside crawl {newer} and differs in include_paths" in words
    assert f"Crawl {newest} of {SITE} (firecrawl) exists beside crawl {newer} and differs in limit" in words
    assert set(site.ids()) == {guide, newer, newest}


# -- two runs at once --------------------------------------------------------------------------------------------------


class Between:
    """Lets another run happen at a certain request of a run."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch
        self._send = _client.TrieveClient._send

    def before(self, what: str, other: Callable[[], Result]) -> list[Result]:
        """Run the other one just before this request, as a whole. Returns its result in a list."""
        method, _blank, number = what.partition(" ")
        seen: list[str] = []
        results: list[Result] = []
        exchange = self._send

        def wrapped(client: Any, verb: str, path: str, *args: Any, **kwargs: Any) -> Any:
            if verb == method and path.startswith("/api/crawl"):
                seen.append(path)
                if len(seen) == int(number or 1):
                    self._patch.setattr(_client.TrieveClient, "_send", exchange)
                    results.append(other())
            return exchange(client, verb, path, *args, **kwargs)

        self._patch.setattr(_client.TrieveClient, "_send", wrapped)
        return results


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch) -> Between:
    """Interleaves two runs without threads."""
    return Between(monkeypatch)


POINTS = ("GET 1", "POST", "POST 2", "DELETE", "DELETE 2", "GET 2")


@pytest.mark.parametrize("duplicates", ["warn", "remove"])
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("there", [0, 1, 2])
def test_two_runs_of_one_list(docs: Docs, between: Between, there: int, point: str, duplicates: str) -> None:
    for _number in range(there):
        docs.add(SITE, limit=1)
        docs.add(B, limit=2)
    options: dict[str, Any] = {"concurrency": 1, "duplicates": duplicates}
    options["crawls"] = [{"site_url": SITE, "limit": 2}, {"site_url": B, "limit": 2}]
    other = between.before(point, lambda: docs.run(**options))
    first = docs.run(**options)
    words = " ".join(first.get("warnings", ())) + " ".join(other[0].get("warnings", ()) if other else ())
    assert set(docs.urls()) == {SITE, B}  # whatever happened, no site is lost
    if len(docs.ids()) > 2 and there == 0:
        twice = {row["id"] for row in docs.crawls()} - {crawl["id"] for crawl in first["crawls"]}
        assert all(crawl_id in words for crawl_id in twice)
    assert not any(len(docs.ids()) > 2 and not result.get("warnings") for result in [first])
    docs.run(**{**options, "duplicates": "remove", "prune": True})
    assert docs.urls() == sorted([SITE, B])


@pytest.mark.parametrize("recrawl", RECRAWL)
@pytest.mark.parametrize("point", ["GET 1", "POST", "DELETE", "DELETE 2", "GET 2"])
@pytest.mark.parametrize("there", [0, 1, 2])
def test_two_runs_of_one_crawl(site: Site, between: Between, there: int, point: str, recrawl: str) -> None:
    for limit in (2, 2)[:there]:
        site.add(SITE, limit=limit)
    options: dict[str, Any] = {"limit": 2, "recrawl": recrawl, "duplicates": "remove"}
    other = between.before(point, lambda: site.run(**options))
    first = site.run(**options)
    assert site.ids()  # they never remove each other's
    if len(site.ids()) > 1:
        assert first.get("warnings") or other[0].get("warnings")
    site.run(limit=2, duplicates="remove")
    assert len(site.ids()) == 1


def test_a_twin_with_the_same_options_says_which_one_the_next_run_deletes(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def together(client: Any, dataset: str, body: Any) -> Any:
        site.add(SITE, limit=2)
        return create_crawl(client, dataset, body)

    monkeypatch.setattr(crawl_plan, "create_crawl", together)
    result = site.run(limit=2)
    older, _newer = site.ids()
    assert f"With duplicates: remove, the next run deletes the older one, {older}." in result["warnings"][0]
    monkeypatch.undo()
    assert [crawl["id"] for crawl in site.run(limit=2, duplicates="remove")["removed_duplicates"]] == [older]
