# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that a chunk group is declared with, and what is wrong with them."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed

GROUP_OPTIONS: dict[str, t.Any] = dict(
    tracking_id=dict(type="str"),
    name=dict(type="str"),
    description=dict(type="str"),
    metadata=dict(type="dict"),
    tag_set=dict(type="list", elements="str"),
)
"""Of C(trieve_chunk_group), and of an entry of C(trieve_chunk_groups)."""

MANAGED = ("name", "description", "metadata", "tag_set")
"""Options that are compared with the server's group."""

DesiredGroup = dict[str, t.Any]
"""What a user declares: C(tracking_id) and those of C(MANAGED) that are set."""


def parse_options(options: t.Mapping[str, t.Any]) -> DesiredGroup:
    """The declared group, after the checks that need no server.

    :raises TaskFailed: the tracking ID cannot be used
    """
    managed = {name: options[name] for name in MANAGED if options[name] is not None}
    return {"tracking_id": check_tracking_id(options["tracking_id"]), **managed}


def check_tracking_id(tracking_id: str | None) -> str:
    """The tracking ID, if the server can be asked for a group by it.

    :raises TaskFailed: says why not
    """
    given = required_tracking_id(tracking_id)
    if given in (".", ".."):
        raise TaskFailed(
            f"tracking_id {given!r} cannot be part of a URL, so the server cannot find a group by it. Choose another one."
            " To delete a group with this tracking ID, use community.trieve.trieve_chunk_groups."
        )
    return given


def required_tracking_id(tracking_id: str | None) -> str:
    """The tracking ID of a group that is looked up in the list of the dataset's groups.

    :raises TaskFailed: it is missing
    """
    if not tracking_id:  # checked here for the entries of a list, since Ansible does not name the entry
        raise TaskFailed("tracking_id is missing or empty. Set it to the group's tracking ID.")
    return tracking_id
