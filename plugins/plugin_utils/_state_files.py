# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""State files: read with Ansible's own loader, resolved, and put together to one state whose places are known."""

from __future__ import annotations

import glob
import inspect
import os
import re
import typing as t

import yaml
from ansible.errors import AnsibleError

from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.plugin_utils._in_process import native
from ansible_collections.community.trieve.plugins.plugin_utils._yaml_places import (
    Unreadable,
    compose,
    place_of,
    text_faults,
)

State = dict[str, t.Any]

Path = t.Sequence[t.Union[str, int]]

_TEMPLATE = re.compile(r"\{\{|\{%|\{#")

_OWN_LOADER = re.compile(r"(?m)(?:^|[\s\[{,:-])![\w!<]|\{\{|\{%|\{#")
"""What a text has in it for which Ansible's loader is needed: a tag, or a template."""

_ALIAS = re.compile(r"(?m)(?:^|[\s\[{,:-])\*[^\s,\]}*]")

# The same values as from Ansible's loader; written in C and without the places of values it is five times as fast.
_PlainLoader: t.Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _File:
    """A state file that has been read.

    :param path: the file
    :param text: its content, decrypted
    """

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self._text = text
        self._root: t.Any = None
        self.state: State = {}
        self.starts: dict[str, int] = {}
        """For each list of the state, the number that its first entry has in the whole state."""

    def place(self, path: Path, key: bool = False) -> str:
        """File, line and column of what a path leads to in this file."""
        if self._root is None:
            try:
                self._root = compose(self._text)
            except Unreadable:  # it was read all the same, so this is not about its content
                return self.path
        return f"{self.path}:{place_of(self._root, path, key)}"


def read_state_files(loader: t.Any, templar: t.Any, paths: t.Any) -> tuple[State, t.Callable[[Path, bool], str]]:
    """The state that files declare together, in plain Python types, and the function that tells the place of something in it.

    Dictionaries are merged, and lists of several files are put together.

    :param loader: of an action plugin
    :param templar: of an action plugin
    :param paths: files and folders, relative to the current directory
    :raises TaskFailed: every file that cannot be read, with its place
    """
    if not isinstance(paths, (str, list)):
        raise TaskFailed("state_files must be a list of files and folders.")
    faults: list[str] = []
    files: list[_File] = []
    for path in _expanded(paths.split(",") if isinstance(paths, str) else paths, faults):
        try:
            files.append(_read(loader, templar, path))
        except TaskFailed as failure:
            faults += failure.results["faults"]
    if faults:
        raise TaskFailed(" ".join(faults), faults=faults)
    whole: State = {}
    for file in files:
        for name, value in file.state.items():
            file.starts[name] = len(whole[name]) if isinstance(whole.get(name), list) else 0
            whole[name] = _merged(whole[name], value) if name in whole else value

    def place(path: Path, key: bool) -> str:
        return _place(files, path, key)

    return whole, place


def _expanded(paths: t.Iterable[t.Any], faults: list[str]) -> t.Iterator[str]:
    """The files, those of a folder in the order of their names."""
    for given in paths:
        path = os.path.realpath(os.path.expanduser(str(given).strip()))
        if not os.path.isdir(path):
            if os.path.isfile(path):
                yield path
            else:
                faults.append(f"{path}: file not found.")
            continue
        found = [name for ending in ("yml", "yaml") for name in glob.glob(f"{glob.escape(path)}/*.{ending}")]
        if not found:
            faults.append(f"{path}: no .yml or .yaml file found in this directory.")
        yield from sorted(name for name in found if os.path.isfile(name))


