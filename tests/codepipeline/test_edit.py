from __future__ import annotations

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pipelinekit as pk
from pipelinekit.codepipeline.edit import CannotEdit
from pipelinekit.codepipeline.python.source import to_python
from strategies import ignoring, pipelines

SOME = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

CHECKOUT = pk.source.CodeConnections("Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("C"))
UNIT = pk.test.CodeBuild("Unit", input=CHECKOUT.output, buildspec=pk.BuildSpec(build=["make test"]))
PACKAGE = pk.build.CodeBuild(
    "Package", input=CHECKOUT.output, buildspec=pk.BuildSpec(build=["make dist"], artifacts=["dist/*"])
)
GO_LIVE = pk.approval.Manual("GoLive")
WEB = pk.DeploymentGroup("web", application="shop")
RELEASE = pk.deploy.CodeDeploy("Release", input=PACKAGE.output, group=WEB, appspec=pk.AppSpec.server())
SITE = pk.deploy.S3("Site", input=PACKAGE.output, bucket="site")
LIVE = pk.Stage("Live", GO_LIVE >> [RELEASE, SITE])
SHOP = pk.Pipeline(
    "shop",
    [pk.Stage("Source", CHECKOUT), pk.Stage("Build", [UNIT, PACKAGE]), LIVE],
    transitions=[pk.Transition(into=LIVE, enabled=False, reason="Change freeze")],
    triggers=[pk.Trigger(CHECKOUT, push=pk.Push(branches=["main"]))],
)
CALL = pk.invoke.Lambda("Call", function="f")


def orders(definition: pk.Definition, stage: str) -> dict[str, int]:
    return dict(pk.order(definition).run_orders[stage])


def stages(definition: pk.Definition) -> list[str]:
    return [stage.name for stage in definition.pipeline.stages]


def action(definition: pk.Definition, stage: str, name: str) -> object:
    found = [one for around, one in definition.actions() if (around.name, one.name) == (stage, name)]
    assert len(found) == 1
    return found[0]


# Stages.


def test_a_stage_is_added_where_it_is_wanted() -> None:
    smoke = pk.Stage("Smoke", CALL)

    assert stages(pk.edit.add_stage(SHOP, smoke)) == ["Source", "Build", "Live", "Smoke"]
    assert stages(pk.edit.add_stage(SHOP, smoke, before="Live")) == ["Source", "Build", "Smoke", "Live"]
    assert stages(pk.edit.add_stage(SHOP, smoke, after="Source")) == ["Source", "Smoke", "Build", "Live"]


def test_a_stage_brings_its_projects_and_flows_along() -> None:
    lint = pk.test.CodeBuild("Lint", input=CHECKOUT.output, buildspec=pk.BuildSpec(build=["make lint"]))

    edited = pk.edit.add_stage(SHOP, pk.Stage("Style", lint >> CALL), after="Source")

    assert edited.project("shop-Style-Lint") is not None
    assert orders(edited, "Style") == {"Lint": 1, "Call": 2}
    assert [str(edge) for edge in edited.origin.flows if edge.after[0] == "Style"] == ["Style/Lint -> Style/Call (>>)"]


def test_what_is_added_is_what_would_have_been_written() -> None:
    smoke = pk.Stage("Smoke", CALL)
    written = attrs.evolve(SHOP, stages=[*SHOP.stages, smoke])

    assert pk.edit.add_stage(SHOP, smoke) == pk.define(written)


def test_a_removed_stage_takes_along_what_only_it_referred_to() -> None:
    edited = pk.edit.remove_stage(SHOP, "Live")

    assert stages(edited) == ["Source", "Build"]
    assert edited.deployment_groups == ()
    assert dict(edited.appspecs) == {}
    assert edited.disabled_transitions == ()
    assert [project.name for project in edited.projects] == ["shop-Build-Unit", "shop-Build-Package"]
    assert not [key for key in edited.origin.places if "Live" in key]


def test_the_trigger_of_a_removed_source_goes_with_it() -> None:
    assert pk.edit.remove_stage(SHOP, "Source").pipeline.triggers == ()


def test_a_stage_is_moved() -> None:
    assert stages(pk.edit.move_stage(SHOP, "Live", before="Build")) == ["Source", "Live", "Build"]
    assert stages(pk.edit.move_stage(SHOP, "Source")) == ["Build", "Live", "Source"]


def test_all_that_belongs_to_a_stage_follows_its_new_name() -> None:
    edited = pk.edit.rename_stage(SHOP, "Live", "Production")

    assert edited.disabled_transitions[0].stage == "Production"
    assert list(edited.appspecs) == ["Production/Release"]
    assert edited.location("Production", "Release").place == pk.define(SHOP).location("Live", "Release").place
    assert {edge.before[0] for edge in edited.origin.flows} == {"Production"}


def test_a_transition_is_disabled_and_enabled() -> None:
    closed = pk.edit.disable_transition(SHOP, "Build", "Not today")

    assert {(one.stage, one.reason) for one in closed.disabled_transitions} == {
        ("Live", "Change freeze"),
        ("Build", "Not today"),
    }
    assert pk.edit.enable_transition(closed, "Build") == pk.define(SHOP)


# Actions.


def test_an_action_is_added_after_all_others() -> None:
    assert orders(pk.edit.add_action(SHOP, "Live", CALL), "Live") == {"GoLive": 1, "Release": 2, "Site": 2, "Call": 3}


def test_room_is_made_for_an_action_between_others() -> None:
    after = pk.edit.add_action(SHOP, "Live", CALL, after="GoLive")
    before = pk.edit.add_action(SHOP, "Live", CALL, before="GoLive")
    beside = pk.edit.add_action(SHOP, "Live", CALL, beside="Site")

    assert orders(after, "Live") == {"GoLive": 1, "Call": 2, "Release": 3, "Site": 3}
    assert orders(before, "Live") == {"Call": 1, "GoLive": 2, "Release": 3, "Site": 3}
    assert orders(beside, "Live") == {"GoLive": 1, "Release": 2, "Site": 2, "Call": 2}


def test_an_action_that_asks_for_a_variable_gives_its_producer_a_namespace() -> None:
    edited = pk.edit.add_action(SHOP, "Live", pk.approval.Manual("Ask", message=f"Ship {CHECKOUT.commit_id}?"))

    assert getattr(action(edited, "Source", "Checkout"), "namespace", None) == "Checkout"
    assert not pk.check(edited).errors


def test_a_removed_action_leaves_no_gap() -> None:
    edited = pk.edit.remove_action(SHOP, "Live", "GoLive")

    assert orders(edited, "Live") == {"Release": 1, "Site": 1}
    assert edited.origin.flows == ()


def test_a_removed_action_takes_along_what_only_it_referred_to() -> None:
    edited = pk.edit.remove_action(SHOP, "Live", "Release")

    assert edited.deployment_groups == ()
    assert dict(edited.appspecs) == {}
    assert "Live/Release" not in edited.origin.places


def test_a_project_that_another_action_uses_stays() -> None:
    project = pk.Project("shared", buildspec=pk.BuildSpec(build=["make"]))
    both = [pk.test.CodeBuild(name, input=CHECKOUT.output, project=project) for name in ("One", "Two")]
    shop = attrs.evolve(SHOP, stages=[*SHOP.stages[:1], pk.Stage("Build", both)])

    once = pk.edit.remove_action(shop, "Build", "One")

    assert [one.name for one in once.projects] == ["shared"]
    assert pk.edit.remove_action(once, "Build", "Two").projects == ()


def test_an_action_is_replaced_in_its_place() -> None:
    edited = pk.edit.replace_action(SHOP, "Live", "Release", CALL)

    assert orders(edited, "Live") == {"GoLive": 1, "Call": 2, "Site": 2}
    assert edited.deployment_groups == ()


def test_an_action_that_is_replaced_by_itself_changes_nothing() -> None:
    assert pk.edit.replace_action(SHOP, "Build", "Unit", UNIT) == pk.define(SHOP)


def test_an_action_is_moved_inside_its_stage_and_to_another() -> None:
    inside = pk.edit.move_action(SHOP, "Live", "Site", before="GoLive")
    across = pk.edit.move_action(SHOP, "Live", "Release", to="Build", after="Package")

    assert orders(inside, "Live") == {"Site": 1, "GoLive": 2, "Release": 3}
    assert orders(across, "Build") == {"Unit": 1, "Package": 1, "Release": 2}
    assert list(across.appspecs) == ["Build/Release"]
    assert across.deployment_groups == (WEB,)


def test_the_trigger_follows_the_new_name_of_its_source() -> None:
    edited = pk.edit.rename_action(SHOP, "Source", "Checkout", "Repository")

    assert edited.pipeline.triggers[0].source_action_name == "Repository"
    assert not pk.check(edited).errors


def test_configuration_keys_are_set_and_taken_away() -> None:
    edited = pk.edit.configure_action(SHOP, "Live", "Site", {"BucketName": pk.Parameter("B"), "Extract": None, "N": 1})

    assert getattr(action(edited, "Live", "Site"), "configuration", None) == {"BucketName": "${Parameter.B}", "N": "1"}


# Side by side, or one after the other.


def test_actions_that_wait_only_by_a_flow_can_run_side_by_side() -> None:
    edited = pk.edit.make_parallel(SHOP, "Live")

    assert orders(edited, "Live") == {"GoLive": 1, "Release": 1, "Site": 1}
    assert not edited.origin.flows


def test_some_actions_side_by_side_leave_no_gap() -> None:
    in_a_row = pk.edit.make_sequential(SHOP, "Live")

    edited = pk.edit.make_parallel(in_a_row, "Live", "GoLive", "Release")

    assert orders(in_a_row, "Live") == {"GoLive": 1, "Release": 2, "Site": 3}
    assert orders(edited, "Live") == {"GoLive": 1, "Release": 1, "Site": 2}


def test_actions_run_in_the_order_they_are_named() -> None:
    edited = pk.edit.make_sequential(SHOP, "Live", "Site", "Release")

    assert orders(edited, "Live") == {"GoLive": 1, "Release": 3, "Site": 2}


def test_what_comes_after_a_group_comes_after_its_row() -> None:
    shop = pk.edit.add_action(SHOP, "Live", CALL)

    edited = pk.edit.make_sequential(shop, "Live", "Release", "Site")

    assert orders(edited, "Live") == {"GoLive": 1, "Release": 2, "Site": 3, "Call": 4}


def test_an_action_cannot_run_beside_or_before_what_it_reads_from() -> None:
    reads = pk.deploy.S3("Reads", input=PACKAGE.output, bucket="b")
    shop = pk.edit.add_action(SHOP, "Build", reads)

    with pytest.raises(CannotEdit, match=r"^Reads cannot run beside Package: it waits for the artifact PackageOutput$"):
        pk.edit.make_parallel(shop, "Build")
    with pytest.raises(CannotEdit, match=r"^Reads cannot run before Package: it waits for the artifact PackageOutput$"):
        pk.edit.make_sequential(shop, "Build", "Reads", "Package")


@given(pipelines(), st.data())
@SOME
def test_a_row_made_parallel_again_is_what_it_was(pipeline: pk.Pipeline, data: st.DataObject) -> None:
    definition = pk.define(pipeline)
    stage = data.draw(st.sampled_from(definition.pipeline.stages))
    if len({one.run_order for one in stage.actions}) > 1:
        return

    row = pk.edit.make_sequential(definition, stage.name)

    assert list(orders(row, stage.name).values()) == list(range(1, len(stage.actions) + 1))
    assert pk.edit.make_parallel(row, stage.name) == definition


@given(pipelines(), st.data())
@SOME
def test_what_is_added_and_removed_again_leaves_no_trace(pipeline: pk.Pipeline, data: st.DataObject) -> None:
    definition = pk.define(pipeline)
    stage = data.draw(st.sampled_from(definition.pipeline.stages)).name
    anchor = data.draw(st.sampled_from([one.name for around, one in definition.actions() if around.name == stage]))
    where = data.draw(st.sampled_from(["before", "after", "beside"]))

    edited = pk.edit.add_action(definition, stage, pk.approval.Manual("Asked"), **{where: anchor})

    assert [type(change).__name__ for change in pk.diff(definition, edited) if change.sign != "="] == ["Added"]
    assert pk.edit.remove_action(edited, stage, "Asked") == definition
    assert pk.define(_executed(to_python(edited))) == edited


def _executed(text: str) -> pk.Pipeline:
    names: dict[str, object] = {}
    exec(compile(text, "pipeline.py", "exec"), names)
    pipeline = names["pipeline"]
    assert isinstance(pipeline, pk.Pipeline)
    return pipeline


# What is not there.


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda: pk.edit.remove_stage(SHOP, "Biuld"), "there is no stage Biuld in shop: did you mean Build?"),
        (lambda: pk.edit.remove_stage(SHOP, "Xyz"), "there is no stage Xyz in shop: it has Source, Build, Live"),
        (lambda: pk.edit.move_stage(SHOP, "Live", after="Bild"), "there is no stage Bild in shop: did you mean Build?"),
        (lambda: pk.edit.move_stage(SHOP, "Live", after="Live"), "Live cannot be moved to where it stands itself"),
        (lambda: pk.edit.rename_stage(SHOP, "Live", "Build"), "shop has a stage Build already"),
        (lambda: pk.edit.add_stage(SHOP, LIVE), "shop has a stage Live already"),
        (lambda: pk.edit.add_stage(SHOP, pk.Stage("X", CALL), before="A", after="B"), "name one of them"),
        (lambda: pk.edit.remove_action(SHOP, "Build", "unit"), "there is no action unit in Build: did you mean Unit?"),
        (lambda: pk.edit.add_action(SHOP, "Live", SITE), "Live has an action Site already"),
        (lambda: pk.edit.add_action(SHOP, "Live", CALL, before="A", after="B"), "name one of them"),
        (lambda: pk.edit.move_action(SHOP, "Live", "Site", after="Site"), "cannot be moved to where it stands itself"),
        (lambda: pk.edit.make_parallel(SHOP, "Live", "Sight"), "there is no action Sight in Live: did you mean Site?"),
        (lambda: pk.edit.disable_transition(SHOP, "Lieve", ""), "there is no stage Lieve in shop: did you mean Live?"),
    ],
)
def test_what_is_not_there_is_told_in_a_sentence(edit: object, sentence: str) -> None:
    assert callable(edit)

    with pytest.raises(CannotEdit) as caught:
        edit()

    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_another_project_of_the_same_name_is_not_taken_for_it() -> None:
    other = pk.test.CodeBuild("Lint", input=CHECKOUT.output, project=pk.Project("shop-Build-Unit", privileged=True))

    with pytest.raises(CannotEdit, match="another project is called shop-Build-Unit"):
        pk.edit.add_action(SHOP, "Build", other)


