# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Chunk groups that crawls and files made, beside those that somebody made by hand: only the latter are undeclared."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.filter.drift_report import FilterModule as DriftReport
from ansible_collections.community.trieve.plugins.filter.plan_report import FilterModule as PlanReport
from ansible_collections.community.trieve.plugins.filter.state_file import FilterModule as StateFile
from ansible_collections.community.trieve.plugins.module_utils._chunk_group import origin
from ansible_collections.community.trieve.plugins.modules import trieve_chunk_groups, trieve_dataset_info
from sandbox.server import Running

from ...crawled import Crawled, page
from ...one_crawl import SITE
from .test_trieve_organization_state import Organization

HASH = "0123456789abcdef" * 4
DAY = 24 * 60 * 60 * 1_000_000
SHOP = "https://shop.example.com/products/chair?variant=47"
VIDEO = "https://www.youtube.com/watch?v=abc"

NOBODY = {"crawls": 0, "files": 0, "unknown": 0}


class Place(Organization):
    """A dataset with what others put into it."""

    def __init__(self, docs: Crawled, connection: dict[str, Any]) -> None:
        super().__init__(docs.sandbox, connection)
        self.docs = docs

    def post(self, path: str, **body: Any) -> Any:
        return self.call("POST", f"/api/{path}", body, **{"TR-Dataset": self.docs.id})

    def group(self, tracking_id: str, **values: Any) -> str:
        """A group that somebody made by hand, with nothing but a name unless more is given."""
        group_id: str = self.post("chunk_group", tracking_id=tracking_id, **{"name": tracking_id, **values})["id"]
        return group_id

    def chunk(self, *groups: str, **values: Any) -> None:
        """A chunk in groups, which are created if they do not exist."""
        self.post("chunk", chunk_html="<p>words</p>", group_tracking_ids=list(groups), **values)

    def file(self, tracking_id: str | None = None) -> str:
        """A file, whose group is there when this returns."""
        self.docs.workers("crawl", "ingestion", "delete", "file")
        content = base64.b64encode(b"Some words.").decode()
        more = {"group_tracking_id": tracking_id} if tracking_id else {}
        file_id: str = self.post("file", base64_file=content, file_name="words.txt", **more)["file_metadata"]["id"]
        return file_id

    def age(self) -> None:
        """Let all groups be two days old."""
        self.control.sql("UPDATE chunk_groups SET created_at = created_at - ?", (2 * DAY,))

    def names(self) -> list[str]:  # type: ignore[override]
        """The names of the groups."""
        return sorted(row["name"] for row in self.control.state("chunk_groups"))

    def sent(self) -> list[str]:
        """The requests since the last call that were about the origin of groups."""
        log = self.control.requests()
        self.control.clear_requests()
        pages = ["page" for entry in log if entry["path"].startswith("/api/chunk_group/") and entry["method"] == "GET"]
        return ["scroll" for entry in log if entry["path"] == "/api/chunks/scroll"] + pages


@pytest.fixture
def place(sandbox: Running, connection: dict[str, Any]) -> Place:
    """A dataset with two crawled pages, one of which has no title."""
    docs = Crawled(sandbox, connection)
    docs.pages(page("/a", "A", "B"), {**page("/b", "C"), "title": None})
    docs.play()
    return Place(docs, connection)


def state(*groups: str, prune: str = "delete", **options: Any) -> dict[str, Any]:
    """The dataset with these groups."""
    declared = [{"tracking_id": name} for name in groups]
    return {
        "datasets": [{"tracking_id": "docs", "chunk_groups": declared}],
        "prune": {"chunk_groups": prune, "allow_empty": True, **options},
    }


def left(result: dict[str, Any]) -> dict[str, int]:
    """What is left alone in the one dataset."""
    entries = result["left_alone"]
    assert all((one["kind"], one["dataset"]) == ("chunk_group", "docs") for one in entries)
    return {name: sum(one[name] for one in entries) for name in NOBODY}


