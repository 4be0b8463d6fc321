# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(state_file): what an organization holds, as the file that declares it."""

from __future__ import annotations

import itertools
from importlib.metadata import version
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible.parsing.dataloader import DataLoader

from ansible_collections.community.trieve.plugins.filter.state_file import FilterModule
from ansible_collections.community.trieve.plugins.module_utils._crawl.options import CRAWL_OPTIONS
from ansible_collections.community.trieve.plugins.modules import (
    trieve_api_key_info,
    trieve_chunk_groups,
    trieve_crawls,
    trieve_dataset,
    trieve_dataset_info,
)
from ansible_collections.community.trieve.plugins.plugin_utils._in_process import native
from sandbox.server import Running

from ...datasets import PAGE_KEY
from ...tenant import Tenant

KINDS = ["datasets", "chunk_groups", "crawls", "api_keys"]


@pytest.fixture
def tenant(sandbox: Running, connection: dict[str, Any]) -> Tenant:
    return Tenant(sandbox, connection)


def exported(tenant: Tenant, **options: Any) -> str:
    datasets = tenant.run(trieve_dataset_info.DEFINITION, configuration=True, crawls=True, chunk_groups=True)[
        "datasets"
    ]
    keys = tenant.run(trieve_api_key_info.DEFINITION)["api_keys"]
    text = FilterModule().filters()["state_file"](datasets, keys, **options)
    assert text == FilterModule().filters()["state_file"](datasets[::-1], keys[::-1], **options)
    return str(text)


def read(text: str) -> Any:
    return native(DataLoader().load(native(text)))


def comments(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines() if line.strip().startswith("#"))


def test_a_mask_is_not_written() -> None:
    """It would be applied as a value."""
    group = {"tracking_id": "a", "metadata": {"token": "x ********"}}
    with pytest.raises(
        AnsibleFilterError, match=r"datasets\[0\].chunk_groups\[0\].metadata.token contains Ansible's mask"
    ):
        FilterModule().filters()["state_file"]([{"chunk_groups": [group]}], kinds=["chunk_groups"])


def test_an_empty_organization(tenant: Tenant) -> None:
    assert read(exported(tenant)) == {"datasets": []}
    assert "no API keys" in exported(tenant)
    assert read(exported(tenant, kinds=["api_keys"])) is None


def test_a_new_object_is_empty_without_its_defaults(tenant: Tenant) -> None:
    dataset_id = tenant.dataset("docs")
    tenant.dataset("configured", server_configuration={"LOCKED": True})
    tenant.dataset("large", server_configuration={"EMBEDDING_MODEL_NAME": "text-embedding-3-large"})
    for kind in ({}, {"scrape_options": {"type": "youtube"}}):
        body = {"crawl_options": {"site_url": "https://docs.example.com", **kind}}
        tenant.call("POST", "/api/crawl", body, **{"TR-Dataset": dataset_id})
    tenant.call("POST", "/api/chunk_group", {"tracking_id": "faq"}, **{"TR-Dataset": dataset_id})
    nothing: dict[str, Any] = {"chunk_groups": [], "crawls": []}
    site = {"site_url": "https://docs.example.com"}
    assert read(exported(tenant, defaults=False)) == {
        "datasets": [
            {"tracking_id": "configured", "configuration": {"locked": True}, **nothing},
            {
                "tracking_id": "docs",
                "chunk_groups": [{"tracking_id": "faq"}],
                "crawls": [site, {**site, "scrape_options": {"type": "youtube"}}],
            },
            {"tracking_id": "large", "configuration": {"embedding_model_name": "text-embedding-3-large"}, **nothing},
        ]
    }
    whole = read(exported(tenant))["datasets"][1]
    assert set(CRAWL_OPTIONS) - set(whole["crawls"][0]) == {"ignore_sitemap", "scrape_options"}
    assert whole["configuration"]["n_retrievals_to_include"] == 8
    assert "temperature" not in whole["configuration"]


