"""Bindings as the journal keeps them, so that another process can go on: never secrets, functions only by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelinekit.local.bindings import Bindings, LambdaFunction
from pipelinekit.local.recorders import Recorder, record
from pipelinekit.local.reuse import Reuse
from pipelinekit.local.standins import StandIn, name_of


def keepable(bound: Bindings, reuse: Reuse) -> dict[str, Any]:
    """Write bindings, and what may be reused, as JSON-able data. A stand-in that has no name is None."""
    return {
        "sources": dict(bound.sources),
        "hosts": {group: list(roots) for group, roots in bound.hosts.items()},
        "functions": {name: _function(function) for name, function in bound.functions.items()},
        "buckets": dict(bound.buckets),
        "workers": {key: _worker(worker) for key, worker in bound.workers.items()},
        "reuse": {"unchanged": reuse.unchanged, "given": list(reuse.given), "of": reuse.of},
    }


def _function(function: LambdaFunction) -> dict[str, Any]:
    return {
        "handler": function.handler,
        "environment": dict(function.environment),
        "timeout_seconds": function.timeout_seconds,
        "pause_seconds": function.pause_seconds,
        "repeatable": function.repeatable,
    }


def _worker(worker: StandIn) -> str | dict[str, Any] | None:
    if isinstance(worker, Recorder):
        return {"record": {"variables": dict(worker.variables), "outputs": dict(worker.outputs)}}
    return name_of(worker)


def kept_bindings(kept: Mapping[str, Any]) -> Bindings:
    """Read what `keepable` wrote; a stand-in that has no name must be given again."""
    workers = kept.get("workers", {})
    return Bindings(
        sources=kept.get("sources", {}),
        hosts=kept.get("hosts", {}),
        functions={name: LambdaFunction(**function) for name, function in kept.get("functions", {}).items()},
        buckets=kept.get("buckets", {}),
        workers={key: _worker_of(worker) for key, worker in workers.items() if worker is not None},
    )


def kept_reuse(kept: Mapping[str, Any]) -> Reuse:
    """Read what may be reused."""
    return Reuse(**kept.get("reuse", {}))


def _worker_of(kept: str | Mapping[str, Any]) -> StandIn:
    return kept if isinstance(kept, str) else record(**kept["record"])
