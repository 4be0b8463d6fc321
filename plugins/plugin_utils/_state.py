# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an organization holds as the text of a state file: what would be declared to get just that.

The same state gives the same text, whatever order it was read in. What cannot be declared is a comment that says why.
"""

from __future__ import annotations

import collections
import json
import re
import typing as t

from ansible_collections.community.trieve.plugins.module_utils._chunk_group import model as group_model
from ansible_collections.community.trieve.plugins.module_utils._chunk_group import options as group_options
from ansible_collections.community.trieve.plugins.module_utils._chunk_group.origin import CRAWL, FILE
from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.mask import has_credentials
from ansible_collections.community.trieve.plugins.module_utils._core.values import counted
from ansible_collections.community.trieve.plugins.module_utils._crawl import model as crawl_model
from ansible_collections.community.trieve.plugins.module_utils._crawl import options as crawl_options
from ansible_collections.community.trieve.plugins.module_utils._dataset import configuration as _configuration
from ansible_collections.community.trieve.plugins.module_utils._dataset.configuration_values import TOOL_TEXTS
from ansible_collections.community.trieve.plugins.module_utils._dataset.options import not_in_a_header
from ansible_collections.community.trieve.plugins.plugin_utils._new_dataset import without_what_is_new
from ansible_collections.community.trieve.plugins.plugin_utils._yaml_text import Noted, as_yaml, quoted

KINDS = ("datasets", "chunk_groups", "crawls", "api_keys", "users", "invitations", "organization")

Thing = dict[str, t.Any]

_HEAD = """\
The state of a Trieve organization as community.trieve.export has read it. To bring an organization to it:
  ansible-playbook community.trieve.apply -e trieve_state_file=THIS_FILE --check --diff"""

_NO_SECRETS = """\
Not in this file, because Trieve does not show it: llm_api_key, reranker_api_key, public_dataset.api_key and
stop_tokens. public_dataset.extra_params.apiKey is left out because it is a secret. Add what is needed to the
configuration of its dataset, secrets from a vault."""

_PASSWORDS = """\
URLs in this file contain a password or a token. Keep the file secret, or move them to a vault:
  webhook_urls: ["https://{{ vault_webhook_login }}@hooks.example.com"]"""

_KEYS = """\
API keys. Trieve does not return their scopes, expiry times, default_params and secrets. So a key created from what
can be read could have more permissions than the existing one. To manage a key, uncomment it (and the line
api_keys), and add scopes, expires_at and default_params if it has them."""


_PEOPLE = """\
Members of other organizations cannot be added by a state file alone: each new member needs an invitation and has to accept it."""

_INVITATIONS = """\
Invitations. Trieve does not return app_url and redirect_uri, which are part of the mail. To invite these people, uncomment
the entries (and the line invitations), and add both."""

_BACKUP = """\
What a run of community.trieve.apply has changed or deleted, as it was before. To restore it:
  ansible-playbook community.trieve.apply -e trieve_state_file=THIS_FILE --check --diff
