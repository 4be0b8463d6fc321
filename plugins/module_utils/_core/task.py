# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all modules share of Ansible: a module's definition, its task, and running one for the other. Errors become failures here."""

from __future__ import annotations

import contextlib
import gc
import time
import traceback
import typing as t

from ansible.module_utils import basic

from .. import _session
from ..trieve import Stopped, TrieveClient, TrieveError
from .failure import TaskFailed
from .lifeline import Lifeline, for_module
from .mask import Mask, named_secrets, presented, short_among, shown_options
from .options import CONNECTION_OPTIONS, connect, secrets_in
from .plan import Plan, carry_out
from .values import unsendable, without_secrets

POLL = 5
"""Seconds between two readings while a task waits; the server's crawl worker itself asks Firecrawl as often."""

LONGEST_WAIT = 7 * 24 * 60 * 60
"""Seconds that C(wait_timeout) may be."""


PlaceOf = t.Callable[[t.Sequence[t.Union[str, int]], bool], str]
"""File, line and column of what a path leads to, or of its last key; empty if unknown."""

Planner = t.Callable[["Task", TrieveClient], t.Union[Plan, dict[str, t.Any]]]
"""Reads, compares and returns a plan. What only reads returns the task's result."""


class Definition:
    """A module: its argument spec, the rules between the options, and the function that plans each state.

    :param options: the argument spec without the connection options and C(state)
    :param states: for each choice of C(state), the default first, the function that plans it
    :param planner: the function of a module without C(state)
    :param only_with: options that make sense with some states only, each with those states
    :param several_secrets: whether the module may create several secrets, which its result has as C(secrets)
    :param bulk: an option with a dictionary of any size. It is in C(Task.bulk) and not in C(Task.params), and not in the invocation
    :param files: an option with files on the controller that C(bulk) is read from
    :param check: refuses what is wrong with the value of C(bulk), and sends nothing. The runner calls it before it hands over a task
        whose files it has read, since the packed module knows no places
    :param rules: C(mutually_exclusive) and so on, as AnsibleModule takes them
    """

    def __init__(
        self,
        options: t.Mapping[str, t.Any],
        *,
        states: t.Mapping[str, Planner] | None = None,
        planner: Planner | None = None,
        only_with: t.Mapping[str, t.Sequence[str]] | None = None,
        several_secrets: bool = False,
        bulk: str | None = None,
        files: str | None = None,
        check: t.Callable[[Task], t.Any] | None = None,
        **rules: t.Any,
    ) -> None:
        self._states = states
        self._planner = planner
        self._only_with = only_with or {}
        self.several_secrets = several_secrets
        self.bulk = bulk
        self.files = files
        self.check = check
        self.rules = rules
        self.argument_spec = {**CONNECTION_OPTIONS, **options}
        if states:
            self.argument_spec["state"] = dict(type="str", choices=list(states), default=next(iter(states)))

    def plan(self, task: Task, client: TrieveClient) -> Plan | dict[str, t.Any]:
        """The plan of a task, or the result of a task that only reads.

        :raises TaskFailed: an option does not go with the state, or what the function finds
        """
        if not self._states:
            return t.cast(Planner, self._planner)(task, client)
        self._check_state(task.params)
        return self._states[task.params["state"]](task, client)

    def _check_state(self, params: t.Mapping[str, t.Any]) -> None:
        """Refuse options that the state does not use: a user who gives one expects something of it."""
        state = params["state"]
        refused = [
            name
            for name, states in self._only_with.items()
            if state not in states and params[name] not in (None, self.argument_spec[name].get("default"))
        ]
        if refused:
            goes_with = sorted({choice for name in refused for choice in self._only_with[name]})
            raise TaskFailed(
                f"{' and '.join(refused)} cannot be used with state: {state}, only with state: {' or '.join(goes_with)}."
                f" Remove {'it' if len(refused) == 1 else 'them'} from the task."
            )


