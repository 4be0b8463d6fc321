# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_request): what is sent, what comes back, what check mode does, and what is refused."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.modules.trieve_request import DEFINITION
from sandbox.server import Running

from ...scripted import Answer, Scripted
from ...tasks import play, played, task_of
from ...tenant import Tenant

NOWHERE = "11111111-2222-4333-8444-555555555555"
KEY = "tr-Q7hB2xV9kLm4Zp8RtY3nWc6JdF5sGa1E"
Serve = Callable[..., Scripted]


@pytest.fixture
def tenant(sandbox: Running, connection: dict[str, Any]) -> Tenant:
    """An organization with the dataset C(docs)."""
    made = Tenant(sandbox, connection)
    made.dataset("docs")
    return made


def send(server: Scripted, check_mode: bool = False, **options: Any) -> dict[str, Any]:
    return play(DEFINITION, check_mode, url=server.url, api_key=KEY, **options)


def log(tenant: Tenant) -> list[dict[str, Any]]:
    entries = tenant.control.requests()
    tenant.control.clear_requests()
    return entries


def test_a_read(tenant: Tenant) -> None:
    for check_mode in (False, True):
        result = tenant.run(DEFINITION, check_mode, path="/api/dataset/get_dataset_queue_lengths", dataset="docs")
        assert result == {
            "changed": False,
            "status": 200,
            "json": {"file_queue_length": 0, "chunk_queue_length": 0},
            "text": None,
            "diff": [],
            "plan": [],
            "summary": {"unchanged": 0},
        }


def test_a_write_is_sent_each_time_and_never_in_check_mode(tenant: Tenant) -> None:
    options: dict[str, Any] = {
        "method": "POST",
        "path": "topic",
        "dataset": "docs",
        "body": {"owner_id": "o", "name": "n"},
    }
    log(tenant)
    preview = tenant.run(DEFINITION, check_mode=True, **options)
    assert log(tenant) == []
    assert (preview["changed"], preview["status"], preview["json"], preview["text"]) == (True, None, None, None)
    request = {"method": "POST", "path": "/api/topic", "body": options["body"], "dataset": "docs"}
    assert preview["diff"] == [
        {
            "before": {},
            "after": {"request": request},
            "before_header": "request POST /api/topic of dataset docs",
            "after_header": "request POST /api/topic of dataset docs: sent",
        }
    ]
    assert preview["summary"] == {"send": 1, "unchanged": 0}
    for _time in range(2):
        result = tenant.run(DEFINITION, **options)
        assert (result["changed"], result["status"], result["json"]["name"]) == (True, 200, "n")
        assert (result["diff"], result["plan"]) == (preview["diff"], preview["plan"])
    assert len(tenant.control.state("topics")) == 2


def test_a_post_that_only_reads(tenant: Tenant) -> None:
    options: dict[str, Any] = {
        "method": "POST",
        "path": "dataset/get_all_tags",
        "dataset": "docs",
        "body": {},
        "read": True,
    }
    for check_mode in (False, True):
        result = tenant.run(DEFINITION, check_mode, **options)
        assert (result["changed"], result["json"]) == (False, {"tags": [], "total": 0})
        assert (result["diff"], result["plan"]) == ([], [])


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(("changed", "expected"), [("true", True), ("false", False), (True, True), (False, False)])
def test_changed_is_judged_by_the_user(
    serve: Serve, check_mode: bool, method: str, changed: Any, expected: bool
) -> None:
    assert send(serve(), check_mode, method=method, path="x", changed=changed)["changed"] is expected


@pytest.mark.parametrize("path", ["/api/crawl", "api/crawl", "crawl", "/crawl", " crawl\n"])
def test_the_prefix_may_be_left_out(serve: Serve, path: str) -> None:
    server = serve()
    send(server, path=path)
    assert server.received[0].target == "/api/crawl"


