"""Pipelines in unit tests: outcomes by a script, time that moves when the test moves it.

    >>> from pipelinekit.testing import simulate, succeed

Names are loaded when they are first used, so that pytest's plugin costs nothing where no test uses it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

_NAMES = {
    "simulate": "simulation",
    "Simulation": "simulation",
    "succeed": "outcomes",
    "fail": "outcomes",
    "hang": "outcomes",
    "lose_worker": "outcomes",
    "answer_twice": "outcomes",
    "Outcome": "outcomes",
    "MissingOutcome": "outcomes",
    "ActionView": "views",
    "StageView": "views",
    "ExecutionView": "views",
    "Noticed": "noticed",
    "explore": "exploring",
    "Exploration": "exploring",
}

__all__ = list(_NAMES)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    if name not in _NAMES:
        raise AttributeError(f"pipelinekit.testing has no {name!r}")
    value: object = getattr(importlib.import_module(f"pipelinekit.testing.{_NAMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


if TYPE_CHECKING:
    from pipelinekit.testing.exploring import Exploration as Exploration
    from pipelinekit.testing.exploring import explore as explore
    from pipelinekit.testing.noticed import Noticed as Noticed
    from pipelinekit.testing.outcomes import MissingOutcome as MissingOutcome
    from pipelinekit.testing.outcomes import Outcome as Outcome
    from pipelinekit.testing.outcomes import answer_twice as answer_twice
    from pipelinekit.testing.outcomes import fail as fail
    from pipelinekit.testing.outcomes import hang as hang
    from pipelinekit.testing.outcomes import lose_worker as lose_worker
    from pipelinekit.testing.outcomes import succeed as succeed
    from pipelinekit.testing.simulation import Simulation as Simulation
    from pipelinekit.testing.simulation import simulate as simulate
    from pipelinekit.testing.views import ActionView as ActionView
    from pipelinekit.testing.views import ExecutionView as ExecutionView
    from pipelinekit.testing.views import StageView as StageView
