# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The changes that bring an organization to what is declared, or delete it."""

from __future__ import annotations

import typing as t

from .._core.failure import TaskFailed
from .._core.plan import Change
from .._core.task import error_context
from .._core.values import counted, equal
from .._dataset.api import list_datasets
from .._dataset.model import Dataset
from ..trieve import TrieveClient, TrieveError
from .api import create_organization, delete_organization, read_again, update_organization
from .model import Organization, actual, after_write, normalized
from .options import DesiredOrganization


def change_organization(
    client: TrieveClient, current: Organization | None, desired: DesiredOrganization
) -> Change | None:
    """The change that creates or updates an organization; None if it is as declared."""
    after = normalized(desired)
    predicted = after_write(current, desired)
    if equal(actual(current, desired) if current else {}, after):
        return None
    if current is None:
        creation = Change(
            "create",
            "organization",
            desired.get("name", "(ID not known yet)"),  # in check mode only
            lambda: _create(client, desired, creation),
            after=after,
            predicted=predicted,
        )
        return creation
    before = actual(current, desired)
    there = client.for_organization(current["id"])
    differing = {name: value for name, value in desired.items() if before[name] != after[name]}
    return Change(
        "update",
        "organization",
        current["name"],
        lambda: _update(there, current, differing),
        id=current["id"],
        before=before,
        after=after,
        predicted=predicted,
    )


def _create(client: TrieveClient, desired: DesiredOrganization, change: Change) -> Organization:
    new = client.for_organization(create_organization(client, desired["name"]))
    change.half_done({**after_write(None, desired), "id": new.organization_id})
    words = f"Organization {desired['name']!r} was created with ID {new.organization_id}, but"
    with error_context(f"{words} could not be read afterwards.", changed=True):
        organization = read_again(new)
    change.half_done(organization)
    rest = {name: value for name, value in desired.items() if name != "name"}
    if not rest:
        return organization
    with error_context(f"{words} its partner configuration could not be set.", changed=True, organization=organization):
        return _update(new, organization, rest)


def _update(client: TrieveClient, current: Organization, differing: DesiredOrganization) -> Organization:
    update_organization(client, current, differing)
    with error_context(f"Organization {current['id']} was updated, but could not be read afterwards.", changed=True):
        updated = read_again(client)
    found = actual(updated, differing)
    if not equal(found, normalized(differing)):
        raise TaskFailed(
            f"Trieve reported success, but organization {current['id']} does not match: it has {found}, not"
            f" {normalized(differing)}. Another client may have changed it concurrently. Run the task again.",
            changed=True,
            organization=updated,
        )
    return updated


def remove_organization(client: TrieveClient, current: Organization, datasets: t.Sequence[Dataset]) -> Change:
    """The change that deletes an organization with its datasets. It returns the organization as it was.

    :param client: of this organization
    :param datasets: all datasets of the organization
    """
    return Change(
        "delete",
        "organization",
        current["name"],
        lambda: _delete(client, current, datasets),
        id=current["id"],
        before={"id": current["id"], "name": current["name"], "datasets": len(datasets)},
        predicted=current,
        effect=f"with {counted(len(datasets), 'dataset')}" if datasets else "",
    )


def _delete(client: TrieveClient, current: Organization, datasets: t.Sequence[Dataset]) -> Organization:
    try:
        delete_organization(client, current)
    except TrieveError as error:
        deleted = _deleted(client, datasets)
        words = f" These of its datasets are deleted already: {', '.join(deleted)}." if deleted else ""
        raise TaskFailed(
            f"Organization {current['id']} could not be deleted. {error}{words}",
            changed=bool(deleted),
            error=error.as_result(),
        ) from error
    return current


def _deleted(client: TrieveClient, datasets: t.Sequence[Dataset]) -> list[str]:
    """Those of the datasets that are deleted, as far as they can be listed."""
    try:
        left = {dataset.id for dataset in list_datasets(client)}
    except (TrieveError, TaskFailed):
        return []
    return [dataset.label for dataset in datasets if dataset.id not in left]
