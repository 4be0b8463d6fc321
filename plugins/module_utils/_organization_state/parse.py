# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a state to what it declares, before anything is read from the server: every fault of the whole state at once."""

from __future__ import annotations

import contextlib
import re
import typing as t

from .._api_key import options as key_options
from .._chunk_group import options as group_options
from .._core.failure import TaskFailed
from .._core.faults import Fault, Path, entry_place, find_faults
from .._core.mask import Mask
from .._core.near import did_you_mean
from .._core.task import PlaceOf, Task
from .._core.values import counted
from .._crawl import options as crawl_options
from .._crawl.model import name_of, normalized, place
from .._dataset import options as dataset_options
from .._dataset.configuration import CONFIGURATION
from .._dataset.configuration_values import PUBLIC_KEY
from .._dataset.options import DesiredDataset, Identity
from .._invitation import options as invitation_options
from .._organization import options as organization_options
from .._user import options as user_options
from .model import (
    DeclaredDataset,
    DeclaredInvitation,
    DeclaredKey,
    DeclaredState,
    DeclaredUser,
    Prune,
)
from .options import ENTRIES, PRUNED, STATE_SPEC

Values = dict[str, t.Any]

_OPTION = {"type": "dict", "options": STATE_SPEC}


def parse_state(task: Task) -> DeclaredState:
    """What the state of the task declares.

    :raises TaskFailed: the state has faults; the result C(faults) lists all of them
    """
    parser = _Parser(task)
    state = parser.parse(task.bulk if task.bulk is not None else {})
    if parser.faults:
        mask = Mask(task.secrets)
        faults = [mask.line(located(fault, task.place_of)) for fault in parser.faults]
        raise TaskFailed(
            f"The state has {counted(len(faults), 'fault')}. Nothing was read or changed. {' '.join(faults)}",
            faults=faults,
        )
    return state


def located(fault: Fault, place_of: PlaceOf | None) -> str:
    """The words of a fault behind its place in a file, if that is known."""
    where = place_of(fault.path, fault.key) if place_of else ""
    return f"{where}: {fault.words}" if where else fault.words