def undeclared(result: dict[str, Any]) -> list[str]:
    return [one["name"] for one in result["undeclared"]]


def deleted(result: dict[str, Any]) -> list[str]:
    return [one["name"] for one in result["plan"] if one["action"] == "delete"]


def test_the_groups_of_a_crawl_are_neither_undeclared_nor_pruned(place: Place) -> None:
    place.group("old", name="Old")
    place.sent()
    result = place.thrice_applied(state("manual"))
    assert deleted(result) == ["old"]
    assert undeclared(result) == []
    assert left(result) == {**NOBODY, "crawls": 2}
    place.docs.play(limit=7)  # crawls again
    assert place.apply(state("manual"))["changed"] is False
    assert place.names() == ["", "/a", f"{SITE}/b"]


@pytest.mark.parametrize("prune", ["report", "delete", "none"])
def test_drift(place: Place, prune: str) -> None:
    place.group("old", name="Old")
    result = place.apply(state(prune=prune), True, purpose="drift", return_objects=True)
    assert undeclared(result) == ([] if prune == "none" else ["old"])
    assert left(result) == ({**NOBODY, "crawls": 2} if prune != "none" else NOBODY)
    assert [one["name"] for one in result["objects"] if one["kind"] == "chunk_group"] == undeclared(result)


def test_requests(place: Place) -> None:
    """One for all groups of crawls, and one for each other that has nothing but a name."""
    for name in ("one", "two"):
        place.group(name)
    place.group("three", description="words")
    place.sent()
    place.apply(state(), True)
    assert place.sent() == ["scroll", "page", "page"]
    place.apply(state(prune="none"), True)
    place.apply(state("/a", f"{SITE}/b", "one", "two"), True)
    place.apply(state(tracking_id_prefix="th"), True)
    place.apply(state(keep={"chunk_groups": ["*"]}), True)
    assert place.sent() == []


