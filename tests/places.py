"""Where something is, for checks of a value that is in no pipeline."""

from __future__ import annotations

from pipelinekit.diagnostics import Location


def at(*path: str) -> Location:
    """Give the location of a part: the path alone."""
    return Location(path)
