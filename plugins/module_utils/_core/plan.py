# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan: the changes that a task has to make, and the one function that shows them or carries them out.

A module reads, compares and returns a plan. Everything it reports (C(changed), the diff, C(plan), C(summary)) comes from the
changes, in check mode and for real, so a preview cannot differ from the run. Besides C(carry_out), only
C(Task.missing_prerequisite) asks for check mode: what an earlier task would have created is no failure in a preview.
"""

from __future__ import annotations

import typing as t

from ..trieve import Stopped, TrieveError
from .failure import TaskFailed
from .parallel import run_parallel
from .values import counted, equal

if t.TYPE_CHECKING:
    from .fingerprint import Fingerprints
    from .task import Task

Result = dict[str, t.Any]

DELETIONS = 1
"""The phase of deletions: after everything that is created."""

_DONE_WORDS = {
    "create": "created",
    "update": "updated",
    "replace": "replaced",
    "delete": "deleted",
    "clear": "cleared",
    "rotate": "rotated",
    "invite": "invited",
    "remove": "removed",
    "send": "sent",
    "clone": "cloned",
}

_ONLY_THIS_ONE = frozenset((400, 413))
"""Statuses of a refusal that concerns one object. After any other failure (no connection, 401, 403, 404, 5xx) nothing more is begun."""


def kind_words(kind: str) -> str:
    """A kind of objects, such as C(chunk_group), as a message names it."""
    return "API key" if kind == "api_key" else kind.replace("_", " ")


class Change:
    """One change to one object. Knows how it reads, and how to carry itself out.

    :param action: one of C(create), C(update), C(replace), C(delete), C(clear), C(rotate), C(invite), C(remove), C(send), C(clone)
    :param kind: the object's kind as results name it, such as C(chunk_group)
    :param name: the object's name for a person
    :param perform: carries it out and returns the object's result as it is then, None if the object is gone; calls C(half_done)
        if it stops in the middle and leaves something behind
    :param id: the object's ID; None if it does not exist yet
    :param dataset: the dataset that the object belongs to, as the user named it
    :param before: the managed values that the server has, without secrets; empty if there is nothing
    :param after: the managed values as declared, without secrets; empty if nothing is to be left
    :param predicted: the object's result as far as it can be known before, returned in check mode
    :param effect: what the user should know of it beyond the action, for the diff's header
    :param phase: changes of a lower phase are carried out first: containers before contents, new before old
    :param volatile: names of the values in C(before) that change by themselves, so that a fingerprint leaves them out
    :param secrets: what is written and must not be shown, by name. Only a keyed fingerprint covers it
    """

    def __init__(
        self,
        action: str,
        kind: str,
        name: str,
        perform: t.Callable[[], t.Any],
        *,
        id: str | None = None,
        dataset: str | None = None,
        before: t.Mapping[str, t.Any] | None = None,
        after: t.Mapping[str, t.Any] | None = None,
        predicted: t.Any = None,
        effect: str = "",
        phase: int = 0,
        volatile: t.Sequence[str] = (),
        secrets: t.Mapping[str, t.Any] | None = None,
    ) -> None:
        self.action = action
        self.kind = kind
        self.name = name
        self.perform = perform
        self.id = id
        self.dataset = dataset
        self.before = dict(before or {})
        self.after = dict(after or {})
        self.predicted = predicted
        self.effect = effect
        self.phase = phase
        self.volatile = volatile
        self.secrets = dict(secrets or {})
        self.requires: list[Change] = []
        """Changes without which this one is not tried."""
        self.state = "waiting"
        """C(waiting), C(begun), then C(done), C(half done) or C(failed)."""
        self.value: t.Any = None
        """The object's result after the change, or as predicted."""
        self.error: t.Any = None
        self.remainder = ""
        """A sentence about what a change that is half done has left to do."""
        self.doubt = ""
        """A sentence about what a change that is begun may have done already."""

    @property
    def label(self) -> str:
        """The object as a message names it."""
        of_dataset = f" of dataset {self.dataset}" if self.dataset else ""
        return f"{kind_words(self.kind)} {self.name}{of_dataset}"

    def half_done(self, value: t.Any, remainder: str = "") -> None:
        """Note what exists already, in case the rest of the change fails.

        :param remainder: a sentence about what is left to do
        """
        self.state = "half done"
        self.value = value
        self.remainder = remainder

    def fail(self, error: TrieveError | TaskFailed) -> None:
        """Note that it failed. One that had left something behind stays C(half done)."""
        self.error = error
        if self.state == "begun":
            self.state = "failed"

    def diff(self) -> Result:
        """An entry of Ansible's diff. The header names action and object, since Ansible shows only a few lines of context."""
        effect = f", {self.effect}" if self.effect else ""
        return {
            "before_header": self.label,
            "after_header": f"{self.label}: {_DONE_WORDS[self.action]}{effect}",
            "before": self.before,
            "after": self.after,
        }

    def as_data(self) -> Result:
        """The change for programs: an entry of the result C(plan)."""
        names = [*self.before, *(name for name in self.after if name not in self.before)]
        fields = [
            {"name": name, "before": self.before.get(name), "after": self.after.get(name)}
            for name in names
            if name not in self.before or name not in self.after or not equal(self.before[name], self.after[name])
        ]
        return {
            "action": self.action,
            "kind": self.kind,
            "name": self.name,
            "id": self.id,
            "dataset": self.dataset,
            "fields": fields,
        }


