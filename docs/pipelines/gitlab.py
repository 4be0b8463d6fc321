# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a GitLab pipeline needs beside the playbooks, with Python's own library only.

gitlab.py note plan.md          write the file as the note of the merge request, or replace the earlier one
gitlab.py approved plan.json    fetch the plan of the merge request that was merged with this commit
"""

from __future__ import annotations

import json
import os
import sys
import urllib.parse
import urllib.request

MARKER = "<!-- community.trieve plan -->"
PROJECT = f"{os.environ['CI_API_V4_URL']}/projects/{os.environ['CI_PROJECT_ID']}"


def call(path, method="GET", **fields):
    """The body of an answer."""
    data = urllib.parse.urlencode(fields).encode() if fields else None
    headers = {"PRIVATE-TOKEN": os.environ["GITLAB_TOKEN"]}
    request = urllib.request.Request(f"{PROJECT}/{path}", data=data, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read()


def note(file):
    """Write the one note with the plan."""
    with open(file, encoding="utf-8") as report:
        body = report.read()
    notes = f"merge_requests/{os.environ['CI_MERGE_REQUEST_IID']}/notes"
    found = [one for one in json.loads(call(f"{notes}?per_page=100&sort=asc")) if one["body"].startswith(MARKER)]
    if found:
        call(f"{notes}/{found[0]['id']}", "PUT", body=body)
    else:
        call(notes, "POST", body=body)


def approved(file):
    """Fetch the plan of the last pipeline of the merge request."""
    merged = json.loads(call(f"repository/commits/{os.environ['CI_COMMIT_SHA']}/merge_requests"))
    if not merged:
        sys.exit("This commit was not merged with a merge request, so no plan is approved. Apply it by hand.")
    pipelines = json.loads(call(f"merge_requests/{merged[0]['iid']}/pipelines"))
    jobs = json.loads(call(f"pipelines/{pipelines[0]['id']}/jobs?scope=success"))
    job = next((job["id"] for job in jobs if job["name"] == "plan"), None)
    if job is None:
        sys.exit("The last pipeline of the merge request has no successful job named plan, so no plan is approved.")
    with open(file, "wb") as target:
        target.write(call(f"jobs/{job}/artifacts/plan.json"))


if __name__ == "__main__":
    {"note": note, "approved": approved}[sys.argv[1]](sys.argv[2])
