# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_chunk_group) against a sandbox."""

from __future__ import annotations

import functools
import unicodedata
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from ansible_collections.community.trieve.plugins.module_utils._chunk_group import plan
from ansible_collections.community.trieve.plugins.modules.trieve_chunk_group import DEFINITION
from sandbox.server import Running

from ...groups import Shop

CHAIR: dict[str, Any] = {
    "tracking_id": "chair",
    "name": "Garden chair",
    "description": "To sit on",
    "metadata": {"color": "green", "sizes": [1, 2.5], "legs": {"count": 4, "foldable": False, "since": None}},
    "tag_set": ["garden", "furniture"],
}
HELD = {name: value for name, value in CHAIR.items() if name != "tracking_id"}
ODD = [
    "a/b ü %?",
    "a b",
    "#+&=;*{}\\'\"",
    "%2F",
    "update",
    "count",
    "1",
    "ünïcödé",
    "https://example.com/?a=b#c",
    "a" * 300,
]


@pytest.fixture
def shop(sandbox: Running, connection: dict[str, Any]) -> Shop:
    """An empty dataset."""
    return Shop(sandbox, connection)


def test_create_change_delete(shop: Shop) -> None:
    created = shop.thrice(DEFINITION, **CHAIR)
    after = {**CHAIR, "tag_set": ["furniture", "garden"]}
    assert created["diff"] == [
        {
            "before": {},
            "after": after,
            "before_header": "chunk group chair of dataset shop",
            "after_header": "chunk group chair of dataset shop: created",
        }
    ]
    assert created["summary"] == {"create": 1, "unchanged": 0}
    assert created["chunk_group"]["id"] == shop.groups()["chair"]["id"]
    assert created["chunk_group"]["dataset_id"] == shop.id
    assert shop.group("chair") == HELD

    changed = shop.thrice(DEFINITION, tracking_id="chair", name="Chair", description="To sit on")
    assert changed["diff"] == [
        {
            "before": {"name": "Garden chair", "description": "To sit on"},
            "after": {"name": "Chair", "description": "To sit on"},
            "before_header": "chunk group chair of dataset shop",
            "after_header": "chunk group chair of dataset shop: updated",
        }
    ]
    assert changed["plan"] == [
        {
            "action": "update",
            "kind": "chunk_group",
            "name": "chair",
            "id": created["chunk_group"]["id"],
            "dataset": "shop",
            "fields": [{"name": "name", "before": "Garden chair", "after": "Chair"}],
        }
    ]
    assert changed["chunk_group"]["name"] == "Chair"
    assert changed["chunk_group"]["id"] == created["chunk_group"]["id"]
    assert changed["chunk_group"]["updated_at"] > created["chunk_group"]["updated_at"]

    deleted = shop.thrice(DEFINITION, tracking_id="chair", state="absent")
    assert deleted["diff"] == [
        {
            "before": {"id": created["chunk_group"]["id"], "tracking_id": "chair", "name": "Chair"},
            "after": {},
            "before_header": "chunk group chair of dataset shop",
            "after_header": "chunk group chair of dataset shop: deleted, its chunks stay",
        }
    ]
    assert deleted["chunk_group"] is None
    assert shop.groups() == {}


def test_a_preview_shows_the_group_as_it_would_be(shop: Shop) -> None:
    predicted = shop.run(DEFINITION, check_mode=True, tracking_id="chair", name="Chair")["chunk_group"]
    created = shop.run(DEFINITION, tracking_id="chair", name="Chair")["chunk_group"]
    unknown = dict.fromkeys(("id", "dataset_id", "created_at", "updated_at"))
    assert predicted == {**created, **unknown}
    changing = {"tracking_id": "chair", "tag_set": ["a"], "metadata": {"b": 1}}
    predicted = shop.run(DEFINITION, check_mode=True, **changing)["chunk_group"]
    changed = shop.run(DEFINITION, **changing)["chunk_group"]
    assert predicted == {**changed, "updated_at": created["updated_at"]}


@pytest.mark.parametrize("name", list(HELD))
def test_what_is_not_named_survives(shop: Shop, name: str) -> None:
    other = {"name": "Other", "description": "Other", "metadata": {"other": True}, "tag_set": ["other"]}[name]
    shop.add(**CHAIR)
    result = shop.thrice(DEFINITION, tracking_id="chair", **{name: other})
    assert result["changed"] is True
    assert shop.group("chair") == {**HELD, name: other}
    assert {key: result["chunk_group"][key] for key in HELD} == {**HELD, name: other}
    assert list(result["diff"][0]["after"]) == [name]


