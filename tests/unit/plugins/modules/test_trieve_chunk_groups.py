# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_chunk_groups) against a sandbox."""

from __future__ import annotations

import functools
import unicodedata
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._chunk_group import plan
from ansible_collections.community.trieve.plugins.modules.trieve_chunk_groups import DEFINITION
from sandbox.server import Running

from ...groups import Shop

COMPOSED, DECOMPOSED = (unicodedata.normalize(form, "Café") for form in ("NFC", "NFD"))
A: dict[str, Any] = {"name": "A", "description": "a", "metadata": {"a": [1]}, "tag_set": ["x", "y"]}


@pytest.fixture
def shop(sandbox: Running, connection: dict[str, Any]) -> Shop:
    """An empty dataset."""
    return Shop(sandbox, connection)


def entries(*tracking_ids: str) -> list[dict[str, Any]]:
    return [{"tracking_id": tracking_id} for tracking_id in tracking_ids]


def tracked(groups: list[dict[str, Any]]) -> list[Any]:
    return [group["tracking_id"] for group in groups]


def test_creates_changes_deletes_and_leaves_alone(shop: Shop) -> None:
    same, changed = shop.add("same", **A), shop.add("changed", **A)
    gone = shop.add("gone", name="Gone")
    shop.verbs()
    declared = [{"tracking_id": "new", **A}, {"tracking_id": "changed", "name": "B"}, {"tracking_id": "same", **A}]
    preview = shop.run(DEFINITION, check_mode=True, chunk_groups=declared, prune=True)
    assert shop.verbs() == ["GET"]
    result = shop.run(DEFINITION, chunk_groups=declared, prune=True)
    assert sorted(shop.verbs()) == ["DELETE", "GET", "POST", "PUT"]
    for name in ("changed", "diff", "plan", "summary"):
        assert preview[name] == result[name]
    assert [(entry["after_header"], entry["before"], entry["after"]) for entry in result["diff"]] == [
        ("chunk group new of dataset shop: created", {}, {"tracking_id": "new", **A}),
        ("chunk group changed of dataset shop: updated", {"name": "A"}, {"name": "B"}),
        (
            "chunk group gone of dataset shop: deleted, its chunks stay",
            {"id": gone, "tracking_id": "gone", "name": "Gone"},
            {},
        ),
    ]
    assert [(entry["action"], entry["name"], entry["id"]) for entry in result["plan"]] == [
        ("create", "new", None),
        ("update", "changed", changed),
        ("delete", "gone", gone),
    ]
    assert result["summary"] == {"create": 1, "update": 1, "delete": 1, "unchanged": 1}
    assert tracked(result["chunk_groups"]) == ["new", "changed", "same"]
    assert [tracked(result[name]) for name in ("created", "updated", "deleted")] == [["new"], ["changed"], ["gone"]]
    assert result["unchanged"] == 1
    assert [group["id"] for group in result["chunk_groups"]] == [shop.groups()["new"]["id"], changed, same]
    assert [group["id"] for group in preview["chunk_groups"]] == [None, changed, same]
    assert sorted(shop.groups()) == ["changed", "new", "same"]
    assert shop.group("new") == A
    assert shop.group("changed") == {**A, "name": "B"}  # metadata above all, which Trieve's own PUT clears
    shop.thrice(DEFINITION, chunk_groups=list(reversed(declared)), prune=True)


def test_empty_values_clear_and_tags_are_a_set(shop: Shop) -> None:
    shop.add("a", **A)
    assert shop.thrice(DEFINITION, chunk_groups=[{"tracking_id": "a", "tag_set": ["y", "x"]}])["changed"] is False
    nothing = {"name": "", "description": "", "metadata": {}, "tag_set": []}
    assert shop.thrice(DEFINITION, chunk_groups=[{"tracking_id": "a", **nothing}])["changed"] is True
    assert shop.group("a") == nothing


def test_metadata_of_another_type(shop: Shop) -> None:
    shop.add("a", metadata={"count": 1})
    assert shop.thrice(DEFINITION, chunk_groups=[{"tracking_id": "a", "metadata": {"count": True}}])["changed"] is True


def test_many_groups(shop: Shop) -> None:
    """More than two pages of the server's list."""
    names = [f"a/b ü %? {number}" for number in range(23)]
    result = shop.thrice(DEFINITION, chunk_groups=entries(*names))
    assert tracked(result["created"]) == tracked(result["chunk_groups"]) == names
    assert sorted(shop.groups()) == sorted(names)
    assert len(shop.thrice(DEFINITION, chunk_groups=entries(*names[:3]), prune=True)["deleted"]) == 20
    assert shop.thrice(DEFINITION, state="absent", tracking_ids=names)["changed"] is True
    assert shop.groups() == {}