@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_of_chunks(place: Place, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """However the groups and their chunks come to be cut."""
    monkeypatch.setattr(origin, "_BATCH", size)
    place.docs.pages(*(page(f"/{number}", *"ABCD") for number in range(5)))
    place.docs.play(limit=7)
    for number in range(3):
        place.chunk(f"own-{number}", tracking_id=f"own-{number}")
    result = place.apply(state(), True)
    assert left(result) == {**NOBODY, "crawls": 7}
    assert deleted(result) == ["own-0", "own-1", "own-2"]


@pytest.mark.parametrize("size", [1, 3, 4])
def test_a_long_page_hides_no_other(place: Place, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """The search goes on without the groups that it has found, so none is read by itself."""
    monkeypatch.setattr(origin, "_BATCH", size)
    place.docs.pages(*(page(f"/{number}", *"ABCD") for number in range(5)))
    place.docs.play(limit=7)
    place.sent()
    assert left(place.apply(state(), True)) == {**NOBODY, "crawls": 7}
    sent = place.sent()
    assert "page" not in sent
    assert len(sent) <= 7


def test_a_page_with_another_title(place: Place) -> None:
    """Only PostgreSQL still has the chunks of the old group."""
    place.docs.pages({**page("/a", "A", "B"), "title": "New"})
    place.docs.play(limit=7)
    place.age()
    assert place.names() == ["/a", "New", f"{SITE}/b"]
    assert left(place.thrice_applied(state())) == {**NOBODY, "crawls": 3}
    assert place.names() == ["/a", "New", f"{SITE}/b"]


CRAWLED: list[tuple[str, dict[str, Any]]] = [
    ("A title", {"link": f"{SITE}/x", "tracking_id": HASH, "metadata": {"url": f"{SITE}/x", "title": "A title"}}),
    # of an API's description
    (f"{SITE}/x", {"link": f"{SITE}/x", "tracking_id": HASH, "metadata": {"url": f"{SITE}/x", "operation_id": "list"}}),
    ("11", {"link": SHOP, "tracking_id": "47", "metadata": {"id": 11, "variants": [], "title": "Chair"}}),
]


@pytest.mark.parametrize(("name", "values"), CRAWLED)
def test_the_kinds_of_crawls(place: Place, name: str, values: dict[str, Any]) -> None:
    place.chunk(name, **values)
    place.age()
    place.sent()
    result = place.thrice_applied(state())
    assert left(result) == {**NOBODY, "crawls": 3}
    assert name in place.names()


@pytest.mark.parametrize("made", [True, False])
def test_a_video(place: Place, made: bool) -> None:
    """Its group has no tracking ID, so it is only reported."""
    group = place.post("chunk_group", name="Film", description="A film")["id"]
    metadata = {"url": VIDEO, "title": "Film", **({"yt_preview_src": "https://i.example.com"} if made else {})}
    place.post("chunk", chunk_html="<p>words</p>", link=f"{VIDEO}&t=5", metadata=metadata, group_ids=[group])
    result = place.apply(state())
    assert undeclared(result) == ([] if made else ["Film"])


BY_HAND: list[dict[str, Any]] = [
    {"tracking_id": "own"},
    {"tracking_id": HASH},
    {"tracking_id": HASH, "link": f"{SITE}/x", "metadata": {"url": f"{SITE}/y", "title": "own"}},
    {"tracking_id": "own", "link": f"{SITE}/x", "metadata": {"url": f"{SITE}/x", "title": "own"}},
    {"tracking_id": HASH[:-1], "link": f"{SITE}/x", "metadata": {"url": f"{SITE}/x", "title": "own"}},
    {"link": f"{SITE}/x", "metadata": {"url": f"{SITE}/x", "title": "own"}},
    {"tracking_id": "47", "link": SHOP, "metadata": {"id": 11}},
    {"tracking_id": "47", "link": SHOP, "metadata": "own"},
]


@pytest.mark.parametrize("values", BY_HAND)
def test_a_group_with_chunks_of_somebody_else(place: Place, values: dict[str, Any]) -> None:
    place.chunk("own", **values)
    result = place.thrice_applied(state())
    assert deleted(result) == ["own"]
    assert left(result) == {**NOBODY, "crawls": 2}


@pytest.mark.parametrize(
    "values", [{"name": "Other"}, {"name": ""}, {"description": "d"}, {"tag_set": ["t"]}, {"metadata": {"m": 1}}]
)
def test_a_group_with_more_than_a_name(place: Place, values: dict[str, Any]) -> None:
    """Even if it has pages of a crawl, which somebody put there."""
    chunk = place.docs.sandbox.control.state("chunks")[0]["id"]
    group = place.group("picks", **values)
    place.post(f"chunk_group/chunk/{group}", chunk_id=chunk)
    assert deleted(place.thrice_applied(state())) == ["picks"]


def test_a_group_without_chunks(place: Place) -> None:
    """The server makes a group before its chunks, so a new one may be of a crawl."""
    place.group("empty")
    result = place.thrice_applied(state())
    assert left(result) == {**NOBODY, "crawls": 2, "unknown": 1}
    place.age()
    assert deleted(place.thrice_applied(state())) == ["empty"]


def test_a_group_without_chunks_in_a_dataset_without_crawls(place: Place) -> None:
    """Nothing is going to fill it."""
    for row in place.docs.crawls():
        place.call("DELETE", f"/api/crawl/{row['id']}", **{"TR-Dataset": place.docs.id})
    place.group("empty")
    result = place.thrice_applied(state())
    assert (deleted(result), left(result)) == (["empty"], {**NOBODY, "crawls": 2})


@pytest.mark.parametrize("tracking_id", ["words", None])
def test_the_group_of_a_file(place: Place, tracking_id: str | None) -> None:
    file_id = place.file(tracking_id)
    place.age()
    result = place.thrice_applied(state())
    assert left(result) == {**NOBODY, "crawls": 2, "files": 1}
    assert undeclared(result) == []
    place.call("DELETE", f"/api/file/{file_id}?delete_chunks=false", **{"TR-Dataset": place.docs.id})
    assert (deleted if tracking_id else undeclared)(place.apply(state())) == [tracking_id or "words.txt"]


REFUSED = {"kind": "status", "status": 403, "body": '{"message": "Forbidden"}'}
SCROLL = {"method": "POST", "path": "^/api/chunks/scroll"}
PAGE = {"method": "GET", "path": "^/api/chunk_group/[^/]+/1$"}


@pytest.mark.parametrize("status", [400, 403])
def test_without_a_search_each_group_is_read(place: Place, status: int) -> None:
    """As with an API key that may not search, and without a vector store."""
    place.group("old", name="Old")
    place.control.faults({**REFUSED, **SCROLL, "status": status})
    place.sent()
    result = place.apply(state())
    assert place.sent() == ["scroll", "page", "page"]
    assert (deleted(result), left(result)) == (["old"], {**NOBODY, "crawls": 2})


@pytest.mark.parametrize(("times", "expected"), [(1, {"crawls": 3, "unknown": 0}), (2, {"crawls": 2, "unknown": 1})])
def test_a_page_behind_many_chunks_of_somebody_else(place: Place, times: int, expected: dict[str, int]) -> None:
    """A group that also has a page of a crawl is not deleted, however many other chunks it has."""
    for number in range(12):
        place.chunk("Mixed", tracking_id=f"own-{number}")
    metadata = {"url": f"{SITE}/x", "title": "Mixed"}
    place.chunk("Mixed", tracking_id=HASH, link=f"{SITE}/x", metadata=metadata)
    place.control.faults({**REFUSED, **SCROLL, "status": 400, "times": times})
    result = place.apply(state())
    assert (result["changed"], left(result)) == (False, {**NOBODY, **expected})


def test_a_long_group_of_somebody_else(place: Place) -> None:
    for number in range(12):
        place.chunk("own", tracking_id=f"own-{number}")
    place.sent()
    result = place.apply(state(), True)
    assert deleted(result) == ["own"]
    assert sorted(place.sent()) == ["page", "scroll", "scroll"]


def test_an_api_key_that_may_not_read_chunks(place: Place) -> None:
    place.age()
    place.control.faults({**REFUSED, **SCROLL}, {**REFUSED, **PAGE})
    result = place.apply(state())
    assert (result["changed"], left(result)) == (False, {**NOBODY, "unknown": 2})


def test_an_api_key_that_may_not_read_crawls(place: Place) -> None:
    """It can manage groups; only new ones without chunks stay."""
    place.group("empty")
    place.chunk("own", tracking_id="own")
    place.control.faults({**REFUSED, "method": "GET", "path": "^/api/crawl$"})
    result = prune(place)
    assert (deleted(result), left(result)) == (["own"], {**NOBODY, "crawls": 2, "unknown": 1})


@pytest.mark.parametrize("fault", [SCROLL, PAGE])
def test_a_failure_deletes_nothing(place: Place, fault: dict[str, Any]) -> None:
    place.chunk("own", tracking_id="own")
    place.control.faults({**REFUSED, **fault, "status": 500})
    result = place.refused_state(state(), retries=0)
    assert "HTTP 500" in result["msg"]
    assert "own" in place.names()


def test_a_limit_is_of_what_may_be_pruned(place: Place) -> None:
    for name in ("one", "two"):
        place.group(name, name="")
    result = place.refused_state(state("one", max_deletions="49%"))
    assert "1 of the 2 chunk groups of dataset docs in scope" in result["msg"]
    assert place.apply(state("one", max_deletions="50%"), True)["summary"]["delete"] == 1


# -- the list of groups ------------------------------------------------------------------------------------------------


def prune(place: Place, check_mode: bool = False, **options: Any) -> dict[str, Any]:
    given = {"dataset": "docs", "chunk_groups": [], "prune": True, "allow_empty": True, **options}
    result = place.run(trieve_chunk_groups.DEFINITION, check_mode, **given)
    assert not result.get("failed"), result["msg"]
    return result


def test_a_list_of_groups_leaves_them_alone(place: Place) -> None:
    place.group("old", name="Old")
    preview, result, again = prune(place, True), prune(place), prune(place)
    assert deleted(preview) == deleted(result) == ["old"]
    assert again["changed"] is False
    for each in (preview, result, again):
        assert left(each) == {**NOBODY, "crawls": 2}
    assert {group["tracking_id"] for group in again["chunk_groups"]} == {"/a", f"{SITE}/b"}
    place.sent()
    assert left(prune(place, prune=False, allow_empty=False)) == NOBODY
    assert left(prune(place, prune_tracking_ids=["x*"])) == NOBODY
    assert place.sent() == []


def test_what_is_named_is_deleted(place: Place) -> None:
    options = {"dataset": "docs", "state": "absent", "tracking_ids": ["/a"]}
    assert place.run(trieve_chunk_groups.DEFINITION, **options)["changed"] is True


# -- reports and files -------------------------------------------------------------------------------------------------


def test_reports(place: Place) -> None:
    place.file("words")
    place.group("empty")
    result = place.apply(state(), True, purpose="drift")
    line = (
        "left alone: 4 undeclared chunk groups of dataset docs (2 made by crawls, 1 made by files, 1 of unknown origin)"
    )
    plan_report, drift_report = PlanReport().filters()["plan_report"], DriftReport().filters()["drift_report"]
    assert plan_report(result, "lines") == ["Plan: no changes, 1 unchanged", line]
    assert plan_report(result, "markdown").endswith(f"\n\n{line.replace('docs', '`docs`').capitalize()}.\n")
    assert '"left_alone": [\n    {\n      "kind": "chunk_group",\n      "dataset": "docs"' in plan_report(
        result, "json"
    )
    assert drift_report(result).splitlines()[2:] == [
        "No drift: Trieve matches the state file.",
        "",
        f"{line.capitalize()}.",
    ]
    assert '"unknown": 1' in drift_report(result, "json")
    place.group("old", name="Old")
    table = drift_report(place.apply(state(), True, purpose="drift")).splitlines()
    assert table[-3:] == [table[-3], "", f"{line.capitalize()}."]
    assert "chunk group old" in table[-3]


def exported(place: Place, **options: Any) -> tuple[list[Any], str]:
    """What made each group, and the state file."""
    given = {"chunk_groups": True, "tracking_id": "docs", **options}
    (dataset,) = place.run(trieve_dataset_info.DEFINITION, **given)["datasets"]
    text: str = StateFile().filters()["state_file"]([dataset], kinds=["chunk_groups"])
    return [group.get("made_by", "-") for group in dataset["chunk_groups"]], text


def test_an_export_leaves_them_out(place: Place) -> None:
    place.group("empty")
    place.file("words")
    made, text = exported(place, chunk_group_origins=True)
    assert made == ["crawl", "unknown", "crawl", "file"]
    assert "# Not declared, because crawls or files make them: 3 chunk groups." in text
    assert [line for line in text.splitlines() if "tracking_id: " in line] == [
        "  - tracking_id: docs",
        "      - tracking_id: empty",
    ]
    made, text = exported(place)
    assert made == ["-"] * 4
    assert text.count("      - tracking_id: ") == 4


def test_origins_need_groups(place: Place) -> None:
    words = place.refused(trieve_dataset_info.DEFINITION, chunk_group_origins=True)
    assert words == "chunk_group_origins needs chunk_groups: true, which reads the groups."