class Plan:
    """The changes of a task, and what the task reports of them.

    :param changes: all of them, in the order in which they are reported
    :param result: the module's own results, computed from C(state) and C(value) of the changes; called after they were shown or
        carried out, also in part
    :param unchanged: number of objects that are as declared already
    :param concurrency: number of connections that the changes of one phase may use
    :param one: whether the module manages one object: a failure is reported in its own words, without a summary of the plan
    :param changed: overrides whether the task is reported as changed, for a user who knows better
    :param permitted: raises if the API key may not make the changes; called in check mode only, since in a run the server says so
    :param explain: adds to a failure what is known of what it left behind
    :param afterwards: called with the result after everything was carried out, never in check mode; waits or reads again, and
        returns the result
    :param previewed: called with the result in check mode only; reads more, and returns the result
    :param fingerprints: makes the fingerprints of the result
    :param kinds: whether the changes are about objects of several kinds, so that a failed result must tell them apart
    """

    def __init__(
        self,
        changes: t.Iterable[Change],
        result: t.Callable[[], Result],
        *,
        unchanged: int = 0,
        concurrency: int = 1,
        one: bool = False,
        changed: bool | None = None,
        permitted: t.Callable[[], None] | None = None,
        explain: t.Callable[[TaskFailed], TaskFailed] | None = None,
        afterwards: t.Callable[[Result], Result] | None = None,
        previewed: t.Callable[[Result], Result] | None = None,
        fingerprints: Fingerprints | None = None,
        kinds: bool = False,
    ) -> None:
        self.changes = list(changes)
        self.result = result
        self.unchanged = unchanged
        self.concurrency = concurrency
        self.one = one
        self.changed = changed
        self.permitted = permitted
        self.explain = explain
        self.afterwards = afterwards
        self.previewed = previewed
        self.fingerprints = fingerprints
        self.kinds = kinds

    def report(self) -> Result:
        """What every module returns beside its own results."""
        summary: dict[str, int] = {}
        for change in self.changes:
            summary[change.action] = summary.get(change.action, 0) + 1
        return {
            "changed": bool(self.changes) if self.changed is None else self.changed,
            "diff": [change.diff() for change in self.changes],
            **self._as_data(),
            "summary": {**summary, "unchanged": self.unchanged},
        }

    def _as_data(self) -> Result:
        """The changes for programs, and their fingerprint."""
        plan = [change.as_data() for change in self.changes]
        if not self.fingerprints:
            return {"plan": plan}
        uncovered: list[str] = []
        for change, data in zip(self.changes, plan):
            uncovered += [f"{change.label}: {name}" for name in self.fingerprints.uncovered(change, data)]
            data["fingerprint"] = self.fingerprints.of_change(change, data)
        return {
            "plan": plan,
            "fingerprint": self.fingerprints.of_plan(data["fingerprint"] for data in plan),
            "uncovered_secrets": uncovered,
        }


def one_change(thing: str, current: t.Any, change: Change | None, **options: t.Any) -> Plan:
    """The plan of a module that manages one object.

    :param thing: the object's name in the result
    :param current: the object's result as it is
    :param change: what has to be done, None if nothing
    :param options: of C(Plan)
    """
    return Plan(
        [change] if change else [],
        lambda: {thing: change.value if change else current},
        unchanged=0 if change else 1,
        one=True,
        **options,
    )


def combined(plans: t.Sequence[Plan], result: t.Callable[[], Result], **options: t.Any) -> Plan:
    """One plan of several, whose changes keep their order within a phase.

    :param result: the results of the whole
    :param options: of C(Plan)
    """
    changes = sorted((change for plan in plans for change in plan.changes), key=lambda change: change.phase)
    explained = [plan.explain for plan in plans if plan.explain]
    looked = [plan.afterwards for plan in plans if plan.afterwards]

    def explain(failure: TaskFailed) -> TaskFailed:
        for each in explained:
            failure = each(failure)
        return failure

    def afterwards(outcome: Result) -> Result:
        for each in looked:
            outcome = each(outcome)
        return outcome

    return Plan(
        changes,
        result,
        unchanged=sum(plan.unchanged for plan in plans),
        kinds=True,
        explain=explain if explained else None,
        afterwards=afterwards if looked else None,
        **options,
    )


