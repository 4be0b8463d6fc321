# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Performing the plan that was approved, or nothing."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.mask import Mask
from .._core.plan import Plan, Result, kind_words
from .._core.values import counted

_SHOWN = 10
"""Maximum number of changes of each sort that a refusal names."""


def check_approval(params: t.Mapping[str, t.Any], plan: Plan, mask: Mask) -> None:
    """Refuse a plan that is not the approved one.

    :param mask: takes the secrets of the task out of texts
    :raises TaskFailed: it differs; the result C(approval) has what does, and the others the plan as it is computed now
    """
    approved = params["approved"]
    fingerprint = params["approved_fingerprint"]
    if approved is None and fingerprint is None:
        return
    if approved is not None:
        fingerprint = _checked(approved)
    report = plan.report()
    if fingerprint == report["fingerprint"]:
        return
    reason = _unlike(str(fingerprint), report["fingerprint"])
    words = f"This is not the approved plan, so nothing was changed. {reason}"
    results: Result = {**report, "changed": False}
    if approved is not None and not reason:
        approval = compared(approved["plan"], report["plan"], mask)
        results["approval"] = approval
        words += _words(approval)
    elif not reason:
        words += f"Its fingerprint is {report['fingerprint']}, not {fingerprint}."
    raise TaskFailed(f"{words.strip()} Make a new plan, and have it approved.", **results)


def compared(approved: t.Sequence[Result], now: t.Sequence[Result], mask: Mask) -> Result:
    """What differs between two plans: C(new) changes, changes that are C(gone), and C(different) ones, each with both forms.

    Changes are paired by action, kind, object and dataset, so two that only differ in a value are one that is different.
    """
    left: dict[tuple[str, ...], list[Result]] = {}
    for change in approved:
        left.setdefault(_place(change), []).append(change)
    pairs: list[tuple[Result | None, Result]] = []
    rest: list[Result] = []
    for change in now:  # equal ones first: several crawls of one site are in one place
        same = next((c for c in left.get(_place(change), ()) if c.get("fingerprint") == change["fingerprint"]), None)
        if same is None:
            rest.append(change)
        else:
            left[_place(change)].remove(same)
    for change in rest:
        others = left.get(_place(change))
        pairs.append((others.pop(0) if others else None, change))
    different = [{"approved": one, "now": other} for one, other in pairs if one]
    return {
        "new": [change for one, change in pairs if not one],
        "gone": [change for changes in left.values() for change in changes],
        "different": different,
        "secrets_differ": any(
            mask.each(each["approved"].get("fields")) == mask.each(each["now"]["fields"]) for each in different
        ),
    }


def _checked(approved: t.Mapping[str, t.Any]) -> str:
    """The fingerprint of a plan document.

    :raises TaskFailed: it is none
    """
    fingerprint, plan = approved.get("fingerprint"), approved.get("plan")
    if not isinstance(fingerprint, str) or not isinstance(plan, list) or not all(isinstance(one, dict) for one in plan):
        raise TaskFailed(
            "approved is not a plan: it must be a dictionary with the fingerprint and the plan of an earlier run in check mode, as"
            " playbooks/plan.yml writes it."
        )
    return fingerprint


def _unlike(one: str, other: str) -> str:
    """Why two fingerprints cannot be compared; empty if they can."""
    kind, now = one.partition(":")[0], other.partition(":")[0]
    if kind == now:
        return ""
    if kind == "hmac-sha256":
        return "It was computed with a digest_key, and this task has none. Set digest_key or TRIEVE_PLAN_KEY to the same key."
    if now == "hmac-sha256":
        return "It was computed without a digest_key, and this task has one. Compute both with the same key."
    return f"{one!r} is not a fingerprint of a plan."


def _place(change: Result) -> tuple[str, ...]:
    return tuple(str(change.get(name)) for name in ("action", "kind", "name", "dataset"))


def _words(approval: Result) -> str:
    parts = [
        _listed("is new", "are new", approval["new"]),
        _listed("is gone", "are gone", approval["gone"]),
        _listed("is different", "are different", [each["now"] for each in approval["different"]]),
    ]
    if approval["secrets_differ"]:
        parts.append("Where no field differs, a secret does.")
    return " ".join(part for part in parts if part)


def _listed(one: str, many: str, changes: t.Sequence[Result]) -> str:
    if not changes:
        return ""
    names = ", ".join(_name(change) for change in changes[:_SHOWN])
    more = f" and {len(changes) - _SHOWN} more" if len(changes) > _SHOWN else ""
    return f"{counted(len(changes), 'change')} {one if len(changes) == 1 else many}: {names}{more}."


def _name(change: Result) -> str:
    dataset = f" of dataset {change.get('dataset')}" if change.get("dataset") else ""
    return f"{change.get('action')} {kind_words(str(change.get('kind')))} {change.get('name')}{dataset}"