Not restored: chunks and uploaded files (sites are crawled again), IDs, and secrets. What the run created is kept."""

PRUNE_NOTHING = dict.fromkeys(("datasets", "chunk_groups", "crawls", "api_keys", "users", "invitations"), "none")


class Holdings(t.NamedTuple):
    """What an organization holds, as the info modules return it.

    :param datasets: of C(trieve_dataset_info)
    :param api_keys: of C(trieve_api_key_info)
    :param users: of C(trieve_user_info)
    :param invitations: of C(trieve_invitation_info)
    :param organization: of C(trieve_organization_info)
    """

    datasets: t.Sequence[Thing] = ()
    api_keys: t.Sequence[Thing] = ()
    users: t.Sequence[Thing] = ()
    invitations: t.Sequence[Thing] = ()
    organization: Thing | None = None


def state_text(
    holdings: Holdings,
    kinds: t.Container[str],
    defaults: bool,
    prune: t.Mapping[str, t.Any] | None = None,
    head: str = _HEAD,
) -> str:
    """The text of the state file.

    :param kinds: some of C(KINDS); a list of another kind is not written, so that it is not managed
    :param defaults: whether options that a new object has anyway are written
    :param prune: the state's key of this name
    :param head: the comment at the beginning
    """
    datasets = holdings.datasets
    lines = ["---", *_comment(head)]
    if "datasets" in kinds:
        lines += ["#", *_comment(_NO_SECRETS)]
    if "organization" in kinds and holdings.organization:
        lines += ["", *as_yaml({"organization": _organization(holdings.organization)})]
    if "users" in kinds:
        lines += ["", *_users(holdings.users)]
    if "invitations" in kinds and holdings.invitations:
        lines += ["", *_invitations(holdings.invitations)]
    if any(kind in kinds for kind in ("datasets", "chunk_groups", "crawls")):
        taken = {str(dataset["tracking_id"]) for dataset in datasets}
        for dataset in sorted(datasets, key=lambda dataset: (dataset["name"], dataset["id"])):
            reason = _why_not_by_tracking_id(dataset)
            if reason:
                lines += ["", *_comment(_how_to_name(dataset, reason, taken))]
        entries = [_dataset(one, kinds, defaults) for one in datasets if not _why_not_by_tracking_id(one)]
        entries.sort(key=lambda entry: entry["tracking_id"])
        lines.append("")
        if entries:
            lines.append("datasets:")
            for number, entry in enumerate(entries):
                lines += [""] * bool(number) + [f"  {line}" if line else "" for line in as_yaml([entry])]
        else:
            lines.append("datasets: []")
    if "api_keys" in kinds:
        lines += ["", *_api_keys(holdings.api_keys, datasets)]
    if prune:
        lines += ["", *as_yaml({"prune": dict(prune)})]
    if any(map(has_credentials, lines)):
        lines[1:1] = [*_comment(_PASSWORDS), "#"]
    return "\n".join(lines) + "\n"


def backup_text(holdings: Holdings, plan: t.Sequence[Thing]) -> str:
    """The text of a state file that restores what a plan changes or deletes, and manages nothing else.

    :param holdings: of the time before the plan is performed
    :param plan: the changes as results have them
    """
    touched = _Touched(plan)
    found = Holdings(
        [one for one in map(touched.dataset, holdings.datasets) if one],
        [key for key in holdings.api_keys if touched.has("api_key", key["id"])],
        [user for user in holdings.users if touched.has("user", user["id"])],
        [one for one in holdings.invitations if touched.has("invitation", one["id"])],
        holdings.organization if touched.kinds & {"organization"} else None,
    )
    parts: dict[str, t.Any] = {"api_keys": found.api_keys, "users": found.users, "invitations": found.invitations}
    parts.update(dict.fromkeys(("datasets", "chunk_groups", "crawls"), found.datasets))
    kinds = [kind for kind in KINDS if parts.get(kind, True)]
    return state_text(found, kinds, True, PRUNE_NOTHING, _BACKUP)


class _Touched:
    """Which objects a plan changes or deletes. What it creates is not there yet."""

    def __init__(self, plan: t.Sequence[Thing]) -> None:
        self._ids: dict[str, dict[str, Thing]] = {}
        for change in plan:
            if change["id"] is not None and change["action"] not in ("create", "clone", "invite"):
                self._ids.setdefault(change["kind"], {})[change["id"]] = change
        self.kinds = set(self._ids)

    def has(self, kind: str, id: str) -> bool:
        return id in self._ids.get(kind, {})

    def dataset(self, dataset: Thing) -> Thing | None:
        """The dataset with what is touched in it; None if nothing is."""
        change = self._ids.get("dataset", {}).get(dataset["id"])
        if change and change["action"] == "delete":
            return dataset
        parts = {
            kind: [one for one in dataset.get(kind) or () if self.has(kind[:-1], one["id"])]
            for kind in ("chunk_groups", "crawls")
        }
        if not change and not any(parts.values()):
            return None
        left = ["datasets"] if change else []
        left += [kind for kind, found in parts.items() if found]
        renamed = next((field for field in (change or {}).get("fields", ()) if field["name"] == "tracking_id"), None)
        return {**dataset, **parts, "_kinds": left, "_moved_from": renamed and renamed["after"]}


def _comment(text: str) -> list[str]:
    return [f"# {line}".rstrip() for line in text.split("\n")]


def _given(value: t.Any) -> bool:
    return value is not None


# -- datasets ------------------------------------------------------------------------------------------------------


def _why_not_by_tracking_id(dataset: Thing) -> str | None:
    tracking_id = dataset["tracking_id"]
    if not (tracking_id or "").strip():
        return "it has no tracking id"
    reason = not_in_a_header(tracking_id)
    return reason and f"its tracking id is {quoted(tracking_id)}: {reason}"


def _how_to_name(dataset: Thing, reason: str, taken: set[str]) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", dataset["name"].lower()).strip("-") or "dataset"
    proposed = plain if not_in_a_header(plain) is None else f"dataset-{plain}"
    number = 1
    while proposed in taken:
        number += 1
        proposed = f"{plain}-{number}"
    taken.add(proposed)
    return "\n".join(
        [
            f"Not in this file: the dataset {quoted(dataset['name'])}, because {reason}.",
            "A task gives it one by which it can be declared; then export again.",
            "- name: Give the dataset a tracking id",
            "  community.trieve.trieve_dataset:",
            f"    dataset_id: {dataset['id']}",
            f"    new_tracking_id: {proposed}",
        ]
    )


def _dataset(dataset: Thing, kinds: t.Container[str], defaults: bool) -> Thing:
    entry: Thing = {"tracking_id": dataset["tracking_id"]}
    if dataset.get("_moved_from"):
        entry["moved_from"] = dataset["_moved_from"]
    kinds = dataset.get("_kinds", kinds)
    if "datasets" in kinds:
        if dataset["name"].strip() and (defaults or dataset["name"] != dataset["tracking_id"]):
            entry["name"] = dataset["name"]
        configuration, notes = _declared_configuration(dataset)
        if not defaults:
            configuration = without_what_is_new(configuration)
        if configuration or notes:
            entry["configuration"] = Noted(configuration, notes)
    if "chunk_groups" in kinds:
        entry["chunk_groups"] = _groups(dataset["chunk_groups"], defaults)
    if "crawls" in kinds:
        entry["crawls"] = _crawls(dataset["crawls"], defaults)
    return entry


def _declared_configuration(dataset: Thing) -> tuple[Thing, list[str]]:
    notes = []
    found = {}
    for name in _configuration.READABLE:
        value = _without_nothing(name, dataset[name])
        if not _given(value):
            continue
        reason = _why_refused(
            _configuration.parse_configuration, {**dict.fromkeys(_configuration.CONFIGURATION), name: value}
        )
        if reason:
            notes.append(f"Not declared: {_line(reason)}")
        else:
            found[name] = value
    unset = [name for name in TOOL_TEXTS if name not in _tool_texts(found)]
    if unset:
        notes.append(
            f"Not set, which cannot be declared: {', '.join(unset)} of tool_configuration. A new dataset has texts of its own."
        )
    return found, notes


def _without_nothing(name: str, value: t.Any) -> t.Any:
    """The value in the form of the option, None if there is nothing to declare."""
    if name == "public_dataset":
        return {key: _in_order(item) for key, item in value.items() if item not in (None, {})}
    if name == "tool_configuration":
        texts = {text: item for text, item in _tool_texts({name: value}).items() if _given(item)}
        return {"query_tool_options": texts} if texts else None
    return value


def _in_order(value: t.Any) -> t.Any:
    """The value with the keys of its dictionaries in order: the server's order is its own affair."""
    if isinstance(value, dict):
        return {key: _in_order(value[key]) for key in sorted(value)}
    return [_in_order(item) for item in value] if isinstance(value, list) else value


