from __future__ import annotations

from hypothesis import HealthCheck, given, settings

import pipelinekit as pk
from pipelinekit.execution import events as happened
from pipelinekit.execution.evolve import evolve
from pipelinekit.execution.state import State
from pipelinekit.testing import simulate, succeed
from pipelinekit.testing.strategies import histories, pipelines

FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FEW
@given(pipelines())
def test_drawn_pipelines_are_ones_that_aws_takes(pipeline: pk.Pipeline) -> None:
    assert pk.check(pipeline).ok


@FEW
@given(histories())
def test_drawn_histories_lead_to_a_state(history: list[happened.Event]) -> None:
    state = State()
    for event in history:
        state = evolve(state, event)

    assert state.version >= 1


@FEW
@given(pipelines())
def test_every_drawn_pipeline_ends_when_all_ends_well_and_time_passes(pipeline: pk.Pipeline) -> None:
    sim = simulate(pipeline, {"*": succeed()}, alarms={"errors": "OK"})
    sim.start()

    sim.run_to_end()

    assert sim.status in ("Succeeded", "Failed")  # approvals expire: nobody answers
