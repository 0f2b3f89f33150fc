"""What came of a push or a pull request in a simulation."""

from __future__ import annotations

from attrs import frozen

from pipelinekit.execution.refusals import Refused
from pipelinekit.execution.triggers import Verdict


@frozen(kw_only=True, repr=False)
class Noticed:
    """Which execution a push or a pull request started, and why, or why none; true where it started one.

    ``execution`` is its id. ``verdicts`` has one for each source action. ``refused`` says why AWS started none though
    a source asked for it: such events are dropped unheard.
    """

    execution: str | None
    verdicts: tuple[Verdict, ...]
    refused: Refused | None = None

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, or why not: a line for each source action and filter that was looked at."""
        said = tuple(f"{one.source}: {reason}" for one in self.verdicts for reason in one.reasons)
        return said if self.refused is None else (*said, str(self.refused))

    def __bool__(self) -> bool:
        return self.execution is not None

    def __repr__(self) -> str:
        started = f"started {self.execution}" if self.execution is not None else "started nothing"
        return f"<{started}: {'; '.join(self.reasons)}>"