def _tool_texts(configuration: Thing) -> Thing:
    return (configuration.get("tool_configuration") or {}).get("query_tool_options") or {}


# -- what a dataset holds ------------------------------------------------------------------------------------------


def _groups(groups: t.Iterable[Thing], defaults: bool) -> t.Any:
    entries, notes = [], []
    groups, made = _by_hand(groups)
    if made:
        notes.append(
            f"Not declared, because crawls or files make them: {counted(made, 'chunk group')}. They are neither reported nor deleted"
        )
    for group in groups:
        entry = {name: group_model.normalize(name, group[name]) for name in group_options.MANAGED}
        entry["metadata"] = _in_order(entry["metadata"])
        if not isinstance(entry["metadata"], dict):
            notes.append(f"Not declared: the metadata of {_line(group['tracking_id'])}, which is not a dictionary")
            del entry["metadata"]
        if not defaults:
            entry = {name: value for name, value in entry.items() if value != group_model.normalize(name, None)}
        entry = {"tracking_id": group["tracking_id"], **entry}
        reason = _why_refused(group_options.parse_options, {**dict.fromkeys(group_options.GROUP_OPTIONS), **entry})
        if not reason:
            entries.append(entry)
        elif group["tracking_id"]:
            notes.append(f"Not declared: {_line(reason)}")
    unnamed = sorted(_line(group["name"]) for group in groups if not group["tracking_id"])
    if unnamed:
        notes.append(
            f"Not declared, because a group is found by its tracking id and these have none: {', '.join(unnamed)}"
        )
    return Noted(sorted(entries, key=lambda entry: entry["tracking_id"]), sorted(notes))


def _by_hand(groups: t.Iterable[Thing]) -> tuple[list[Thing], int]:
    """The groups that no crawl and no file made, as far as C(made_by) tells, and the number of the others."""
    found = list(groups)
    left = [group for group in found if group.get("made_by") not in (CRAWL, FILE)]
    return left, len(found) - len(left)