def test_empty_values_clear(shop: Shop) -> None:
    shop.add(**CHAIR)
    nothing = {"name": "", "description": "", "metadata": {}, "tag_set": []}
    result = shop.thrice(DEFINITION, tracking_id="chair", **nothing)
    assert len(result["diff"]) == 1
    assert result["diff"][0]["before"] == {**HELD, "tag_set": ["furniture", "garden"]}
    assert result["diff"][0]["after"] == nothing
    assert shop.group("chair") == nothing


def test_nothing_named_changes_nothing(shop: Shop) -> None:
    shop.add(**CHAIR)
    assert shop.thrice(DEFINITION, tracking_id="chair")["changed"] is False
    assert shop.group("chair") == HELD


@pytest.mark.parametrize("tag_set", [["furniture", "garden"], ["garden", "furniture", "garden"]])
def test_tags_are_a_set(shop: Shop, tag_set: list[str]) -> None:
    shop.add(**CHAIR)
    assert shop.thrice(DEFINITION, tracking_id="chair", tag_set=tag_set)["changed"] is False


@pytest.mark.parametrize("tag_set", [["garden"], ["garden", "furniture", "new"], ["garden,furniture"], [""]])
def test_other_tags_are_a_change(shop: Shop, tag_set: list[str]) -> None:
    shop.add(**CHAIR)
    assert shop.thrice(DEFINITION, tracking_id="chair", tag_set=tag_set)["changed"] is True
    assert shop.group("chair")["tag_set"] == tag_set


@pytest.mark.parametrize(("held", "wish"), [(1, True), (False, 0), ("1", 1), (None, {}), ([], {}), ([1, 2], [2, 1])])
def test_metadata_of_another_type_is_a_change(shop: Shop, held: Any, wish: Any) -> None:
    """Python takes true for 1, and null is not the same as nothing here."""
    shop.add("chair", metadata={"a": [held]})
    assert shop.thrice(DEFINITION, tracking_id="chair", metadata={"a": [wish]})["changed"] is True
    assert repr(shop.group("chair")["metadata"]) == repr({"a": [wish]})


@pytest.mark.parametrize("key", ["a\0b", "a\ud800"])
def test_metadata_with_a_key_that_cannot_be_sent(shop: Shop, key: str) -> None:
    assert "metadata.a has a key that contains" in shop.refused(
        DEFINITION, tracking_id="chair", metadata={"a": {key: 1}}
    )


@pytest.mark.parametrize("held", [None, "text", 5, ["a"], {"color": "green"}])
def test_metadata_that_another_client_has_set(shop: Shop, held: Any) -> None:
    """It may be any JSON. A change of something else leaves it alone, null excepted, which means nothing."""
    group = shop.add("chair")
    shop.control.sql(
        "UPDATE chunk_groups SET metadata = json(?) WHERE id = ?",
        [None if held is None else {"text": '"text"'}.get(str(held)) or str(held).replace("'", '"'), group],
    )
    assert shop.group("chair")["metadata"] == held
    shop.thrice(DEFINITION, tracking_id="chair", name="Chair")
    assert shop.group("chair")["metadata"] == ({} if held is None else held)
    result = shop.thrice(DEFINITION, tracking_id="chair", metadata={"color": "red"})
    assert result["diff"][0]["before"] == {"metadata": {} if held is None else held}