def test_a_definition_that_is_edited_stays_as_it_was() -> None:
    definition = pk.define(SHOP)
    before = pk.define(SHOP)

    pk.edit.remove_stage(definition, "Live")

    assert definition == before


# Reasons to ignore a finding.


def ignorers(definition: pk.Definition) -> set[str]:
    """Give the keys of everything in a definition that may ignore something."""
    return {"", *stages(definition), *(f"{stage.name}/{action.name}" for stage, action in definition.actions())}


@given(pipelines().map(ignoring), st.data())
@SOME
def test_reasons_to_ignore_follow_what_is_renamed(pipeline: pk.Pipeline, data: st.DataObject) -> None:
    definition = pk.define(pipeline)
    stage, action = data.draw(st.sampled_from(list(definition.actions())))
    old, new = f"{stage.name}/{action.name}", "Renamed/AsWell"

    renamed = pk.edit.rename_action(definition, stage.name, action.name, "AsWell")
    renamed = pk.edit.rename_stage(renamed, stage.name, "Renamed")
    back = pk.edit.rename_stage(renamed, "Renamed", stage.name)
    back = pk.edit.rename_action(back, stage.name, "AsWell", action.name)

    assert renamed.origin.ignores.keys() == ignorers(renamed)
    assert renamed.origin.ignores[new] == definition.origin.ignores[old]
    assert renamed.origin.ignores["Renamed"] == definition.origin.ignores[stage.name]
    assert back.origin.ignores == definition.origin.ignores


