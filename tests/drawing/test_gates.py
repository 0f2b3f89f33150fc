"""V2 in pictures: what starts a pipeline, conditions of stages, actions in other Regions."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

import pipelinekit as pk
from pipelinekit.codepipeline.declaration import (
    ConditionDeclaration,
    FailureConditions,
    FilterCriteria,
    PipelineVariableDeclaration,
    PullRequestFilter,
    PushFilter,
    RuleDeclaration,
    RuleTypeId,
    StageDeclaration,
    TriggerDeclaration,
)
from pipelinekit.codepipeline.definition import Definition

Declared = PipelineVariableDeclaration

ALARM = RuleDeclaration("Errors", rule_type_id=RuleTypeId("CloudWatchAlarm"))
WINDOW = RuleDeclaration("DeploymentWindow", rule_type_id=RuleTypeId("DeploymentWindow"))
MAIN = FilterCriteria(includes=("main", "release/*"), excludes=("release/old",))
OPENED = PullRequestFilter(events=("OPEN", "UPDATED"), branches=MAIN)


def shop(*triggers: TriggerDeclaration, variables: tuple[Declared, ...] = (), **conditions: Any) -> Definition:
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
    deploy = pk.deploy.S3("Publish", input=checkout.output, bucket="site", extract=True, region="eu-west-1")
    made = pk.define(pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Live", deploy)]))
    source, live = made.pipeline.stages
    stages: tuple[StageDeclaration, ...] = (source, evolve(live, **conditions))
    return evolve(made, pipeline=evolve(made.pipeline, stages=stages, triggers=triggers, variables=variables))


def one(result: str, *rules: RuleDeclaration) -> tuple[ConditionDeclaration, ...]:
    return (ConditionDeclaration(result=result, rules=rules),)


@pytest.mark.parametrize(
    ("conditions", "told"),
    [
        (
            {"before_entry": one("SKIP", WINDOW, ALARM)},
            "before entry: DeploymentWindow, Errors (CloudWatchAlarm); else SKIP",
        ),
        ({"on_success": one("ROLLBACK", ALARM)}, "on success: Errors (CloudWatchAlarm); else ROLLBACK"),
        (
            {"on_failure": FailureConditions(conditions=one("ROLLBACK", ALARM))},
            "on failure: Errors (CloudWatchAlarm); then ROLLBACK",
        ),
        ({"on_failure": FailureConditions(result="RETRY", retry_mode="ALL_ACTIONS")}, "on failure: RETRY ALL_ACTIONS"),
        ({"on_failure": FailureConditions(result="ROLLBACK")}, "on failure: ROLLBACK"),
    ],
)
def test_a_condition_stands_in_its_stage(conditions: dict[str, Any], told: str) -> None:
    assert f"◇ {told}" in pk.draw(shop(**conditions))


def test_the_condition_before_a_stage_stands_above_its_actions_and_the_others_below() -> None:
    drawn = pk.draw(shop(before_entry=one("FAIL", WINDOW), on_success=one("FAIL", ALARM)))

    assert drawn.index("before entry") < drawn.index("Publish") < drawn.index("on success")


@pytest.mark.parametrize(
    ("trigger", "told"),
    [
        (
            TriggerDeclaration("Checkout", push=(PushFilter(branches=MAIN),)),
            "push to branches main, release/* but not release/old",
        ),
        (
            TriggerDeclaration("Checkout", push=(PushFilter(tags=FilterCriteria(excludes=("v0*",))),)),
            "push of tags any but not v0*",
        ),
        (
            TriggerDeclaration(
                "Checkout", push=(PushFilter(branches=MAIN, file_paths=FilterCriteria(includes=("src/**",))),)
            ),
            "release/old; of files src/**",
        ),
        (
            TriggerDeclaration(
                "Checkout", pull_request=(PullRequestFilter(events=("OPEN", "UPDATED"), branches=MAIN),)
            ),
            "pull request (OPEN, UPDATED) into branches main",
        ),
        (TriggerDeclaration("Checkout"), "every push"),
    ],
)
def test_what_starts_a_pipeline_stands_above_it(trigger: TriggerDeclaration, told: str) -> None:
    drawn = " ".join(pk.draw(shop(trigger)).split())

    assert "▷ Checkout: " in drawn
    assert told in drawn


def test_the_variables_of_a_pipeline_are_told_with_their_defaults() -> None:
    drawn = pk.draw(shop(variables=(Declared("ENV", default_value="prod"), Declared("TICKET"))))

    assert "variables: ENV = prod, TICKET (to be given)" in drawn


def test_an_action_in_another_region_says_so() -> None:
    assert "Deploy: S3 in eu-west-1" in pk.draw(shop())


def test_mermaid_joins_a_trigger_with_its_source_action() -> None:
    drawn = pk.draw(shop(TriggerDeclaration("Checkout"), before_entry=one("SKIP", WINDOW)), "mermaid")

    assert "  t1 --> s1a1\n" in drawn
    assert '    s2c1[/"before entry: DeploymentWindow#59; else SKIP"/]\n' in drawn


def test_a_trigger_of_an_unknown_action_is_drawn_without_an_arrow() -> None:
    drawn = pk.draw(shop(TriggerDeclaration("Chekout")), "dot")

    assert 't1 [shape=cds, label="Chekout: every push"];' in drawn
    assert "t1 ->" not in drawn


def test_svg_tells_conditions_and_triggers_to_those_who_cannot_see_it() -> None:
    drawn = pk.draw(shop(TriggerDeclaration("Checkout"), on_success=one("FAIL", ALARM)), "svg")
    description = drawn[drawn.index("<desc") : drawn.index("</desc>")]

    assert "Started by Checkout: every push." in description
    assert "On success: Errors (CloudWatchAlarm); else FAIL." in description


def test_nothing_of_v2_leaves_no_trace() -> None:
    assert not {"◇", "▷", "variables"} & set(pk.draw(shop()).split())
