"""Conditions, rules and triggers: how they are said, what they become, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import validate_parameters
from hypothesis import given, settings

import pipelinekit as pk
from pipelinekit.codepipeline.declaration import (
    ConditionDeclaration,
    FailureConditions,
    PullRequestFilter,
    PushFilter,
    TriggerDeclaration,
)
from pipelinekit.codepipeline.document import pipeline_input, read_pipeline
from pipelinekit.codepipeline.parameters import parameters_of, with_parameters
from pipelinekit.codepipeline.rule import RULE_TYPES
from pipelinekit.documents import plain, read, to_json
from strategies import pipelines

CREATE = ServiceModel(Loader().load_service_model("codepipeline", "service-2")).shape_for("CreatePipelineInput")

checkout = pk.source.CodeConnections(
    "Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("ConnectionArn")
)
build = pk.build.CodeBuild(
    "Package",
    input=checkout.output,
    buildspec=pk.BuildSpec(build=["make"], artifacts=["app"], exported_variables=["VERSION"]),
)
go_live = pk.approval.Manual("GoLive")
on_main = pk.rule.VariableCheck("OnMain", variable=checkout.author_id, operator="EQ", value="7")
calm = pk.rule.CloudWatchAlarm("Calm", alarm="errors")


def shop(ask: dict[str, Any] | None = None, package: dict[str, Any] | None = None, **more: Any) -> pk.Pipeline:
    return pk.Pipeline(
        "shop",
        [
            pk.Stage("Source", checkout),
            pk.Stage("Build", build, **(package or {})),
            pk.Stage("Ask", go_live, **(ask or {})),
        ],
        **more,
    )


def ask_of(**hooks: Any) -> Any:
    return pk.define(shop(hooks)).pipeline.stages[2]


def rule_of(rule: pk.rule.Rule) -> Any:
    (declared,) = ask_of(before_entry=pk.Condition(rule, result="FAIL")).before_entry[0].rules
    return declared


@pytest.mark.parametrize(
    ("rule", "configuration"),
    [
        (
            pk.rule.CloudWatchAlarm("R", alarm="errors", states=["OK", "ALARM"], wait_minutes=5),
            {"AlarmName": "errors", "AlarmStates": "OK,ALARM", "WaitTime": "5"},
        ),
        (
            pk.rule.CodeBuild("R", project="smoke", input=[checkout.output, build.output], batch=False),
            {"ProjectName": "smoke", "BatchEnabled": "false", "PrimarySource": "CheckoutOutput"},
        ),
        (
            pk.rule.CodeBuild("R", project="smoke", input=build.output, environment={"A": "1"}),
            {"ProjectName": "smoke", "EnvironmentVariables": '[{"name":"A","value":"1","type":"PLAINTEXT"}]'},
        ),
        (
            pk.rule.DeploymentWindow("R", cron="* * 9-17 ? * MON-FRI", time_zone="Europe/Berlin"),
            {"Cron": "* * 9-17 ? * MON-FRI", "TimeZone": "Europe/Berlin"},
        ),
        (
            pk.rule.LambdaInvoke("R", function="ready", user_parameters=build.variable("VERSION")),
            {"FunctionName": "ready", "UserParameters": "#{Package.VERSION}"},
        ),
        (
            pk.rule.VariableCheck("R", variable=build.variable("VERSION"), operator="MATCHES", value="1[.].*"),
            {"Variable": "#{Package.VERSION}", "Operator": "MATCHES", "Value": "1[.].*"},
        ),
        (pk.rule.Commands("R", commands=["make ready"], input=build.output), {}),
    ],
)
def test_a_rule_becomes_the_keys_of_aws(rule: pk.rule.Rule, configuration: dict[str, str]) -> None:
    declared = rule_of(rule)

    assert declared.configuration == configuration
    assert str(declared.rule_type_id) == f"Rule/AWS/{type(rule).__name__}/1"


def test_commands_inputs_role_region_and_timeout_stand_on_the_rule_itself() -> None:
    declared = rule_of(
        pk.rule.Commands(
            "Ready",
            commands=["make ready"],
            input=build.output,
            role=pk.Parameter("ReadyRole"),
            region="eu-west-1",
            timeout_minutes=30,
        )
    )

    assert (declared.commands, declared.input_artifacts) == (("make ready",), ("PackageOutput",))
    assert (declared.role_arn, declared.region, declared.timeout_in_minutes) == (
        "${Parameter.ReadyRole}",
        "eu-west-1",
        30,
    )


def test_the_project_of_a_rule_comes_along() -> None:
    smoke = pk.Project("smoke", buildspec=pk.BuildSpec(build=["make smoke"]))
    after = pk.Condition(pk.rule.CodeBuild("Smoke", project=smoke, input=build.output), result="ROLLBACK")

    assert pk.define(shop({"on_success": after})).project("smoke") == smoke


def test_the_namespace_of_a_variable_that_only_a_rule_reads_is_written_down() -> None:
    version = pk.rule.VariableCheck("New", variable=build.variable("VERSION"), operator="NE", value="0")
    definition = pk.define(shop({"before_entry": pk.Condition(version, result="SKIP")}))

    assert definition.pipeline.stages[1].actions[0].namespace == "Package"


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        (pk.Retry(), FailureConditions(result="RETRY", retry_mode="FAILED_ACTIONS")),
        (pk.Retry("ALL_ACTIONS"), FailureConditions(result="RETRY", retry_mode="ALL_ACTIONS")),
        (pk.Rollback(), FailureConditions(result="ROLLBACK")),
        (
            pk.Condition([], result="ROLLBACK"),
            FailureConditions(conditions=(ConditionDeclaration(result="ROLLBACK"),)),
        ),
        (pk.OnFailure(result="RETRY"), FailureConditions(result="RETRY")),
    ],
)
def test_every_way_to_meet_a_failure_becomes_failure_conditions(said: Any, becomes: FailureConditions) -> None:
    assert ask_of(on_failure=said).on_failure == becomes


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"before_entry": calm}, "a condition is wanted here"),
        ({"before_entry": "FAIL"}, "a condition is wanted here"),
        ({"on_failure": "RETRY"}, r"a failure is met by pk\.Retry"),
    ],
)
def test_what_is_no_condition_is_refused_with_a_sentence(said: dict[str, Any], sentence: str) -> None:
    with pytest.raises(TypeError, match=sentence):
        pk.Stage("Ask", go_live, **said)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: pk.Condition("rule", result="FAIL"), "a condition is made of rules"),  # type: ignore[arg-type]
        (lambda: pk.Push(branches="main"), r"write \['main'\]"),
        (lambda: pk.PullRequest(events="OPEN"), r"write \['OPEN'\]"),  # type: ignore[arg-type]
        (lambda: pk.Trigger(checkout, push=["main"]), r"filters pushes by pk\.Push"),  # type: ignore[list-item]
        (lambda: shop(triggers=pk.Trigger(checkout)), "a list of triggers"),
        (lambda: shop(variables=["TARGET"]), r"declares pk\.PipelineVariable"),
    ],
)
def test_a_lone_text_is_refused_with_what_to_write(make: Any, sentence: str) -> None:
    with pytest.raises(TypeError, match=sentence):
        make()


def test_a_trigger_becomes_the_filters_of_its_source() -> None:
    trigger = pk.Trigger(
        checkout,
        push=[
            pk.Push(tags=["v*"]),
            pk.Push(branches=["main"], file_paths=pk.FilterCriteria(excludes=["docs/**"])),
        ],
        pull_request=pk.PullRequest(events=["OPEN", "UPDATED"], branches=["main"]),
    )

    assert pk.define(shop(triggers=[trigger])).pipeline.triggers == (
        TriggerDeclaration(
            "Checkout",
            push=(
                PushFilter(tags=pk.FilterCriteria(includes=["v*"])),
                PushFilter(
                    branches=pk.FilterCriteria(includes=["main"]), file_paths=pk.FilterCriteria(excludes=["docs/**"])
                ),
            ),
            pull_request=(
                PullRequestFilter(events=("OPEN", "UPDATED"), branches=pk.FilterCriteria(includes=["main"])),
            ),
        ),
    )


def everything() -> pk.Pipeline:
    target = pk.PipelineVariable("TARGET", default="beta", description="where to")
    new = pk.rule.VariableCheck("New", variable=target, operator="NE", value="none")
    ask = {
        "before_entry": pk.Condition([new], result="SKIP"),
        "on_success": pk.Condition([calm], result="ROLLBACK"),
        "on_failure": pk.Retry(),
    }
    trigger = pk.Trigger(checkout, push=pk.Push(branches=["main"]))
    return shop(ask, variables=[target], triggers=[trigger], execution_mode="QUEUED")


def test_what_is_said_in_python_is_read_back_equal_from_its_json() -> None:
    declaration = pk.define(everything()).pipeline

    assert read_pipeline(to_json(pipeline_input(declaration))) == declaration
    assert pk.check(everything()).codes == ()


@given(pipelines())
@settings(deadline=None)
def test_aws_takes_every_sound_pipeline_and_gives_it_back_equal(pipeline: pk.Pipeline) -> None:
    declaration = pk.define(pipeline).pipeline
    written = pipeline_input(declaration)

    validate_parameters(written, CREATE)
    assert read_pipeline(to_json(written)) == declaration


def test_parameters_reach_rules_triggers_and_variables() -> None:
    window = pk.rule.DeploymentWindow("Open", cron=pk.Parameter("Cron"))
    mode: Any = str(pk.Parameter("Mode"))
    pipeline = shop(
        {"before_entry": pk.Condition(window, result="FAIL"), "on_failure": pk.Retry(mode)},
        variables=[pk.PipelineVariable("TARGET", default=pk.Parameter("Target"))],
        triggers=[pk.Trigger(checkout, push=pk.Push(branches=[pk.Parameter("Branch")]))],
    )
    definition = pk.define(pipeline)
    asked = parameters_of(definition)
    filled = with_parameters(definition, {"Cron": "* * * ? * *", "Target": "prod", "Branch": "main"}).pipeline

    assert str(asked["Cron"][0]) == "shop > Ask > before_entry > Open > configuration.Cron"
    assert str(asked["Mode"][0]) == "shop > Ask > on_failure > retry_mode"
    assert str(asked["Target"][0]) == "shop > variable > TARGET > default_value"
    assert str(asked["Branch"][0]) == "shop > trigger > Checkout > push[0].branches.includes[0]"
    assert all(places[0].place is not None for places in asked.values())
    assert filled.stages[2].before_entry[0].rules[0].configuration == {"Cron": "* * * ? * *"}
    assert filled.variables[0].default_value == "prod"
    assert filled.triggers[0].push[0].branches == pk.FilterCriteria(includes=["main"])


def test_every_rule_type_of_the_user_guide_has_a_class_with_its_keys(shared: Path) -> None:
    table = plain(read((shared / "spec" / "action_providers.yaml").read_text(), "action_providers.yaml"))
    rows = {row["provider"]: row for row in table["rule_types"]}

    assert RULE_TYPES.keys() == rows.keys()
    for provider, row in rows.items():
        facts = RULE_TYPES[provider]
        assert {name for name, key in facts.keys.items() if key.required} == {
            name for name, key in row["configuration"].items() if key["required"]
        }
        assert set(facts.keys) == set(row["configuration"])
        assert {name: list(key.values) for name, key in facts.keys.items() if key.values} == {
            name: key["values"] for name, key in row["configuration"].items() if "values" in key
        }
        assert facts.inputs == (row["input_artifacts"]["min"], row["input_artifacts"]["max"])
        assert facts.with_skip is row["allowed_with_skip"]


# Checks that have no example of their own in tests/rejected -----------------------------------------------------------


def codes(**more: Any) -> tuple[str, ...]:
    return pk.check(shop(**more)).codes


@pytest.mark.parametrize(
    ("ask", "found"),
    [
        ({"on_success": pk.Condition(calm, result=None)}, ("PK509",)),
        ({"on_failure": pk.Condition(calm, result="RETRY")}, ("PK509",)),
        ({"on_failure": pk.OnFailure(result="SKIP")}, ("PK509",)),
        ({"on_failure": pk.OnFailure(retry_mode="ALL_ACTIONS")}, ("PK511",)),
        (
            {"on_failure": pk.OnFailure(result="ROLLBACK", conditions=[pk.Condition(calm, result="ROLLBACK")])},
            ("PK511",),
        ),
        ({"before_entry": pk.Condition([calm] * 6, result="FAIL")}, ("PK508", "PK521")),
        (
            {
                "before_entry": pk.Condition(
                    pk.rule.CloudWatchAlarm("A B", alarm="a", role="me", timeout_minutes=1), result="FAIL"
                )
            },
            ("PK107", "PK122", "PK121"),
        ),
        (
            {"before_entry": pk.Condition(pk.rule.CloudWatchAlarm("A", alarm="a", wait_minutes=-1), result="FAIL")},
            ("PK519",),
        ),
        (
            {"before_entry": pk.Condition(pk.rule.LambdaInvoke("A", function="f", region="eu-west-1"), result="FAIL")},
            (),
        ),
    ],
)
def test_a_stage_is_held_to_what_aws_takes(ask: dict[str, Any], found: tuple[str, ...]) -> None:
    assert codes(ask=ask) == found


def test_a_retry_beside_a_rule_is_only_warned_of_since_the_guide_contradicts_itself() -> None:
    report = pk.check(shop({"on_failure": pk.Condition(calm, result="RETRY")}))

    assert report.ok


def test_a_rule_of_another_region_wants_a_store_there() -> None:
    stores = {"eu-central-1": pk.ArtifactStore("frankfurt")}
    far = pk.rule.LambdaInvoke("Far", function="ready", region="eu-west-1")

    assert codes(ask={"before_entry": pk.Condition(far, result="FAIL")}, artifact_store=stores) == ("PK120",)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("#{Pakage.VERSION}", "PK403"),
        ("#{Package.VERSIONS}", "PK406"),
        ("#{variables.TARGET}", "PK408"),
        ("#{codepipeline.Id}", "PK410"),
    ],
)
def test_a_reference_in_a_rule_is_judged_like_one_in_an_action(text: str, code: str) -> None:
    check = pk.rule.VariableCheck("Check", variable=text, operator="EQ", value="1")

    assert codes(ask={"before_entry": pk.Condition(check, result="SKIP")}) == (code,)


def test_a_key_of_codepipeline_that_is_a_pipeline_variable_is_pointed_at() -> None:
    ask = pk.approval.Manual("Ask", message="#{codepipeline.TARGET} is #{variables.TARGET}")
    pipeline = pk.Pipeline(
        "shop",
        [pk.Stage("Source", checkout), pk.Stage("Ask", ask)],
        variables=[pk.PipelineVariable("TARGET", default="beta")],
    )

    assert [(f.code, f.hint) for f in pk.check(pipeline)] == [
        ("PK410", "variables of the pipeline are #{variables.TARGET}")
    ]


def test_a_variable_of_tags_is_there_where_only_tags_start_the_pipeline() -> None:
    ask = pk.approval.Manual("Ask", message=f"Ship {checkout.tag_name}?")
    stages = [pk.Stage("Source", checkout), pk.Stage("Ask", ask)]
    tagged, pushed = pk.Push(tags=["v*"]), pk.Push(branches=["main"])

    assert pk.check(pk.Pipeline("shop", stages)).codes == ("PK415",)
    assert pk.check(pk.Pipeline("shop", stages, triggers=[pk.Trigger(checkout, push=tagged)])).codes == ()
    assert pk.check(pk.Pipeline("shop", stages, triggers=[pk.Trigger(checkout, push=[tagged, pushed])])).codes == (
        "PK415",
    )


@pytest.mark.parametrize(
    ("trigger", "found"),
    [
        (pk.Trigger("Chekout"), ("PK501",)),
        (pk.Trigger(checkout, provider_type="Connection"), ("PK501",)),
        (pk.Trigger(checkout, push=[pk.Push(tags=[f"v{n}"]) for n in range(4)]), ("PK503",)),
        (pk.Trigger(checkout, push=pk.Push(branches=["a" * 256])), ("PK503",)),
        (pk.Trigger(checkout, pull_request=pk.PullRequest(events=["OPEN", "OPEN"])), ("PK503",)),
        (pk.Trigger(checkout, push=pk.Push(branches=["main"], file_paths=["/src/**"])), ("PK505",)),
        (pk.Trigger(checkout, push=pk.Push(branches=pk.FilterCriteria(excludes=["**"]))), ("PK505",)),
        (pk.Trigger(checkout, push=pk.Push(branches=[pk.Parameter("Branch")])), ()),
        (pk.Trigger(checkout), ()),
    ],
)
def test_a_trigger_is_held_to_what_aws_takes_and_what_can_match(trigger: pk.Trigger, found: tuple[str, ...]) -> None:
    assert codes(triggers=[trigger]) == found


@pytest.mark.parametrize(
    ("variable", "found"),
    [
        (pk.PipelineVariable("TARGET", default=""), ("PK409",)),
        (pk.PipelineVariable("TARGET", default="x" * 1001), ("PK409",)),
        (pk.PipelineVariable("TARGET", description="x" * 201), ("PK409",)),
        (pk.PipelineVariable("TARGET", default="x" * 1000, description="x" * 200), ()),
    ],
)
def test_a_pipeline_variable_is_held_to_what_aws_takes(variable: pk.PipelineVariable, found: tuple[str, ...]) -> None:
    ask = pk.approval.Manual("Ask", message=variable)
    pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Ask", ask)], variables=[variable])

    assert pk.check(pipeline).codes == found


def test_a_v1_pipeline_has_no_v2_members() -> None:
    report = pk.check(
        shop(
            {"on_failure": pk.Retry()},
            pipeline_type="V1",
            triggers=[pk.Trigger(checkout)],
        )
    )

    assert [(f.code, f.message) for f in report] == [
        ("PK117", "a pipeline of type V1 cannot have triggers"),
        ("PK117", "a pipeline of type V1 cannot have conditions"),
    ]


def test_a_rule_that_needs_what_a_skipped_stage_gives_is_warned_of() -> None:
    skip = pk.Condition(on_main, result="SKIP")
    version = pk.rule.VariableCheck("New", variable=build.variable("VERSION"), operator="NE", value="0")
    ready = pk.rule.Commands("Ready", commands=["make ready"], input=build.output)

    report = pk.check(
        shop({"on_success": pk.Condition([version, ready, on_main], result="FAIL")}, {"before_entry": skip})
    )

    assert [(f.code, f.where.path[-1]) for f in report] == [("PK412", "New"), ("PK412", "Ready")]


def test_a_key_in_plain_text_is_found_in_a_rule_too() -> None:
    leak = pk.rule.LambdaInvoke("Leak", function="ready", user_parameters="password=AKIA" + "Q" * 16)

    assert "PK618" in codes(ask={"before_entry": pk.Condition(leak, result="FAIL")})


@pytest.mark.parametrize(
    ("includes", "excludes", "told"),
    [
        (["src/**"], [], []),
        (["src/**", "lib/**"], [], ["'lib/**' matches none"]),
        (["src/**"], ["**/*.py"], ["excludes each"]),
        (["src/**"], ["docs/**"], []),
        ([], ["*.md", "src/*"], ["excludes each"]),
        (["${Parameter.Where}/**"], [], []),
    ],
)
def test_file_paths_are_looked_for_where_the_files_are_known(
    includes: list[str], excludes: list[str], told: list[str]
) -> None:
    push = pk.Push(branches=["main"], file_paths=pk.FilterCriteria(includes=includes, excludes=excludes))
    pipeline = shop(triggers=[pk.Trigger(checkout, push=[push])])

    found = [f.message for f in pk.check(pipeline, files={"Checkout": ["a.md", "src/a.py"]}) if f.code == "PK506"]

    assert len(found) == len(told)
    assert all(part in message for part, message in zip(told, found, strict=True))
    assert "PK506" not in pk.check(pipeline).codes
