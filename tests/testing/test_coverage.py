from __future__ import annotations

import pipelinekit as pk
from pipelinekit.testing import fail, simulate, succeed
from pipelinekit.testing.coverage import Coverage

KIND = pk.ActionTypeId("Test", "Custom", "T")
checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
WHEN_IT_FAILED = "Live: ROLLBACK when it failed"


def rolled_back(outcome: str) -> Coverage:
    """What is covered when the second of two executions is rolled back, by *outcome*: an action or a rule of Live."""
    pipeline = pk.Pipeline(
        "line",
        [
            pk.Stage("Source", checkout),
            pk.Stage(
                "Live",
                pk.CustomAction("Ship", action_type=KIND, input=checkout.output),
                on_success=pk.Condition(pk.rule.LambdaInvoke("Probe", function="probe"), result="ROLLBACK"),
                on_failure=pk.Rollback(),
            ),
        ],
    )
    sim = simulate(pipeline, {outcome: lambda job: fail() if job.execution == "E2" else succeed(), "*": succeed()})
    for _ in range(2):
        sim.start()
        sim.run()
    assert sim.latest.type == "ROLLBACK"
    coverage = Coverage()
    coverage.add(sim.history)
    return coverage


def test_a_rollback_by_an_on_success_condition_is_none_on_failure() -> None:
    missing = rolled_back("Live/onSuccess/Probe").missing("line")

    assert WHEN_IT_FAILED in missing
    assert "Live/onSuccess: not met" not in missing


def test_a_rollback_of_a_failed_stage_is_one_on_failure() -> None:
    assert WHEN_IT_FAILED not in rolled_back("Live/Ship").missing("line")