@pytest.mark.parametrize("tracking_id", ODD)
def test_any_tracking_id(shop: Shop, tracking_id: str) -> None:
    shop.thrice(DEFINITION, tracking_id=tracking_id, name="odd")
    assert list(shop.groups()) == [tracking_id]
    assert shop.thrice(DEFINITION, tracking_id=tracking_id, metadata={"a": 1})["changed"] is True
    assert shop.group(tracking_id)["name"] == "odd"
    assert shop.thrice(DEFINITION, tracking_id=tracking_id, state="absent")["changed"] is True
    assert shop.groups() == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | st.text("aüß☃ /\\\"'{}"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abü ", max_size=3), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60)
@drawn(
    metadata=st.dictionaries(st.text("abü ", max_size=3), JSON, max_size=3),
    tag_set=st.lists(st.text("aü, "), max_size=3),
)
def test_any_value(sandbox: Running, metadata: dict[str, Any], tag_set: list[str]) -> None:
    sandbox.control.reset()  # the fixture does it before the first example only
    connection = {"url": sandbox.url, "api_key": sandbox.admin_key, "organization_id": sandbox.organization_id}
    shop = Shop(sandbox, connection)
    assert shop.thrice(DEFINITION, tracking_id="any", metadata=metadata, tag_set=tag_set)["changed"] is True
    assert shop.thrice(DEFINITION, tracking_id="any", name="new")["changed"] is True
    assert shop.group("any")["metadata"] == metadata


# -- somebody else at the same time ------------------------------------------------------------------------------------


def _before(monkeypatch: pytest.MonkeyPatch, name: str, act: Any) -> None:
    """Let another client act just before the change calls C(name)."""
    original = getattr(plan, name)

    @functools.wraps(original)
    def late(*args: Any) -> Any:
        act()
        return original(*args)

    monkeypatch.setattr(plan, name, late)


def test_the_id_of_a_conflict_is_never_returned(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """To a creation that comes second the server answers 200, with an id that does not exist."""
    _before(monkeypatch, "create_group", lambda: shop.add("chair", name="Theirs", metadata={"their": "own"}))
    result = shop.run(DEFINITION, **CHAIR)
    assert shop.verbs() == ["GET", "POST", "POST"]
    assert (result["failed"], result["changed"]) == (True, False)
    assert "Another client created chunk group 'chair' concurrently" in result["msg"]
    assert "chunk_group" not in result
    assert shop.group("chair")["metadata"] == {"their": "own"}
    monkeypatch.undo()
    assert shop.thrice(DEFINITION, **CHAIR)["changed"] is True


def test_a_group_that_goes_before_it_is_deleted(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    group = shop.add("chair")
    _before(monkeypatch, "delete_group", lambda: shop.call("DELETE", f"chunk_group/{group}"))
    assert shop.run(DEFINITION, tracking_id="chair", state="absent")["changed"] is True
    assert shop.groups() == {}


def test_a_group_that_goes_before_it_is_changed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    group = shop.add("chair")
    _before(monkeypatch, "update_group", lambda: shop.call("DELETE", f"chunk_group/{group}"))
    result = shop.run(DEFINITION, **CHAIR)
    assert (result["failed"], result["changed"], result["error"]["status"]) == (True, False, 404)
    assert "Group with tracking_id chair not found" in result["msg"]


def test_a_change_that_cannot_be_read_back_is_reported(shop: Shop) -> None:
    shop.add("chair")
    shop.control.faults({"kind": "status", "status": 500, "method": "GET", "path": "tracking_id/chair$", "after": 1})
    result = shop.run(DEFINITION, tracking_id="chair", name="Chair")
    assert (result["failed"], result["changed"]) == (True, True)
    assert "was updated, but could not be read" in result["msg"]
    assert result["chunk_group"]["name"] == "Chair"


# -- chunks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delete_chunks", [False, True])
def test_chunks_of_a_deleted_group(shop: Shop, delete_chunks: bool) -> None:
    shop.add("chair")
    shop.add_chunk("one", "chair")
    shop.add_chunk("other")
    assert len(shop.control.state("group_members")) == 1
    shop.thrice(DEFINITION, tracking_id="chair", state="absent", delete_chunks=delete_chunks)
    assert sorted(shop.chunks()) == (["other"] if delete_chunks else ["one", "other"])
    assert shop.control.state("group_members") == []


@pytest.mark.parametrize("update_chunks", [False, True])
def test_chunks_of_a_changed_group(shop: Shop, update_chunks: bool) -> None:
    shop.add("chair", tag_set=["old"])
    shop.add_chunk("one", "chair", tags=("its own",))
    shop.thrice(DEFINITION, tracking_id="chair", tag_set=["new"], update_chunks=update_chunks)
    tags = shop.chunks()["one"]
    assert "its own" in tags
    assert ("new" in tags) is update_chunks


# -- refusals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"tracking_id": ""}, "tracking_id is missing or empty"),
        ({"tracking_id": "."}, "cannot be part of a URL"),
        ({"tracking_id": "..", "state": "absent"}, "cannot be part of a URL"),
        (
            {"tracking_id": "a", "delete_chunks": True},
            "delete_chunks cannot be used with state: present, only with state: absent",
        ),
        (
            {"tracking_id": "a", "state": "absent", "name": "b", "tag_set": []},
            "name and tag_set cannot be used with state: absent",
        ),
        (
            {"tracking_id": "a", "state": "absent", "update_chunks": True},
            "update_chunks cannot be used with state: absent",
        ),
        ({"tracking_id": "a", "metadata": {"b": ["c\0"]}}, "metadata.b[0] contains a NUL"),
        ({"tracking_id": "a", "metadata": {"b": float("nan")}}, "metadata.b is nan"),
        ({"tracking_id": "a", "dataset": ""}, "dataset is missing or empty"),
    ],
)
def test_refused_before_anything_is_sent(shop: Shop, options: dict[str, Any], words: str) -> None:
    shop.verbs()
    assert words in shop.refused(DEFINITION, **options)
    assert shop.verbs() == []


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("dataset", ["shop", "never", "11111111-2222-4333-8444-555555555555"])
def test_a_wrong_key(shop: Shop, state: str, check_mode: bool, dataset: str) -> None:
    """The server says that a dataset is not there before it looks at the key."""
    key = "tr-nobodysKeyNobodysKeyNobodysKey12"
    result = shop.run(DEFINITION, check_mode, tracking_id="chair", state=state, dataset=dataset, api_key=key)
    assert result["failed"] is True
    assert result["error"]["status"] == 401


def test_a_read_key_may_preview_only(shop: Shop) -> None:
    body = {"name": "reader", "role": 0}
    key = shop.call("POST", "organization/api_key", body)["api_key"]
    assert shop.run(DEFINITION, check_mode=True, tracking_id="chair", api_key=key)["changed"] is True
    result = shop.run(DEFINITION, tracking_id="chair", api_key=key)
    assert (result["failed"], result["changed"], result["error"]["status"]) == (True, False, 403)


def test_a_dataset_that_an_earlier_task_would_create(shop: Shop) -> None:
    options = {"tracking_id": "chair", "name": "Chair", "dataset": "never"}
    result = shop.run(DEFINITION, **options)
    assert (result["failed"], result["changed"]) == (True, False)
    assert "Dataset 'never' not found" in result["msg"]
    preview = shop.run(DEFINITION, check_mode=True, **options)
    assert preview["changed"] is True
    assert preview["diff"][0]["after"] == {"tracking_id": "chair", "name": "Chair"}
    assert "Dataset 'never' not found" in preview["warnings"][0]
    assert shop.thrice(DEFINITION, tracking_id="chair", state="absent", dataset="never")["changed"] is False


def test_a_dataset_id_that_is_not_there(shop: Shop) -> None:
    nowhere = "11111111-2222-4333-8444-555555555555"
    assert "not found" in shop.refused(DEFINITION, tracking_id="chair", dataset=nowhere)
    absent = shop.thrice(DEFINITION, tracking_id="chair", state="absent", dataset=nowhere)
    assert absent["changed"] is False


def test_a_group_of_another_dataset_is_left_alone(shop: Shop) -> None:
    shop.add("chair", name="Theirs")
    other = shop.call("POST", "dataset", {"dataset_name": "other", "tracking_id": "other"})["id"]
    assert shop.thrice(DEFINITION, tracking_id="chair", state="absent", dataset=other)["changed"] is False
    assert shop.group("chair")["name"] == "Theirs"


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(
    ("state", "outcome"), [("present", "so the task creates it"), ("absent", "so the task deletes nothing")]
)
@pytest.mark.parametrize("forms", [("NFC", "NFD"), ("NFD", "NFC")])
def test_one_that_looks_the_same(
    shop: Shop, check_mode: bool, state: str, outcome: str, forms: tuple[str, str]
) -> None:
    there, given = (unicodedata.normalize(form, "Café/é") for form in forms)
    shop.add(there)
    shop.verbs()
    (warning,) = shop.run(DEFINITION, check_mode, tracking_id=given, state=state)["warnings"]
    assert warning.startswith(
        f"No chunk group has the tracking_id {given!r}, {outcome}. One has the tracking_id {there!r}"
    )
    assert "which differs in the composition of its Unicode characters only." in warning
    assert shop.verbs() == ["GET", "GET", *(["POST"] if state == "present" and not check_mode else [])]
    assert "warnings" not in shop.run(DEFINITION, check_mode, tracking_id=there, state=state)


@pytest.mark.parametrize("tracking_id", ["cafe", "Café"])
def test_nothing_that_looks_the_same(shop: Shop, tracking_id: str) -> None:
    """An ASCII tracking ID costs no further request."""
    result = shop.run(DEFINITION, tracking_id=tracking_id)
    assert "warnings" not in result
    assert shop.verbs() == ["GET", *(["GET"] if not tracking_id.isascii() else []), "POST"]