def carry_out(task: Task, plan: Plan) -> Result:
    """Show the plan in check mode, or else perform it. Returns the task's result.

    :raises TaskFailed: a change failed; its result says what was done, what failed and what was not tried
    :raises TrieveError: the only change of the plan failed, and nothing was done
    """
    if task.check_mode:
        if plan.changes and plan.permitted:
            plan.permitted()
        for change in plan.changes:
            change.state, change.value = "done", change.predicted
        result = {**plan.result(), **plan.report()}
        return plan.previewed(result) if plan.previewed else result
    task.partial = lambda: _partial(plan)
    if plan.one:
        for change in plan.changes:
            change.state = "begun"
            try:
                change.value = change.perform()
                change.state = "done"
            except (TrieveError, TaskFailed) as error:
                _raise_own_failure(plan, change, error)
                raise
    else:
        _perform_all(task, plan)
    result = {**plan.result(), **plan.report()}
    return plan.afterwards(result) if plan.afterwards else result


def _raise_own_failure(plan: Plan, change: Change, error: TrieveError | TaskFailed) -> None:
    """Raise the failure of a plan for one object, with what was done before it; return if the error says everything itself."""
    change.fail(error)
    begun = any(other.state in ("done", "half done") for other in plan.changes)
    if not begun and not plan.explain and len(plan.changes) == 1:
        return
    words = str(error)
    if len(plan.changes) > 1 and change.state == "failed" and isinstance(error, TrieveError):
        words = f"{change.label[0].upper()}{change.label[1:]} could not be {_DONE_WORDS[change.action]}. {error}"
    results = error.results if isinstance(error, TaskFailed) else {"error": error.as_result()}
    so_far = {**plan.result(), "changed": True} if begun else {}
    failure = TaskFailed(words, **{**so_far, **results})
    raise (plan.explain(failure) if plan.explain else failure) from error


def _perform_all(task: Task, plan: Plan) -> None:
    for number in sorted({change.phase for change in plan.changes}):
        phase = [change for change in plan.changes if change.phase == number and _is_possible(change)]
        run_parallel(task, phase, _perform, plan.concurrency, _progress_words(phase))
        if any(change.state == "waiting" for change in phase):  # the server is gone, or refuses everything
            break
    if any(change.error for change in plan.changes):
        result = _partial(plan)
        failure = TaskFailed(result.pop("msg"), **result)
        raise plan.explain(failure) if plan.explain else failure


def _is_possible(change: Change) -> bool:
    """Whether everything that the change requires has been done."""
    return all(required.state == "done" for required in change.requires)


def _perform(change: Change) -> bool:
    """Perform one of several changes. Returns whether the next one may be begun."""
    change.state = "begun"
    try:
        change.value = change.perform()
        change.state = "done"
    except Stopped as stopped:
        if not stopped.sent and change.state == "begun":
            change.state = "waiting"
            raise  # the task has ended, and nothing of this change was sent
        change.fail(stopped)
        return False
    except (TrieveError, TaskFailed) as error:
        change.fail(error)
        return error.status in _ONLY_THIS_ONE
    return True


def _progress_words(changes: t.Sequence[Change]) -> str:
    actions = sorted({change.action for change in changes})
    return f"{' and '.join(actions)} ({counted(len(changes), 'object')})"


def _partial(plan: Plan) -> Result:
    """The result of a plan that ended before everything was done: what is done, what is not, and why."""
    done = [change for change in plan.changes if change.state == "done"]
    failed = [change for change in plan.changes if change.error]
    not_tried = [change for change in plan.changes if change.state == "waiting"]
    begun = [change for change in plan.changes if change.state in ("done", "half done")]
    words = f"{len(done)} of {len(plan.changes)} changes were made, {len(failed)} failed and {len(not_tried)} were not tried."
    if failed:
        words += f" The first that failed is {failed[0].label}: {failed[0].error}"
    remainders = [
        change.remainder for change in begun if change.state == "half done" and change.remainder and not change.error
    ]
    doubts = [change.doubt for change in plan.changes if change.doubt and change.state == "begun"]
    words = " ".join([*doubts, *remainders, words])
    return {
        **plan.result(),
        "msg": f"{words} Run the task again for the rest.",
        "changed": bool(begun),
        "failures": [
            {
                change.kind: change.name,
                **({"dataset": change.dataset} if plan.kinds and change.dataset else {}),
                "msg": str(change.error),
                "error": change.error.as_result(),
            }
            for change in failed
        ],
        "not_tried": [change.label if plan.kinds else change.name for change in not_tried],
        **({"error": failed[0].error.as_result()} if failed else {}),
    }
