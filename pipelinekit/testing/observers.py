"""Who is told of each simulation that is made: the pytest plugin, which prints its timeline when a test fails.

On its own, so that the plugin can listen without loading what a simulation needs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelinekit.testing.simulation import Simulation

observers: list[Callable[[Simulation], None]] = []