@pytest.mark.parametrize("defaults", [True, False])
def test_declared_again_it_changes_nothing(tenant: Tenant, defaults: bool) -> None:
    tenant.dataset("docs", server_configuration={"BM25_K": 0.1, "SYSTEM_PROMPT": "{{ x }}\nyes\n"})
    options = {"webhook_urls": ["https://b.example.com", "https://a.example.com"], "tags": ["b", "a", "b"], "limit": 5}
    body = {"crawl_options": {"site_url": "https://docs.example.com", **options}}
    tenant.call("POST", "/api/crawl", body, **{"TR-Dataset": "docs"})
    (dataset,) = read(exported(tenant, defaults=defaults))["datasets"]
    own = {"tracking_id": "docs", "name": dataset.get("name"), **dataset["configuration"]}
    assert tenant.run(trieve_dataset.DEFINITION, **own)["changed"] is False
    for definition in (trieve_crawls.DEFINITION, trieve_chunk_groups.DEFINITION):
        (name,) = {"crawls", "chunk_groups"} & set(definition.argument_spec)
        result = tenant.run(definition, dataset="docs", **{name: dataset[name]}, prune=True, allow_empty=True)
        assert result["changed"] is False


def test_one_kind(tenant: Tenant) -> None:
    tenant.dataset("docs")
    for kind, key in (("chunk_groups", "chunk_groups"), ("crawls", "crawls")):
        assert read(exported(tenant, kinds=[kind])) == {"datasets": [{"tracking_id": "docs", key: []}]}
        assert "llm_api_key" not in exported(tenant, kinds=[kind])
    (dataset,) = read(exported(tenant, kinds=["datasets"]))["datasets"]
    assert set(dataset) == {"tracking_id", "name", "configuration"}


def test_datasets_without_a_usable_tracking_id(tenant: Tenant) -> None:
    tenant.dataset("faq")
    unnamed = tenant.call("POST", "/api/dataset", {"dataset_name": "FAQ\n"})["id"]
    umlaut = tenant.call("POST", "/api/dataset", {"dataset_name": "Über", "tracking_id": "ü"})["id"]
    text = exported(tenant)
    assert [dataset["tracking_id"] for dataset in read(text)["datasets"]] == ["faq"]
    tasks = comments(text).replace("# ", "")
    assert '"FAQ\\n", because it has no tracking id' in tasks
    assert f"dataset_id: {unnamed}\n    new_tracking_id: faq-2\n" in tasks + "\n"
    assert 'because its tracking id is "ü": an HTTP header' in tasks
    assert f"dataset_id: {umlaut}\n    new_tracking_id: ber" in tasks


def test_groups_without_a_usable_tracking_id(tenant: Tenant) -> None:
    dataset_id = tenant.dataset("docs")
    for group in ({"name": "b"}, {"name": "a\nb"}, {"tracking_id": "."}, {"tracking_id": "x", "metadata": [1]}):
        tenant.call("POST", "/api/chunk_group", group, **{"TR-Dataset": dataset_id})
    text = exported(tenant)
    (dataset,) = read(text)["datasets"]
    assert dataset["chunk_groups"] == [{"tracking_id": "x", "name": "", "description": "", "tag_set": []}]
    words = comments(text)
    assert 'these have none: "a\\nb", b' in words
    assert "'.' cannot be part of a URL" in words
    assert "the metadata of x, which is not a dictionary" in words


def test_crawls_that_cannot_be_declared(tenant: Tenant) -> None:
    dataset_id = tenant.dataset("docs")
    wrong: list[dict[str, Any]] = [{"limit": 0}, {"site_url": " x "}, {}, {}, {}, {"limit": 5}]
    for options in wrong:
        body = {"crawl_options": {"site_url": "https://docs.example.com", **options}}
        tenant.call("POST", "/api/crawl", body, **{"TR-Dataset": dataset_id})
    text = exported(tenant, defaults=False)
    (dataset,) = read(text)["datasets"]
    site = {"site_url": "https://docs.example.com"}
    assert sorted(dataset["crawls"], key=len) == [site, {**site, "limit": 5}]
    words = comments(text)
    assert 'a crawl of "https://docs.example.com" (firecrawl): limit is 0' in words
    assert 'a crawl of " x " (firecrawl): site_url' in words
    assert "Trieve has 3 crawls with just these options. One is declared" in words
    assert "crawls with just these options" not in exported(tenant, kinds=["datasets"])