@pytest.mark.parametrize(
    ("globs", "left"),
    [
        (None, ["kept"]),
        (["*"], ["kept"]),
        ([], ["kept", "shop-1", "shop-2", "Shop-3", "other"]),
        (["shop-*"], ["kept", "Shop-3", "other"]),
        (["shop-[1]", "othe?"], ["kept", "shop-2", "Shop-3"]),
        (["shop"], ["kept", "shop-1", "shop-2", "Shop-3", "other"]),
    ],
)
def test_patterns_limit_what_is_pruned(shop: Shop, globs: list[str] | None, left: list[str]) -> None:
    names = ["kept", "shop-1", "shop-2", "Shop-3", "other"]
    for name in names:
        shop.add(name)
    untracked = [shop.add(None), shop.add("")]
    result = shop.thrice(DEFINITION, chunk_groups=entries("kept"), prune=True, prune_tracking_ids=globs)
    assert sorted(shop.groups()) == sorted([*left, *untracked])
    assert sorted(tracked(result["deleted"])) == sorted(set(names) - set(left))
    assert len(result["chunk_groups"]) == len(left) + 2


@pytest.mark.parametrize(
    "options", [{"chunk_groups": entries("kept"), "prune": True}, {"state": "absent", "tracking_ids": [".", ".."]}]
)
def test_a_tracking_id_that_no_url_can_hold_is_deleted(shop: Shop, options: dict[str, Any]) -> None:
    """C(.) and C(..) vanish from a path, whatever they are escaped as."""
    for name in ("kept", ".", ".."):
        shop.add(name)
    result = shop.thrice(DEFINITION, **options)
    assert tracked(result["deleted"]) == [".", ".."]
    assert list(shop.groups()) == ["kept"]


def test_a_group_with_an_empty_tracking_id_is_never_pruned(shop: Shop) -> None:
    """A change by id may store one, which is none."""
    group = shop.add("a")
    shop.call("PUT", "chunk_group", {"group_id": group, "tracking_id": "", "metadata": {}})
    result = shop.thrice(DEFINITION, chunk_groups=[], prune=True, allow_empty=True)
    assert result["changed"] is False
    assert [row["tracking_id"] for row in shop.groups().values()] == [""]


def test_without_prune_others_stay(shop: Shop) -> None:
    shop.add("other")
    assert tracked(shop.thrice(DEFINITION, chunk_groups=entries("a"))["chunk_groups"]) == ["a", "other"]
    assert sorted(shop.groups()) == ["a", "other"]


def test_an_empty_list_wipes_nothing_unless_that_is_said(shop: Shop) -> None:
    shop.add("a")
    assert "allow_empty" in shop.refused(DEFINITION, chunk_groups=[], prune=True)
    assert shop.thrice(DEFINITION, chunk_groups=[])["changed"] is False
    assert tracked(shop.thrice(DEFINITION, chunk_groups=[], prune=True, allow_empty=True)["deleted"]) == ["a"]


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize(
    ("most", "refused"), [("0", True), ("1", True), ("2", False), ("39%", True), ("40%", False), ("100%", False)]
)
def test_most_deletions(shop: Shop, state: str, most: str, refused: bool) -> None:
    for number in range(5):
        shop.add(f"group-{number}")
    if state == "present":
        options: dict[str, Any] = {"chunk_groups": entries("new", "group-0", "group-1", "group-2"), "prune": True}
    else:
        options = {"state": "absent", "tracking_ids": ["group-3", "group-4"]}
    if refused:
        words = shop.refused(DEFINITION, max_deletions=most, **options)
        assert f"2 of the 5 groups in scope would be deleted, but max_deletions is {most}" in words
        assert len(shop.groups()) == 5
    else:
        assert len(shop.thrice(DEFINITION, max_deletions=most, **options)["deleted"]) == 2


def test_the_percentage_is_of_what_may_be_pruned(shop: Shop) -> None:
    for name in ("shop-1", "shop-2", "other-1", "other-2"):
        shop.add(name)
    options = {"chunk_groups": entries("shop-1"), "prune": True, "prune_tracking_ids": ["shop-*"]}
    assert "1 of the 2 groups" in shop.refused(DEFINITION, max_deletions="49%", **options)
    assert tracked(shop.thrice(DEFINITION, max_deletions="50%", **options)["deleted"]) == ["shop-2"]


def test_absent(shop: Shop) -> None:
    there = {name: shop.add(name) for name in ("a", "b", "c")}
    result = shop.thrice(DEFINITION, state="absent", tracking_ids=["b", "never", "b"])
    assert [group["id"] for group in result["deleted"]] == [there["b"]]
    assert (tracked(result["chunk_groups"]), result["unchanged"]) == (["a", "c"], 2)
    assert shop.thrice(DEFINITION, state="absent", tracking_ids=[])["changed"] is False