@pytest.mark.parametrize(
    ("path", "target"),
    [("topic/owner/a%2Fb", "/api/topic/owner/a%2Fb"), ("topic/owner/jö 1", "/api/topic/owner/j%C3%B6%201")]
    + [
        ("x/a+b&c=d;e@f:g,h'(i)*!$~", "/api/x/a+b&c=d;e@f:g,h'(i)*!$~"),
        ("x/..a/...", "/api/x/..a/..."),
        ("api", "/api"),
    ]
    + [('x/"<>^`{|}', "/api/x/%22%3C%3E%5E%60%7B%7C%7D")],
)
def test_a_path_arrives_as_it_is_meant(serve: Serve, path: str, target: str) -> None:
    server = serve()
    send(server, path=path)
    assert server.received[0].target == target


@pytest.mark.parametrize(
    "path",
    [
        "",
        " ",
        "/",
        "//",
        "https://other.example.com/api/x",
        "//other.example.com/api",
        "api/../metrics",
        "../metrics",
        "x/./y",
    ]
    + ["api/%2e%2e/metrics", "x/%2E./y", "x/..%2f..", "x\\..\\y", "x?a=b", "x#a", "x/100%", "x/%zz"],
)
def test_a_path_that_is_none(serve: Serve, path: str) -> None:
    server = serve()
    assert send(server, path=path)["msg"].startswith("path ")
    assert server.received == []


def test_the_query(serve: Serve) -> None:
    server = serve()
    send(server, path="x", query={"page": 2, "a b": "c&d", "use_cursor": True, "none": None, "many": ["x", False]})
    assert server.received[0].target == "/api/x?page=2&a+b=c%26d&use_cursor=true&many=x&many=false"


@pytest.mark.parametrize("body", [{}, [], {"a": None, "ü": [1, 2.5, False]}, [{"a": 1}]])
def test_the_body(serve: Serve, body: Any) -> None:
    server = serve()
    send(server, method="PUT", path="x", body=body)
    (received,) = server.received
    assert json.loads(received.body) == body
    assert received.headers["content-type"] == "application/json"
    assert received.headers["authorization"] == KEY


def test_no_body(serve: Serve) -> None:
    server = serve()
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        send(server, method=method, path="x")
        assert (server.received[-1].method, server.received[-1].body) == (method, b"")
        assert "content-type" not in server.received[-1].headers


def test_headers_of_dataset_and_organization(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve()
    monkeypatch.setenv("TRIEVE_DATASET_ID", NOWHERE)
    send(server, path="x", organization_id=NOWHERE)
    send(server, path="x", dataset="")
    first, second = (received.headers for received in server.received)
    assert (first["tr-dataset"], first["tr-organization"]) == (NOWHERE, NOWHERE)
    assert "tr-dataset" not in second


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(204, b""), (204, None, None)),
        (Answer(201, b"[1, null]"), (201, [1, None], None)),
        (Answer(200, b'"text"'), (200, "text", None)),
        (Answer(200, b"null"), (200, None, None)),
        (Answer(200, "Grüße".encode(), {"Content-Type": "text/plain"}), (200, None, "Grüße")),
        (Answer(200, b"\xff", {"Content-Type": "image/png"}), (200, None, "\ufffd")),
    ],
)
def test_any_answer_is_taken(serve: Serve, answer: Answer, expected: Any) -> None:
    result = send(serve(answer), path="x")
    assert (result["status"], result["json"], result["text"]) == expected


def test_statuses(serve: Serve) -> None:
    gone = Answer(404, b'{"message": "Not Found: nothing"}')
    result = send(serve(gone), path="x")
    assert (result["failed"], result["error"]["status"], result["error"]["message"]) == (
        True,
        404,
        "Not Found: nothing",
    )
    result = send(serve(gone), path="x", status_code=[200, 404])
    assert (result["status"], result["json"]) == (404, {"message": "Not Found: nothing"})
    assert send(serve(Answer(200)), path="x", status_code=[404])["error"]["status"] == 200


@pytest.mark.parametrize(
    ("options", "tries"),
    [({"method": "GET"}, 3), ({"method": "DELETE"}, 3), ({"method": "POST", "read": True}, 3)]
    + [({"method": "POST"}, 1), ({"method": "PUT"}, 1), ({"method": "PATCH"}, 1)],
)
def test_only_what_does_nothing_twice_is_repeated(serve: Serve, options: dict[str, Any], tries: int) -> None:
    server = serve(Answer(503, b'{"message": "later"}'))
    assert send(server, path="x", retries=2, **options)["failed"] is True
    assert len(server.received) == tries