class Task:
    """One task: what it was asked for, and how it speaks.

    :param params: the validated options
    :param check_mode: whether only a preview is wanted
    :param progress: shows a line of progress where that is possible
    :param lifeline: tells whether somebody still waits for the result
    :param bulk: the value of the option that the definition names as such
    :param place_of: the place in a file of what a path of keys and numbers leads to in C(bulk), if that was read from files

    A function that is given a secret to pass on adds it to C(new_secrets), under the name of its key. The result has it as C(key), or
    all of them as C(secrets) by their names, also that of a failure, since it would be lost otherwise; it stands nowhere else.
    C(new_secret_words) says what the secret is, and what to do if others have seen it.

    C(partial) returns the failed result as it would be now, for the case that the task's timeout ends it. C(carry_out) sets it.
    """

    def __init__(
        self,
        params: dict[str, t.Any],
        check_mode: bool = False,
        progress: t.Callable[[str], None] | None = None,
        lifeline: Lifeline | None = None,
        bulk: dict[str, t.Any] | None = None,
        place_of: PlaceOf | None = None,
    ) -> None:
        self.params = params
        self.bulk = bulk
        self.place_of = place_of
        self.check_mode = check_mode
        self.knows_all = False
        """Whether the task knows everything that the play declares, so that nothing that is missing is excused in check mode."""
        self.warnings: list[str] = []
        self.named_secrets = list(named_secrets({**params, "state": bulk} if bulk else params))
        """The secrets among the options, each with the name of the option that it is in."""
        self.secrets: set[str] = {text for _place, text in self.named_secrets}
        self.new_secrets: dict[str, str] = {}
        self.new_secret_words = ("the new API key", "replace the key if others can read the output")
        self.progress = progress or (lambda line: None)
        self.partial: t.Callable[[], dict[str, t.Any]] | None = None
        self.lifeline = lifeline or Lifeline()
        self.sleep: t.Callable[[float], None] = self.lifeline.pause
        self.clock: t.Callable[[], float] = time.monotonic

    def warn(self, text: str) -> None:
        """A warning to the user, once however often it is given."""
        if text not in self.warnings:
            self.warnings.append(text)

    def missing_prerequisite(self, failure: str, preview: str) -> None:
        """Something is missing that an earlier task of the play may create.

        In check mode that task has not run, so this is a warning there, and the caller goes on with nothing.

        :param failure: what the run says of it, fatal
        :param preview: what check mode says of it
        """
        if not self.check_mode or self.knows_all:
            raise TaskFailed(failure)
        self.warn(preview)

    def only_previews(self, option: str) -> None:
        """Refuse a run: with this option there is a preview only.

        :raises TaskFailed: this is not check mode
        """
        if not self.check_mode:
            raise TaskFailed(f"{option} can be used in check mode only. Set check_mode: true on the task.")


@contextlib.contextmanager
def error_context(words: str, **results: t.Any) -> t.Iterator[None]:
    """Turns an error of the server into the task's failure, and adds to any failure what the user should know beside it.

    :param words: a sentence in front of the error's own
    :param results: further keys of the failed result, C(changed) above all
    """
    try:
        yield
    except TaskFailed as failure:
        raise TaskFailed(f"{words} {failure}", **{**results, **failure.results}) from failure
    except TrieveError as error:
        raise TaskFailed(f"{words} {error}", error=error.as_result(), **results) from error


@contextlib.contextmanager
def error_at(place: str) -> t.Iterator[None]:
    """Puts the place in front of what is wrong there."""
    try:
        yield
    except TaskFailed as failure:
        raise TaskFailed(f"{place}: {failure}", **failure.results) from failure


def execute(definition: Definition, task: Task) -> dict[str, t.Any]:
    """Run a definition for a task whose options are valid. The same in a module and in Ansible's worker.

    :returns: the result, or with C(failed) the failure, without what a server leaks; not yet masked by value
    """
    if _session.IMPORT_ERROR:
        return {
            "failed": True,
            "changed": False,
            "msg": basic.missing_required_lib("requests"),
            "exception": _session.IMPORT_ERROR,
        }
    try:
        client = connect(task.params)
        client.lifeline = task.lifeline
        outcome = definition.plan(task, client)
        result = carry_out(task, outcome) if isinstance(outcome, Plan) else outcome
    except Stopped as stopped:
        result = {"msg": str(stopped), **_so_far(task), "failed": True}
    except TaskFailed as failure:
        result = {"changed": False, **failure.results, "failed": True, "msg": str(failure)}
    except TrieveError as error:
        result = {"changed": False, "failed": True, "msg": str(error), "error": error.as_result()}
    except Exception as bug:  # so that its words, too, are masked and shown in the same way on both paths
        result = {
            **_so_far(task),
            "failed": True,
            "msg": f"An error in the collection itself, please report it: {type(bug).__name__}: {bug}",
            "exception": traceback.format_exc(),
        }
    ended = task.lifeline.ended() if result.get("failed") else None
    if ended and not result["msg"].startswith(ended):
        result["msg"] = f"{ended} {result['msg']}"
    if ended and task.lifeline.timed_out():
        result["timedout"] = {"period": task.lifeline.timed_out()}
    return with_new_secrets(definition, task, without_secrets(result))


