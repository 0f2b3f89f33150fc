from __future__ import annotations

import json
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings

import pipelinekit as pk
from pipelinekit.codebuild.checks.secrets import without_secrets
from pipelinekit.codepipeline.changes import (
    Added,
    Change,
    Changed,
    GateLost,
    LinesChanged,
    Moved,
    Removed,
    Renamed,
    Reordered,
    Rewired,
    Rewritten,
    RuleLost,
    RunOrderChanged,
    RunOrdersRenumbered,
    TransitionDisabled,
    TransitionEnabled,
)
from pipelinekit.codepipeline.declaration import PipelineDeclaration
from pipelinekit.codepipeline.definition import KnownParameter
from pipelinekit.codepipeline.differences import diff
from pipelinekit.codepipeline.python.cautions import possible_secrets
from pipelinekit.values import FrozenMap
from strategies import declarations, pipelines

SOME = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

CHECKOUT = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
UNIT = pk.test.CodeBuild("Unit", input=CHECKOUT.output, buildspec=pk.BuildSpec(build=["make test"]))
PACKAGE = pk.build.CodeBuild(
    "Package", input=CHECKOUT.output, buildspec=pk.BuildSpec(build=["make dist"], artifacts=["dist/*"])
)
GO_LIVE = pk.approval.Manual("GoLive")
SITE = pk.deploy.S3("Site", input=PACKAGE.output, bucket="site")
SOURCE, BUILD, LIVE = (
    pk.Stage("Source", CHECKOUT),
    pk.Stage("Build", [UNIT, PACKAGE]),
    pk.Stage("Live", GO_LIVE >> SITE),
)
SHOP = pk.Pipeline("shop", [SOURCE, BUILD, LIVE])


def changes(after: pk.Pipeline | pk.Definition, before: pk.Pipeline | pk.Definition = SHOP) -> list[Change]:
    return list(diff(before, after))


def with_more(**more: Any) -> pk.Definition:
    return pk.define(attrs.evolve(SHOP, more=more))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"new": None}, {}, '~ the pipeline more.new: "null" -> (nothing)'),
        ({}, {"new": None}, '~ the pipeline more.new: (nothing) -> "null"'),
        ({"new": None}, {"new": "null"}, '~ the pipeline more.new: "null (nothing)" -> "null (text)"'),
        ({"new": 1}, {"new": "1"}, '~ the pipeline more.new: "1 (number)" -> "1 (text)"'),
        ({"new": [1, None]}, {"new": [1]}, '~ the pipeline more.new[1]: "null" -> (nothing)'),
        ({"new": {"deep": None}}, {"new": {}}, '~ the pipeline more.new.deep: "null" -> (nothing)'),
    ],
)
def test_null_is_told_from_what_is_missing(before: dict[str, Any], after: dict[str, Any], said: str) -> None:
    assert [str(change) for change in changes(with_more(**after), with_more(**before))] == [said]


def test_tags_are_compared_by_their_keys() -> None:
    before, after = (attrs.evolve(SHOP, tags=tags) for tags in ({"team": "shop", "old": "1"}, {"team": "web"}))

    assert [str(change) for change in changes(after, before)] == [
        '~ the pipeline tags.team: "shop" -> "web"',
        '~ the pipeline tags.old: "1" -> (nothing)',
    ]


def test_a_default_that_a_template_does_not_echo_is_compared_and_not_shown() -> None:
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch=pk.Parameter("Branch"))
    bare = pk.define(pk.Pipeline("shop", [pk.Stage("Source", checkout)]))

    def declared(default: str, says: object) -> pk.Definition:
        known = FrozenMap({"Branch": KnownParameter(default=default, declaration={"NoEcho": says})})
        return attrs.evolve(bare, origin=attrs.evolve(bare.origin, parameters=known))

    one, other = declared("plain words", True), declared("other words", "true")

    assert [str(change) for change in diff(one, other)] == ['~ the pipeline parameters.Branch: "***" -> "***"']
    assert list(possible_secrets(one)) == ["parameters Branch"]
    assert not diff(one, one)


