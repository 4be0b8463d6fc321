# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a module's own function inside Ansible's worker where the task is local anyway.

Packing a module and starting a Python costs far more than what the module does. Each module has an action plugin of its
name, because Ansible imports such a plugin (and with it requests) once, in the parent of all workers. Everything that
this way cannot do, or must not, is handed over to Ansible's own: the packed module.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import time
import types
import typing as t

from ansible import constants as C
from ansible import context
from ansible.errors import AnsibleError
from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.plugins.action.normal import ActionModule as PackedModule
from ansible.utils.display import Display

from ansible_collections.community.trieve.plugins.module_utils import _session
from ansible_collections.community.trieve.plugins.module_utils._core.failure import TaskFailed
from ansible_collections.community.trieve.plugins.module_utils._core.lifeline import (
    VARIABLE,
    for_worker,
    note_for_module,
)
from ansible_collections.community.trieve.plugins.module_utils._core.mask import (
    Mask,
    presented,
    readable,
    shown_options,
)
from ansible_collections.community.trieve.plugins.module_utils._core.task import (
    Definition,
    PlaceOf,
    Task,
    execute,
    warn_of_secrets,
    with_new_secrets,
    without_bulk,
)
from ansible_collections.community.trieve.plugins.module_utils._core.values import without_secrets
from ansible_collections.community.trieve.plugins.module_utils.trieve import TrieveError

display = Display()

SWITCH = "trieve_in_process"
"""The variable that forces one of the two ways: true also on macOS, false never in process."""


@contextlib.contextmanager
def failing_as(kind: type[AnsibleError]) -> t.Iterator[None]:
    """Turns what goes wrong into Ansible's exception, for plugins that are no modules.

    :param kind: the exception that Ansible expects of such a plugin
    """
    if _session.IMPORT_ERROR:
        raise kind(missing_required_lib("requests"))
    try:
        yield
    except (TrieveError, TaskFailed) as failure:
        raise kind(readable(failure)) from None  # Ansible would show the words of the cause, too


def in_process(module: types.ModuleType) -> type[PackedModule]:
    """The action plugin of a module.

    :param module: a module of this collection; its C(DEFINITION) is what is run
    """
    return type("ActionModule", (_InProcess,), {"definition": module.DEFINITION, "__doc__": module.__doc__})


