# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Persons who are declared as members and are none yet."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.task import Task
from ..trieve import TrieveClient
from .model import Member, actual, after_invitation, normalized
from .options import DesiredUser


def check_pending(
    task: Task, client: TrieveClient, desired: DesiredUser, invitation: t.Mapping[str, t.Any], pending: str
) -> None:
    """Warn of a person who has not accepted the invitation yet.

    :param pending: the option, C(ok) if the open invitation is enough
    :raises TaskFailed: the open invitation is not enough
    """
    email = desired["email"]
    granted = f"invitation {invitation['id']}, which grants the role {invitation['role']}"
    if pending != "ok":
        raise TaskFailed(
            f"{email} is not a member of organization {client.organization_id} yet: the person has not accepted the {granted}."
            " Run the task again after that, or set pending: ok to let the open invitation pass."
        )
    before, after = actual(invitation, desired), normalized(desired)
    differing = [name for name in after if before[name] != after[name]]
    words = f"{email} is not a member yet: the person has not accepted the {granted}. Nothing was changed."
    if differing:
        words += (
            f" The invitation differs from what is declared in {' and '.join(differing)}; the first run after the person accepts sets"
            " that. To invite the person anew, use community.trieve.trieve_invitation."
        )
    task.warn(words)


def check_not_invited(task: Task, client: TrieveClient, desired: DesiredUser, pending: str) -> Member | None:
    """The member that a preview supposes, since an earlier task may invite the person.

    :param pending: the option, C(ok) if an open invitation would be enough
    :raises TaskFailed: not in check mode
    """
    email = desired["email"]
    supposed = (
        "as if an earlier task had invited the person"
        if pending == "ok"
        else "as if an earlier task had made the person a member. An invitation does that only for a person who has an account on the"
        " server. For anybody else the run fails until the person accepts the invitation; set pending: ok to let it pass"
    )
    task.missing_prerequisite(
        f"{email} is not a member of organization {client.organization_id} and has no open invitation. Invite the person first with"
        " community.trieve.trieve_invitation.",
        f"{email} is not a member yet and has no open invitation. The preview continues {supposed}.",
    )
    return None if pending == "ok" else after_invitation(desired, client.organization_id)
