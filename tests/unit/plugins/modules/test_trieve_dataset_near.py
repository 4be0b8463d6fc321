# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Datasets that were probably meant: misspelt, in another case, named by name, or with other Unicode characters that look the same."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.modules import trieve_chunk_group, trieve_crawl, trieve_crawls

from ...datasets import Organization
from ...tasks import play

COMPOSED = unicodedata.normalize("NFC", "Café")
DECOMPOSED = unicodedata.normalize("NFD", "Café")
TASKS: dict[str, tuple[Any, dict[str, Any]]] = {
    "crawl": (trieve_crawl.DEFINITION, {"site_url": "https://docs.example.com"}),
    "crawls": (trieve_crawls.DEFINITION, {"crawls": [{"site_url": "https://docs.example.com"}]}),
    "group": (trieve_chunk_group.DEFINITION, {"tracking_id": "one"}),
}


@pytest.fixture
def shop(organization: Organization) -> Organization:
    """An organization with some datasets."""
    organization.create(tracking_id="docs", dataset_name="Documentation")
    organization.create(tracking_id="shop-1", dataset_name="Shop")
    organization.create(tracking_id="shop-2", dataset_name="Shop")
    organization.create(dataset_name="Untracked")
    return organization


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("Docs", " Did you mean 'docs'? "),
        ("dosc", " Did you mean 'docs'? "),
        ("Documentation", " One with that name has the tracking ID 'docs'. "),
        ("documentation", " One with that name has the tracking ID 'docs'. "),
        ("Shop", " 2 datasets have that name: tracking ID 'shop-2', tracking ID 'shop-1'. "),
        ("Untracked", " One with that name has the ID "),
    ],
)
def test_a_dataset_that_is_not_found(shop: Organization, task: str, given: str, words: str) -> None:
    definition, options = TASKS[task]
    options = {**shop.connection, **options, "dataset": given}
    preview = play(definition, True, **options)
    assert "failed" not in preview
    assert [words in warning for warning in preview["warnings"]] == [True]
    result = play(definition, **options)
    assert result["failed"] is True
    assert words in result["msg"]
    assert result["msg"].startswith(f"Dataset {given!r} not found in organization ")


def test_nothing_like_it(shop: Organization) -> None:
    definition, options = TASKS["crawl"]
    result = play(definition, **{**shop.connection, **options, "dataset": "manual"})
    assert f"in organization {shop.sandbox.organization_id}. Check the option dataset" in result["msg"]


@pytest.mark.parametrize("check_mode", [False, True])
def test_absent_says_what_is_there(shop: Organization, check_mode: bool) -> None:
    definition, options = TASKS["crawl"]
    for given, words in (("Docs", "Did you mean 'docs'?"), ("Documentation", "has the tracking ID 'docs'.")):
        result = play(definition, check_mode, **{**shop.connection, **options, "dataset": given, "state": "absent"})
        assert result["changed"] is False
        assert [words in warning for warning in result["warnings"]] == [True]
    result = play(definition, check_mode, **{**shop.connection, **options, "dataset": "dosc", "state": "absent"})
    assert "warnings" not in result


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(
    ("options", "outcome", "words"),
    [
        (
            {"tracking_id": "Docs"},
            "so the task creates it",
            "One has the tracking_id 'docs', which differs in case only.",
        ),
        (
            {"tracking_id": "DOCS", "state": "absent"},
            "so the task deletes nothing",
            "'docs', which differs in case only.",
        ),
        ({"name": "SHOP"}, "so the task creates it", "One has the name 'Shop', which differs in case only."),
        ({"name": "Shop "}, "so the task creates it", "which differs in surrounding spaces only."),
    ],
)
def test_one_that_looks_the_same(
    shop: Organization, check_mode: bool, options: dict[str, Any], outcome: str, words: str
) -> None:
    result = shop.run(check_mode, **options)
    assert "failed" not in result
    (warning,) = result["warnings"]
    assert outcome in warning
    assert words in warning


@pytest.mark.parametrize(("there", "given"), [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)])
def test_other_characters_that_look_the_same(organization: Organization, there: str, given: str) -> None:
    organization.create(dataset_name=there)
    (warning,) = organization.run(True, name=given)["warnings"]
    assert "which differs in the composition of its Unicode characters only" in warning
    (warning,) = organization.info(name=given)["warnings"]
    assert "so the list is empty" in warning
    assert organization.run(name=given)["changed"] is True
    assert "warnings" not in organization.run(name=given)


def test_what_is_cleared_or_cloned(shop: Organization) -> None:
    for options in ({"tracking_id": "Docs", "state": "cleared"}, {"tracking_id": "new", "clone_from": "Docs"}):
        (warning,) = shop.run(True, **options)["warnings"]
        assert " Did you mean 'docs'? " in warning
        assert " Did you mean 'docs'? " in shop.run(**options)["msg"]


# -- sizes of models -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "model", "size"),
    [
        ({"embedding_size": 123}, "jina-base-en", 768),
        ({"embedding_size": 0}, "jina-base-en", 768),
        ({"embedding_size": 123, "embedding_model_name": "bge-m3"}, "bge-m3", 1024),
        ({"embedding_size": 3072, "embedding_model_name": "text-embedding-3-small"}, "text-embedding-3-small", 1536),
    ],
)
@pytest.mark.parametrize("way", ["create", "change", "clone"])
def test_a_size_that_the_model_cannot_have(
    organization: Organization, way: str, options: dict[str, Any], model: str, size: int
) -> None:
    organization.run(tracking_id="docs")
    named = {"create": {"tracking_id": "a"}, "change": {"tracking_id": "docs"}}
    where = named.get(way, {"tracking_id": "a", "clone_from": "docs"})
    if way == "create" and "embedding_model_name" not in options:
        (warning,) = organization.preview(**where, **options)["warnings"]
        assert warning.endswith("as if an earlier task had created the dataset with such a model.")
        words = organization.run(**where, **options)["msg"]
        assert organization.verbs() == ["GET"]
    else:
        words = organization.refused(**where, **options)
    assert words.startswith(
        f"embedding_size is {options['embedding_size']}, but {model} produces vectors of length {size}."
    )
    assert f"Set embedding_size: {size}" in words


@pytest.mark.parametrize(
    "options",
    [
        {"embedding_size": 256, "embedding_model_name": "text-embedding-3-large"},
        {"embedding_size": 123, "embedding_model_name": "mine"},
        {"embedding_size": 1024, "embedding_model_name": "bge-m3"},
    ],
)
def test_sizes_that_can_be_right(organization: Organization, options: dict[str, Any]) -> None:
    assert organization.thrice(tracking_id="docs", **options)["changed"] is True


def test_a_size_that_is_there_already_is_left_alone(organization: Organization) -> None:
    """What was exported can be applied."""
    organization.create(tracking_id="docs", server_configuration={"EMBEDDING_SIZE": 123})
    options = {"embedding_size": 123, "embedding_model_name": "jina-base-en", "system_prompt": "New."}
    assert organization.thrice(tracking_id="docs", **options)["changed"] is True
