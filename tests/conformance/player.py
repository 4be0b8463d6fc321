# Copyright (c) 2026, community.trieve contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays scenarios against a server, one request after the other."""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from .compare import Difference, differences
from .masking import MissingVariables, Variables, at, sort_lists
from .scenario import Scenario, Step
from .wire import Answer, NoAnswer, exchange

Waiting = Callable[[Sequence[str] | None], Iterator[None]]

PATIENCE = 10.0
"""Seconds that a worker of a real server has to finish."""

PAUSE = 0.2
"""Seconds between two looks at a worker."""


@dataclass(frozen=True)
class Outcome:
    """What came of one step.

    `filled` is the request as it was sent, None if it could not be; `response` the masked answer, None if there was none.
    """

    step: Step
    filled: dict[str, Any] | None = None
    answer: Answer | None = None
    response: dict[str, Any] | None = None
    problem: str = ""
    differences: list[Difference] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        """Whether the server answered as recorded."""
        return not self.problem and not self.differences

    def explain(self) -> str:
        """The differences as a diff: `-` is the recording, `+` the server."""
        request = self.filled or self.step.request
        lines = [f"{self.step.name}", f"  {request['method']} {request['path']}"]
        lines += [f"  {self.problem}"] if self.problem else []
        lines += [f"  {difference}" for difference in self.differences]
        return "\n".join(lines)


class Unusable(Exception):
    """The server or its key cannot be used to play scenarios."""


def pauses(workers: Sequence[str] | None = None) -> Iterator[None]:
    """Wait for a server whose workers run by themselves, for up to PATIENCE seconds."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        time.sleep(PAUSE)
        yield


class Player:
    """Plays scenarios against one server.

    `admin_key` has to be accepted in every organization. `waiting` is asked for another try while a worker has to finish:
    it is told the scenario's workers, lets time pass and yields, until patience is at its end.
    Raises Unusable if the server does not answer or does not know the key.
    """

    def __init__(self, url: str, admin_key: str, waiting: Waiting = pauses) -> None:
        self.url = url
        self._admin_key = admin_key
        self._waiting = waiting
        self.organization = self._first_organization()

    def play(self, scenario: Scenario) -> list[Outcome]:
        """Send all steps and compare each answer with the recorded one, if there is one.

        No outcomes at all for a scenario with sites that nothing takes, as at a real server. A sandbox runs the
        scenario's workers meanwhile.
        """
        if any(step.is_setup for step in scenario.steps) and self._settings().status != 200:
            return []
        before = self._set_workers(scenario.workers)
        try:
            return self._play(scenario)
        finally:
            self._set_workers(before)

    def _play(self, scenario: Scenario) -> list[Outcome]:
        variables = Variables(
            admin_key=self._admin_key,
            org=self.organization,
            run=f"run{secrets.token_hex(6)}",
            ghost=str(uuid.uuid4()),
            **scenario.given,
        )
        return [self._perform(step, variables, scenario.workers) for step in scenario.steps]

    def _settings(self, **values: Any) -> Answer:
        request = {"path": "/_sandbox/settings"}
        return exchange(
            self.url, {"method": "POST", **request, "json": values} if values else {"method": "GET", **request}
        )

    def _set_workers(self, workers: Sequence[str] | None) -> Sequence[str] | None:
        """Let a sandbox run exactly these workers. Returns those that it ran before, None if nothing was changed."""
        if workers is None or (now := self._settings()).status != 200:
            return None
        self._settings(workers=list(workers))
        before: Sequence[str] = now.body["workers"]
        return before

    def send(self, request: dict[str, Any]) -> Answer:
        """Send one more request with the admin key. Raises NoAnswer."""
        headers = {"Authorization": self._admin_key, **request.get("headers", {})}
        return exchange(self.url, {**request, "headers": headers})

    def _perform(self, step: Step, variables: Variables, workers: Sequence[str] | None) -> Outcome:
        try:
            filled = variables.fill(step.request)
        except MissingVariables as missing:
            return Outcome(step, problem=f"needs {missing}, which an earlier step of this scenario did not give")
        try:
            answer = self._exchange(step, filled, workers)
        except NoAnswer as lost:
            return Outcome(step, filled, problem=f"no answer: {lost}")
        if step.is_setup:
            problem = "" if answer.status == 200 else f"the sandbox does not take the site: {answer.body}"
            return Outcome(step, filled, response=answer.as_response(), problem=problem)
        sort_lists(answer.body, step.sorted_by)
        variables.capture(step.capture, answer.body)
        response = variables.mask(answer.as_response())
        if step.response is None:
            return Outcome(step, filled, answer, response)
        recorded = variables.mask_recorded(step.response)
        return Outcome(step, filled, answer, response, differences=differences(recorded, response, step.ignore))

    def _exchange(self, step: Step, filled: dict[str, Any], workers: Sequence[str] | None) -> Answer:
        answer = exchange(self.url, filled)
        if not _finished(step, answer):
            for _unused in self._waiting(workers):
                answer = exchange(self.url, filled)
                if _finished(step, answer):
                    break
        return answer

    def _first_organization(self) -> str:
        """The oldest organization of the key's user: the one that a new server begins with."""
        try:
            answer = self.send({"method": "GET", "path": "/api/auth/me"})
        except NoAnswer as lost:
            raise Unusable(f"{self.url} does not answer: {lost}") from lost
        if answer.status != 200 or not answer.body["orgs"]:
            raise Unusable(
                f"{self.url} answers {answer.status} to GET /api/auth/me: the key has to be the server's admin key"
                f" or belong to a user with an organization ({answer.body})"
            )
        oldest: dict[str, str] = min(answer.body["orgs"], key=lambda organization: organization["created_at"])
        return oldest["id"]


def _finished(step: Step, answer: Answer) -> bool:
    """Whether the answer is the one that the step waits for, if it waits for any."""
    status = step.source.get("retry_until_status", answer.status)
    values: dict[str, Any] = step.source.get("retry_until_value", {})
    return bool(answer.status == status and all(at(answer.body, path) == value for path, value in values.items()))
