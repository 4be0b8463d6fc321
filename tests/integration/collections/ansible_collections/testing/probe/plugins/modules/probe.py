# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module with every kind of option that the collection's own ones might have one day, on the same two paths."""

from __future__ import annotations

import typing as t

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.task import Definition, Task, run
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveClient

COLLECTION = "testing.probe"


def probe(task: Task, client: TrieveClient) -> dict[str, t.Any]:
    """Returns the options; warns, fails or breaks where it is told to."""
    asked = task.params["then"]
    if asked == "warn":
        task.warn(f"Beware of {task.params['name']}.")
        task.warn(f"The secret is {task.params['secret']}.")
    if asked == "fail":
        raise TaskFailed(
            f"Failed with {task.params['secret']}.", details={"secret": task.params["secret"], "changed": 1}
        )
    if asked == "break":
        raise KeyError(task.params["secret"])
    kinds = {"none": None, "true": True, "tuple": ("a", 1), "float": 0.1, "text": "ü\u2028\x7f", "long": 2**70}
    given = {name: task.params[name] for name in DEFINITION_OPTIONS}
    return {"changed": task.check_mode, "given": given, "kinds": kinds, "diff": {"before": {}, "after": given}}


DEFINITION_OPTIONS: dict[str, t.Any] = dict(
    name=dict(
        type="str",
        aliases=["label", "title", "caption"],
        deprecated_aliases=[dict(name="caption", version="9.0.0", collection_name=COLLECTION)],
    ),
    old=dict(type="str", removed_in_version="9.0.0", removed_from_collection=COLLECTION),
    dated=dict(type="bool", removed_at_date="2099-01-01", removed_from_collection=COLLECTION),
    secret=dict(type="str", no_log=True),
    size=dict(type="bytes"),
    bits=dict(type="bits"),
    ratio=dict(type="float"),
    file=dict(type="path"),
    anything=dict(type="raw"),
    document=dict(type="json"),
    number=dict(type="int", default=7, choices=[7, 8]),
    words=dict(type="list", elements="str", choices=["a", "b"]),
    then=dict(type="str", default="return", choices=["return", "warn", "fail", "break"]),
    parts=dict(
        type="list",
        elements="dict",
        options=dict(
            name=dict(type="str", required=True, aliases=["label"]),
            token=dict(type="str", no_log=True),
            count=dict(type="int", default=1),
            one=dict(type="str"),
            other=dict(type="str"),
        ),
        mutually_exclusive=[("one", "other")],
    ),
)

DEFINITION = Definition(
    DEFINITION_OPTIONS,
    planner=probe,
    mutually_exclusive=[("size", "bits")],
    required_together=[("file", "document")],
    required_if=[("number", 8, ["name"])],
    required_by={"old": ["name"]},
)


def main() -> None:
    """The packed way."""
    run(DEFINITION)


if __name__ == "__main__":
    main()
