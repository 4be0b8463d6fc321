# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole organization as one state: what the plan has, and what a run makes of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.community.trieve.plugins.module_utils._api_key import creation
from ansible_collections.community.trieve.plugins.module_utils._core.mask import Mask
from ansible_collections.community.trieve.plugins.module_utils._core.task import Task, warn_of_secrets, with_new_secrets
from ansible_collections.community.trieve.plugins.modules.trieve_organization_state import DEFINITION
from sandbox.server import Running
from tests.unit.packed import packed
from tests.unit.tasks import played
from tests.unit.tenant import Tenant

SECRET = "sk-Zq7vT1mXb4Nc9RkLw2Yd8HsPf3Jg6QaE"

State = dict[str, Any]


def task_of_state(tenant: Tenant, state: State, check_mode: bool = False, **options: Any) -> Task:
    """A task with a state, as the runner makes it."""
    given = {**tenant.connection, **options, "state": {}}
    validation = ArgumentSpecValidator(DEFINITION.argument_spec, **DEFINITION.rules).validate(given)
    assert not validation.error_messages, validation.error_messages
    return Task(validation.validated_parameters, check_mode, bulk=state)


class Organization(Tenant):
    """Applies states."""

    def apply(self, state: State, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """The result of a task."""
        return played(DEFINITION, task_of_state(self, state, check_mode, **options))

    def thrice_applied(self, state: State, **options: Any) -> dict[str, Any]:
        """The result of a run that a preview has foretold and that a second run does not repeat."""
        self.writes()
        preview = self.apply(state, True, **options)
        assert not preview.get("failed"), preview["msg"]
        assert self.writes() == []
        result = self.apply(state, **options)
        assert not result.get("failed"), result["msg"]
        for name in ("changed", "diff", "plan", "summary", "fingerprint"):
            assert preview[name] == result[name], name
        assert result["changed"] is bool(self.writes())
        again = self.apply(state, **options)
        assert (again["changed"], again["plan"], self.writes()) == (False, [], []), again
        return result

    def refused_state(self, state: State, **options: Any) -> dict[str, Any]:
        """The result of a task that fails in the same way in check mode, and sends nothing but reads in both."""
        self.writes()
        preview = self.apply(state, True, **options)
        result = self.apply(state, **options)
        assert result.get("failed") is True, result
        assert preview == result
        assert self.writes() == []
        return result

    def names(self, table: str, column: str) -> list[str]:
        """A column of all rows of a table."""
        return sorted(str(row[column]) for row in self.control.state(table))


@pytest.fixture
def organization(sandbox: Running, connection: dict[str, Any]) -> Organization:
    return Organization(sandbox, connection)


def whole() -> State:
    """One of each kind."""
    return {
        "datasets": [
            {
                "tracking_id": "docs",
                "name": "Docs",
                "configuration": {"system_prompt": "Answer briefly.", "llm_api_key": SECRET},
                "chunk_groups": [{"tracking_id": "guides", "name": "Guides"}],
                "crawls": [{"site_url": "https://docs.example.com", "interval": "daily"}],
            },
            {"tracking_id": "blog", "crawls": [{"site_url": "https://blog.example.com"}]},
        ],
        "api_keys": [{"name": "website", "role": "read", "dataset_ids": ["docs"]}],
        "invitations": [
            {
                "email": "jo@example.com",
                "role": "admin",
                "app_url": "https://app.example.com",
                "redirect_uri": "https://app.example.com",
            }
        ],
        "organization": {"partner_configuration": {"company_name": "Example"}},
    }


def test_everything_from_nothing(organization: Organization) -> None:
    result = organization.thrice_applied(whole())
    assert result["summary"] == {"create": 6, "update": 1, "invite": 1, "unchanged": 0}
    assert organization.names("datasets", "tracking_id") == ["blog", "docs"]
    (key,) = [
        row for row in organization.call("GET", "/api/organization/api_key")["api_keys"] if row["name"] == "website"
    ]
    docs = next(row["id"] for row in organization.control.state("datasets") if row["tracking_id"] == "docs")
    assert key["dataset_ids"] == [docs]
    assert list(result["secrets"]) == ["website"]
    assert [new["name"] for new in result["new_api_keys"]] == ["website"]
    assert result["new_api_keys"][0]["api_key"]["id"] == key["id"]


def test_a_secret_stands_in_its_one_place(organization: Organization) -> None:
    result = organization.apply(whole())
    told = json.dumps({**result, "secrets": {}})
    assert SECRET not in told
    assert result["secrets"]["website"] not in told
    assert result["uncovered_secrets"] == ["dataset docs: llm_api_key"]


# -- datasets and what is in them --------------------------------------------------------------------------------------


def docs(**values: Any) -> State:
    return {"datasets": [{"tracking_id": "docs", **values}]}


def test_a_dataset_is_renamed_with_what_is_in_it(organization: Organization) -> None:
    organization.apply({"datasets": [{"tracking_id": "old", "crawls": [{"site_url": "https://a.example.com"}]}]})
    dataset_id = organization.control.state("datasets")[0]["id"]
    state = docs(
        moved_from="old", crawls=[{"site_url": "https://a.example.com"}, {"site_url": "https://b.example.com"}]
    )
    state["prune"] = {"datasets": "delete", "crawls": "delete"}
    result = organization.thrice_applied(state)
    assert [(each["action"], each["kind"], each["dataset"]) for each in result["plan"]] == [
        ("update", "dataset", None),
        ("create", "crawl", "docs"),
    ]
    (row,) = organization.control.state("datasets")
    assert (row["id"], row["tracking_id"]) == (dataset_id, "docs")
    assert len(organization.control.state("crawls")) == 2


def test_an_old_name_is_ignored_as_soon_as_the_new_one_exists(organization: Organization) -> None:
    organization.apply({"datasets": [{"tracking_id": "docs"}, {"tracking_id": "old"}]})
    result = organization.apply({**docs(moved_from="old"), "prune": {"datasets": "report"}})
    assert (result["changed"], [each["name"] for each in result["undeclared"]]) == (False, ["old"])


def test_ignored_fields_are_declared_at_creation_only(organization: Organization) -> None:
    state = docs(
        name="Docs",
        ignore=["system_prompt", "name"],
        configuration={"system_prompt": "One.", "rag_prompt": "Two."},
        chunk_groups=[{"tracking_id": "g", "name": "Group", "ignore": ["name"]}],
        crawls=[{"site_url": "https://a.example.com", "interval": "daily", "limit": 5, "ignore": ["limit"]}],
    )
    organization.thrice_applied(state)
    (row,) = organization.control.state("datasets")
    stored = (
        json.loads(row["server_configuration"])
        if isinstance(row["server_configuration"], str)
        else row["server_configuration"]
    )
    assert (row["name"], stored["SYSTEM_PROMPT"]) == ("Docs", "One.")
    dataset = state["datasets"][0]
    dataset["name"], dataset["configuration"]["system_prompt"] = "Other", "Other."
    dataset["chunk_groups"][0]["name"], dataset["crawls"][0]["limit"] = "Other", 7
    assert organization.apply(state)["changed"] is False
    dataset["crawls"][0]["interval"] = "weekly"
    assert organization.apply(state)["summary"] == {"replace": 1, "unchanged": 2}
    (crawl,) = organization.call("GET", "/api/crawl", **{"TR-Dataset": "docs"})
    assert crawl["crawl_options"]["limit"] == 5


def test_a_new_dataset_is_empty_without_a_request(organization: Organization) -> None:
    organization.control.clear_requests()
    result = organization.apply(docs(crawls=[{"site_url": "https://a.example.com"}], chunk_groups=[]), True)
    assert "warnings" not in result
    assert not [one for one in organization.control.requests() if one["path"] in ("/api/crawl", "/api/chunk_group")]


def test_a_site_that_is_declared_twice(organization: Organization) -> None:
    site = {"site_url": "https://a.example.com"}
    limited = docs(crawls=[{**site, "include_paths": ["a"]}, {**site, "include_paths": ["b"]}])
    assert "warnings" not in organization.apply(limited, True)
    twice = docs(crawls=[{**site, "limit": 1}, {**site, "limit": 2}])
    (warning,) = organization.apply(twice, True)["warnings"]
    assert warning.startswith("datasets[0] (docs).crawls[1] (https://a.example.com): ")
    assert "warnings" not in organization.apply(twice, True, duplicates="keep")


# -- undeclared objects ------------------------------------------------------------------------------------------------


def crowded(organization: Organization) -> None:
    """What the states of these tests do not declare."""
    organization.apply(
        {
            "datasets": [
                {
                    "tracking_id": "docs",
                    "crawls": [{"site_url": f"https://{name}.example.com"} for name in ("a", "b", "keep")],
                    "chunk_groups": [{"tracking_id": "one"}, {"tracking_id": "two"}],
                },
                {"tracking_id": "spare"},
            ],
            "api_keys": [{"name": "old", "role": "read"}, {"name": "mine", "role": "read"}],
        }
    )


def sparse(**prune: Any) -> State:
    return {
        **docs(crawls=[{"site_url": "https://a.example.com"}], chunk_groups=[{"tracking_id": "one"}]),
        "api_keys": [{"name": "mine", "role": "read"}],
        "prune": prune,
    }


EVERYTHING = dict.fromkeys(("datasets", "crawls", "chunk_groups", "api_keys"), "delete")


def test_undeclared_objects_are_reported_by_default(organization: Organization) -> None:
    crowded(organization)
    result = organization.thrice_applied(sparse())
    assert {(each["kind"], each["dataset"], each["name"], each["kept"]) for each in result["undeclared"]} >= {
        ("dataset", "spare", "spare", False),
        ("chunk_group", "docs", "two", False),
        ("crawl", "docs", "https://b.example.com (firecrawl)", False),
        ("crawl", "docs", "https://keep.example.com (firecrawl)", False),
        ("api_key", None, "old", False),
    }


def test_undeclared_objects_are_deleted_but_for_those_that_a_pattern_keeps(organization: Organization) -> None:
    crowded(organization)
    result = organization.thrice_applied(
        sparse(**EVERYTHING, keep={"crawls": ["https://keep.*"], "api_keys": ["*test*", "[!o]*"]})
    )
    assert result["summary"]["delete"] == 4
    assert [each["kind"] for each in result["plan"]][-1] == "api_key"
    kept = [each["name"] for each in result["undeclared"] if each["kept"]]
    assert "https://keep.example.com (firecrawl)" in kept
    assert organization.names("datasets", "tracking_id") == ["docs"]


def test_a_prefix_limits_what_is_in_scope(organization: Organization) -> None:
    crowded(organization)
    result = organization.apply(sparse(**{**EVERYTHING, "crawls": "none"}, tracking_id_prefix="tw"), True)
    assert [(each["kind"], each["name"]) for each in result["plan"]] == [("chunk_group", "two")]
    assert result["undeclared"] == []


def test_too_many_deletions_are_refused_by_name_and_with_the_plan(organization: Organization) -> None:
    crowded(organization)
    result = organization.refused_state(sparse(crawls="delete", max_deletions="1"))
    assert "2 of the 3 crawls in scope would be deleted" in result["msg"]
    assert "crawl https://keep.example.com of dataset docs" in result["msg"]
    assert result["msg"].count("Nothing was changed.") == 1
    assert result["msg"] == f"Nothing was changed. {' '.join(result['refusals'])}"
    assert [each["action"] for each in result["plan"]] == ["delete", "delete"]
    assert organization.apply(sparse(crawls="delete", max_deletions="67%"), True)["summary"]["delete"] == 2
    result = organization.refused_state(sparse(crawls="delete", max_deletions="60%"))
    assert "crawls of dataset docs in scope" in result["msg"]


def test_a_number_limits_a_kind_in_the_whole_organization(organization: Organization) -> None:
    sites = [{"site_url": "https://a.example.com"}, {"site_url": "https://b.example.com"}]
    names = ("one", "two", "three")
    organization.apply({"datasets": [{"tracking_id": name, "crawls": sites} for name in names]})
    state = {"datasets": [{"tracking_id": name, "crawls": sites[:1]} for name in names]}
    result = organization.refused_state({**state, "prune": {"crawls": "delete", "max_deletions": "2"}})
    assert "3 of the 6 crawls in scope" in result["msg"]
    assert (
        organization.apply({**state, "prune": {"crawls": "delete", "max_deletions": "50%"}}, True)["summary"]["delete"]
        == 3
    )


def test_a_dataset_that_a_typo_would_delete(organization: Organization) -> None:
    organization.dataset("Docs")
    state = {**docs(), "prune": {"datasets": "delete"}}
    assert "'docs' is declared, which looks the same" in organization.refused_state(state)["msg"]
    state["prune"]["force"] = True
    assert organization.apply(state, True)["summary"] == {"create": 1, "delete": 1, "unchanged": 0}


def test_all_refusals_at_once(organization: Organization) -> None:
    state = {
        **docs(crawls=[{"site_url": "https://a.example.com", "scrape_options": {"type": "openapi"}}]),
        "api_keys": [{"name": "mine"}],
    }
    result = organization.refused_state(state)
    assert len(result["refusals"]) == 2
    assert "openapi_schema_url is missing" in result["msg"]
    assert "role is missing" in result["msg"]


# -- API keys ----------------------------------------------------------------------------------------------------------


def test_a_key_for_a_dataset_that_nobody_declares_and_nobody_has(organization: Organization) -> None:
    state = {**docs(), "api_keys": [{"name": "k", "role": "read", "dataset_ids": ["Docs"]}]}
    words = organization.refused_state(state)["msg"]
    assert "api_keys[0] (k): dataset_ids[0]: dataset 'Docs' is neither declared nor found" in words
    assert "Did you mean 'docs'?" in words


def test_a_key_is_rotated_by_its_age(organization: Organization) -> None:
    state: State = {"api_keys": [{"name": "k", "role": "read", "rotate": "after", "max_age": "30d"}]}
    organization.thrice_applied(state)
    month = 30 * 24 * 60 * 60 * 1_000_000
    organization.control.sql(f"UPDATE organization_api_keys SET created_at = created_at - {month} WHERE name = 'k'")
    result = organization.thrice_applied(state)
    assert result["summary"] == {"rotate": 1, "unchanged": 0}
    assert len(result["new_api_keys"][0]["previous_api_keys"]) == 1


def test_no_key_is_created_that_nobody_stores(organization: Organization) -> None:
    state = {"api_keys": [{"name": "k", "role": "read"}]}
    assert "allow_new_keys is false" in organization.refused_state(state, allow_new_keys=False)["msg"]
    organization.apply(state)
    assert organization.apply(state, allow_new_keys=False)["changed"] is False


def test_the_deletion_of_keys_can_wait_for_the_caller(organization: Organization) -> None:
    organization.apply({"api_keys": [{"name": "old", "role": "read"}]})
    state = {
        "api_keys": [{"name": "new", "role": "read"}],
        "prune": {"api_keys": "delete", "keep": {"api_keys": ["[!o]*"]}},
    }
    preview = organization.apply(state, True, defer_key_deletions=True)
    result = organization.apply(state, defer_key_deletions=True)
    assert preview["plan"] == result["plan"]
    assert [key["name"] for key in result["deferred_api_keys"]] == ["old"]
    assert {"old", "new"} <= set(organization.names("organization_api_keys", "name"))
    assert organization.apply(state, defer_key_deletions=True)["deferred_api_keys"] == []
    assert "old" not in organization.names("organization_api_keys", "name")


# -- people ------------------------------------------------------------------------------------------------------------


def test_a_plan_that_would_lock_everybody_out(organization: Organization) -> None:
    """Each of the two changes would be allowed alone."""
    organization.member("a@example.com", 2)
    organization.member("b@example.com", 2)
    members = organization.call("GET", f"/api/organization/users/{organization.id}")
    state = {"users": [{"email": member["email"], "role": "admin"} for member in members]}
    assert "would have no owner" in organization.refused_state(state)["msg"]


def test_members_and_invitations(organization: Organization) -> None:
    organization.member("jo@example.com", 0)
    owner = next(
        m["email"]
        for m in organization.call("GET", f"/api/organization/users/{organization.id}")
        if m["email"] != "jo@example.com"
    )
    mail = {"app_url": "https://app.example.com", "redirect_uri": "https://app.example.com"}
    state: State = {
        "users": [
            {"email": owner},
            {"email": "jo@example.com", "role": "admin"},
            {"email": "new@example.com", "pending": "ok"},
        ],
        "invitations": [{"email": "new@example.com", "role": "user", **mail}],
    }
    result = organization.apply(state, True)
    assert [(each["action"], each["kind"]) for each in result["plan"]] == [("update", "user"), ("invite", "invitation")]
    organization.apply(state)
    again = organization.apply(state)
    assert again["changed"] is False
    assert again["undeclared"] == []
    state["users"] = [{"email": owner}]
    state["prune"] = {"users": "delete", "invitations": "delete"}
    state["invitations"] = [{"email": "third@example.com", "role": "user", **mail}]
    result = organization.apply(state)
    assert {(each["action"], each["kind"], each["name"]) for each in result["plan"]} == {
        ("invite", "invitation", "third@example.com"),
        ("remove", "user", "jo@example.com"),
        ("delete", "invitation", "new@example.com"),
    }


# -- slices, drift, objects --------------------------------------------------------------------------------------------


def test_two_slices_and_the_rest_are_the_whole(organization: Organization) -> None:
    state = whole()
    one = organization.apply(state, only=["docs"])
    two = organization.apply(state, only=["blog"])
    rest = organization.apply(
        state, only=[], parts=["organization", "users", "invitations", "api_keys", "undeclared_datasets"]
    )
    assert [result["summary"].get("create") for result in (one, two, rest)] == [3, 2, 1]
    assert organization.apply(state)["changed"] is False


def test_a_slice_reads_nothing_of_the_others(organization: Organization) -> None:
    state = whole()
    state["datasets"][1]["name"] = "Blog"
    organization.apply(state)
    ids = {row["tracking_id"]: row["id"] for row in organization.control.state("datasets")}
    organization.control.clear_requests()
    organization.apply(state, only=["docs"])
    paths = [one["path"] for one in organization.control.requests()]
    assert [any(ids[name] in path for path in paths) for name in ("docs", "blog")] == [True, False]
    assert "Did you mean 'docs'?" in organization.refused_state(whole(), only=["dcs"])["msg"]


def test_a_key_needs_the_slice_with_its_dataset_first(organization: Organization) -> None:
    result = organization.apply(whole(), only=[], parts=["api_keys"])
    assert "does not exist yet, because this task leaves it out" in result["msg"]
    assert result["secrets"] == {}


def test_drift(organization: Organization) -> None:
    crowded(organization)
    state = sparse(**EVERYTHING)
    state["api_keys"][0]["role"] = "admin"
    result = organization.apply(state, True, purpose="drift", return_objects=True)
    assert [(each["action"], each["kind"]) for each in result["plan"]] == [("rotate", "api_key")]
    assert {each["name"] for each in result["undeclared"]} >= {
        "spare",
        "two",
        "old",
        "https://b.example.com (firecrawl)",
    }
    states = {(each["kind"], each["name"]): each["state"] for each in result["objects"]}
    assert states["crawl", "https://a.example.com (firecrawl)"] == "unchanged"
    assert states["api_key", "mine"] == "rotate"
    assert states["dataset", "spare"] == "undeclared"
    assert "check mode only" in organization.apply(state, purpose="drift")["msg"]


# -- approval ----------------------------------------------------------------------------------------------------------


def test_the_approved_plan_or_nothing(organization: Organization) -> None:
    planned = organization.apply(whole(), True, digest_key="k")
    approved = {"fingerprint": planned["fingerprint"], "plan": planned["plan"]}
    organization.dataset("blog")
    state = whole()
    state["datasets"][0]["crawls"][0]["interval"] = "weekly"
    state["datasets"].append({"tracking_id": "third"})
    result = organization.refused_state(state, digest_key="k", approved=approved)
    approval = result["approval"]
    assert [each["name"] for each in approval["new"]] == ["third"]
    assert [each["name"] for each in approval["gone"]] == ["blog"]
    assert [each["now"]["name"] for each in approval["different"]] == ["https://docs.example.com (firecrawl)"]
    assert "1 change is new: create dataset third." in result["msg"]
    organization.control.sql("DELETE FROM datasets")
    done = organization.apply(whole(), digest_key="k", approved=approved)
    assert done["fingerprint"] == planned["fingerprint"]
    assert "not the approved plan" in organization.refused_state(whole(), digest_key="k", approved=approved)["msg"]


def test_another_secret_is_another_plan(organization: Organization) -> None:
    planned = organization.apply(whole(), True, digest_key="k")
    state = whole()
    state["datasets"][0]["configuration"]["llm_api_key"] = SECRET[::-1]
    approved = {"fingerprint": planned["fingerprint"], "plan": planned["plan"]}
    result = organization.refused_state(state, digest_key="k", approved=approved)
    assert result["approval"]["secrets_differ"] is True
    assert SECRET not in json.dumps(result)
    without = organization.apply(whole(), True)
    assert organization.apply(state, True)["fingerprint"] == without["fingerprint"]
    result = organization.refused_state(whole(), approved_fingerprint=planned["fingerprint"])
    assert "Set digest_key or TRIEVE_PLAN_KEY" in result["msg"]


def test_a_fingerprint_does_not_depend_on_the_order(organization: Organization) -> None:
    state = whole()
    backwards = {**state, "datasets": state["datasets"][::-1]}
    assert organization.apply(state, True)["fingerprint"] == organization.apply(backwards, True)["fingerprint"]


# -- faults in the middle ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 503])
@pytest.mark.parametrize("after", range(6))
def test_a_fault_in_the_middle_is_resumed_without_doubles(organization: Organization, status: int, after: int) -> None:
    state = whole()
    fault = {"kind": "status", "status": status, "method": "POST", "after": after, "times": 1}
    organization.control.faults(fault)
    result = organization.apply(state, concurrency=1, retries=0)
    organization.control.clear_faults()
    assert result.get("failed") is True, result["summary"]
    assert result["msg"]
    rest = organization.apply(state)
    assert not rest.get("failed"), rest["msg"]
    made = {**result.get("secrets", {}), **rest["secrets"]}
    assert organization.apply(state)["changed"] is False
    assert organization.names("datasets", "tracking_id") == ["blog", "docs"]
    assert len(organization.control.state("crawls")) == 2
    assert organization.names("organization_api_keys", "name").count("website") == 1
    assert list(made) == ["website"]


def test_what_is_in_a_dataset_is_not_tried_without_it(organization: Organization) -> None:
    organization.control.faults({"kind": "status", "status": 400, "method": "POST", "path": "/api/dataset", "times": 1})
    result = organization.apply(whole(), concurrency=1)
    assert [failure.get("dataset") for failure in result["failures"]] == ["docs"]
    assert "crawl https://docs.example.com (firecrawl) of dataset docs" in result["not_tried"]
    assert organization.names("crawls", "url") == ["https://blog.example.com"]


# -- what is wrong with a state ----------------------------------------------------------------------------------------


def test_every_fault_at_once(organization: Organization) -> None:
    state = {
        "dataset": [],
        "datasets": [
            {"tracking_id": "docs", "nmae": "Docs", "crawls": [{"site_url": "https://a.example.com", "limit": -1}]},
            {"tracking_id": "docs2", "ignore": ["sytem_prompt"], "configuration": {"max_tokens": "many"}},
            {"tracking_id": "docs3", "chunk_groups": [{"tracking_id": "g"}, {"tracking_id": "g"}]},
            {"tracking_id": "docs3"},
            {"tracking_id": "moved", "moved_from": "docs3"},
        ],
        "api_keys": [{"name": "k", "rotate": "after"}, {"name": "k", "max_age": "1d"}],
        "users": [{"email": "a@example.com"}, {"email": "A@example.com"}],
        "prune": {"max_deletions": "150%", "crawls": "remove"},
    }
    organization.control.clear_requests()
    faults = organization.refused_state(state)["faults"]
    told = "\n".join(faults)
    for words in (
        "key dataset not found. Did you mean datasets?",
        "datasets[0] (docs): key nmae not found. Did you mean name?",
        "datasets[0] (docs).crawls[0] (https://a.example.com): limit is -1",
        "datasets[1] (docs2).configuration.max_tokens",
        "datasets[2] (docs3).chunk_groups[1] (g): tracking_id g is declared twice in datasets[2] (docs3).chunk_groups[0] (g).",
        "datasets[3] (docs3): tracking_id docs3 is declared twice in datasets[2] (docs3).",
        "datasets[4] (moved): moved_from docs3 is declared itself",
        "api_keys[0] (k): max_age is missing",
        "api_keys[1] (k): max_age has no effect",
        "is declared twice in users[0]",
        "prune.crawls: ",
    ):
        assert words in told, words
    assert organization.control.requests() == []


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (
            {"datasets": [{"tracking_id": "d", "ignore": ["sytem_prompt"]}]},
            "field sytem_prompt not found. Did you mean 'system_prompt'?",
        ),
        (
            {"datasets": [{"tracking_id": "d", "crawls": []}], "prune": {"crawls": "delete"}},
            "datasets[0] (d).crawls is empty, so prune",
        ),
        ({"datasets": [], "prune": {"datasets": "delete"}}, "datasets is empty, so prune"),
        ({"prune": {"max_deletions": "150%"}}, "prune.max_deletions '150%' is neither"),
        ({"datasets": [{"tracking_id": " "}]}, "tracking_id is empty"),
        ({"datasets": "docs"}, "datasets: this must be a list, not a string."),
        ({"datasets": [7]}, "datasets[0]: this must be a dictionary, not a number."),
        ({"datasets": [{"tracking_id": "d", "name": "a\0b"}]}, "contains a NUL character"),
        ({"datasets": [{"tracking_id": "d", "name": "********"}]}, "contains Ansible's mask for secrets"),
    ],
)
def test_a_fault(organization: Organization, state: State, words: str) -> None:
    assert words in organization.refused_state(state)["msg"]