def _crawls(crawls: t.Iterable[Thing], defaults: bool) -> t.Any:
    found: dict[tuple[str, str, str], Thing] = {}
    times: collections.Counter[tuple[str, str, str]] = collections.Counter()
    notes = []
    for crawl in crawls:
        entry, reason = _crawl_entry(crawl, defaults)
        if reason:
            notes.append(f"Not declared: a crawl of {quoted(crawl['site_url'])} ({_line(crawl['kind'])}): {reason}")
            continue
        place = (crawl["site_url"], crawl["kind"], json.dumps(entry, sort_keys=True))
        found[place] = entry
        times[place] += 1
    entries = []
    for place in sorted(found):
        words = f"Trieve has {times[place]} crawls with just these options. One is declared; the others can be deleted."
        entries.append(Noted(found[place], [words] if times[place] > 1 else []))
    return Noted(entries, sorted(notes))


def _crawl_entry(crawl: Thing, defaults: bool) -> tuple[Thing, str | None]:
    """A crawl as an entry of C(trieve_crawls), and why it cannot be one."""
    if crawl["kind"] not in crawl_options.KINDS:
        return {}, "its kind is not known to this version of the collection"
    entry: Thing = {}
    for name in crawl_options.MANAGED:
        value = crawl_model.normalize(name, crawl[name])
        if _given(value) and (defaults or value != crawl_model.normalize(name, None)):
            entry[name] = value
    if crawl["interval"] is None and crawl["interval_seconds"]:
        return {}, f"it is crawled every {crawl['interval_seconds']} seconds, which is none of the intervals"
    if crawl["kind"] != crawl_options.KINDS[0]:
        options = {name: value for name, value in (crawl["scrape_options"] or {}).items() if _given(value)}
        entry["scrape_options"] = {**options, "type": crawl["kind"]}
        entry["scrape_options"] = dict(sorted(entry["scrape_options"].items(), key=lambda item: item[0] != "type"))
    entry = {"site_url": crawl["site_url"], **entry}
    reason = _why_refused(crawl_options.parse_options, {**dict.fromkeys(crawl_options.CRAWL_OPTIONS), **entry})
    return entry, _line(reason) if reason else None


def _why_refused(parse: t.Callable[[Thing], t.Any], options: Thing) -> TaskFailed | None:
    """What a module would find wrong with these options; None if nothing."""
    try:
        parse(options)
    except TaskFailed as failure:
        return failure
    return None


def _line(words: t.Any) -> str:
    """Whatever it is, on one line: as it is, or quoted if it would break the line."""
    text = str(words)
    return text if text.isprintable() else quoted(text)


# -- keys ----------------------------------------------------------------------------------------------------------


def _api_keys(api_keys: t.Sequence[Thing], datasets: t.Sequence[Thing]) -> list[str]:
    names = {dataset["id"]: dataset["tracking_id"] for dataset in datasets if not _why_not_by_tracking_id(dataset)}
    by_name: dict[str, list[Thing]] = collections.defaultdict(list)
    for key in api_keys:
        by_name[key["name"]].append(key)
    entries = []
    for name in sorted(by_name):
        newest = max(by_name[name], key=lambda key: (key["created_at"], key["id"]))
        entry: t.Any = {"name": name, "role": newest["role"]}
        if newest["dataset_ids"]:
            entry["dataset_ids"] = sorted(names.get(dataset_id, dataset_id) for dataset_id in newest["dataset_ids"])
        if len(by_name[name]) > 1:
            words = f"The newest of {len(by_name[name])} keys of this name, the generations of a rotated key."
            entry = Noted(entry, [words])
        entries.append(entry)
    if not entries:
        return _comment("The organization has no API keys.")
    return _comment("\n".join([_KEYS, *as_yaml({"api_keys": entries}, literal=False)]))


# -- people and the organization ---------------------------------------------------------------------------------------


def _organization(organization: Thing) -> Thing:
    partner = {name: value for name, value in (organization.get("partner_configuration") or {}).items() if value}
    return {"name": organization["name"], **({"partner_configuration": partner} if partner else {})}


def _person(person: Thing) -> Thing:
    scopes = {"scopes": person["scopes"]} if person.get("scopes") else {}
    return {"email": person["email"], "role": person["role"], **scopes}


def _users(users: t.Sequence[Thing]) -> list[str]:
    entries = sorted(map(_person, users), key=lambda entry: str(entry["email"]))
    if not entries:
        return ["users: []"]
    return [*_comment(_PEOPLE), *as_yaml({"users": [{**entry, "pending": "ok"} for entry in entries]})]


def _invitations(invitations: t.Sequence[Thing]) -> list[str]:
    open_ones = [one for one in invitations if not one.get("used")]
    entries = sorted(map(_person, open_ones), key=lambda entry: str(entry["email"]))
    if not entries:
        return _comment("The organization has no open invitations.")
    return _comment("\n".join([_INVITATIONS, *as_yaml({"invitations": entries}, literal=False)]))