def test_secrets_of_an_answer_are_left_out(serve: Serve) -> None:
    """What the server leaks, by name at any depth, and in a text by its look."""
    leaked = {"name": "x", "LLM_API_KEY": "sk-1", "list": [{"webhook_secret": "s"}], "extra_params": {"apiKey": "k"}}
    assert send(serve(Answer(200, json.dumps(leaked).encode())), path="x")["json"] == {
        "name": "x",
        "list": [{}],
        "extra_params": {},
    }
    assert send(serve(Answer(200, f"the key is {KEY}".encode())), path="x")["text"] == "the key is ***"


def test_secrets_of_a_body_are_sent_and_not_shown(serve: Serve) -> None:
    server = serve()
    body = {"server_configuration": {"LLM_API_KEY": "sk-VeryOddSecretOfOurs"}}
    task = task_of(DEFINITION, url=server.url, api_key=KEY, method="PUT", path="x", body=body)
    result = played(DEFINITION, task)
    assert json.loads(server.received[0].body) == body
    assert "sk-VeryOddSecretOfOurs" not in json.dumps(result)
    assert "sk-VeryOddSecretOfOurs" in task.secrets


def test_a_dataset_that_an_earlier_task_would_create(tenant: Tenant) -> None:
    options = {"path": "dataset/get_dataset_queue_lengths", "dataset": "later"}
    preview = tenant.run(DEFINITION, check_mode=True, **options)
    assert (preview["changed"], preview["json"], len(preview["warnings"])) == (False, None, 1)
    assert "Dataset 'later' not found" in tenant.run(DEFINITION, **options)["msg"]
    assert tenant.run(DEFINITION, check_mode=True, **{**options, "dataset": NOWHERE})["failed"] is True


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"path": "x", "body": {}}, "body cannot be used with method: GET"),
        ({"path": "x", "method": "POST", "body": "{}"}, "neither a dictionary nor a list"),
        ({"path": "x", "method": "POST", "body": 1}, "neither a dictionary nor a list"),
        ({"path": "x", "method": "DELETE", "read": True}, "read cannot be used with method: DELETE"),
        ({"path": "x", "query": {"a": {"b": 1}}}, "query.a is a dictionary"),
        ({"path": "x", "status_code": [200, 99]}, "status_code contains 99"),
        ({"path": "x", "method": "POST", "body": {"a": "b\0"}}, "NUL"),
        ({"path": "x", "method": "POST", "body": [float("nan")]}, "nan"),
        ({"path": "x", "dataset": "ü"}, "printable ASCII"),
        ({"path": "organization/api_key", "method": "POST", "body": {"name": "k", "role": 0}}, "trieve_api_key"),
        ({"path": f"organization/{NOWHERE}", "method": "DELETE"}, "organization_id"),
        ({"path": "invitation", "method": "POST", "body": {"email": "a@b c"}}, "is not an address"),
    ],
)
def test_refusals(tenant: Tenant, options: dict[str, Any], words: str) -> None:
    assert words in tenant.refused(DEFINITION, **options)
    assert log(tenant) == []


def test_an_organization_is_created_with_a_users_key_only(tenant: Tenant) -> None:
    options: dict[str, Any] = {"path": "organization", "method": "POST", "body": {"name": "new"}}
    key = tenant.call("POST", "/api/organization/api_key", {"name": "k", "role": 2})["api_key"]
    assert "user's key" in tenant.refused(DEFINITION, api_key=key, **options)
    assert tenant.run(DEFINITION, **options)["json"]["name"] == "new"