def _so_far(task: Task) -> dict[str, t.Any]:
    """The result of what has been done until now, C(changed) at least."""
    return {"changed": False, **(task.partial() if task.partial else {})}


def with_new_secrets(definition: Definition, task: Task, result: dict[str, t.Any]) -> dict[str, t.Any]:
    """The result with the secrets that the task was given as its C(key) or C(secrets), and as nothing else, warnings included."""
    if not task.new_secrets:
        return result
    mask = Mask(task.new_secrets.values())
    task.warnings = [mask.known(line) for line in task.warnings]
    new: dict[str, t.Any] = {"secrets": dict(task.new_secrets)}
    if not definition.several_secrets:
        new = {"key": next(iter(task.new_secrets.values()))}
    return {**mask.each(result, mask.known), **new}


def warn_of_secrets(task: Task, result: t.Mapping[str, t.Any], no_log: bool, verbosity: int) -> None:
    """Warn of what the output of this task shows: a new key, or secrets that are too short to be masked.

    :param no_log: whether the task's result is not shown at all
    :param verbosity: how many C(-v) were given; without one only the result of a failed task is shown
    """
    if no_log:
        return
    for words in short_among(task.named_secrets):
        task.warn(words)
    if task.new_secrets and (verbosity or result.get("failed")):
        what, remedy = task.new_secret_words
        task.warn(f"The output of this task shows {what}. Set no_log: true on the task, and {remedy}.")


def without_bulk(definition: Definition, params: dict[str, t.Any]) -> tuple[dict[str, t.Any], dict[str, t.Any] | None]:
    """The options with an empty dictionary for the one of any size, and its value."""
    value = params.get(definition.bulk or "")
    return ({**params, str(definition.bulk): {}}, value) if isinstance(value, dict) else (params, None)


def _module_class(definition: Definition) -> type[basic.AnsibleModule]:
    """AnsibleModule with masks of our own.

    It masks by value whatever a result holds, names and IDs included, however short the secret is (see C(mask.py)). And it writes
    a task's options to the system's log before anything of ours runs, where it knows no secret in a free dictionary, and fails on a
    NUL without the name of the option.
    """

    # Looked up here and not at import: ansible-lint replaces it to check a playbook's arguments without running them.
    class Module(basic.AnsibleModule):
        params: dict[str, t.Any]
        no_log_values: set[t.Any]
        more_secrets: t.Collection[str] = ()

        def _log_invocation(self) -> None:
            params, known = self.params, self.no_log_values
            self.params = without_bulk(definition, params)[0]
            if not unsendable(self.params):
                self.params, self.no_log_values = self._shown(), set()
                super()._log_invocation()
            self.params, self.no_log_values = params, known

        def _return_formatted(self, kwargs: dict[str, t.Any]) -> None:
            invocation = {"module_args": self._shown()}
            kwargs.update(presented(kwargs, self._mask()), invocation=invocation)
            self.no_log_values = set()
            super()._return_formatted(kwargs)

        def _mask(self) -> Mask:
            return Mask({*self.no_log_values, *self.more_secrets, *secrets_in(self.params)})

        def _shown(self) -> dict[str, t.Any]:
            return shown_options(self.params, self.argument_spec, self._mask())

    return Module


def run(definition: Definition) -> None:
    """What a module's C(main) does: the packed way, on whatever host the task is for."""
    module = _module_class(definition)(
        argument_spec=definition.argument_spec,
        supports_check_mode=True,
        **definition.rules,
    )
    module.params, bulk = without_bulk(definition, module.params)
    task = Task(module.params, module.check_mode, lifeline=for_module(), bulk=bulk)
    module.more_secrets = task.secrets
    result = execute(definition, task)
    warn_of_secrets(task, result, module.no_log, module._verbosity)
    mask = Mask({*module.no_log_values, *task.secrets})
    for warning in task.warnings:
        module.warn(mask.line(warning))
    # The process ends now. Python would first search all that was loaded for cycles, which takes a tenth of its whole time.
    gc.freeze()
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)
