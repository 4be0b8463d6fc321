# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(trieve_file_info) against a sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.trieve.plugins.module_utils._core.task import warn_of_secrets
from ansible_collections.community.trieve.plugins.modules.trieve_file_info import DEFINITION
from sandbox.server import Running

from ...tasks import played, task_of
from ...tenant import Tenant


@pytest.fixture
def tenant(sandbox: Running, connection: dict[str, Any]) -> Tenant:
    """An organization with a dataset of twelve files, more than a page of the server. The first has a group."""
    tenant = Tenant(sandbox, connection)
    dataset = tenant.dataset("docs")
    tenant.control.settings(workers=["file", "ingestion"])
    for number in range(12):
        group = {} if number else {"group_tracking_id": "g0", "tag_set": ["a"], "metadata": {"n": 1}}
        tenant.call(
            "POST",
            "/api/file",
            {"base64_file": "SGk=", "file_name": f"f{number}.txt", **group},
            **{"TR-Dataset": dataset},
        )
        if not number:
            tenant.control.settings(workers=[])
    tenant.writes()
    return tenant


def names(result: dict[str, Any]) -> list[str]:
    assert result["changed"] is False
    return [file["file_name"] for file in result["files"]]


def test_all(tenant: Tenant) -> None:
    result = tenant.run(DEFINITION, dataset="docs")
    assert names(result) == [f"f{number}.txt" for number in range(12)]
    first, second = result["files"][:2]
    assert first["group_tracking_id"] == "g0"
    assert [group["tracking_id"] for group in first["groups"]] == ["g0"]
    assert (first["size"], first["tag_set"], first["metadata"], first["sha256"]) == (1, ["a"], {"n": 1}, None)
    assert (second["group_tracking_id"], second["groups"]) == (None, [])
    assert "s3_url" not in str(result)
    assert "secrets" not in result
    assert [entry["path"] for entry in tenant.control.requests()] == ["/api/dataset/scroll_files"]


def test_some(tenant: Tenant) -> None:
    rows = tenant.control.state("files")
    ids = [row["id"] for row in rows if row["file_name"] in ("f3.txt", "f5.txt")]
    assert sorted(names(tenant.run(DEFINITION, dataset="docs", ids=[ids[0].upper(), ids[1]]))) == ["f3.txt", "f5.txt"]
    assert names(tenant.run(DEFINITION, dataset="docs", group_tracking_ids=["g0", "never"])) == ["f0.txt"]
    assert len(names(tenant.run(DEFINITION, dataset="docs", group_tracking_ids=["g0"], ids=ids))) == 3
    assert names(tenant.run(DEFINITION, dataset="docs", ids=[])) == []


def test_a_url_is_a_secret(tenant: Tenant) -> None:
    options = {**tenant.connection, "dataset": "docs", "group_tracking_ids": ["g0"], "signed_urls": True}
    task = task_of(DEFINITION, **options, signed_url_ttl=77)
    result = played(DEFINITION, task)
    (file,) = result["files"]
    ((file_id, url),) = result.pop("secrets").items()
    assert file_id == file["id"]
    assert "X-Amz-Expires=77" in url
    assert url not in str(result)
    warn_of_secrets(task, result, no_log=False, verbosity=1)
    assert task.warnings == [
        (
            "The output of this task shows URLs from which anyone can download files. Set no_log: true on the task, and keep the output"
            " secret until they expire."
        )
    ]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"ids": ["x"]}, "ids[0] 'x' is not a valid UUID. Set group_tracking_ids"),
        ({"signed_url_ttl": 604_801}, "signed_url_ttl is 604801."),
        ({"signed_url_ttl": 0}, "signed_url_ttl is 0."),
    ],
)
def test_refused_before_anything_is_sent(tenant: Tenant, options: dict[str, Any], words: str) -> None:
    assert words in tenant.refused(DEFINITION, dataset="docs", **options)
    assert tenant.control.requests() == []


def test_a_dataset_of_an_earlier_task(tenant: Tenant) -> None:
    result = tenant.run(DEFINITION, check_mode=True, dataset="later")
    assert result["files"] == []
    assert "'later' not found" in result["warnings"][0]
    assert "'later' not found" in tenant.run(DEFINITION, dataset="later")["msg"]