@pytest.mark.parametrize("kind", ["cut", "drop_after", "drop"])
@pytest.mark.parametrize("after", range(5))
def test_an_answer_that_is_lost_doubles_nothing(organization: Organization, kind: str, after: int) -> None:
    organization.control.faults({"kind": kind, "method": "POST", "after": after, "times": 1})
    result = organization.apply(whole(), concurrency=1)
    organization.control.clear_faults()
    assert result.get("failed") is True
    for _again in range(2):
        rest = organization.apply(whole())
        assert not rest.get("failed"), rest["msg"]
    assert rest["changed"] is False
    assert organization.names("datasets", "tracking_id") == ["blog", "docs"]
    assert organization.names("crawls", "url") == ["https://blog.example.com", "https://docs.example.com"]
    assert organization.names("chunk_groups", "tracking_id") == ["guides"]
    assert organization.names("organization_api_keys", "name").count("website") == 1


class Ended(BaseException):
    """The task's timeout."""


def test_a_task_that_is_ended_hands_over_its_keys(organization: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    def end(*_arguments: Any, **_options: Any) -> None:
        raise Ended

    state = {"api_keys": [{"name": "one", "role": "read"}, {"name": "two", "role": "read"}]}
    task = task_of_state(organization, state, concurrency=1)
    monkeypatch.setattr(creation, "is_created_by", end)
    with pytest.raises(Ended):
        played(DEFINITION, task)
    assert task.partial
    result = with_new_secrets(DEFINITION, task, task.partial())
    assert list(result["secrets"]) == ["one"]
    assert result["not_tried"] == ["API key two"]
    assert "A key 'one' was created, and the result has it as secrets.one" in result["msg"]


def test_an_approved_plan_may_have_masks(organization: Organization) -> None:
    """Where it has been written to a file, passwords in URLs are masked."""
    state = docs(
        crawls=[{"site_url": "https://a.example.com", "webhook_urls": ["https://me:secret-word@hooks.example.com"]}]
    )
    planned = organization.apply(state, True, digest_key="k")
    assert organization.apply(state, True)["uncovered_secrets"] == [
        "crawl https://a.example.com (firecrawl) of dataset docs: webhook_urls"
    ]
    approved = Mask([]).each({"fingerprint": planned["fingerprint"], "plan": planned["plan"]})
    assert "secret-word" not in json.dumps(approved)
    other = json.loads(json.dumps(state).replace("secret-word", "other-word"))
    assert organization.refused_state(other, digest_key="k", approved=approved)["approval"]["secrets_differ"] is True
    assert organization.apply(state, digest_key="k", approved=approved)["changed"] is True


def test_a_short_secret_is_warned_of(organization: Organization) -> None:
    task = task_of_state(organization, docs(configuration={"llm_api_key": "sk-1"}))
    warn_of_secrets(task, {}, False, 0)
    assert task.warnings == [
        "state.datasets[0].configuration.llm_api_key has fewer than 8 characters, so it is not masked in messages and diffs. Use a longer secret."
    ]


def test_drift_needs_no_owner(organization: Organization) -> None:
    key = organization.call("POST", "/api/organization/api_key", {"name": "admin", "role": 1})["api_key"]
    assert "lacks the owner role" in organization.apply(docs(), True, api_key=key)["msg"]
    assert organization.apply(docs(), True, api_key=key, purpose="drift")["summary"] == {"create": 1, "unchanged": 0}


@pytest.mark.each_core
def test_packed_the_state_is_neither_shown_nor_are_its_secrets(
    organization: Organization, capsys: pytest.CaptureFixture[str]
) -> None:
    login = "long-enough-word"
    crawl = {"site_url": "https://a.example.com", "webhook_urls": [f"https://me:{login}@hooks.example.com"]}
    state = docs(name=f"Docs {login}", configuration={"llm_api_key": SECRET}, crawls=[crawl])
    result = packed(DEFINITION, capsys, **organization.connection, state=state, _ansible_check_mode=True)
    assert result["summary"] == {"create": 2, "unchanged": 0}
    invocation = result.get("invocation", {"module_args": {"state": {}}})  # not every core returns it
    assert invocation["module_args"]["state"] == {}
    shown = json.dumps({**result, "plan": []})
    assert SECRET not in shown
    assert login not in shown