def test_keys_become_declared_when_uncommented(tenant: Tenant) -> None:
    one, two = tenant.dataset("one"), tenant.dataset("two")
    for name, role, ids in (("web", 0, [two, one]), ("web", 1, [one]), ("{{ a }}\nb", 2, [])):
        tenant.call("POST", "/api/organization/api_key", {"name": name, "role": role, "dataset_ids": ids})
    text = exported(tenant, kinds=["api_keys"])
    assert read(text) is None
    lines = text.splitlines()
    uncommented = "\n".join(line.removeprefix("# ") for line in lines[lines.index("# api_keys:") :])
    web = {"name": "web", "role": "admin", "dataset_ids": ["one"]}
    assert read(uncommented) == {"api_keys": [web, {"name": "{{ a }}\nb", "role": "owner"}]}
    assert "The newest of 2 keys of this name" in text


def test_no_secret_and_nothing_that_changes_by_itself(tenant: Tenant) -> None:
    params = {"apiKey": PAGE_KEY, "brandName": "B"}
    dataset_id = tenant.dataset(
        "docs", server_configuration={"PUBLIC_DATASET": {"enabled": True, "extra_params": params}}
    )
    body = {"crawl_options": {"site_url": "https://docs.example.com", "interval": "daily"}}
    crawl = tenant.call("POST", "/api/crawl", body, **{"TR-Dataset": dataset_id})
    tenant.call("POST", "/api/chunk_group", {"tracking_id": "g"}, **{"TR-Dataset": dataset_id})
    text = exported(tenant)
    unwanted = [
        PAGE_KEY,
        dataset_id,
        crawl["id"],
        tenant.id,
        crawl["created_at"][:10],
        "webhook_secret",
        "chunk_count",
        "status",
    ]
    assert [word for word in unwanted if word in text] == []
    assert read(text)["datasets"][0]["configuration"]["public_dataset"] == {
        "enabled": True,
        "extra_params": {"brandName": "B"},
    }
    before = text
    tenant.control.tick()
    assert exported(tenant) == before


def test_people_and_the_organization() -> None:
    """Members are declared, invitations are comments, since a part of them cannot be read."""
    users = [
        {"email": f"{name}@example.com", "role": "admin", "scopes": scopes}
        for name, scopes in (("b", None), ("a", ["GET"]))
    ]
    invitations = [{"email": "c@example.com", "role": "user", "scopes": None, "used": used} for used in (False, True)]
    organization = {"name": "{{ Acme }}", "partner_configuration": {"company_name": "Acme", "email": None}}
    kinds = ["users", "invitations", "organization"]
    options = {"users": users, "invitations": invitations, "organization": organization}
    text = FilterModule().filters()["state_file"]([], kinds=kinds, prune={"users": "delete"}, **options)
    assert read(text) == {
        "organization": {"name": "{{ Acme }}", "partner_configuration": {"company_name": "Acme"}},
        "users": [
            {"email": "a@example.com", "role": "admin", "scopes": ["GET"], "pending": "ok"},
            {"email": "b@example.com", "role": "admin", "pending": "ok"},
        ],
        "prune": {"users": "delete"},
    }
    lines = text.splitlines()
    uncommented = "\n".join(
        line.removeprefix("# ") for line in lines[lines.index("# invitations:") : lines.index("prune:")]
    )
    assert read(uncommented) == {"invitations": [{"email": "c@example.com", "role": "user"}]}
    empty = FilterModule().filters()["state_file"]([], kinds=kinds, organization=organization)
    assert read(empty)["users"] == []