@pytest.mark.parametrize("spelling", [str, str.upper, lambda key: key.replace("-", "")])
def test_only_the_named_organization_is_deleted(tenant: Tenant, spelling: Callable[[str], str]) -> None:
    new = tenant.call("POST", "/api/organization", {"name": "new"})["id"]
    options: dict[str, Any] = {"path": f"organization/{spelling(new)}", "method": "DELETE"}
    assert tenant.run(DEFINITION, **options)["failed"] is True
    assert tenant.run(DEFINITION, organization_id=new, **options)["status"] == 204


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (None, "to_configuration must be"),
        ([1], "to_configuration must be"),
        ({"to_configuration": [1]}, "to_configuration must be"),
        ({"to_configuration": {"EMBEDDING_BASE_URL": None}}, "must not be null"),
        ({"to_configuration": {"RERANKER_BASE_URL": None}}, "must not be null"),
        ({"to_configuration": {}, "match_configuration": [1]}, "must be a dictionary"),
        (
            {"to_configuration": {}, "match_configuration": {"BM25_ENABLED": True}},
            "must map names of settings to strings",
        ),
        ({"to_configuration": {}, "match_configuration": {"a' OR 'b": "x"}}, "must map names of settings to strings"),
    ],
)
def test_what_would_end_the_server_is_not_sent(tenant: Tenant, body: Any, words: str) -> None:
    options = {"path": "organization/update_dataset_configs", "method": "POST", "body": body}
    assert words in tenant.refused(DEFINITION, **options)
    assert tenant.control.counters()["panics"] == 0


def test_dataset_configs_that_are_right(tenant: Tenant) -> None:
    body = {"to_configuration": {"DISTANCE_METRIC": "dot"}, "match_configuration": {"DISTANCE_METRIC": "cosine"}}
    options: dict[str, Any] = {"path": "organization/update_dataset_configs", "method": "POST", "body": body}
    assert tenant.run(DEFINITION, **options)["status"] == 204
    (row,) = tenant.rows("datasets")
    assert json.loads(row["server_configuration"])["DISTANCE_METRIC"] == "dot"


@pytest.mark.parametrize(
    ("method", "path", "body", "words"),
    [
        ("PUT", "crawl", {"crawl_id": NOWHERE, "crawl_options": {}}, "trieve_crawl"),
        ("PUT", "dataset", {"dataset_id": NOWHERE}, "trieve_dataset"),
        ("PUT", "chunk_group", {"group_id": NOWHERE}, "trieve_chunk_group"),
        ("DELETE", "chunk", {"filter": {}}, "all chunks"),
    ],
)
def test_calls_that_do_not_do_what_they_seem_to(serve: Serve, method: str, path: str, body: Any, words: str) -> None:
    for check_mode in (True, False):
        result = send(serve(), check_mode, method=method, path=path, body=body, force=True)
        assert result["changed"] is True
        (warning,) = result["warnings"]
        assert words in warning


class Neighbour:
    """Another organization on the same server, with an object of each kind that Trieve hands out to anybody."""

    def __init__(self, tenant: Tenant) -> None:
        self.organization = tenant.call("POST", "/api/organization", {"name": "neighbour"})["id"]
        there = copy.copy(tenant)
        there.id = self.organization
        self.dataset = there.dataset("theirs")
        self.crawl = crawl_of(there, self.dataset)
        self.invitation = invitation_of(there)


def crawl_of(tenant: Tenant, dataset: str) -> str:
    body = {"crawl_options": {"site_url": "https://some.example.com"}}
    crawl: str = tenant.call("POST", "/api/crawl", body, **{"TR-Dataset": dataset})["id"]
    return crawl


def invitation_of(tenant: Tenant) -> str:
    body = {"email": "they@example.com", "user_role": 0, "organization_id": tenant.id}
    tenant.call("POST", "/api/invitation", {**body, "app_url": "https://x", "redirect_uri": "https://x"})
    (invitation,) = tenant.call("GET", f"/api/invitations/{tenant.id}")
    return str(invitation["id"])