@given(pipelines().map(ignoring), st.data())
@SOME
def test_reasons_to_ignore_go_where_an_action_goes(pipeline: pk.Pipeline, data: st.DataObject) -> None:
    definition = pk.define(pipeline)
    stage, action = data.draw(st.sampled_from(list(definition.actions())))
    target = data.draw(st.sampled_from(stages(definition)))

    moved = pk.edit.move_action(definition, stage.name, action.name, to=target)
    removed = pk.edit.remove_action(definition, stage.name, action.name)

    assert moved.origin.ignores.keys() == ignorers(moved)
    assert removed.origin.ignores.keys() == ignorers(removed)
    assert moved.origin.ignores[f"{target}/{action.name}"] == {"PK335": f"{stage.name}/{action.name}"}


def test_what_is_added_brings_its_reasons_and_what_goes_takes_them_along() -> None:
    call = attrs.evolve(CALL, ignore={"PK335": "it is long"})
    smoke = pk.Stage("Smoke", call, ignore={"PK104": "it is new"})

    with_stage = pk.edit.add_stage(SHOP, smoke)
    with_action = pk.edit.add_action(with_stage, "Build", call)
    replaced = pk.edit.replace_action(with_action, "Build", "Call", attrs.evolve(CALL, ignore={"PK302": "it is new"}))

    assert with_stage.origin.ignores == {"Smoke": {"PK104": "it is new"}, "Smoke/Call": {"PK335": "it is long"}}
    assert with_action.origin.ignores["Build/Call"] == {"PK335": "it is long"}
    assert replaced.origin.ignores["Build/Call"] == {"PK302": "it is new"}
    assert pk.edit.remove_stage(with_stage, "Smoke").origin.ignores == {}