def test_the_defaults_of_parameters_that_both_mention_are_compared() -> None:
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch=pk.Parameter("Branch"))
    bare = pk.Pipeline("shop", [pk.Stage("Source", checkout)])
    main, release = (attrs.evolve(bare, parameters={"Branch": name, "Other": name}) for name in ("main", "release"))

    found = [
        [str(change) for change in diff(one, other)] for one, other in ((main, release), (main, bare), (bare, bare))
    ]

    assert found == [
        ['~ the pipeline parameters.Branch: "main" -> "release"'],
        ['~ the pipeline parameters.Branch: "main" -> (nothing)'],
        [],
    ]


def test_a_parameter_that_is_declared_without_a_default_has_none() -> None:
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch=pk.Parameter("Branch"))
    bare = pk.define(pk.Pipeline("shop", [pk.Stage("Source", checkout)]))
    known = FrozenMap({"Branch": KnownParameter(meaning="!Ref Branch")})
    declared = attrs.evolve(bare, origin=attrs.evolve(bare.origin, parameters=known))

    assert not diff(declared, bare)
    assert not diff(bare, declared)


def test_the_default_of_a_secret_is_hidden() -> None:
    checkout = pk.source.GitHub("Checkout", owner="a", repository="b", branch="main", oauth_token=pk.Parameter("Token"))
    bare = pk.Pipeline("shop", [pk.Stage("Source", checkout)])

    found = diff(
        attrs.evolve(bare, parameters={"Token": "abcdefgh"}), attrs.evolve(bare, parameters={"Token": "12345"})
    )

    assert "abcdefgh" not in str(found)
    assert "12345" not in str(found)
    assert len(found) == 1


def test_in_which_order_projects_and_groups_stand_says_nothing() -> None:
    projects = [pk.Project("one"), pk.Project("two")]
    groups = [pk.DeploymentGroup("one", application="shop"), pk.DeploymentGroup("two", application="shop")]
    before = pk.define(attrs.evolve(SHOP, projects=projects, deployment_groups=groups))
    after = pk.define(attrs.evolve(SHOP, projects=projects[::-1], deployment_groups=groups[::-1]))

    assert after.projects != before.projects
    assert after == before
    assert hash(after) == hash(before)
    assert not diff(before, after)


def with_stages(*stages: pk.Stage) -> pk.Pipeline:
    return attrs.evolve(SHOP, stages=stages)


def with_live(*steps: pk.Step) -> pk.Pipeline:
    return with_stages(SOURCE, BUILD, pk.Stage("Live", steps))


def with_orders(stage: str, **orders: int) -> pk.Definition:
    """Give the definition with other run orders in a stage."""
    definition = pk.define(SHOP)
    stages = tuple(
        attrs.evolve(
            one, actions=tuple(attrs.evolve(a, run_order=orders.get(a.name, a.run_order)) for a in one.actions)
        )
        if one.name == stage
        else one
        for one in definition.pipeline.stages
    )
    return attrs.evolve(definition, pipeline=attrs.evolve(definition.pipeline, stages=stages))


@given(pipelines(), pipelines())
@SOME
def test_there_are_changes_exactly_when_two_pipelines_differ(one: pk.Pipeline, other: pk.Pipeline) -> None:
    before, after = pk.define(one), pk.define(other)

    found = diff(before, after)

    assert bool(found) == (before != after)
    assert not diff(before, before)


@given(declarations, declarations)
@SOME
def test_whatever_is_declared_can_be_compared(one: PipelineDeclaration, other: PipelineDeclaration) -> None:
    before, after = pk.Definition(pipeline=one), pk.Definition(pipeline=other)

    found = diff(before, after)

    assert bool(found) == (before != after)
    assert not diff(after, after)
    assert len(json.loads(json.dumps(found.as_data()))) == len(found)
    assert all(line.replace("\n", "").isprintable() for line in map(str, found))


def test_a_stage_is_added_and_removed_with_its_actions() -> None:
    smoke = pk.Stage("Smoke", pk.invoke.Lambda("Call", function="f"))

    added, removed = (
        changes(with_stages(SOURCE, BUILD, LIVE, smoke)),
        changes(SHOP, with_stages(SOURCE, BUILD, LIVE, smoke)),
    )

    assert added == [Added(("Smoke",), what="stage", detail="after Live, with Call")]
    assert removed == [Removed(("Smoke",), what="stage", detail="Call")]
    assert str(added[0]) == "+ stage Smoke added: after Live, with Call"