@pytest.mark.parametrize("delete_chunks", [False, True])
@pytest.mark.parametrize(
    "options", [{"state": "absent", "tracking_ids": ["a"]}, {"chunk_groups": [], "prune": True, "allow_empty": True}]
)
def test_chunks_of_deleted_groups(shop: Shop, options: dict[str, Any], delete_chunks: bool) -> None:
    shop.add("a")
    shop.add_chunk("one", "a")
    shop.add_chunk("other")
    shop.thrice(DEFINITION, delete_chunks=delete_chunks, **options)
    assert sorted(shop.chunks()) == (["other"] if delete_chunks else ["one", "other"])


@pytest.mark.parametrize("update_chunks", [False, True])
def test_chunks_of_changed_groups(shop: Shop, update_chunks: bool) -> None:
    shop.add("a", tag_set=["old"])
    shop.add_chunk("one", "a")
    shop.thrice(DEFINITION, chunk_groups=[{"tracking_id": "a", "tag_set": ["new"]}], update_chunks=update_chunks)
    assert ("new" in shop.chunks()["one"]) is update_chunks


# -- failures ----------------------------------------------------------------------------------------------------------


def test_a_part_fails(shop: Shop) -> None:
    shop.add("old")
    shop.add("changed", **A)
    shop.control.faults(
        {"kind": "status", "status": 400, "method": "PUT", "body": {"message": "No such luck"}, "times": 1}
    )
    declared = [{"tracking_id": "changed", "name": "B"}, *entries("new-1", "new-2")]
    result = shop.run(DEFINITION, chunk_groups=declared, prune=True)
    assert (result["failed"], result["changed"]) == (True, True)
    assert "3 of 4 changes were made, 1 failed and 0 were not tried" in result["msg"]
    assert [(failure["chunk_group"], failure["error"]["status"]) for failure in result["failures"]] == [
        ("changed", 400)
    ]
    assert "No such luck" in result["msg"]
    assert sorted(tracked(result["created"])) == ["new-1", "new-2"]
    assert (tracked(result["updated"]), tracked(result["deleted"])) == ([], ["old"])
    assert sorted(shop.groups()) == sorted(tracked(result["chunk_groups"])) == ["changed", "new-1", "new-2"]
    rest = shop.thrice(DEFINITION, chunk_groups=declared, prune=True)
    assert (tracked(rest["updated"]), rest["unchanged"]) == (["changed"], 2)


def test_the_server_goes_away(shop: Shop) -> None:
    """What it refuses to all of them is not tried a hundred times, and nothing is deleted after it."""
    shop.add("old")
    shop.control.faults({"kind": "status", "status": 503, "method": "POST", "after": 2})
    names = [f"group-{number}" for number in range(20)]
    result = shop.run(DEFINITION, chunk_groups=entries(*names), prune=True, concurrency=1)
    assert (result["failed"], result["changed"]) == (True, True)
    assert [len(result[name]) for name in ("created", "failures", "not_tried")] == [2, 1, 18]
    assert "old" in result["not_tried"]
    assert sorted(shop.groups()) == sorted(["old", *names[:2]])
    shop.control.clear_faults()
    assert len(shop.thrice(DEFINITION, chunk_groups=entries(*names), prune=True)["created"]) == 18


def test_the_id_of_a_conflict_is_never_returned(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    original = getattr(plan, "create_group")  # noqa: B009

    @functools.wraps(original)
    def late(*args: Any) -> Any:
        if args[2]["tracking_id"] == "b":
            shop.add("b", name="Theirs")
        return original(*args)

    monkeypatch.setattr(plan, "create_group", late)
    result = shop.run(DEFINITION, chunk_groups=entries("a", "b", "c"), concurrency=1)
    assert (result["failed"], result["changed"]) == (True, True)
    assert [failure["chunk_group"] for failure in result["failures"]] == ["b"]
    assert "Another client created chunk group 'b' concurrently" in result["msg"]
    held = {row["id"] for row in shop.groups().values()}
    assert {group["id"] for name in ("created", "chunk_groups") for group in result[name]} < held
    assert shop.group("b")["name"] == "Theirs"


# -- refusals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "chunk_groups is missing"),
        ({"chunk_groups": [{"name": "a"}]}, "chunk_groups[0]: tracking_id is missing or empty"),
        ({"chunk_groups": entries("a", "..")}, "chunk_groups[1]: tracking_id '..' cannot be part of a URL"),
        ({"chunk_groups": entries("a", "b", "a")}, "chunk_groups[2]: tracking_id 'a' is declared twice"),
        ({"chunk_groups": [{"tracking_id": "a", "name": "\0"}]}, "chunk_groups[0].name contains a NUL"),
        ({"chunk_groups": [], "tracking_ids": ["a"]}, "tracking_ids cannot be used with state: present"),
        (
            {"chunk_groups": entries("a"), "prune_tracking_ids": ["*"]},
            "prune_tracking_ids limits what prune deletes. Set prune: true",
        ),
        ({"chunk_groups": entries("a"), "max_deletions": "few", "prune": True}, "neither a number nor a percentage"),
        ({"chunk_groups": entries("a"), "concurrency": 0}, "concurrency is 0"),
        ({"chunk_groups": entries("a"), "concurrency": 33}, "concurrency is 33"),
        ({"state": "absent"}, "tracking_ids is missing. It is required with state: absent"),
        ({"state": "absent", "tracking_ids": ["a", ""]}, "tracking_ids[1]: tracking_id is missing or empty"),
        (
            {"state": "absent", "tracking_ids": ["a"], "chunk_groups": []},
            "chunk_groups cannot be used with state: absent",
        ),
        ({"state": "absent", "tracking_ids": ["a"], "prune": True}, "prune cannot be used with state: absent"),
    ],
)
def test_refused_before_anything_is_written(shop: Shop, options: dict[str, Any], words: str) -> None:
    shop.add("kept")
    assert words in shop.refused(DEFINITION, **options)


