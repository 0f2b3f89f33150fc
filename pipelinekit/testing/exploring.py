"""Every order in which things that are due at the same time can happen, tried one after the other."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from attrs import frozen

from pipelinekit.codepipeline.define import define
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.pipeline import Pipeline
from pipelinekit.testing.outcomes import Outcomes
from pipelinekit.testing.simulation import Simulation, simulate


@frozen(kw_only=True)
class Exploration:
    """How many orders were tried; ``complete``: whether these are all there are."""

    tried: int
    complete: bool


@frozen
class _Break:
    choices: tuple[int, ...]
    error: AssertionError
    simulation: Simulation


def explore(
    pipeline: Pipeline | Definition,
    test: Callable[[Simulation], object],
    outcomes: Mapping[str, Outcomes] | None = None,
    *,
    alarms: Mapping[str, str] | None = None,
    limit: int = 1000,
    seed: int = 0,
) -> Exploration:
    """Run *test* on a simulation for every order in which what is due at the same time can happen.

    Of more than *limit* orders the second half is drawn by *seed*. The test has to do the same each time; it gets a new
    simulation, starts executions and asserts.

    Raises:
        AssertionError: that of the shortest history that breaks the test, with its timeline.
    """
    definition = define(pipeline)
    worst: _Break | None = None
    prefix: tuple[int, ...] = ()
    tried, complete = 0, False
    draws = random.Random(seed)
    while tried < limit and not complete:
        chooser = _Following(prefix, draws if tried >= limit // 2 else None)
        simulation = simulate(definition, outcomes, alarms=alarms, chooser=chooser)
        tried += 1
        try:
            test(simulation)
        except AssertionError as error:
            found = _Break(tuple(chooser.taken), error, simulation)
            if worst is None or len(simulation.history) < len(worst.simulation.history):
                worst = found
        if chooser.draws is None:
            following = _following(chooser)
            complete, prefix = following is None, following or ()
    if worst is not None:
        raise AssertionError(
            f"{worst.error}\n\nin an order that is possible ({tried} were tried):\n{worst.simulation.timeline()}"
        ) from worst.error
    return Exploration(tried=tried, complete=complete)


class _Following:
    """Follows the choices that were made before, and takes the first of what is new, or draws."""

    def __init__(self, prefix: tuple[int, ...], draws: random.Random | None) -> None:
        self.draws = draws
        self.taken: list[int] = []
        self.widths: list[int] = []
        self._prefix = () if draws is not None else prefix

    def __call__(self, names: list[str]) -> int:
        at = len(self.taken)
        if self.draws is not None:
            choice = self.draws.randrange(len(names))
        else:
            choice = self._prefix[at] if at < len(self._prefix) else 0
        self.taken.append(choice)
        self.widths.append(len(names))
        return choice


def _following(chooser: _Following) -> tuple[int, ...] | None:
    """Give the next choices in order, None after the last: the last one that can is raised by one."""
    for at in range(len(chooser.taken) - 1, -1, -1):
        if chooser.taken[at] + 1 < chooser.widths[at]:
            return (*chooser.taken[:at], chooser.taken[at] + 1)
    return None