def test_a_stage_that_moves_is_not_removed_and_added() -> None:
    hold = pk.Stage("Hold", pk.invoke.Lambda("Wait", function="f"))
    before = with_stages(SOURCE, BUILD, hold, LIVE)

    assert changes(with_stages(SOURCE, hold, BUILD, LIVE), before) == [
        Moved(("Hold",), what="stage", before="after Build", after="after Source")
    ]


def test_a_stage_that_holds_the_same_actions_is_renamed() -> None:
    definition = pk.define(SHOP)
    stages = (*definition.pipeline.stages[:2], attrs.evolve(definition.pipeline.stages[2], name="Production"))
    after = attrs.evolve(definition, pipeline=attrs.evolve(definition.pipeline, stages=stages))

    assert changes(after) == [Renamed(("Live",), what="stage", name="Production")]


def test_an_action_is_added_removed_and_renamed() -> None:
    other = attrs.evolve(SITE, name="Website")
    call = pk.invoke.Lambda("Call", function="f")

    assert changes(with_live(GO_LIVE >> other)) == [Renamed(("Live", "Site"), what="action", name="Website")]
    assert changes(with_live(GO_LIVE >> SITE >> call)) == [
        Added(("Live", "Call"), what="action", detail="Lambda, run order 3")
    ]
    assert changes(SHOP, with_live(GO_LIVE >> SITE >> call)) == [Removed(("Live", "Call"), what="action")]


def test_an_action_that_goes_to_another_stage_is_moved() -> None:
    unit = pk.CustomAction("Scan", action_type=pk.ActionTypeId("Test", "Custom", "Scanner"))
    before = with_stages(SOURCE, pk.Stage("Build", [UNIT, PACKAGE, unit]), LIVE)
    after = with_stages(SOURCE, BUILD, pk.Stage("Live", [unit, GO_LIVE >> SITE]))

    assert changes(after, before) == [Moved(("Live", "Scan"), what="action", before="stage Build", after="stage Live")]


def test_a_run_order_that_changes_the_order_is_told_with_both_numbers() -> None:
    before, after = with_orders("Build", Package=2), with_orders("Build", Package=1)

    assert changes(after, before) == [RunOrderChanged(("Build", "Package"), before=2, after=1)]
    assert str(changes(after, before)[0]) == "~ action Build/Package moved from run order 2 to 1"


def test_run_orders_that_keep_the_order_are_without_effect() -> None:
    found = diff(with_orders("Build", Package=3), with_orders("Build", Package=2))

    assert list(found) == [RunOrdersRenumbered(("Build",), before=(1, 3), after=(1, 2))]
    assert found.without_effect
    assert str(found) == "= run orders of Build renumbered, 1, 3 -> 1, 2: the order is the same"


def test_actions_written_in_another_order_are_without_effect() -> None:
    after = with_stages(SOURCE, pk.Stage("Build", [PACKAGE, UNIT]), LIVE)

    assert Reordered(("Build",), what="actions") in changes(after)
    assert diff(SHOP, after).without_effect


def test_a_removed_approval_is_said_first_and_aloud() -> None:
    found = changes(attrs.evolve(with_live(SITE), role="arn:aws:iam::111122223333:role/other"))

    assert found[0] == GateLost(("Live", "GoLive"), removed=True, actions=("Live/Site",))
    assert str(found[0]) == "! APPROVAL Live/GoLive removed: Live/Site no longer waits for it"
    assert not any(isinstance(change, Removed) for change in found)


def test_an_approval_beside_what_it_held_up_is_said_aloud() -> None:
    found = changes(with_live(GO_LIVE, SITE))

    assert GateLost(("Live", "GoLive"), removed=False, actions=("Live/Site",)) in found
    assert "APPROVAL Live/GoLive no longer comes first" in str(found[0])


def test_a_removed_stage_takes_its_approval_with_it_aloud() -> None:
    gate = pk.Stage("Gate", pk.approval.Manual("Ask"))

    found = changes(SHOP, with_stages(SOURCE, BUILD, gate, LIVE))

    assert [type(change) for change in found] == [GateLost, Removed]


def test_an_approval_that_moves_with_its_stage_holds_up_as_before() -> None:
    gate = pk.Stage("Gate", pk.approval.Manual("Ask"))
    other = pk.Stage("Other", pk.invoke.Lambda("Call", function="f"))
    before, after = with_stages(SOURCE, gate, other, BUILD, LIVE), with_stages(SOURCE, other, gate, BUILD, LIVE)

    found = changes(after, before)

    assert [type(change) for change in found] == [GateLost, Moved]
    assert isinstance(found[0], GateLost)
    assert found[0].actions == ("Other/Call",)


