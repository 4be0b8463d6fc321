# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a state may contain: the argument specs of the modules, put together."""

from __future__ import annotations

import typing as t

from .._api_key.options import API_KEY_OPTIONS, ROTATION_OPTIONS
from .._chunk_group.options import GROUP_OPTIONS
from .._core.entries import EntrySpec
from .._core.options import environment
from .._crawl.options import DUPLICATES_OPTION, ENTRY_OPTIONS, SHARED_PATHS_OPTION
from .._dataset.configuration import CONFIGURATION_OPTIONS
from .._invitation.options import INVITATION_OPTIONS
from .._organization.options import ORGANIZATION_OPTIONS
from .._user.options import MEMBERSHIP_OPTIONS, USER_OPTIONS

PRUNED = ("datasets", "chunk_groups", "crawls", "api_keys", "users", "invitations")
"""The lists of a state, by which C(prune) names kinds of objects."""

PARTS = ("organization", "users", "invitations", "datasets", "api_keys", "undeclared_datasets")

MODES = ("none", "report", "delete")

_IGNORE: dict[str, t.Any] = dict(ignore=dict(type="list", elements="str"))


def _required(spec: t.Mapping[str, t.Any], *names: str, without: t.Container[str] = ()) -> dict[str, t.Any]:
    """A module's options, some of which are required in a state, and others are not part of it."""
    return {
        name: {**option, "required": True} if name in names else option
        for name, option in spec.items()
        if name not in without
    }


CONFIGURATION_SPEC: dict[str, t.Any] = _required(CONFIGURATION_OPTIONS, without=("update_secrets",))

GROUP_SPEC: dict[str, t.Any] = {**_required(GROUP_OPTIONS, "tracking_id"), **_IGNORE}

CRAWL_SPEC: dict[str, t.Any] = {**_required(ENTRY_OPTIONS, "site_url"), **_IGNORE}

DATASET_SPEC: dict[str, t.Any] = dict(
    tracking_id=dict(type="str", required=True),
    name=dict(type="str"),
    moved_from=dict(type="str"),
    configuration=dict(type="dict", options=CONFIGURATION_SPEC),
    chunk_groups=dict(type="list", elements="dict", options=GROUP_SPEC),
    crawls=dict(type="list", elements="dict", options=CRAWL_SPEC),
    **SHARED_PATHS_OPTION,
    **_IGNORE,
)

API_KEY_SPEC: dict[str, t.Any] = {
    **_required(API_KEY_OPTIONS, "name"),
    **ROTATION_OPTIONS,
    "rotate": {**ROTATION_OPTIONS["rotate"], "choices": ["never", "on_difference", "after"]},
}

USER_SPEC: dict[str, t.Any] = {**USER_OPTIONS, **MEMBERSHIP_OPTIONS}

PRUNE_SPEC: dict[str, t.Any] = dict(
    **{name: dict(type="str", choices=list(MODES), default="report") for name in PRUNED},
    tracking_id_prefix=dict(type="str"),
    allow_empty=dict(type="bool", default=False),
    max_deletions=dict(type="str"),
    force=dict(type="bool", default=False),
    keep=dict(type="dict", options={name: dict(type="list", elements="str") for name in PRUNED}),
)

STATE_SPEC: dict[str, t.Any] = dict(
    organization=dict(type="dict", options=_required(ORGANIZATION_OPTIONS, without=("find_by",))),
    users=dict(type="list", elements="dict", options=USER_SPEC),
    invitations=dict(type="list", elements="dict", options=INVITATION_OPTIONS),
    datasets=dict(type="list", elements="dict", options=DATASET_SPEC),
    api_keys=dict(type="list", elements="dict", options=API_KEY_SPEC),
    prune=dict(type="dict", options=PRUNE_SPEC),
)
"""The keys of a state file."""

ENTRIES = {
    "organization": EntrySpec(STATE_SPEC["organization"]["options"]),
    "users": EntrySpec(USER_SPEC),
    "invitations": EntrySpec(INVITATION_OPTIONS),
    "datasets": EntrySpec(_required(DATASET_SPEC, without=("chunk_groups", "crawls"))),
    "chunk_groups": EntrySpec(GROUP_SPEC),
    "crawls": EntrySpec(CRAWL_SPEC),
    "api_keys": EntrySpec(API_KEY_SPEC),
    "prune": EntrySpec(PRUNE_SPEC),
}
"""What checks an entry of each list, and what is not a list."""

STATE_OPTIONS: dict[str, t.Any] = dict(
    state=dict(type="dict"),
    state_files=dict(type="list", elements="path"),
    only=dict(type="list", elements="str"),
    parts=dict(type="list", elements="str", choices=list(PARTS)),
    purpose=dict(type="str", choices=["apply", "drift"], default="apply"),
    approved=dict(type="dict"),
    approved_fingerprint=dict(type="str"),
    digest_key=dict(type="str", no_log=True, fallback=(environment, ["TRIEVE_PLAN_KEY"])),
    allow_new_keys=dict(type="bool", default=True, no_log=False),
    defer_key_deletions=dict(type="bool", default=False, no_log=False),
    return_objects=dict(type="bool", default=False),
    update_secrets=CONFIGURATION_OPTIONS["update_secrets"],
    concurrency=dict(type="int", default=8),
    **DUPLICATES_OPTION,
)
"""Of C(trieve_organization_state)."""
