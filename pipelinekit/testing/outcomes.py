"""How actions and rules end in a simulation: what the test says of them, found by name or pattern."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Literal, TypeAlias

import attrs
from attrs import field, frozen

from pipelinekit.codepipeline.definition import Definition
from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.execution.jobs import Job
from pipelinekit.execution.state import CONDITION_NAMES, ConditionType
from pipelinekit.values import FrozenMap, duration, text_map

Duration: TypeAlias = str | float | datetime.timedelta
"""``"3m"``, seconds, or a timedelta."""


class MissingOutcome(AssertionError):
    """The test does not say how an action or a rule ends; the message has the line to add."""


def _seconds(given: Duration) -> float:
    return duration(given).total_seconds()


@frozen(kw_only=True)
class Outcome:
    """How one attempt ends. ``after`` is how long it takes, in seconds; ``artifacts`` which outputs it makes, all when
    None. ``kind`` is ``ends``; or its worker ``hangs``, is ``lost`` and begins again with ``then``, answers ``twice``.
    """

    succeeded: bool = True
    variables: FrozenMap[str] = field(factory=FrozenMap, converter=text_map)
    artifacts: tuple[str, ...] | None = None
    reason: str = ""
    code: str = "JobFailed"
    after: float = field(default=0.0, converter=_seconds)
    kind: Literal["ends", "hangs", "lost", "twice"] = "ends"
    then: Outcome | None = None


def succeed(
    *, variables: Mapping[str, str] | None = None, after: Duration = 0.0, artifacts: Iterable[str] | None = None
) -> Outcome:
    """Let an action succeed, *after* some time, with output *variables*; *artifacts* are those it makes, else all."""
    made = None if artifacts is None else tuple(artifacts)
    return Outcome(variables=variables or {}, after=after, artifacts=made)


def fail(reason: str = "failed", *, after: Duration = 0.0, code: str = "JobFailed") -> Outcome:
    """Let an action fail for a *reason*; *code* is one of the API's failure types."""
    return Outcome(succeeded=False, reason=reason, after=after, code=code)


def hang() -> Outcome:
    """Let an action run until it times out."""
    return Outcome(kind="hangs")


def lose_worker(*, after: Duration = 0.0, then: Outcome | None = None) -> Outcome:
    """Let the worker of an action be lost with its engine; the action begins again, and ends as *then* says."""
    return Outcome(kind="lost", after=after, then=then or Outcome())


def answer_twice(outcome: Outcome | None = None) -> Outcome:
    """Let the worker of an action report its end twice; the second report is refused."""
    ends = outcome or Outcome()
    if ends.kind != "ends":
        raise ValueError("an action that answers twice has an end: give succeed(...) or fail(...)")
    return attrs.evolve(ends, kind="twice")


Outcomes: TypeAlias = Outcome | Sequence[Outcome] | Callable[[Job], Outcome]
"""One outcome for every attempt, one for each attempt in an execution, or a function of the job."""


class Script:
    """The outcomes that a test gives, by ``Stage/Action`` or pattern; rules are ``Stage/onSuccess/Rule``.

    A pattern is compared part by part (``Build/*``, ``*/Unit``); ``*`` alone stands for all that nothing else names.
    """

    def __init__(self, definition: Definition, outcomes: Mapping[str, Outcomes]) -> None:
        self._exact = dict(outcomes)
        self._patterns = [key for key in outcomes if any(sign in key for sign in "*?[") and key != "*"]
        self._found: dict[str, Outcomes | None] = {}
        known = list(keys_of(definition))
        for key, given in outcomes.items():
            _check(key, given, known)

    def outcome(self, job: Job, number: int) -> Outcome:
        """Give how an attempt ends; *number* counts the attempts at it in its execution, from 1.

        Raises:
            MissingOutcome: when the test does not say.
        """
        given = self.given(job.key)
        if given is None:
            raise MissingOutcome(_missing(job.key))
        if isinstance(given, Outcome):
            return given
        if callable(given):
            made = given(job)
            if not isinstance(made, Outcome):
                raise PipelineKitError(f"the outcome of {job.key} is a function that gave {made!r}: return succeed()")
            return made
        if number > len(given):
            raise MissingOutcome(
                f"{job.key} is tried for the {number}. time, and its outcomes are {len(given)}: add one to the list"
            )
        return given[number - 1]

    def given(self, key: str) -> Outcomes | None:
        """Give what is said of an action or a rule; None when nothing is."""
        if key not in self._found:
            self._found[key] = self._look(key)
        return self._found[key]

    def names(self, key: str) -> bool:
        """Whether an action or rule is named, rather than caught by ``*``."""
        return key in self._exact or any(_fits(pattern, key) for pattern in self._patterns)

    def _look(self, key: str) -> Outcomes | None:
        if key in self._exact:
            return self._exact[key]
        for pattern in self._patterns:
            if _fits(pattern, key):
                return self._exact[pattern]
        return self._exact.get("*")


def _fits(pattern: str, key: str) -> bool:
    parts, names = pattern.split("/"), key.split("/")
    return len(parts) == len(names) and all(map(fnmatchcase, names, parts))


def _check(key: str, given: object, known: list[str]) -> None:
    if key != "*" and not any(_fits(key, one) for one in known):
        near = difflib.get_close_matches(key, known, n=1)
        hint = f"is {near[0]!r} meant?" if near else f"there are {', '.join(known)}"
        raise PipelineKitError(f"outcomes[{key!r}] stands for nothing in the pipeline: {hint}")
    if isinstance(given, Outcome) or callable(given):
        return
    if not isinstance(given, Sequence) or not given or not all(isinstance(one, Outcome) for one in given):
        raise PipelineKitError(f"outcomes[{key!r}] is {given!r}: write succeed(), fail(...), or a list of them")


def keys_of(definition: Definition) -> Iterator[str]:
    """Yield what a script can name: ``Stage/Action``, and ``Stage/onSuccess/Rule`` of the rules."""
    for stage, action in definition.actions():
        yield f"{stage.name}/{action.name}"
    for stage in definition.pipeline.stages:
        for hook, rule in stage.told_apart():
            condition: ConditionType = _HOOKS[hook]
            yield f"{stage.name}/{CONDITION_NAMES[condition]}/{rule.name}"


_HOOKS: Mapping[str, ConditionType] = {
    "before_entry": "BEFORE_ENTRY",
    "on_success": "ON_SUCCESS",
    "on_failure": "ON_FAILURE",
}


def _missing(key: str) -> str:
    return (
        f'{key} has no outcome: add "{key}": succeed() to outcomes= of simulate(), '
        'or "*": succeed() to say that all else is fine'
    )