def test_configuration_is_compared_key_by_key() -> None:
    moved = attrs.evolve(SITE, bucket="other", cache_control="no-cache")

    assert changes(with_live(GO_LIVE >> moved)) == [
        Changed(("Live", "Site"), member="configuration.BucketName", before="site", after="other"),
        Changed(("Live", "Site"), member="configuration.CacheControl", before=None, after="no-cache"),
    ]


def test_variables_of_a_build_are_compared_one_by_one() -> None:
    one, other = (
        pk.build.CodeBuild("Package", input=CHECKOUT.output, project="p", environment={"A": "1", "LEVEL": level})
        for level in ("low", "high")
    )
    before, after = (with_stages(SOURCE, pk.Stage("Build", action)) for action in (one, other))

    assert changes(after, before) == [
        Changed(("Build", "Package"), member="configuration.EnvironmentVariables.LEVEL", before="low", after="high")
    ]


def test_json_that_says_the_same_is_without_effect() -> None:
    one, other = (pk.invoke.Lambda("Call", function="f", user_parameters=text) for text in ('{"a":1}', '{ "a": 1 }'))

    found = diff(with_live(one), with_live(other))

    assert list(found) == [Rewritten(("Live", "Call"), member="configuration.UserParameters")]
    assert found.without_effect


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OAuthToken", "anything at all"),
        ("Note", "ghp_" + "a1B2" * 9),
        ("DB_PASSWORD", "hunter2"),
        ("Url", "postgres://shop:s3cr3tWord@db.example.org/x"),
    ],
)
def test_what_may_be_a_secret_is_hidden(name: str, value: str) -> None:
    def action(text: str) -> pk.Pipeline:
        kind = pk.ActionTypeId("Source", "Custom", "Thing")
        return with_live(pk.CustomAction("Call", action_type=kind, configuration={name: text}))

    found = diff(action("nothing"), action(value))

    assert len(found) == 1
    assert "***" in str(found)
    assert value not in str(found) + json.dumps(found.as_data())
    assert "s3cr3tWord" not in str(found)


def test_a_secret_inside_json_and_variables_is_hidden() -> None:
    one = pk.invoke.Lambda("Call", function="f", user_parameters='{"api_key": "one", "n": 1}')
    other = attrs.evolve(one, user_parameters='{"api_key": "two", "n": 2}')

    shown = str(diff(with_live(one), with_live(other)))

    assert 'configuration.UserParameters.api_key: "***" -> "***"' in shown
    assert 'configuration.UserParameters.n: "1" -> "2"' in shown


def test_a_secret_that_a_command_sets_is_hidden() -> None:
    one, other = (
        pk.build.CodeBuild("B", input=CHECKOUT.output, project="p", buildspec=pk.BuildSpec(build=[line]))
        for line in ("make", 'export API_TOKEN="hunter22" && make --user "$USER" --token $TOKEN')
    )
    before, after = (with_stages(SOURCE, pk.Stage("Build", action)) for action in (one, other))

    assert str(diff(before, after)).splitlines()[1:] == [
        "    - make",
        '    + export API_TOKEN="***" && make --user "$USER" --token $TOKEN',
    ]


def test_a_reference_to_a_secret_is_none() -> None:
    one, other = (
        pk.CustomAction(
            "Call", action_type=pk.ActionTypeId("Source", "Custom", "Thing"), configuration={"OAuthToken": str(value)}
        )
        for value in (pk.Parameter("One"), pk.Parameter("Two"))
    )

    assert '"${Parameter.One}" -> "${Parameter.Two}"' in str(diff(with_live(one), with_live(other)))


def test_artifacts_that_are_read_from_elsewhere_are_told_with_their_makers() -> None:
    raw = attrs.evolve(SITE, input=CHECKOUT.output)

    assert changes(with_live(GO_LIVE >> raw)) == [
        Rewired(
            ("Live", "Site"), before=("PackageOutput of Build/Package",), after=("CheckoutOutput of Source/Checkout",)
        )
    ]


def test_an_artifact_of_another_name_from_the_same_place_is_no_other_wiring() -> None:
    package = attrs.evolve(PACKAGE, outputs=["Bundle"])
    after = with_stages(
        SOURCE,
        pk.Stage("Build", [UNIT, package]),
        pk.Stage("Live", GO_LIVE >> attrs.evolve(SITE, input=package.output)),
    )

    assert changes(after) == [
        Renamed(("Build", "Package", "PackageOutput"), what="output artifact", name="Bundle"),
    ]


