"""CloudWatch alarms of a simulation, and what a rule makes of their states."""

from __future__ import annotations

from collections.abc import Mapping

from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.execution import assumptions
from pipelinekit.execution.jobs import Job
from pipelinekit.testing.outcomes import MissingOutcome, Outcome, fail, succeed

STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")


class Alarms:
    """The states of alarms by name, and the rules that watch them."""

    def __init__(self, states: Mapping[str, str]) -> None:
        self._states: dict[str, str] = {}
        self._watched: dict[str, Job] = {}
        for name, state in states.items():
            self.put(name, state)

    def put(self, name: str, state: str) -> None:
        """Put an alarm into a state."""
        if state not in STATES:
            raise PipelineKitError(f"the alarm {name!r} is {', '.join(STATES)}, not {state!r}")
        self._states[name] = state

    def watched(self) -> list[Job]:
        """Give the rules that watch an alarm."""
        return list(self._watched.values())

    def watch(self, job: Job) -> float:
        """Watch an alarm for a rule; gives for how long, in seconds."""
        self._watched[job.id] = job
        wait = job.action.configuration.get("WaitTime", "")
        return 60.0 * int(wait) if wait.isdecimal() else 0.0

    def verdict(self, job: Job, *, waited: bool) -> Outcome | None:
        """Judge a rule by its alarm's state; None while it is to be waited for.

        Raises:
            MissingOutcome: when the test does not say in which state the alarm is.
        """
        name = job.action.configuration.get("AlarmName", "")
        state = self._states.get(name)
        if state is None:
            raise MissingOutcome(
                f'{job.key} looks at the alarm {name}: add alarms={{"{name}": "OK"}} to simulate(), or an outcome'
            )
        wanted = [one.strip() for one in job.action.configuration.get("AlarmStates", "").split(",") if one.strip()]
        if job.condition == "ON_FAILURE":
            return succeed() if state in (wanted or ["ALARM"]) else fail(f"the alarm {name} is {state}")
        good = state in wanted if wanted else state != "ALARM"
        waits_for_good = job.condition == "BEFORE_ENTRY" and assumptions.ENTRY_ALARM_WAITS_FOR_GOOD
        if waited or good == waits_for_good:
            self._watched.pop(job.id, None)
            return succeed() if good else fail(f"the alarm {name} is {state}")
        return None
