"""Commands that CodePipeline refuses, each with the name of the API's own error."""

from __future__ import annotations

from pipelinekit.diagnostics import PipelineKitError


class Refused(PipelineKitError):
    """The API would refuse this. ``error`` is its exception's name, such as StageNotRetryableException."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error

    def __str__(self) -> str:
        return f"{self.args[0]} ({self.error})"