def test_commands_of_a_buildspec_are_told_line_by_line() -> None:
    unit = attrs.evolve(UNIT, buildspec=pk.BuildSpec(build=["make lint", "make test"]))
    after = with_stages(SOURCE, pk.Stage("Build", [unit, PACKAGE]), LIVE)

    assert changes(after) == [
        LinesChanged(("project", "shop-Build-Unit"), member="buildspec.build.commands", lines=("+ make lint",))
    ]


def test_commands_of_an_override_are_told_like_those_of_a_project() -> None:
    one, other = (
        pk.build.CodeBuild("B", input=CHECKOUT.output, project="p", buildspec=pk.BuildSpec(build=[line]))
        for line in ("make", "make all")
    )
    before, after = (with_stages(SOURCE, pk.Stage("Build", action)) for action in (one, other))

    assert changes(after, before) == [
        LinesChanged(
            ("Build", "B"), member="configuration.BuildspecOverride.build.commands", lines=("- make", "+ make all")
        )
    ]


def test_a_deployment_group_is_compared_by_application_and_name() -> None:
    def release(config: pk.DeploymentConfig) -> pk.Pipeline:
        group = pk.DeploymentGroup("web", application="shop", config=config)
        return with_live(pk.deploy.CodeDeploy("Release", input=PACKAGE.output, group=group))

    assert [str(change) for change in changes(release(pk.ALL_AT_ONCE), release(pk.HALF_AT_A_TIME))] == [
        '~ deployment group/shop/web config.name: "CodeDeployDefault.HalfAtATime" -> "CodeDeployDefault.AllAtOnce"',
        '~ deployment group/shop/web config.type: "FLEET_PERCENT" -> "HOST_COUNT"',
        '~ deployment group/shop/web config.value: "50" -> "0"',
    ]


def test_transitions_that_close_and_open_are_said_aloud() -> None:
    closed = attrs.evolve(SHOP, transitions=[pk.Transition(into=LIVE, enabled=False, reason="Change freeze")])
    other = attrs.evolve(SHOP, transitions=[pk.Transition(into=LIVE, enabled=False, reason="Holidays")])

    assert changes(closed) == [TransitionDisabled(("Live",), reason="Change freeze")]
    assert changes(SHOP, closed) == [TransitionEnabled(("Live",), reason="Change freeze")]
    assert changes(other, closed) == [
        Changed(("Live",), member="transition.reason", before="Change freeze", after="Holidays")
    ]


def test_a_rule_that_a_stage_is_no_longer_held_to_is_said_aloud() -> None:
    window = pk.rule.DeploymentWindow("OfficeHours", cron="* * 9-17 ? * MON-FRI")
    held = attrs.evolve(LIVE, before_entry=pk.Condition(window, result="FAIL"))

    found = changes(SHOP, with_stages(SOURCE, BUILD, held))

    assert found == [RuleLost(("Live",), member="beforeEntry", rule="OfficeHours", provider="DeploymentWindow")]
    assert str(found[0]) == "! RULE OfficeHours (DeploymentWindow) of Live beforeEntry removed"


def test_members_of_a_rule_a_trigger_and_a_variable_are_told_by_their_names() -> None:
    def shop(cron: str, branch: str, default: str) -> pk.Pipeline:
        window = pk.rule.DeploymentWindow("Hours", cron=cron)
        live = attrs.evolve(LIVE, before_entry=pk.Condition(window, result="FAIL"))
        return attrs.evolve(
            with_stages(SOURCE, BUILD, live),
            triggers=[pk.Trigger("Checkout", push=pk.Push(branches=[branch]))],
            variables=[pk.PipelineVariable("WHAT", default=default)],
        )

    found = [str(change) for change in changes(shop("b", "next", "web"), shop("a", "main", "app"))]

    assert found == [
        '~ the pipeline variables.WHAT.defaultValue: "app" -> "web"',
        "~ the pipeline triggers.Checkout.push[0].branches.includes:\n    - main\n    + next",
        '~ Live beforeEntry[0].rules.Hours.configuration.Cron: "a" -> "b"',
    ]