UNSCOPED: dict[str, dict[str, Any]] = {
    "delete crawl": {"method": "DELETE", "path": "crawl/{crawl}", "dataset": "docs"},
    "delete crawl without dataset": {"method": "DELETE", "path": "crawl/{crawl}"},
    "put crawl": {
        "method": "PUT",
        "path": "crawl",
        "body": {"crawl_id": NOWHERE, "crawl_options": {}},
        "dataset": "docs",
    },
    "delete invitation": {"method": "DELETE", "path": "invitation/{invitation}"},
    "put dataset": {"method": "PUT", "path": "dataset", "body": {"dataset_id": "{dataset}", "dataset_name": "ours"}},
    "put dataset by position": {"method": "PUT", "path": "dataset", "body": ["{dataset}", None, "ours"]},
    "clone": {
        "method": "POST",
        "path": "dataset/clone",
        "body": {"dataset_to_clone": "{dataset}", "dataset_name": "copy"},
    },
    "page": {"method": "POST", "path": "file/html_page", "body": {"metadata": {"dataset_id": "{dataset}"}}},
    "get dataset": {"path": "dataset/{dataset}"},
    "usage of dataset": {"path": "dataset/usage/{dataset}", "dataset": "docs"},
    "groups": {"path": "dataset/groups/{dataset}/1", "dataset": "docs"},
    "groups by cursor": {"path": "dataset/groups/{dataset}", "dataset": "docs"},
    "get organization": {"path": "organization/{organization}"},
    "users": {"path": "organization/users/{organization}"},
    "usage": {"method": "POST", "path": "organization/usage/{organization}", "body": {}, "read": True},
    "invitations": {"path": "invitations/{organization}"},
    "invitations by another name": {"path": "invitation/{organization}"},
}


def filled(value: Any, ids: dict[str, str]) -> Any:
    """The value with ids in the places of their names."""
    if isinstance(value, dict):
        return {key: filled(item, ids) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, ids) for item in value]
    return value.format(**ids) if isinstance(value, str) else value


@pytest.mark.parametrize("spelling", [str, lambda known: known.replace("-", "").upper()], ids=["plain", "other"])
@pytest.mark.parametrize("call", UNSCOPED)
def test_what_is_another_tenants_is_left_alone(tenant: Tenant, call: str, spelling: Callable[[str], str]) -> None:
    """A call by an id that the server takes from anybody: not sent in either mode, and only reads are."""
    ids = {name: spelling(known) for name, known in vars(Neighbour(tenant)).items()}
    options = filled(UNSCOPED[call], ids)
    log(tenant)
    for check_mode in (True, False):
        result = tenant.run(DEFINITION, check_mode, **options)
        assert result["failed"] is True
        assert "force: true" in result["msg"]
    assert {entry["method"] for entry in log(tenant)} <= {"GET"}
    assert len(tenant.control.state("crawls")) == 1


def test_force_sends_it(tenant: Tenant) -> None:
    """Who says so gets what the server does."""
    crawl = Neighbour(tenant).crawl
    result = tenant.run(DEFINITION, method="DELETE", path=f"crawl/{crawl}", force=True)
    assert (result["status"], tenant.control.state("crawls")) == (204, [])


def test_what_is_ones_own_needs_no_force(tenant: Tenant) -> None:
    """A list shows that it is the caller's; a dataset that the task names is held against the key by the server."""
    docs = tenant.dataset("more")
    ids = {
        "dataset": docs,
        "organization": tenant.id,
        "crawl": crawl_of(tenant, docs),
        "invitation": invitation_of(tenant),
    }
    left_out = ("put crawl", "delete crawl without dataset", "put dataset by position", "page")
    for name, options in UNSCOPED.items():
        if name not in left_out:
            options = filled(options, ids) | ({"dataset": "more"} if "dataset" in options else {})
            result = tenant.run(DEFINITION, **options, status_code=[200, 204, 500])  # 500: no ClickHouse
            assert not result.get("failed"), result["msg"]
    log(tenant)
    assert tenant.run(DEFINITION, path=f"dataset/{docs}", dataset=docs.upper())["status"] == 200
    assert len(log(tenant)) == 1


def test_a_chunk_deletion_with_a_filter_is_nothing_special(serve: Serve) -> None:
    body = {"filter": {"must": [{"field": "tag_set", "match_all": ["old"]}]}}
    server = serve(Answer(204, b""))
    assert "warnings" not in send(server, method="DELETE", path="chunk", body=body)
    assert json.loads(server.received[0].body) == body
