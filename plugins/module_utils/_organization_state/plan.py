# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One plan of the plans of an organization's parts."""

from __future__ import annotations

import contextlib
import typing as t

from .._api_key.datasets import NEW, find_dataset_ids
from .._api_key.plan import KeyPlan, change_api_key, remove_api_keys
from .._chunk_group import plan as group_plans
from .._chunk_group.origin import left_alone
from .._core.failure import TaskFailed
from .._core.fingerprint import Fingerprints
from .._core.lists import list_plan
from .._core.mask import Mask
from .._core.near import twin
from .._core.parallel import run_parallel
from .._core.plan import Change, Plan, Result, combined
from .._core.task import Task, error_at
from .._crawl import plan as crawl_plans
from .._crawl.model import name_of
from .._crawl_chunks.lists import plan_with_chunks
from .._dataset.api import list_datasets
from .._dataset.lookup import warn_of_lookalike, warn_of_namesakes
from .._dataset.model import Dataset
from .._dataset.options import DesiredDataset, Identity
from .._dataset.plan import change_dataset, check_protection, remove_dataset
from .._invitation.model import invitations_of
from .._invitation.plan import invite, remove_invitation, warn_of_former_member
from .._organization.plan import change_organization
from .._organization.rights import check_owner
from .._user.model import Member, find_member, same_address
from .._user.pending import check_not_invited, check_pending
from .._user.plan import change_user, remove_user
from ..trieve import TrieveClient
from .limits import Limits
from .model import DeclaredKey, DeclaredState, DeclaredUser
from .read import Found, Present

DATASETS, CONTENTS, PEOPLE, KEYS, CONTENTS_GONE, LAST_CONTENTS_GONE, PEOPLE_GONE, DATASETS_GONE, KEYS_GONE = range(9)
"""The phases. Keys are deleted last, since the task may use one of them."""

_OF_CONTENTS = (CONTENTS, CONTENTS_GONE, LAST_CONTENTS_GONE)
"""Those of the plan of a list in a dataset, in its order."""

_UNCHANGED = "Nothing was changed."
"""What a refused plan says once, although its parts can say it, too."""

_NEEDS_OWNER = ("dataset", "organization")
"""The kinds of objects that only an owner may change."""