def test_the_pipeline_itself_is_compared() -> None:
    after = attrs.evolve(SHOP, execution_mode="QUEUED", role="arn:aws:iam::111122223333:role/other")

    assert [str(change) for change in changes(after)] == [
        '~ the pipeline roleArn: "${Parameter.PipelineRoleArn}" -> "arn:aws:iam::111122223333:role/other"',
        '~ the pipeline executionMode: "SUPERSEDED" -> "QUEUED"',
    ]


def test_changes_are_data_as_well() -> None:
    data = diff(SHOP, with_live(SITE)).as_data()

    assert data[0] == {
        "change": "GateLost",
        "path": ["Live", "GoLive"],
        "removed": True,
        "actions": ["Live/Site"],
        "sign": "!",
        "sentence": "APPROVAL Live/GoLive removed: Live/Site no longer waits for it",
    }


def test_equal_pipelines_have_no_differences() -> None:
    assert str(diff(SHOP, pk.define(SHOP))) == "no differences"


def _project(**options: Any) -> pk.Pipeline:
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
    unit = pk.test.CodeBuild("Unit", input=checkout.output, project="unit", **options)
    return pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", unit)])


@pytest.mark.parametrize("turned", [False, True])
def test_a_variable_that_comes_or_goes_keeps_its_secret(turned: bool) -> None:
    pair = [_project(), _project(environment={"DB_PASSWORD": "hunter2hunter2", "MODE": "fast"})]

    told = str(pk.diff(*(reversed(pair) if turned else pair)))

    assert "hunter2" not in told
    assert "MODE" in told


def test_json_that_comes_keeps_its_secret() -> None:
    def notify(**options: Any) -> pk.Pipeline:
        checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
        tell = pk.invoke.Lambda("Tell", function="tell", **options)
        return pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Tell", tell)])

    told = str(pk.diff(notify(), notify(user_parameters='{"password": ["hunter2hunter2"]}')))

    assert "hunter2" not in told


def test_what_may_be_a_secret_inside_variables_is_named() -> None:
    definition = pk.define(_project(environment={"DB_PASSWORD": "hunter2hunter2"}))

    assert list(possible_secrets(definition)) == ["Test/Unit EnvironmentVariables DB_PASSWORD"]


def test_an_approval_that_becomes_an_action_of_another_kind_is_a_gate_that_is_lost() -> None:
    def shop(gate: pk.Action) -> pk.Pipeline:
        checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
        release = pk.deploy.S3("Release", input=checkout.output, bucket="site-of-acme", extract=True)
        return pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Live", gate >> release)])

    changes = pk.diff(shop(pk.approval.Manual("Gate")), shop(pk.invoke.Lambda("Gate", function="gate")))

    assert any(isinstance(change, GateLost) and change.actions == ("Live/Release",) for change in changes)


def test_json_that_is_nested_without_end_is_a_text() -> None:
    deep = "[" * 100_000

    (change,) = pk.diff(_project(), _project(more_configuration={"BatchEnabled": deep}))

    assert isinstance(change, Changed)
    assert (change.member, change.before) == ("configuration.BatchEnabled", None)


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("""curl -d '{"password":"hunter2"}' x""", """curl -d '{"password":"***"}' x"""),
        ("deploy --token s3cr3tvalue prod", "deploy --token *** prod"),
        ("deploy --password=ab$c12345", "deploy --password=***"),
        ("curl -H 'Authorization: Bearer abc.def-ghi'", "curl -H 'Authorization: Bearer ***'"),
        ("PASSWORD=p@ss$word make", "PASSWORD=*** make"),
        ("deploy --token $TOKEN", "deploy --token $TOKEN"),
        ("docker login --password-stdin registry", "docker login --password-stdin ***"),
        ("TOKEN=${Parameter.Token}", "TOKEN=${Parameter.Token}"),
    ],
)
def test_secrets_in_commands_are_hidden_however_they_are_given(command: str, shown: str) -> None:
    assert without_secrets(command) == shown


def test_the_default_of_a_parameter_may_be_a_secret() -> None:
    checkout = pk.source.GitHub("Checkout", owner="a", repository="b", branch="main", oauth_token=pk.Parameter("Token"))
    defaults = {"Token": "abcdefgh", "Branch": "main", "OtherToken": "****"}
    pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout)], parameters=defaults)

    assert list(possible_secrets(pk.define(pipeline))) == ["parameters Token"]