def _merged(one: t.Any, other: t.Any) -> t.Any:
    """Two values of one key: dictionaries merged, lists one after the other, otherwise the second one."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {**one, **{name: _merged(one[name], item) if name in one else item for name, item in other.items()}}
    return [*one, *other] if isinstance(one, list) and isinstance(other, list) else other


def _place(files: t.Sequence[_File], path: Path, key: bool) -> str:
    """The place of what a path of the whole state leads to; empty if no file has it."""
    if not path:
        return files[0].path if len(files) == 1 else ""
    name = str(path[0])
    holders = [file for file in files if name in file.state]
    if len(path) > 1 and isinstance(path[1], int):
        for file in reversed(holders):
            number = path[1] - file.starts[name]
            if number >= 0:
                return file.place((name, number, *path[2:]), key)
    for file in reversed(holders):  # of several files, the last one that has it counts
        if len(path) == 1 or _has(file.state, path):
            return file.place(path, key)
    return holders[-1].place(path, key) if holders else ""


def _has(state: t.Any, path: Path) -> bool:
    for step in path:
        if not isinstance(state, dict) or step not in state:
            return False
        state = state[step]
    return True


def _read(loader: t.Any, templar: t.Any, path: str) -> _File:
    """A file with its values.

    :raises TaskFailed: it cannot be read; the result C(faults) says why
    """
    try:
        content, _shown = loader._get_file_contents(path)
        file = _File(path, content.decode("utf-8"))
    except (AnsibleError, OSError) as error:
        raise _failure(f"{path}: the file cannot be read. {_first_line(error)}") from None
    except UnicodeDecodeError:
        raise _failure(f"{path}: the file is not UTF-8.") from None
    text = file._text
    if _ALIAS.search(text):  # a few lines of aliases of aliases have billions of values
        _check(text, path)
    own = _OWN_LOADER.search(text) is not None
    try:
        value = _load(loader, path) if own else yaml.load(text, Loader=_PlainLoader)
    except (AnsibleError, yaml.YAMLError, ValueError, RecursionError):
        _check(text, path)
        raise _failure(f"{path}: the file cannot be read as YAML.") from None
    if not isinstance(value, t.Mapping):
        _check(text, path)
        raise _failure(f"{path}: the file is not a mapping.")
    if own:
        faults: list[str] = []
        file.state = _resolved(templar, file, value, (), faults)
        if faults:
            raise TaskFailed(" ".join(faults), faults=faults)
    else:
        file.state = _plain(value)
    return file


def _load(loader: t.Any, path: str) -> t.Any:
    """The value of a file, its strings trusted as templates. The arguments differ between cores.

    C(unsafe) only means that Ansible does not copy the value, which takes longer than reading it. Nobody changes it here.
    """
    if "trusted_as_template" in inspect.signature(loader.load_from_file).parameters:
        return loader.load_from_file(path, cache="none", unsafe=True, trusted_as_template=True)
    return loader.load_from_file(path, cache=False, unsafe=True)


def _check(text: str, path: str) -> None:
    faults = text_faults(text, path)
    if faults:
        raise TaskFailed(" ".join(faults), faults=faults)


def _failure(words: str) -> TaskFailed:
    return TaskFailed(words, faults=[words])


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [""])[0]


def _plain(value: t.Any) -> t.Any:
    """The value of a YAML loader in types that JSON has."""
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None or kind is float:
        return value
    if kind is list:
        return [_plain(item) for item in value]
    if kind is dict and set(map(type, value)) <= {str}:
        return {key: _plain(item) for key, item in value.items()}
    return native(value)


def _resolved(templar: t.Any, file: _File, value: t.Any, path: tuple[str | int, ...], faults: list[str]) -> t.Any:
    """The value with templates resolved and vaults decrypted, in types that JSON has."""
    if isinstance(value, t.Mapping):
        return {
            str(native(key)): _resolved(templar, file, item, (*path, str(native(key))), faults)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_resolved(templar, file, item, (*path, number), faults) for number, item in enumerate(value)]
    try:
        # Each value by itself: an error of Ansible's may contain all of what is resolved.
        if isinstance(value, str) and _TEMPLATE.search(value):
            value = templar.template(value)
        return native(value)
    except AnsibleError as error:
        faults.append(f"{file.place(path)}: {_why(error)}")
        return None


def _why(error: Exception) -> str:
    """Why a value cannot be resolved, without what is in it."""
    undefined = list(dict.fromkeys(re.findall(r"'[\w.]+' is undefined", str(error))))
    if undefined:
        return f"{', '.join(undefined)}."
    return "A template or a vault cannot be resolved. Check it, and check the vault password."
