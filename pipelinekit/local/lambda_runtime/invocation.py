"""One call of a Lambda function, as the engine writes it down for the process that makes it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
from attrs import frozen

from pipelinekit.local.store import Location


@frozen(kw_only=True)
class ArtifactObject:
    """An artifact as an object. *file* is its zip; that of an input is made of its *pack* when it is first read."""

    name: str
    location: Location
    file: Path
    pack: Path | None = None

    @property
    def is_input(self) -> bool:
        """Whether it is there to be read."""
        return self.pack is not None


@frozen(kw_only=True)
class Invocation:
    """One call of a function, as the engine writes it down for this process.

    ``handler`` is the module and name below *root*; *result* where the job's result goes, *fault* where a sentence goes
    that says why there is none. ``until`` is when it is ended, in seconds since 1970.
    """

    handler: str
    root: str
    file: str
    event: Mapping[str, Any]
    details: Mapping[str, Any]
    artifacts: tuple[ArtifactObject, ...]
    context: Mapping[str, Any]
    until: float
    result: Path
    fault: Path


def written(invocation: Invocation) -> str:
    """Write an invocation down."""
    return json.dumps(attrs.asdict(invocation, value_serializer=_plain))


def _plain(_: object, __: object, value: Any) -> Any:
    return os.fspath(value) if isinstance(value, Path) else value


def read(text: str) -> Invocation:
    """Read what `written` wrote."""
    given = json.loads(text)
    artifacts = tuple(
        ArtifactObject(
            name=artifact["name"],
            location=Location(**artifact["location"]),
            file=Path(artifact["file"]),
            pack=None if artifact["pack"] is None else Path(artifact["pack"]),
        )
        for artifact in given["artifacts"]
    )
    places = {name: Path(given[name]) for name in ("result", "fault")}
    return Invocation(**{**given, **places, "artifacts": artifacts})