class Planner:
    """Makes the plan of a state.

    :param task: the task
    :param client: its client
    :param state: what is declared
    :param found: what there is
    :param parts: what is looked at, some of C(PARTS)
    """

    def __init__(
        self, task: Task, client: TrieveClient, state: DeclaredState, found: Found, parts: t.Container[str]
    ) -> None:
        self._task = task
        self._client = client
        self._state = state
        self._found = found
        self._parts = parts
        self._drift = task.params["purpose"] == "drift"
        self._plans: list[Plan] = []
        self._keys: list[KeyPlan] = []
        self._deferred: list[Change] = []
        self._undeclared: list[Result] = []
        self._left_alone: list[Result] = []
        self._objects: list[Result] = []
        self._changes: list[tuple[Result, Change]] = []
        self._refusals: list[str] = []
        self._limits = Limits(state.prune)
        self._dataset_changes: dict[str, Change] = {}
        """The changes that create a dataset or give it its tracking ID, by that."""

    def plan(self) -> Plan:
        """The plan of everything.

        :raises TaskFailed: something would be refused; the results have the plan as far as it could be made
        """
        self._organization()
        for present in self._found.present:
            with self._refused(present.declared.place):
                self._dataset(present)
        self._people()
        if self._state.api_keys is not None and "api_keys" in self._parts:
            for declared in self._state.api_keys:
                with self._refused(declared.place):
                    self._api_key(declared)
            self._undeclared_keys(self._state.api_keys)
        if self._state.datasets is not None and "undeclared_datasets" in self._parts:
            self._undeclared_datasets()
        params = self._task.params
        mask = Mask(self._task.secrets)
        plan = combined(
            self._plans,
            self._result,
            concurrency=params["concurrency"],
            fingerprints=Fingerprints(params["digest_key"], mask),
        )
        if not self._drift and any(change.kind in _NEEDS_OWNER for change in plan.changes):
            plan.permitted = lambda: check_owner(self._client)
        looks = [each.afterwards for each in self._plans if each.afterwards]
        plan.afterwards = self._afterwards(looks) if looks else None
        refusals = [words.replace(f" {_UNCHANGED}", "") for words in (*self._refusals, *self._limits.refusals())]
        if refusals:
            rest = plan.report()
            raise TaskFailed(f"{_UNCHANGED} {' '.join(refusals)}", **{**rest, "changed": False}, refusals=refusals)
        return plan

    @contextlib.contextmanager
    def _refused(self, place: str) -> t.Iterator[None]:
        """Notes a refusal with its place, and continues: the user sees all of them at once."""
        try:
            with error_at(place):
                yield
        except TaskFailed as failure:
            self._refusals.append(str(failure))

    def _afterwards(self, looks: t.Sequence[t.Callable[[Result], Result]]) -> t.Callable[[Result], Result]:
        """What the parts look at after everything was carried out, on several connections. None of them changes the result."""

        def afterwards(result: Result) -> Result:
            def look(each: t.Callable[[Result], Result]) -> bool:
                each(result)
                return True

            run_parallel(self._task, looks, look, self._task.params["concurrency"], "Reading again")
            return result

        return afterwards

    # -- results ---------------------------------------------------------------------------------------------------

    def _result(self) -> Result:
        creations = [(plan, plan.creation) for plan in self._keys if plan.creation]
        made = [(plan, change) for plan, change in creations if change.state in ("done", "half done")]
        result: Result = {
            "undeclared": self._undeclared,
            "left_alone": self._left_alone,
            "new_api_keys": [
                {
                    "name": change.name,
                    "api_key": change.value,
                    "previous_api_keys": plan.succession.previous,
                    "superseded_api_keys": plan.succession.superseded,
                }
                for plan, change in made
            ],
            "secrets": {},  # the secrets are added at the very end
            "deferred_api_keys": [
                {"id": change.id, "name": change.name} for change in self._deferred if change.state == "done"
            ],
        }
        if self._task.params["return_objects"]:
            result["objects"] = self._objects
        return result

    def _note(self, kind: str, name: str, id: str | None, state: str, dataset: str | None = None) -> None:
        """Note an object that was looked at."""
        if self._task.params["return_objects"]:
            self._objects.append({"kind": kind, "name": name, "dataset": dataset, "id": id, "state": state})

    def _note_change(
        self, change: Change | None, kind: str, name: str, id: str | None, dataset: str | None = None
    ) -> None:
        self._note(kind, name, id, change.action if change else "unchanged", dataset)

    def _add(self, changes: t.Sequence[Change], phase: int, unchanged: int = 0) -> None:
        """Add changes that need nothing of a plan of their own."""
        for change in changes:
            change.phase = phase
        self._plans.append(Plan(changes, dict, unchanged=unchanged))

    def _report(
        self, kinds: str, kind: str, name: str, id: str | None, dataset: str | None = None, about: str | None = None
    ) -> None:
        """Note an undeclared object that stays.

        :param kinds: how C(prune) names its kind
        :param about: what the patterns of C(keep) are about
        """
        prune = self._state.prune
        kept = prune.keeps(kinds, about)
        if prune.mode(kinds) == "none" and not kept:
            return
        self._undeclared.append({"kind": kind, "dataset": dataset, "name": name, "id": id, "kept": kept})
        self._note(kind, name, id, "kept" if kept else "undeclared", dataset)

    def _deletes(self, kinds: str, about: str | None) -> bool:
        """Whether an undeclared object is deleted."""
        prune = self._state.prune
        return prune.mode(kinds) == "delete" and not self._drift and not prune.keeps(kinds, about)

    # -- the organization and its people ---------------------------------------------------------------------------

    def _organization(self) -> None:
        current, desired = self._found.organization, self._state.organization
        if not current or not desired:
            return
        change = change_organization(self._client, current, desired)
        self._add([change] if change else [], DATASETS, 0 if change else 1)
        self._note_change(change, "organization", current["name"], current["id"])

    def _people(self) -> None:
        users = self._state.users if "users" in self._parts else None
        invitations = self._state.invitations if "invitations" in self._parts else None
        members = list(self._found.members)
        invited = {each.desired["email"].casefold() for each in invitations or ()}
        changes: list[Change] = []
        for user in users or ():
            with self._refused(user.place):
                self._user(user, members, invited, changes)
        for invitation in invitations or ():
            with self._refused(invitation.place):
                email = invitation.desired["email"]
                member = find_member(self._found.members, email)
                existing = invitations_of(self._found.invitations, email)
                if not member:
                    warn_of_former_member(self._task, email, existing)
                change = None if member else invite(self._task, self._client, existing, invitation.desired)
                self._add([change] if change else [], PEOPLE, 0 if change else 1)
                self._note_change(change, "invitation", email, existing[0]["id"] if existing else None)
        if users is not None:
            self._undeclared_users(users, members, changes)
        if invitations is not None:
            self._undeclared_invitations()

    def _user(
        self, user: DeclaredUser, members: list[Member], invited: t.Container[str], changes: list[Change]
    ) -> None:
        email = user.desired["email"]
        current = find_member(members, email)
        if not current:
            existing = [one for one in invitations_of(self._found.invitations, email) if not one["used"]]
            if existing:
                check_pending(self._task, self._client, user.desired, existing[0], user.pending)
            elif email.casefold() not in invited:
                check_not_invited(self._task, self._client, user.desired, "fail")
            self._add([], PEOPLE, 1)
            self._note("user", email, None, "unchanged")
            return
        change = change_user(self._client, members, current, user.desired, user.force)
        self._note_change(change, "user", email, current["id"])
        if change:
            # What would lock everybody out is refused on the members as the plan leaves them.
            members[members.index(current)] = change.predicted
            changes.append(change)
        self._add([change] if change else [], PEOPLE, 0 if change else 1)
        if change and current["role"] == "owner":  # new owners before former ones
            change.phase = PEOPLE_GONE
            change.requires += [other for other in changes if other is not change and other.phase == PEOPLE]

    def _undeclared_users(self, users: t.Sequence[DeclaredUser], members: list[Member], changes: list[Change]) -> None:
        declared = [user.desired["email"] for user in users]
        declared += [each.desired["email"] for each in self._state.invitations or ()]
        scope = list(members)
        for member in scope:
            email = member["email"]
            if any(same_address(email, other) for other in declared):
                continue
            if not self._deletes("users", email):
                self._report("users", "user", email, member["id"], about=email)
                continue
            self._limits.count("users", f"user {email}", len(scope))
            with self._refused(f"user {email}"):
                change = remove_user(self._client, members, member, self._state.prune.force)
                members.remove(member)
                change.requires += [other for other in changes if other.phase == PEOPLE]
                self._add([change], PEOPLE_GONE)
                self._note_change(change, "user", email, member["id"])

    def _undeclared_invitations(self) -> None:
        declared = [each.desired["email"] for each in self._state.invitations or ()]
        declared += [user.desired["email"] for user in self._state.users or ()]
        scope = [one for one in self._found.invitations if not one["used"]]
        for invitation in scope:
            email = invitation["email"]
            if any(same_address(email, other) for other in declared):
                continue
            if not self._deletes("invitations", email):
                self._report("invitations", "invitation", email, invitation["id"], about=email)
                continue
            self._limits.count("invitations", f"invitation {email}", len(scope))
            change = remove_invitation(self._client, invitation)
            self._add([change], PEOPLE_GONE)
            self._note_change(change, "invitation", email, invitation["id"])

    # -- datasets --------------------------------------------------------------------------------------------------

    def _dataset(self, present: Present) -> None:
        declared, current = present.declared, present.dataset
        desired = declared.compared if current else declared.created
        if not desired:
            return
        change: Change | None = None
        with self._refused(declared.place):
            change = self._dataset_change(present, desired)
        self._add([change] if change else [], DATASETS, 0 if change else 1)
        self._note_change(change, "dataset", declared.tracking_id, current.id if current else None)
        first = change if change and (current is None or present.moves) else None
        if first:
            self._dataset_changes[declared.tracking_id] = first
        for plan in (self._groups(present), self._crawls(present)):
            for content in plan.changes if plan else ():
                content.phase = _OF_CONTENTS[min(content.phase, len(_OF_CONTENTS) - 1)]
                content.dataset = declared.tracking_id
                content.requires += [first] if first else []
            self._plans += [plan] if plan else []

    def _dataset_change(self, present: Present, desired: DesiredDataset) -> Change | None:
        declared, current, datasets = present.declared, present.dataset, self._found.datasets
        identity = desired.identity
        if current is None:
            warn_of_namesakes(self._task, identity, datasets)
            warn_of_lookalike(self._task, identity, datasets, "so it is created")
            return change_dataset(self._task, self._client, None, desired)
        if present.moves:
            renamed = desired.without(())
            renamed.identity = Identity(None, declared.moved_from, identity.name, declared.tracking_id)
            return change_dataset(self._task, self._client, current, renamed)
        if current.configuration is None:  # nothing else is declared, so it was not read
            return None
        return change_dataset(self._task, self._client, current, desired)

    def _groups(self, present: Present) -> Plan | None:
        declared, current = present.declared, present.dataset
        if declared.chunk_groups is None:
            return None
        prune, name = self._state.prune, declared.tracking_id
        groups = self._found.chunk_groups[current.id] if current else []
        origins = self._found.origins
        scope = [group for group in groups if prune.has_in_scope(group["tracking_id"]) and group["id"] not in origins]
        self._left_alone += left_alone(name, groups, origins)
        ids = {group["id"] for group in scope}
        compared = group_plans.compare_list(
            self._task,
            self._client,
            present.address,
            groups,
            declared.chunk_groups,
            lambda group: group["id"] in ids and self._deletes("chunk_groups", group["tracking_id"]),
            False,
            created=declared.new_chunk_groups,
        )
        for group in compared.to_delete:
            self._limits.count(
                "chunk_groups", f"chunk group {group['tracking_id']} of dataset {name}", len(scope), name
            )
        self._limits.scope("chunk_groups", len(scope), name)
        for group in compared.to_keep:
            if group["id"] in ids:
                shown = group["tracking_id"] or group["name"]
                self._report("chunk_groups", "chunk_group", shown, group["id"], name, group["tracking_id"])
        deleted = [
            (group, group_plans.remove_group(self._client, present.address, group, False))
            for group in compared.to_delete
        ]
        for (current_group, change), identity in zip(compared.declared, declared.chunk_groups):
            self._note_change(change, "chunk_group", identity, current_group["id"] if current_group else None, name)
        for group, removal in deleted:
            self._note_change(removal, "chunk_group", group["tracking_id"], group["id"], name)
        entries: list[group_plans.Entry] = [*compared.declared, *deleted]
        return list_plan("chunk_groups", entries, [], self._task.params["concurrency"])

    def _crawls(self, present: Present) -> Plan | None:
        declared, current = present.declared, present.dataset
        if declared.crawls is None:
            return None
        name = declared.tracking_id
        crawls = self._found.crawls[current.id] if current else []
        compared = crawl_plans.compare_list(
            self._task,
            self._client,
            present.address,
            crawls,
            declared.crawls,
            lambda crawl: self._deletes("crawls", crawl["site_url"]),
            created=declared.new_crawls,
            policies=declared.policies,
        )
        for crawl in compared.to_delete:
            self._limits.count("crawls", f"crawl {crawl['site_url']} of dataset {name}", len(crawls), name)
        self._limits.scope("crawls", len(crawls), name)
        for crawl in compared.to_keep:
            self._report("crawls", "crawl", name_of(crawl), crawl["id"], name, crawl["site_url"])
        if self._task.params["return_objects"]:
            for desired, present_crawl, change in compared.declared:
                site = name_of(present_crawl or desired or {})
                self._note_change(change, "crawl", site, present_crawl["id"] if present_crawl else None, name)
            for crawl in compared.to_delete:
                self._note("crawl", name_of(crawl), crawl["id"], "delete", name)
        return plan_with_chunks(
            self._task,
            self._client,
            present.address,
            crawls,
            compared,
            False,
            declared.allow_shared_paths,
            name=declared.tracking_id,
        )

    def _undeclared_datasets(self) -> None:
        prune = self._state.prune
        declared = {one.tracking_id for one in self._state.datasets or ()}
        scope = [
            one for one in self._found.datasets if not prune.prefix or (one.tracking_id or "").startswith(prune.prefix)
        ]
        for dataset in self._found.undeclared:
            if dataset not in scope:
                continue
            name = dataset.tracking_id or dataset.name
            if not self._deletes("datasets", dataset.tracking_id):
                self._report("datasets", "dataset", name, dataset.id, dataset.tracking_id, dataset.tracking_id)
                continue
            self._limits.count("datasets", f"dataset {name}", len(scope))
            with self._refused(f"dataset {name}"):
                same = twin(dataset.tracking_id or "", declared)
                if same and not prune.force:
                    raise TaskFailed(
                        f"It is not declared and would be deleted, but {same!r} is declared, which looks the same. Correct the tracking_id,"
                        " or set prune.force: true to delete it."
                    )
                check_protection(dataset, True, prune.force, "deleted")
                change = remove_dataset(self._client, dataset)
                self._add([change], DATASETS_GONE)
                self._note_change(change, "dataset", name, dataset.id)

    # -- API keys --------------------------------------------------------------------------------------------------

    def _api_key(self, declared: DeclaredKey) -> None:
        desired, rotation = dict(declared.desired), dict(declared.rotation)
        if self._drift:
            rotation.update(rotate="on_difference", stored_id=None, max_age=None)
        late, created = self._dataset_ids(desired)
        plan = change_api_key(
            self._task,
            self._client,
            self._found.api_keys,
            desired,
            **rotation,
            late_dataset_ids=late,
            alone=False,
        )
        creation = plan.creation
        if creation and not self._task.params["allow_new_keys"] and not self._drift:
            raise TaskFailed(
                f"A new API key would be created for {desired['name']}, and Trieve returns it only once, but allow_new_keys is false. Set it to"
                " true and store the result secrets; with the role community.trieve.organization, set organization_key_tasks to a tasks file that"
                " stores it."
            )
        self._keys.append(plan)
        self._plans.append(Plan(plan.changes, dict, unchanged=0 if plan.changes else 1))
        if creation:
            creation.phase = KEYS
            creation.requires += created
        for _key, change in plan.deletions:
            waits = creation and change.phase > 0
            change.phase = KEYS_GONE
            change.requires += [creation] if creation and waits else []
        current = plan.current
        self._note_change(creation, "api_key", desired["name"], current["id"] if current else None)

    def _dataset_ids(self, desired: dict[str, t.Any]) -> tuple[t.Callable[[], list[str]] | None, list[Change]]:
        """Put the IDs of the datasets in C(desired). Those that do not exist yet are looked up when the key is created.

        :returns: the function that looks them up, None if all exist; and the changes that create them
        :raises TaskFailed: a dataset is neither there nor declared
        """
        named = desired.get("dataset_ids")
        if not named:
            return None, []
        declared = [one.tracking_id for one in self._state.datasets or ()]
        moved = {one.declared.tracking_id: one.dataset.id for one in self._found.present if one.dataset and one.moves}
        new = set(declared) - set(moved) - {one.tracking_id for one in self._found.datasets}

        def unknown(place: str, name: str) -> str:
            if name in moved:
                return moved[name]
            if name in new:
                return f"{NEW} {name}"
            same = twin(name, [*declared, *(one.tracking_id for one in self._found.datasets)])
            hint = f" Did you mean {same!r}?" if same else ""
            raise TaskFailed(
                f"{place}: dataset {name!r} is neither declared nor found in organization {self._client.organization_id}.{hint} Set it to the"
                " ID or tracking ID of a dataset."
            )

        desired["dataset_ids"] = find_dataset_ids([one.row for one in self._found.datasets], named, unknown)
        missing = [str(name) for name in named if str(name) in new]
        if not missing:
            return None, []

        def late() -> list[str]:
            rows = [one.row for one in list_datasets(self._client)]
            return find_dataset_ids(rows, named, still_unknown)

        def still_unknown(place: str, name: str) -> str:
            raise TaskFailed(
                f"{place}: dataset {name!r} is declared but does not exist yet, because this task leaves it out. Apply the state of that"
                " dataset first."
            )

        return late, [self._dataset_changes[name] for name in missing if name in self._dataset_changes]

    def _undeclared_keys(self, declared: t.Sequence[DeclaredKey]) -> None:
        prune = self._state.prune
        names = {each.desired["name"] for each in declared}
        scope = [key for key in self._found.api_keys if key["name"].startswith(prune.prefix)]
        others = [key for key in scope if key["name"] not in names]
        to_delete = [key for key in others if self._deletes("api_keys", key["name"])]
        for key in others:
            if key in to_delete:
                self._limits.count("api_keys", f"API key {key['name']} ({key['id']})", len(scope))
            else:
                self._report("api_keys", "api_key", key["name"], key["id"], about=key["name"])
        changes = [change for _key, change in remove_api_keys(self._client, to_delete)]
        if self._task.params["defer_key_deletions"] and any(plan.creation for plan in self._keys):
            for change in changes:
                change.perform = _leave
            self._deferred = changes
        self._add(changes, KEYS_GONE)
        for change in changes:
            self._note_change(change, "api_key", change.name, change.id)


def _leave() -> None:
    """Leave the deletion to the caller, who makes it as soon as the new keys are stored."""


def to_prune(state: DeclaredState, found: Found, drift: bool) -> list[Dataset]:
    """The undeclared datasets that may be deleted, whose protection has to be read."""
    prune = state.prune
    if drift or prune.mode("datasets") != "delete":
        return []
    return [
        dataset
        for dataset in found.undeclared
        if (dataset.tracking_id or "").startswith(prune.prefix) and not prune.keeps("datasets", dataset.tracking_id)
    ]
