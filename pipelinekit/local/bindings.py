"""What stands on this machine for the things a pipeline names: sources, hosts, functions, buckets, stand-ins."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from attrs import evolve, field, frozen

from pipelinekit.values import FrozenMap, frozen_map, text_map

if TYPE_CHECKING:
    from pipelinekit.local.standins import StandIn

PathLike: TypeAlias = str | os.PathLike[str]


def _paths(given: Mapping[str, PathLike] | None) -> FrozenMap[str]:
    return FrozenMap({name: os.fspath(path) for name, path in (given or {}).items()})


def _hosts(given: Mapping[str, PathLike | Iterable[PathLike]] | None) -> FrozenMap[tuple[str, ...]]:
    return FrozenMap({group: _several(roots) for group, roots in (given or {}).items()})


def _several(given: PathLike | Iterable[PathLike]) -> tuple[str, ...]:
    roots = [given] if isinstance(given, (str, os.PathLike)) else given
    paths = tuple(os.fspath(root) for root in roots)
    if "" in paths:
        raise ValueError("a host is a directory: one of them is an empty text")
    return paths


LONGEST_INVOCATION_SECONDS = 900
"""How long Lambda lets a function run at most (Lambda Developer Guide, quotas)."""

LONGEST_PAUSE_SECONDS = 300
"""With the longest invocation this is 20 minutes, after which CodePipeline expects an answer no more."""


def _handler(given: str) -> str:
    if not isinstance(given, str):
        raise TypeError(
            f'a handler runs in a process of its own: write its file and name, "app.py:handler", not {given!r}'
        )
    return given


@frozen(kw_only=True)
class LambdaFunction:
    """A handler in Python that stands for a Lambda function: ``LambdaFunction("functions/notify.py:handler")``.

    ``environment`` is what the function's configuration sets; it is kept in the journal, so it is no place for secrets.
    ``timeout_seconds`` is the function's own timeout, at most 900. ``pause_seconds`` is the wait before it is called
    again with the ``continuationToken`` it answered. ``repeatable`` says that a call that was lost with a dead engine
    may simply be made again.
    """

    handler: str = field(converter=_handler, kw_only=False)
    environment: FrozenMap[str] = field(factory=FrozenMap, converter=text_map)
    timeout_seconds: int = LONGEST_INVOCATION_SECONDS
    pause_seconds: float = 5
    repeatable: bool = False

    def __attrs_post_init__(self) -> None:
        if not 1 <= self.timeout_seconds <= LONGEST_INVOCATION_SECONDS:
            raise ValueError(f"a Lambda function runs for 1 to 900 seconds, not {self.timeout_seconds}")
        if not 0 <= self.pause_seconds <= LONGEST_PAUSE_SECONDS:
            raise ValueError(f"a function is called again after 0 to 300 seconds, not {self.pause_seconds}")

    @property
    def file(self) -> str:
        """The file of the handler; empty where none is named."""
        return self.handler.rpartition(":")[0]

    @property
    def name(self) -> str:
        """The name of the handler in its file."""
        return self.handler.rpartition(":")[2]


def _functions(given: Mapping[str, str | LambdaFunction] | None) -> FrozenMap[LambdaFunction]:
    return FrozenMap({name: _function(handler) for name, handler in (given or {}).items()})


def _function(given: str | LambdaFunction) -> LambdaFunction:
    return given if isinstance(given, LambdaFunction) else LambdaFunction(given)


def _workers(given: Mapping[str, StandIn] | None) -> FrozenMap[StandIn]:
    return FrozenMap(given or {})


@frozen(kw_only=True)
class Bindings:
    """What a pipeline finds on this machine. A pipeline file may bring its own: ``LOCAL = pk.local.Bindings(...)``.

    ``sources`` maps a source action (``Checkout`` or ``Source/Checkout``) to a directory or a git repository, with
    ``@ref`` for one commit of it. ``hosts`` maps a deployment group to the directories that are its hosts.
    ``functions`` maps the name of a Lambda function to its handler in Python (``functions/notify.py:handler``).
    ``buckets`` maps the name of a bucket to a directory, to an S3 endpoint (``http://127.0.0.1:9000``, with
    ``/BUCKET`` where it has another name there), or to a bucket at AWS (``s3://BUCKET``).
    ``parameters`` gives the pipeline's parameters. ``workers`` maps an action (``Stage/Action``) or an action type
    (``Deploy/AWS/ECS``) to what stands in for it. Paths are relative to the pipeline's file.
    """

    sources: FrozenMap[str] = field(default=None, converter=_paths)
    hosts: FrozenMap[tuple[str, ...]] = field(default=None, converter=_hosts)
    functions: FrozenMap[LambdaFunction] = field(default=None, converter=_functions)
    buckets: FrozenMap[str] = field(default=None, converter=_paths)
    parameters: FrozenMap[str] = field(factory=FrozenMap, converter=frozen_map)
    workers: FrozenMap[StandIn] = field(default=None, converter=_workers)


def relative_to(bindings: Bindings, directory: Path) -> Bindings:
    """Make every path absolute, as seen from *directory*."""
    from pipelinekit.local.recorders import Recorder

    def absolute(path: str) -> str:
        return os.path.normpath(os.path.join(directory, os.path.expanduser(path)))

    def function(given: LambdaFunction) -> LambdaFunction:
        is_file = given.file and not given.handler.startswith("arn:")
        return evolve(given, handler=f"{absolute(given.file)}:{given.name}") if is_file else given

    def worker(given: StandIn) -> StandIn:
        return given.seen_from(directory) if isinstance(given, Recorder) else given

    return evolve(
        bindings,
        sources={action: absolute(path) for action, path in bindings.sources.items()},
        hosts={group: [absolute(root) for root in roots] for group, roots in bindings.hosts.items()},
        functions={name: function(given) for name, given in bindings.functions.items()},
        buckets={name: place if "://" in place else absolute(place) for name, place in bindings.buckets.items()},
        workers={key: worker(given) for key, given in bindings.workers.items()},
    )


def together(first: Bindings, second: Bindings) -> Bindings:
    """Put the bindings of *second* over those of *first*."""
    return Bindings(
        sources={**first.sources, **second.sources},
        hosts={**first.hosts, **second.hosts},
        functions={**first.functions, **second.functions},
        buckets={**first.buckets, **second.buckets},
        parameters={**first.parameters, **second.parameters},
        workers={**first.workers, **second.workers},
    )


def of_action(bound: Mapping[str, str], stage: str, action: str) -> str | None:
    """Give what is bound to an action, by ``Stage/Action`` or by the action's name alone."""
    return bound.get(f"{stage}/{action}", bound.get(action))