@pytest.mark.parametrize(
    "options", [{"chunk_groups": entries("a")}, {"state": "absent", "tracking_ids": ["a"]}], ids=["present", "absent"]
)
def test_a_wrong_key(shop: Shop, options: dict[str, Any]) -> None:
    for dataset in ("shop", "never"):
        for check_mode in (True, False):
            key = "tr-nobodysKeyNobodysKeyNobodysKey12"
            result = shop.run(DEFINITION, check_mode, dataset=dataset, api_key=key, **options)
            assert (result["failed"], result["changed"], result["error"]["status"]) == (True, False, 401)


def test_a_dataset_that_is_not_there(shop: Shop) -> None:
    options = {"chunk_groups": [{"tracking_id": "a", "name": "A"}], "dataset": "never"}
    assert "Dataset 'never' not found" in shop.run(DEFINITION, **options)["msg"]
    preview = shop.run(DEFINITION, check_mode=True, **options)
    assert preview["changed"] is True
    assert [entry["after"] for entry in preview["diff"]] == [{"tracking_id": "a", "name": "A"}]
    assert "Dataset 'never' not found" in preview["warnings"][0]
    nowhere = "11111111-2222-4333-8444-555555555555"
    assert "not found" in shop.refused(DEFINITION, chunk_groups=entries("a"), dataset=nowhere)
    for dataset in ("never", nowhere):
        result = shop.thrice(DEFINITION, state="absent", tracking_ids=["a"], dataset=dataset)
        assert (result["changed"], result["deleted"]) == (False, [])


def test_group_options_that_go_with_the_other_state(shop: Shop) -> None:
    """As with a single group: nothing that is given is ignored."""
    shop.add("a")
    assert "delete_chunks" in shop.refused(DEFINITION, chunk_groups=entries("a"), delete_chunks=True)
    assert "update_chunks" in shop.refused(DEFINITION, state="absent", tracking_ids=["a"], update_chunks=True)


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(
    ("there", "given", "difference"),
    [
        (COMPOSED, DECOMPOSED, "the composition of its Unicode characters"),
        (DECOMPOSED, COMPOSED, "the composition of its Unicode characters"),
        ("docs", "Docs", "case"),
    ],
)
def test_those_that_look_the_same(shop: Shop, check_mode: bool, there: str, given: str, difference: str) -> None:
    shop.add(there)
    words = f"One has the tracking_id {there!r}, which differs in {difference} only."
    (warning,) = shop.run(DEFINITION, check_mode, state="absent", tracking_ids=[given, "other"])["warnings"]
    assert warning.startswith(f"No chunk group has the tracking_id {given!r}, so the task does not delete it. {words}")
    (warning,) = shop.run(DEFINITION, check_mode, chunk_groups=entries(given, "other"))["warnings"]
    assert warning.startswith(f"No chunk group has the tracking_id {given!r}, so the task creates it. {words}")


def test_declared_groups_that_look_the_same(shop: Shop) -> None:
    """Somebody who names both means both."""
    shop.add(COMPOSED)
    assert "warnings" not in shop.run(DEFINITION, chunk_groups=entries(COMPOSED, DECOMPOSED))
    assert "warnings" not in shop.run(DEFINITION, chunk_groups=entries(COMPOSED))
    assert "warnings" not in shop.run(DEFINITION, state="absent", tracking_ids=[COMPOSED, DECOMPOSED])