class _InProcess(PackedModule):
    definition: Definition

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        variables = task_vars or {}
        self._began = time.time()
        reason = self._why_not(variables)
        try:
            arguments, bulk, place_of = self._arguments()
        except TaskFailed as failure:
            return {"changed": False, **failure.results, "failed": True, "msg": readable(failure)}
        if reason and place_of and self._has_faults(arguments, bulk, place_of):
            reason = None  # it fails here as it would there, but with the places, of which the module knows nothing
        elif reason and place_of:
            self._task.args = {**arguments, str(self.definition.bulk): bulk}
        if reason:
            display.vvv(
                f"{self._task.action} runs as a packed module: {reason}", host=variables.get("inventory_hostname")
            )
            return self._without_unwanted_diff(super().run(tmp, task_vars))
        result = ActionBase.run(self, tmp, task_vars)
        with self._environment():
            result.update(self._run_here(variables, arguments, bulk, place_of))
        return self._without_unwanted_diff(result)

    def _without_unwanted_diff(self, result: dict[str, t.Any]) -> dict[str, t.Any]:
        """The result without its diff if the task says C(diff: false): with --diff, Ansible would show it all the same."""
        if self._task.diff is False and context.CLIARGS.get("diff"):
            result.pop("diff", None)
        return result

    def _arguments(self) -> tuple[dict[str, t.Any], dict[str, t.Any] | None, PlaceOf | None]:
        """The task's arguments, and apart from them the option of any size, read from files if the task names some.

        Files are read on the controller, whichever way the module runs.

        :raises TaskFailed: names the file and the place
        """
        given, name, files = self._task.args, self.definition.bulk, self._task.args.get(self.definition.files or "")
        if not name or not files or given.get(name):
            arguments, bulk = without_bulk(self.definition, native(given))
            return arguments, bulk, None
        # Imported here, since only one module reads files.
        from ansible_collections.community.trieve.plugins.plugin_utils._state_files import read_state_files

        bulk, place_of = read_state_files(self._loader, self._templar, native(files))
        others = {option: value for option, value in given.items() if option != self.definition.files}
        return {**native(others), name: {}}, bulk, place_of

    def _has_faults(self, arguments: dict[str, t.Any], bulk: dict[str, t.Any] | None, place_of: PlaceOf) -> bool:
        """Whether something is wrong with what was read from files. Sends nothing."""
        validation = ArgumentSpecValidator(self.definition.argument_spec, **self.definition.rules).validate(arguments)
        if validation.errors.errors or not self.definition.check or _session.IMPORT_ERROR:
            return False
        try:
            self.definition.check(Task(validation.validated_parameters, bulk=bulk, place_of=place_of))
        except TaskFailed:
            return True
        return False

    def _why_not(self, variables: dict[str, t.Any]) -> str | None:
        """Why the task has to run as a packed module; None if it runs here."""
        wish = self._wish(variables)
        if wish is False:
            return f"the variable {SWITCH} is false"
        if not self._is_local():
            return f"its connection is {self._connection.transport}, not local"
        if self._play_context.become:
            return "it becomes another user, which needs a process of its own"
        if self._task.async_val:
            return "it is asynchronous, which needs a process of its own"
        if _session.IMPORT_ERROR:
            return "the controller's Python has no requests"
        if platform.system() == "Darwin" and not wish:
            return f"macOS aborts a forked process that looks up a name (set {SWITCH} to true to try)"
        return None

    def _is_local(self) -> bool:
        """Decided by transport: delegate_to and connection: local both end up there."""
        return self._connection.transport in ("local", "ansible.builtin.local")

    def _wish(self, variables: dict[str, t.Any]) -> bool | None:
        value = self._templar.template(variables.get(SWITCH))
        if value is None or value == "":
            return None
        try:
            return boolean(value)
        except TypeError as unclear:
            raise AnsibleError(f"The variable {SWITCH} is {value!r}, which is neither true nor false.") from unclear

    def _compute_environment_string(self, raw_environment_out: dict[str, t.Any] | None = None) -> str:
        """The environment of a packed module: what the play wants, and how the module sees whether the task still goes on."""
        wanted: dict[str, t.Any] = {}
        plain: str = super()._compute_environment_string(wanted)
        if raw_environment_out is not None:
            raw_environment_out.update(wanted)
        if raw_environment_out is not None or self._task.async_val:  # an asynchronous task goes on without Ansible
            return plain
        note = note_for_module(self._task.timeout, self._began, self._is_local())
        text: str = self._connection._shell.env_prefix(**{**wanted, VARIABLE: note})
        return text

    @contextlib.contextmanager
    def _environment(self) -> t.Iterator[None]:
        """The play's, block's and task's C(environment) in os.environ, where fallbacks and requests look for it."""
        wanted: dict[str, t.Any] = {}
        self._compute_environment_string(wanted)
        before = {name: os.environ.get(name) for name in wanted}
        os.environ.update({name: str(value) for name, value in wanted.items()})
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value

    def _run_here(
        self,
        variables: dict[str, t.Any],
        arguments: dict[str, t.Any],
        bulk: dict[str, t.Any] | None,
        place_of: PlaceOf | None,
    ) -> dict[str, t.Any]:
        """What C(AnsibleModule) does around a module: validate, run, add what the user is told. And mask, as ours does."""
        validation = ArgumentSpecValidator(self.definition.argument_spec, **self.definition.rules).validate(arguments)
        params = validation.validated_parameters
        task = Task(
            params,
            bool(self._task.check_mode),
            progress=lambda line: display.display(mask.line(line)),
            lifeline=for_worker(),
            bulk=bulk,
            place_of=place_of,
        )
        mask = Mask({*validation._no_log_values, *task.secrets})
        for both in validation._warnings:
            task.warn(f"Both option {both['option']} and its alias {both['alias']} are set.")
        result = self._invalid(validation) or self._executed(task)
        if task.warnings:
            result["warnings"] = task.warnings
        if validation._deprecations:
            result["deprecations"] = [_dated(deprecation) for deprecation in validation._deprecations]
        result = presented(result, mask)
        if self._shows_invocation(variables):
            result["invocation"] = {"module_args": shown_options(params, self.definition.argument_spec, mask)}
        return result

    def _executed(self, task: Task) -> dict[str, t.Any]:
        try:
            result = execute(self.definition, task)
            warn_of_secrets(task, result, bool(self._task.no_log), display.verbosity)
            return result
        except BaseException as stopped:
            # A task's timeout is raised in the middle of the work; what was done until then must not be lost.
            if not task.partial or type(stopped).__name__ != "TaskTimeoutError":
                raise
            result = with_new_secrets(self.definition, task, without_secrets(task.partial()))
            words = f"Timed out after {self._task.timeout} s, the timeout of the task. {result['msg']}"
            return {**result, "failed": True, "msg": words, "timedout": {"period": self._task.timeout}}

    def _invalid(self, validation: t.Any) -> dict[str, t.Any] | None:
        """The failure of invalid options, in the words of C(AnsibleModule)."""
        if not validation.errors.errors:
            return None
        words = validation.errors.msg
        if isinstance(validation.errors[0], UnsupportedError):
            words = f"Unsupported parameters for ({self._task.action}) module: {words}"
        return {"failed": True, "msg": words}

    def _shows_invocation(self, variables: dict[str, t.Any]) -> bool:
        try:
            return C.config.get_config_value("INJECT_INVOCATION", variables=variables)
        except AnsibleError:
            return True  # cores that do not have the setting always show it


def _dated(deprecation: dict[str, t.Any]) -> dict[str, t.Any]:
    """A deprecation with its date or else its version, as C(ansible.module_utils.common.warnings) keeps it."""
    unused = "date" if deprecation.get("date") is None else "version"
    return {name: value for name, value in deprecation.items() if name != unused}


def _key(key: t.Any) -> str:
    """A dictionary's key as JSON has it: always a text, C(2024) for 2024 and C(true) for true."""
    plain = native(key)
    return plain if isinstance(plain, str) else json.dumps(plain)


def native(value: t.Any) -> t.Any:
    """Plain Python values, as a packed module gets them through JSON: no tags, no marks, vaulted texts decrypted."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, t.Mapping):
        return {_key(key): native(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [native(item) for item in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str.__str__(str(value))  # a vaulted text is decrypted to a text with tags
