"""The classes of the action types, a module for each or for a few that are alike, imported only when one is used.

To make a class costs about a millisecond, and a pipeline uses few of them. People find the classes in the module of
their category: ``pk.deploy.ECS`` imports `pipelinekit.codepipeline.providers.ecs` and no other.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping


def doors(module: str, classes: Mapping[str, str]) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Make ``__getattr__`` and ``__dir__`` of a category's module, from its classes and where each is defined."""

    def load(name: str) -> object:
        if name not in classes:
            raise AttributeError(f"{module} has no {name!r}")
        value: object = getattr(importlib.import_module(f"{__name__}.{classes[name]}"), name)
        setattr(sys.modules[module], name, value)
        return value

    return load, lambda: sorted(classes)
