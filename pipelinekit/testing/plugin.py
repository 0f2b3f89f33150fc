"""pytest's plugin: fixtures for simulations and local runs, timelines of what failed, and coverage of paths.

It is loaded in every pytest session of an environment that has pipelinekit, so it imports nothing that costs until a
test asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipelinekit.testing.observers import observers

if TYPE_CHECKING:
    from pipelinekit.local import Result
    from pipelinekit.testing.coverage import Coverage
    from pipelinekit.testing.simulation import Simulation

_made = pytest.StashKey[list[Any]]()
_coverage = pytest.StashKey[Any]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--pipelinekit-coverage``."""
    group = parser.getgroup("pipelinekit")
    group.addoption(
        "--pipelinekit-coverage",
        action="store_true",
        help="tell which failures, approvals, conditions and transitions of pipelines no simulation went through",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Begin to follow what simulations go through, where that is asked for."""
    if config.getoption("--pipelinekit-coverage"):
        from pipelinekit.testing.coverage import Coverage

        config.stash[_coverage] = Coverage()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Note the simulations that a test makes."""
    made: list[Simulation] = []
    item.stash[_made] = made
    observers.append(made.append)
    try:
        return (yield)
    finally:
        observers.remove(made.append)
        coverage: Coverage | None = item.config.stash.get(_coverage, None)
        if coverage is not None:
            for simulation in made:
                coverage.add(simulation.history)
        del item.stash[_made]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Show the timeline of the simulations of a test that failed."""
    report: Any = yield
    if report.when == "call" and report.failed:
        for simulation in item.stash[_made][-_SHOWN:]:
            report.sections.append((f"timeline of {simulation.definition.name}", simulation.timeline()))
    return report  # type: ignore[no-any-return]


_SHOWN = 3
"""Of a test that makes many simulations the last are shown."""


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Tell what no simulation went through."""
    coverage: Coverage | None = config.stash.get(_coverage, None)
    if coverage is not None:
        terminalreporter.section("paths of pipelines")
        terminalreporter.write_line(coverage.report())


class VirtualClock:
    """A clock that a test moves: call it for the time in seconds since 1970, ``advance`` it by seconds or ``"3m"``."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        """Give the time."""
        return self.now

    def advance(self, by: str | float) -> None:
        """Let time pass."""
        from pipelinekit.values import duration

        self.now += duration(by).total_seconds()


@pytest.fixture
def simulate() -> Callable[..., Simulation]:
    """`pipelinekit.testing.simulate`, without an import."""
    from pipelinekit.testing.simulation import simulate

    return simulate


@pytest.fixture
def virtual_clock() -> VirtualClock:
    """A clock that stands at 2026-01-05 09:00 UTC until the test moves it."""
    from pipelinekit.testing.simulation import BEGIN

    return VirtualClock(BEGIN.timestamp())


@pytest.fixture
def local_run(tmp_path: Path) -> Callable[..., Result]:
    """`pk.run` with a state directory of the test's own; its options are those of `pk.run`."""
    from pipelinekit.local import run

    def run_here(pipeline: Any, **options: Any) -> Result:
        return run(pipeline, **{"state": tmp_path / "state", **options})

    return run_here
