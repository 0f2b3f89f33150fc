"""The cost of a check grows with the pipeline and no faster, whatever is wrong with it.

What is counted is Python's own instructions: the same every time, on every machine, however busy.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

import pipelinekit as pk

CHECKOUT = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
SPEC = pk.BuildSpec(build=["make"], artifacts=["dist/**/*"])
FEW, MANY = 110, 330


def steps(work: Callable[[], object]) -> int:
    """Count the instructions of Python that *work* executes."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        if event == "call":
            frame.f_trace_opcodes, frame.f_trace_lines = True, False
        elif event == "opcode":
            count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def build(number: int, **more: Any) -> pk.build.CodeBuild:
    return pk.build.CodeBuild(f"Part{number}", **{"input": CHECKOUT.output, "buildspec": SPEC, **more})


def nobody_makes(number: int) -> pk.Action:
    return build(number, input=pk.Artifact(f"Part{number}Outpt"))


def nobody_placed(number: int) -> pk.Action:
    other = pk.build.CodeBuild(f"Other{number}", input=CHECKOUT.output, buildspec=SPEC)
    return build(number, input=other.output)


def no_namespace(number: int) -> pk.Action:
    return build(number, namespace=f"Part{number}", environment={"VERSION": f"#{{Prt{number}.VERSION}}"})


def namespace_not_given(number: int) -> pk.Action:
    return pk.CustomAction(
        f"Part{number}",
        action_type=pk.ActionTypeId("Approval", "AWS", "Manual"),
        configuration={"CustomData": f"#{{Other{number}.VERSION}}"},
    )


def too_early(number: int) -> pk.Action:
    return build(number, input=pk.Artifact(f"Part{number - 1}Output") if number else CHECKOUT.output, run_order=1)


def same_name(number: int) -> pk.Action:
    return pk.build.CodeBuild("Part", input=CHECKOUT.output, buildspec=SPEC)


def waits_for_a_later_stage(number: int) -> pk.Action:
    return build(number, input=pk.Artifact(f"Part{number + 50}Output"))


@pytest.mark.parametrize(
    "make",
    [
        build,
        nobody_makes,
        nobody_placed,
        no_namespace,
        namespace_not_given,
        too_early,
        same_name,
        waits_for_a_later_stage,
    ],
)
def test_three_times_the_actions_cost_three_times_the_work(make: Callable[[int], pk.Action]) -> None:
    def check(number: int) -> int:
        made = [make(n) for n in range(number)]
        stages = [pk.Stage(f"Stage{n}", made[n : n + 40]) for n in range(0, number, 40)]
        pipeline = pk.Pipeline("shop", [pk.Stage("Source", CHECKOUT), *stages])
        return steps(lambda: pk.check(pipeline))

    check(40)  # what is looked up once
    few, many = check(FEW), check(MANY)

    assert many / few < 1.3 * MANY / FEW  # the square would be nine


def test_three_times_the_rules_cost_three_times_the_work() -> None:
    def stage(number: int) -> pk.Stage:
        given = [pk.Artifact(f"Part{number}Outpt") if number % 2 else CHECKOUT.output]
        rule = pk.rule.Commands("Ready", commands=["make ready"], input=given)
        return pk.Stage(f"Stage{number}", build(number), before_entry=pk.Condition(rule, result="FAIL"))

    def check(number: int) -> int:
        pipeline = pk.Pipeline("shop", [pk.Stage("Source", CHECKOUT), *map(stage, range(number))])
        return steps(lambda: pk.check(pipeline))

    check(20)  # what is looked up once
    few, many = check(FEW // 2), check(MANY // 2)

    assert many / few < 1.3 * MANY / FEW
