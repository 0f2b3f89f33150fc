"""What stands on this machine for the things a pipeline names: sources, hosts, stand-ins for action types."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from attrs import evolve, field, frozen

from pipelinekit.values import FrozenMap, frozen_map

if TYPE_CHECKING:
    from pipelinekit.local.worker import StandIn

PathLike: TypeAlias = str | os.PathLike[str]


def _sources(given: Mapping[str, PathLike] | None) -> FrozenMap[str]:
    return FrozenMap({action: os.fspath(path) for action, path in (given or {}).items()})


def _hosts(given: Mapping[str, PathLike | Iterable[PathLike]] | None) -> FrozenMap[tuple[str, ...]]:
    return FrozenMap({group: _several(roots) for group, roots in (given or {}).items()})


def _several(given: PathLike | Iterable[PathLike]) -> tuple[str, ...]:
    if isinstance(given, (str, os.PathLike)):
        return (os.fspath(given),)
    return tuple(os.fspath(root) for root in given)


@frozen(kw_only=True)
class Bindings:
    """What a pipeline finds on this machine. A pipeline file may bring its own: ``LOCAL = pk.local.Bindings(...)``.

    ``sources`` maps a source action (``Checkout`` or ``Source/Checkout``) to a directory or a git repository, with
    ``@ref`` for one commit of it. ``hosts`` maps a deployment group to the directories that are its hosts.
    ``parameters`` gives the pipeline's parameters. ``workers`` maps an action (``Stage/Action``) or an action type
    (``Deploy/AWS/ECS``) to what stands in for it. Paths are relative to the pipeline's file.
    """

    sources: FrozenMap[str] = field(default=None, converter=_sources)
    hosts: FrozenMap[tuple[str, ...]] = field(default=None, converter=_hosts)
    parameters: FrozenMap[str] = field(factory=FrozenMap, converter=frozen_map)
    workers: FrozenMap[StandIn] = field(factory=FrozenMap, converter=frozen_map)


def relative_to(bindings: Bindings, directory: Path) -> Bindings:
    """Make every path absolute, as seen from *directory*."""

    def absolute(path: str) -> str:
        return os.path.normpath(os.path.join(directory, os.path.expanduser(path)))

    return evolve(
        bindings,
        sources={action: absolute(path) for action, path in bindings.sources.items()},
        hosts={group: [absolute(root) for root in roots] for group, roots in bindings.hosts.items()},
    )


def together(first: Bindings, second: Bindings) -> Bindings:
    """Put the bindings of *second* over those of *first*."""
    return Bindings(
        sources={**first.sources, **second.sources},
        hosts={**first.hosts, **second.hosts},
        parameters={**first.parameters, **second.parameters},
        workers={**first.workers, **second.workers},
    )


def of_action(bound: Mapping[str, str], stage: str, action: str) -> str | None:
    """Give what is bound to an action, by ``Stage/Action`` or by the action's name alone."""
    return bound.get(f"{stage}/{action}", bound.get(action))