def test_backup_of_a_plan(tenant: Tenant) -> None:
    """What is changed or deleted is written, and nothing else; nothing else is managed by it."""
    names = ("changed", "holds", "gone", "kept")
    ids = {name: tenant.dataset(name, server_configuration={"MAX_LIMIT": 7}) for name in names}
    sites = {}
    for name, dataset_id in ids.items():
        for site in ("a", "b"):
            options = {"site_url": f"https://{site}.example.com", "limit": 5}
            sites[name, site] = tenant.call(
                "POST", "/api/crawl", {"crawl_options": options}, **{"TR-Dataset": dataset_id}
            )["id"]
    tenant.call("POST", "/api/organization/api_key", {"name": "web", "role": 0})
    (key,) = tenant.run(trieve_api_key_info.DEFINITION)["api_keys"]

    def change(action: str, kind: str, id: str | None, **fields: Any) -> dict[str, Any]:
        listed = [{"name": name, "before": pair[0], "after": pair[1]} for name, pair in fields.items()]
        return {"action": action, "kind": kind, "id": id, "name": "any", "dataset": "any", "fields": listed}

    plan = [
        change("create", "dataset", None),
        change("update", "dataset", ids["changed"], tracking_id=("changed", "renamed")),
        change("replace", "crawl", sites["holds", "a"]),
        change("delete", "dataset", ids["gone"]),
        change("delete", "api_key", key["id"]),
    ]
    text = exported(tenant, backup_of=plan)
    state = read(text)
    found = {entry["tracking_id"]: entry for entry in state["datasets"]}
    assert set(found) == {"changed", "holds", "gone"}
    assert found["changed"]["moved_from"] == "renamed"
    assert found["changed"]["configuration"]["max_limit"] == 7
    assert set(found["holds"]) == {"tracking_id", "crawls"}
    assert [crawl["site_url"] for crawl in found["holds"]["crawls"]] == ["https://a.example.com"]
    assert len(found["gone"]["crawls"]) == 2
    assert set(state["prune"].values()) == {"none"}
    assert "#   - name: web" in text
    assert read(exported(tenant, backup_of=plan[-1:])) == {"prune": state["prune"]}


def test_what_the_filter_refuses(tenant: Tenant) -> None:
    state_file = FilterModule().filters()["state_file"]
    tenant.dataset("docs")
    bare = tenant.run(trieve_dataset_info.DEFINITION)["datasets"]
    for kinds in (["dataset"], "datasets", []):
        with pytest.raises(AnsibleFilterError, match="It must be a list of datasets"):
            state_file([], kinds=kinds)
    for kind, option in (("datasets", "configuration"), ("crawls", "crawls"), ("chunk_groups", "chunk_groups")):
        with pytest.raises(AnsibleFilterError, match=f"Set {option}: true"):
            state_file(bare, kinds=[kind])


def test_the_order_does_not_depend_on_the_servers(tenant: Tenant) -> None:
    dataset_id = tenant.dataset("docs")
    sites: list[dict[str, Any]] = [
        {"site_url": "https://b.example.com"},
        {"site_url": "https://a.example.com", "limit": 5},
    ]
    sites += [{"site_url": "https://a.example.com"}, {"site_url": "https://a.example.com", "tags": ["b", "a"]}]
    for options in sites:
        tenant.call("POST", "/api/crawl", {"crawl_options": options}, **{"TR-Dataset": dataset_id})
    datasets = tenant.run(trieve_dataset_info.DEFINITION, crawls=True)["datasets"]
    texts = set()
    for order in itertools.permutations(datasets[0]["crawls"]):
        texts.add(
            str(FilterModule().filters()["state_file"]([{**datasets[0], "crawls": list(order)}], kinds=["crawls"]))
        )
    assert len(texts) == 1


def test_the_order_of_keys_and_ids_does_not_depend_on_the_servers(tenant: Tenant) -> None:
    one, two = tenant.dataset("b-one"), tenant.dataset("a-two")
    tenant.call("POST", "/api/organization/api_key", {"name": "web", "role": 0, "dataset_ids": [one, two]})
    tenant.call("POST", "/api/chunk_group", {"tracking_id": "g", "metadata": {"b": 1}}, **{"TR-Dataset": one})
    datasets = tenant.run(trieve_dataset_info.DEFINITION, configuration=True, crawls=True, chunk_groups=True)[
        "datasets"
    ]
    (key,) = tenant.run(trieve_api_key_info.DEFINITION, name="web")["api_keys"]
    texts = []
    for pairs in ([("b", 1), ("a", {"d": 1, "c": 1})], [("a", {"c": 1, "d": 1}), ("b", 1)]):
        datasets[1]["chunk_groups"][0]["metadata"] = dict(pairs)
        datasets[1]["public_dataset"]["extra_params"] = dict(pairs)
        key["dataset_ids"] = key["dataset_ids"][::-1]
        texts.append(str(FilterModule().filters()["state_file"](datasets, [key])))
    assert texts[0] == texts[1]
    assert texts[0].index("#       - a-two") < texts[0].index("#       - b-one")


@pytest.mark.skipif(version("ansible-core") >= "2.19", reason="nothing is a template there unless it is marked so")
def test_the_text_is_no_template(tenant: Tenant) -> None:
    assert getattr(FilterModule().filters()["state_file"]([]), "__UNSAFE__", False)