class _Parser:
    def __init__(self, task: Task) -> None:
        self._task = task
        self._always = task.params["update_secrets"]
        self.faults: list[Fault] = []

    def parse(self, raw: Values) -> DeclaredState:
        state = DeclaredState()
        self._keys(raw)
        state.prune = Prune(self._dictionary(raw, "prune") or ENTRIES["prune"].parse({}, "prune", ())[0])
        self._prune(raw, state.prune)
        organization = self._dictionary(raw, "organization")
        if organization is not None:
            with self._collected("organization", ("organization",)):
                state.organization = organization_options.parse_options({**organization, "find_by": None})
        state.users = self._users(raw)
        state.invitations = self._invitations(raw)
        state.datasets = self._datasets(raw)
        state.api_keys = self._api_keys(raw)
        return state

    # -- what all entries have in common ---------------------------------------------------------------------------

    @contextlib.contextmanager
    def _collected(self, words: str, path: Path) -> t.Iterator[None]:
        """Notes the failure of an entry, and continues with the next one."""
        try:
            yield
        except TaskFailed as failure:
            self.faults.append(Fault(path, f"{words}: {failure}"))

    def _keys(self, raw: Values) -> None:
        """Note the keys of the state that do not exist."""
        known = {name: value for name, value in raw.items() if name in STATE_SPEC}
        unknown = {name: value for name, value in raw.items() if name not in known}
        self.faults += find_faults(unknown, _OPTION)

    def _dictionary(self, raw: Values, name: str) -> Values | None:
        """The checked value of a key that has a dictionary; None if it is not set or has faults."""
        if raw.get(name) is None:
            return None
        values, faults = ENTRIES[name].parse(raw[name], name, (name,))
        self.faults += faults
        return None if faults else values

    def _entries(
        self, raw: Values, name: str, within: str = "", path: Path = ()
    ) -> list[tuple[str, Path, Values]] | None:
        """The entries of a list that have no faults, with their places; None if the list is not declared."""
        given = raw.get(name)
        if given is None:
            return None
        where, path = f"{within}.{name}" if within else name, (*path, name)
        if not isinstance(given, list):
            self.faults += find_faults(given, {"type": "list", "elements": "dict"}, where, path)
            return []
        spec = ENTRIES[name]
        option = {"options": spec.spec}
        entries = []
        for number, entry in enumerate(given):
            words = entry_place(where, number, entry, option)
            values, faults = spec.parse(entry, words, (*path, number))
            if faults:
                self.faults += faults
            else:
                entries.append((words, (*path, number), values))
        return entries

    def _once(self, seen: dict[str, str], identity: str, words: str, path: Path, what: str) -> bool:
        """Note an entry that is declared twice."""
        first = seen.setdefault(identity, words)
        if first == words:
            return True
        other = f" in {first}" if first.split("[")[0] else ""
        self.faults.append(Fault(path, f"{words}: {what} is declared twice{other}."))
        return False

    def _ignored(self, words: str, path: Path, values: Values, known: t.Container[str]) -> set[str]:
        """The fields of an entry that C(ignore) names."""
        names = set(values.pop("ignore") or ())
        for name in sorted(names):
            if name not in known:
                valid = sorted(t.cast(t.Iterable[str], known))
                hint = did_you_mean(name, valid) or f" Valid fields are {', '.join(valid)}."
                self.faults.append(Fault((*path, "ignore"), f"{words}.ignore: field {name} not found.{hint}"))
        return names

    # -- prune -----------------------------------------------------------------------------------------------------

    def _prune(self, raw: Values, prune: Prune) -> None:
        if prune.max_deletions is not None:
            number = re.fullmatch(r"(\d+)(%?)", prune.max_deletions.strip())
            if not number or (number[2] and int(number[1]) > 100):
                self.faults.append(
                    Fault(
                        ("prune", "max_deletions"),
                        f"prune.max_deletions {prune.max_deletions!r} is neither a number nor a percentage such as 25%.",
                    )
                )
        if prune.allow_empty:
            return
        for name in PRUNED:
            if prune.mode(name) != "delete":
                continue
            if raw.get(name) == []:
                self._empty(name, (name,))
            datasets = raw.get("datasets")
            for position, dataset in enumerate(datasets if isinstance(datasets, list) else ()):
                if isinstance(dataset, dict) and name not in STATE_SPEC and dataset.get(name) == []:
                    where = entry_place("datasets", position, dataset, STATE_SPEC["datasets"])
                    self._empty(f"{where}.{name}", ("datasets", position, name))

    def _empty(self, words: str, path: Path) -> None:
        self.faults.append(
            Fault(
                path,
                f"{words} is empty, so prune would delete everything in its scope. If this is intended, set prune.allow_empty: true.",
            )
        )

    # -- people ----------------------------------------------------------------------------------------------------

    def _users(self, raw: Values) -> list[DeclaredUser] | None:
        entries = self._entries(raw, "users")
        found: list[DeclaredUser] = []
        seen: dict[str, str] = {}
        for words, path, values in entries or ():
            with self._collected(words, path):
                desired = user_options.parse_options(values)
                if self._once(seen, desired["email"].casefold(), words, path, f"email {desired['email']}"):
                    found.append(DeclaredUser(words, desired, values["pending"], values["force"]))
        return None if entries is None else found

    def _invitations(self, raw: Values) -> list[DeclaredInvitation] | None:
        entries = self._entries(raw, "invitations")
        found: list[DeclaredInvitation] = []
        seen: dict[str, str] = {}
        for words, path, values in entries or ():
            with self._collected(words, path):
                desired = invitation_options.parse_options(values)
                if self._once(seen, desired["email"].casefold(), words, path, f"email {desired['email']}"):
                    found.append(DeclaredInvitation(words, desired))
        return None if entries is None else found

    # -- API keys --------------------------------------------------------------------------------------------------

    def _api_keys(self, raw: Values) -> list[DeclaredKey] | None:
        entries = self._entries(raw, "api_keys")
        found: list[DeclaredKey] = []
        seen: dict[str, str] = {}
        for words, path, values in entries or ():
            with self._collected(words, path):
                desired = key_options.parse_options(values)
                rotation = key_options.parse_rotation(values)
                if self._once(seen, desired["name"], words, path, f"name {desired['name']}"):
                    found.append(DeclaredKey(words, desired, rotation))
        return None if entries is None else found

    # -- datasets and what is in them ------------------------------------------------------------------------------

    def _datasets(self, raw: Values) -> list[DeclaredDataset] | None:
        given = raw.get("datasets")
        if given is None:
            return None
        if not isinstance(given, list):
            self.faults += find_faults(given, {"type": "list", "elements": "dict"}, "datasets", ("datasets",))
            return []
        found: list[DeclaredDataset] = []
        seen: dict[str, str] = {}
        for number, entry in enumerate(given):
            words, path = entry_place("datasets", number, entry, STATE_SPEC["datasets"]), ("datasets", number)
            contents = ("chunk_groups", "crawls")
            own = (
                {name: item for name, item in entry.items() if name not in contents}
                if isinstance(entry, dict)
                else entry
            )
            values, faults = ENTRIES["datasets"].parse(own, words, path)
            self.faults += faults
            if not isinstance(entry, dict):
                continue
            dataset = DeclaredDataset(words, str(entry.get("tracking_id")))
            if not faults:
                self._dataset(dataset, values, path)
                if self._once(seen, dataset.tracking_id, words, path, f"tracking_id {dataset.tracking_id}"):
                    found.append(dataset)
            self._groups(dataset, entry, path)
            self._crawls(dataset, entry, path)
        self._moves(found)
        return found

    def _dataset(self, dataset: DeclaredDataset, values: Values, path: Path) -> None:
        dataset.tracking_id = values["tracking_id"]
        dataset.allow_shared_paths = values["allow_shared_paths"]
        dataset.moved_from = values["moved_from"]
        words = dataset.place
        known = {"name", PUBLIC_KEY, *CONFIGURATION}
        ignored = self._ignored(words, path, values, known)
        for option in ("tracking_id", "moved_from"):
            with self._collected(words, (*path, option)):
                dataset_options.check_tracking_id(option, values[option])
        name = values["name"]
        if name is not None and not name.strip():
            self.faults.append(
                Fault((*path, "name"), f"{words}: name is empty. Set it to the dataset's name, or remove it.")
            )
        configuration = values["configuration"] or {}
        options = {**dict.fromkeys(CONFIGURATION), **configuration, "update_secrets": self._always}
        identity = Identity(None, dataset.tracking_id, name, None)
        with self._collected(f"{words}.configuration", (*path, "configuration")):
            dataset.created = DesiredDataset(identity, {"clone_from": None, "clone_chunks": True, **options})
            dataset.compared = dataset.created.without(ignored)

    def _moves(self, datasets: t.Sequence[DeclaredDataset]) -> None:
        """Note renamed datasets that are declared under their old names, too."""
        declared = {dataset.tracking_id: dataset for dataset in datasets}
        seen: dict[str, str] = {}
        for number, dataset in enumerate(datasets):
            path = ("datasets", number, "moved_from")
            if dataset.moved_from is None:
                continue
            if dataset.moved_from in declared:
                other = declared[dataset.moved_from].place
                self.faults.append(
                    Fault(
                        path,
                        f"{dataset.place}: moved_from {dataset.moved_from} is declared itself, in {other}. Remove one of the two.",
                    )
                )
            self._once(seen, dataset.moved_from, dataset.place, path, f"moved_from {dataset.moved_from}")

    def _groups(self, dataset: DeclaredDataset, entry: Values, path: Path) -> None:
        entries = self._entries(entry, "chunk_groups", dataset.place, path)
        if entries is None:
            return
        dataset.chunk_groups = {}
        seen: dict[str, str] = {}
        for words, where, values in entries:
            ignored = self._ignored(words, where, values, group_options.MANAGED)
            with self._collected(words, where):
                desired = group_options.parse_options(values)
                name = desired["tracking_id"]
                if self._once(seen, name, words, where, f"tracking_id {name}"):
                    dataset.new_chunk_groups[name] = desired
                    dataset.chunk_groups[name] = _leave_out(desired, ignored)

    def _crawls(self, dataset: DeclaredDataset, entry: Values, path: Path) -> None:
        entries = self._entries(entry, "crawls", dataset.place, path)
        if entries is None:
            return
        dataset.crawls = []
        seen: dict[str, str] = {}
        places: dict[tuple[str, ...], str] = {}
        for words, where, values in entries:
            ignored = self._ignored(words, where, values, _CRAWL_FIELDS)
            with self._collected(words, where):
                desired = crawl_options.parse_options(values)
                compared = _leave_out(desired, ignored) if ignored else desired
                same = repr(sorted({**compared, **normalized(compared)}.items()))
                if not self._once(seen, same, words, where, f"{desired['site_url']} with the same options"):
                    continue
                self._warn_of_overlap(places, desired, words)
                dataset.policies.append(crawl_options.parse_policy(values))
                dataset.new_crawls.append(desired)
                dataset.crawls.append(compared)

    def _warn_of_overlap(self, places: dict[tuple[str, ...], str], desired: Values, words: str) -> None:
        """Warn of a site that is declared twice, unless the two are limited to different paths."""
        paths = (repr(sorted(desired.get(name) or ())) for name in ("include_paths", "exclude_paths"))
        first = places.setdefault((*place(desired), *paths), words)
        if first != words and self._task.params["duplicates"] != "keep":
            self._task.warn(
                f"{words}: {name_of(desired)} is also declared in {first}, with other options but the same paths, so the site is crawled"
                " twice. Remove one of the two, limit them to different include_paths, or set duplicates: keep to accept it."
            )


_CRAWL_FIELDS = {
    *crawl_options.MANAGED,
    *(name for names in crawl_options.SCRAPE_SUBOPTIONS.values() for name in names),
}


def _leave_out(desired: Values, ignored: t.Container[str]) -> Values:
    return {name: value for name, value in desired.items() if name not in ignored}
