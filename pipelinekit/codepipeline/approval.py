"""Approval actions: a person says yes or no (category Approval)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelinekit.codepipeline.providers.manual import Manual as Manual
else:
    from pipelinekit.codepipeline.providers import doors

    __getattr__, __dir__ = doors(
        __name__,
        {
            "Manual": "manual",
        },
    )
    __all__ = __dir__()
