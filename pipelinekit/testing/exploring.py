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

    At most *limit* orders are tried, none of them twice: the first half in turn, the others drawn by *seed*. The test
    has to do the same each time; it gets a new simulation, starts executions and asserts.

    Raises:
        ValueError: when *limit* lets none be tried.
        AssertionError: that of the shortest history that breaks the test, with its timeline.
    """
    if limit < 1:
        raise ValueError(f"explore tries at least one order, not {limit}: a test that never runs proves nothing")
    definition = define(pipeline)
    worst: _Break | None = None
    orders = _Orders()
    tried = 0
    draws = random.Random(seed)
    while tried < limit and not orders.exhausted():
        chooser = _Following(orders, draws if tried >= limit // 2 else None)
        simulation = simulate(definition, outcomes, alarms=alarms, chooser=chooser)
        tried += 1
        try:
            test(simulation)
        except AssertionError as error:
            found = _Break(error, simulation)
            if worst is None or len(simulation.history) < len(worst.simulation.history):
                worst = found
        chooser.close()
    if worst is not None:
        raise AssertionError(
            f"{worst.error}\n\nin an order that is possible ({tried} were tried):\n{worst.simulation.timeline()}"
        ) from worst.error
    return Exploration(tried=tried, complete=orders.exhausted())


class _Orders:
    """The choices that were made so far, as a tree: what was tried of it is not tried again."""

    __slots__ = ("below", "left")

    def __init__(self) -> None:
        self.below: dict[int, _Orders] = {}
        self.left: set[int] | None = None
        """The choices below which something is untried; None before it was seen how many there are."""

    def exhausted(self) -> bool:
        """Whether nothing below is untried."""
        return self.left is not None and not self.left


class _Following:
    """Chooses what was not tried yet: the first of it, or what *draws* draws."""

    def __init__(self, orders: _Orders, draws: random.Random | None) -> None:
        self._draws = draws
        self._path: list[tuple[_Orders, int]] = []
        self._here = orders

    def __call__(self, names: list[str]) -> int:
        here = self._here
        if here.left is None:
            here.left = set(range(len(names)))
        untried = sorted(here.left)
        choice = untried[0] if self._draws is None else self._draws.choice(untried)
        self._path.append((here, choice))
        self._here = here.below.setdefault(choice, _Orders())
        return choice

    def close(self) -> None:
        """Note that this order was tried to its end."""
        self._here.left = set()
        for orders, choice in reversed(self._path):
            if orders.left is not None and orders.below[choice].exhausted():
                orders.left.discard(choice)
                del orders.below[choice]  # nobody goes there again
