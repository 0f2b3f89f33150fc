from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import actions
import pipelinekit as pk
from pipelinekit.codepipeline.declaration import OutputArtifact, PipelineDeclaration
from pipelinekit.codepipeline.define import compile_pipeline
from pipelinekit.codepipeline.definition import KnownParameter
from pipelinekit.codepipeline.document import pipeline_input, read_pipeline
from pipelinekit.codepipeline.python.actions import NotInPython
from pipelinekit.codepipeline.python.naming import Names, snake_case
from pipelinekit.codepipeline.python.source import to_python
from pipelinekit.documents import to_json
from pipelinekit.files import load
from pipelinekit.values import FrozenMap
from strategies import declarations, ignoring, pipelines

ROOT = Path(__file__).resolve().parent.parent.parent
RUFF = [sys.executable, "-m", "ruff"]

SOME = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

CHECKOUT = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
BUILD = pk.build.CodeBuild(
    "Build",
    input=CHECKOUT.output,
    buildspec=pk.BuildSpec(build=["make dist"], artifacts=["dist/*"], exported_variables=["VERSION"]),
)
SOURCE = pk.Stage("Source", CHECKOUT)


@pytest.fixture
def everything() -> PipelineDeclaration:
    """Every member that a document can have."""
    file = Path(__file__).parent / "everything.json"
    return read_pipeline(file.read_text(encoding="utf-8"), file.name)


def executed(text: str) -> pk.Pipeline:
    names: dict[str, object] = {}
    exec(compile(text, "pipeline.py", "exec"), names)
    pipeline = names["pipeline"]
    assert isinstance(pipeline, pk.Pipeline)
    return pipeline


def statement(text: str, name: str) -> str:
    """Give the statement that assigns *name*."""
    lines = text.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"{name} = "))
    end = next((n for n in range(start + 1, len(lines)) if lines[n][:1] not in (" ", ")")), len(lines))
    return "\n".join(lines[start:end]).rstrip()


def with_action(action: pk.Action, *others: pk.Step) -> pk.Pipeline:
    return pk.Pipeline("shop", [SOURCE, pk.Stage("Build", BUILD), pk.Stage("Live", [action, *others])])


# The inverse.


@given(pipelines())
@SOME
def test_what_is_written_defines_what_was_given(pipeline: pk.Pipeline) -> None:
    definition = pk.define(pipeline)

    assert pk.define(executed(to_python(definition))) == definition


@given(pipelines())
@SOME
def test_the_document_of_a_definition_is_read_as_what_it_says(pipeline: pk.Pipeline) -> None:
    declaration = pk.define(pipeline).pipeline

    assert read_pipeline(to_json(pipeline_input(declaration)), "p.json") == declaration


@given(declarations)
@SOME
def test_whatever_is_declared_is_written_exactly(declaration: PipelineDeclaration) -> None:
    assume(declaration.artifact_store is None or not declaration.artifact_stores)  # of which AWS takes one
    definition = pk.Definition(pipeline=declaration)

    assert compile_pipeline(executed(to_python(definition))) == definition


def read(shared: Path) -> Iterator[tuple[str, pk.Definition]]:
    for path in sorted((shared / "corpus" / "pipeline").iterdir()):
        try:
            yield path.name, load(path)
        except pk.InvalidDocument:
            continue


def test_every_real_pipeline_is_written_exactly(shared: Path) -> None:
    real = list(read(shared))

    for name, definition in real:
        written = compile_pipeline(executed(to_python(definition)))
        assert written == definition, name
        assert not pk.diff(definition, written), name
    print(f"{len(real)} of {len(real)} pipelines of the corpus are written as Python")
    assert len(real) > 80


def test_all_that_a_document_can_say_of_v2_is_written(everything: PipelineDeclaration) -> None:
    definition = pk.Definition(pipeline=everything)

    text = to_python(definition)

    assert compile_pipeline(executed(text)) == definition
    assert {"pk.Trigger(", "pk.PipelineVariable(", "before_entry=", "on_failure="} <= set(
        re.findall(r"pk\.Trigger\(|pk\.PipelineVariable\(|before_entry=|on_failure=", text)
    )


def test_an_action_of_every_type_is_written_with_its_class() -> None:
    for action in actions.everything():
        pipeline = actions.pipeline_with(action)

        text = to_python(compile_pipeline(pipeline))

        assert compile_pipeline(executed(text)) == compile_pipeline(pipeline)
        assert "more_configuration" not in text
        usual, own = action.type.id.provider, action.action_type_id.provider
        assert ("pk.CustomAction(" not in text) == (usual == "Jenkins" or usual.casefold() == own.casefold()), text


# The layout.


def ruff(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*RUFF, *arguments], capture_output=True, text=True)


def test_what_is_written_needs_no_change_by_ruff(tmp_path: Path, shared: Path) -> None:
    pytest.importorskip("ruff")
    count = 0

    @given(pipelines())
    @SOME
    def write(pipeline: pk.Pipeline) -> None:
        nonlocal count
        count += 1
        (tmp_path / f"pipeline_{count}.py").write_text(to_python(pipeline), encoding="utf-8")

    write()
    for _, definition in read(shared):
        count += 1
        (tmp_path / f"pipeline_{count}.py").write_text(to_python(definition), encoding="utf-8")

    config = ("--no-cache", "--config", str(ROOT / "pyproject.toml"))
    formatted = ruff("format", "--check", *config, str(tmp_path))
    clean = ruff("check", *config, str(tmp_path))
    assert (formatted.returncode, formatted.stderr) == (0, "")
    assert clean.returncode == 0, clean.stdout


# The manner.


def test_a_whole_file_reads_as_a_person_writes_it() -> None:
    web = pk.DeploymentGroup("web", application="shop", tags={"role": "web"}, config=pk.HALF_AT_A_TIME)
    question = f"Ship {BUILD.variable('VERSION')} ({CHECKOUT.commit_id})?"
    go_live = pk.approval.Manual("GoLive", message=question)
    release = pk.deploy.CodeDeploy("Release", input=BUILD.output, group=web)
    live = pk.Stage("Live", go_live >> release)
    pipeline = pk.Pipeline(
        "shop",
        [SOURCE, pk.Stage("Build", BUILD), live],
        transitions=[pk.Transition(into=live, enabled=False, reason="Change freeze")],
        role="arn:aws:iam::111122223333:role/pipeline",
    )

    assert (
        to_python(pipeline)
        == '''"""The pipeline shop."""

import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")

build = pk.build.CodeBuild(
    "Build",
    input=checkout.output,
    buildspec=pk.BuildSpec(
        build=["make dist"],
        artifacts=["dist/*"],
        exported_variables=["VERSION"],
    ),
)

go_live = pk.approval.Manual(
    "GoLive",
    message=f"Ship {build.variable('VERSION')} ({checkout.commit_id})?",
)
web = pk.DeploymentGroup(
    "web",
    application="shop",
    tags={"role": "web"},
    config=pk.HALF_AT_A_TIME,
)
release = pk.deploy.CodeDeploy("Release", input=build.output, group=web)
live = pk.Stage("Live", go_live >> release)

pipeline = pk.Pipeline(
    "shop",
    [pk.Stage("Source", checkout), pk.Stage("Build", build), live],
    transitions=[pk.Transition(into=live, enabled=False, reason="Change freeze")],
    role="arn:aws:iam::111122223333:role/pipeline",
)
'''
    )


def test_run_orders_that_the_wiring_gives_are_not_written() -> None:
    pipeline = pk.Pipeline(
        "shop", [SOURCE, pk.Stage("Build", [BUILD, pk.deploy.S3("Site", input=BUILD.output, bucket="b")])]
    )

    text = to_python(pipeline)

    assert 'pk.Stage("Build", [build, site])' in text


def test_actions_that_only_a_flow_keeps_apart_are_written_as_one() -> None:
    first, second, third, last = (pk.approval.Manual(name) for name in ("First", "Second", "Third", "Last"))
    pipeline = with_action(last, first >> [second, third] >> last)

    text = to_python(pipeline)

    assert 'pk.Stage("Live", [last, first >> [second, third] >> last])' in text


def test_a_run_order_is_written_only_where_a_flow_cannot_give_it() -> None:
    first, second, third = (pk.approval.Manual(name) for name in ("First", "Second", "Third"))
    gap = attrs.evolve(second, run_order=5)

    text = to_python(with_action(first, first >> gap >> third))

    assert text.count("run_order") == 1
    assert statement(text, "second") == 'second = pk.approval.Manual("Second", run_order=5)'
    assert 'pk.Stage("Live", first >> second >> third)' in text


def test_a_flow_of_many_is_written_in_parts() -> None:
    several = [pk.approval.Manual(f"Approval-by-the-department-{n}") for n in range(12)]
    flow: pk.Step = pk.parallel(*several[:4]) >> several[4:8]
    for action in several[8:]:
        flow = flow >> action
    pipeline = pk.Pipeline("shop", [SOURCE, pk.Stage("Live", flow)])

    text = to_python(pipeline)

    assert max(map(len, text.splitlines())) <= 120
    assert pk.define(executed(text)) == pk.define(pipeline)


def test_an_action_without_a_class_keeps_its_configuration() -> None:
    scan = pk.CustomAction(
        "Scan",
        action_type=pk.ActionTypeId("Test", "Custom", "Scanner", "2"),
        configuration={"Level": "high"},
        input=BUILD.output,
    )

    assert statement(to_python(with_action(scan)), "scan") == (
        "scan = pk.CustomAction(\n"
        '    "Scan",\n'
        '    action_type=pk.ActionTypeId("Test", "Custom", "Scanner", "2"),\n'
        '    configuration={"Level": "high"},\n'
        "    input=build.output,\n"
        ")"
    )


def test_a_key_that_the_class_does_not_know_is_kept_beside_its_parameters() -> None:
    site = pk.deploy.S3("Site", input=BUILD.output, bucket="b", more_configuration={"New": "1", "Extract": "TRUE"})

    text = to_python(with_action(site))

    assert "pk.deploy.S3(" in text
    assert 'more_configuration={"Extract": "TRUE", "New": "1"}' in text
    assert pk.define(executed(text)) == pk.define(with_action(site))


def test_a_value_that_is_none_of_the_class_makes_it_a_custom_action() -> None:
    definition = pk.define(with_action(pk.deploy.S3("Site", input=BUILD.output, bucket="b")))
    live = definition.pipeline.stages[2]
    site = attrs.evolve(live.actions[0], configuration={"BucketName": "b"})  # Extract is missing
    stages = (*definition.pipeline.stages[:2], attrs.evolve(live, actions=(site,)))
    definition = attrs.evolve(definition, pipeline=attrs.evolve(definition.pipeline, stages=stages))

    text = to_python(definition)

    assert "site = pk.CustomAction(" in text
    assert compile_pipeline(executed(text)) == definition


def test_an_inline_buildspec_is_written_as_one() -> None:
    again = pk.build.CodeBuild("Again", input=CHECKOUT.output, project="shop", buildspec=pk.BuildSpec(build=["make"]))

    assert 'project="shop"' in (text := statement(to_python(with_action(again)), "again"))
    assert 'buildspec=pk.BuildSpec(build=["make"])' in text


def test_a_buildspec_that_would_be_written_otherwise_stays_the_text_it_is() -> None:
    own = "version: 0.2\nphases: {build: {commands: [make]}}  # all of it\n"
    again = pk.build.CodeBuild("Again", input=CHECKOUT.output, project="shop", buildspec=own)
    pipeline = with_action(again)

    text = to_python(pipeline)

    assert "all of it" in text
    assert pk.define(executed(text)) == pk.define(pipeline)


def test_a_project_that_several_use_is_written_once() -> None:
    project = pk.Project("tests", buildspec=pk.BuildSpec(build=["pytest"]), privileged=True)
    unit, smoke = (pk.test.CodeBuild(name, input=CHECKOUT.output, project=project) for name in ("Unit", "Smoke"))

    text = to_python(with_action(unit, smoke))

    assert text.count("pk.Project(") == 1
    assert text.count("project=tests") == 2


def test_a_group_that_exists_elsewhere_is_named() -> None:
    release = pk.deploy.CodeDeploy("Release", input=BUILD.output, group="web", application="shop")

    assert statement(to_python(with_action(release)), "release") == (
        "release = pk.deploy.CodeDeploy(\n"
        '    "Release",\n'
        "    input=build.output,\n"
        '    group="web",\n'
        '    application="shop",\n'
        ")"
    )


def test_an_artifact_that_nobody_makes_is_written_by_its_name() -> None:
    site = pk.deploy.S3("Site", input=pk.Artifact("Elsewhere"), bucket="b")

    assert 'input=pk.Artifact("Elsewhere")' in to_python(with_action(site))


def test_an_action_is_written_after_those_it_reads_from() -> None:
    made = pk.build.CodeBuild("Made", input=CHECKOUT.output, project="p", outputs=["Made"])
    reads = pk.deploy.S3("Reads", input=made.output, bucket="b")

    text = to_python(with_action(reads, made))

    assert text.index("made = ") < text.index("reads = ")
    assert 'pk.Stage("Live", [reads, made])' in text


def test_a_file_of_an_artifact_is_written_as_one_however_long_its_path() -> None:
    path = "/".join(["a-directory-of-templates"] * 5) + f"/{CHECKOUT.commit_id}.yml"
    stack = pk.deploy.CloudFormation(
        "Stack", stack_name="shop", stack_role=pk.Parameter("Role"), template=BUILD.output.at(path)
    )

    text = to_python(with_action(stack))

    assert "template=build.output.at(\n" in text
    assert "{checkout.commit_id}.yml" in text
    assert pk.define(executed(text)) == pk.define(with_action(stack))


def test_references_in_json_stay_as_they_are() -> None:
    call = pk.invoke.Lambda("Call", function="f", user_parameters=f'{{"commit": "{CHECKOUT.commit_id}"}}')
    pipeline = with_action(call)

    text = to_python(pipeline)

    assert """user_parameters='{"commit": "#{Checkout.CommitId}"}'""" in text
    assert pk.define(executed(text)) == pk.define(pipeline)


def test_names_of_python_are_left_alone() -> None:
    words = ["class", "compile", "pk", "Pipeline", "match", "2nd", "ü", "Go Live!"]
    pipeline = with_action(*[pk.approval.Manual(word) for word in words])

    text = to_python(pipeline)

    names = [line.partition(" = ")[0] for line in text.splitlines() if " = pk.approval" in line]
    assert names == [
        "live_class",
        "live_compile",
        "live_pk",
        "live_pipeline",
        "live_match",
        "live_2nd",
        "live",
        "go_live",
    ]
    assert compile_pipeline(executed(text)) == compile_pipeline(pipeline)


def test_a_name_that_stands_in_several_stages_is_told_apart_by_them() -> None:
    first, second = (pk.approval.Manual("Approve", message=message) for message in ("Once", "Again"))
    pipeline = pk.Pipeline("shop", [SOURCE, pk.Stage("Staging", first), pk.Stage("Production", second)])

    text = to_python(pipeline)

    assert 'staging_approve = pk.approval.Manual("Approve", message="Once")' in text
    assert 'production_approve = pk.approval.Manual("Approve", message="Again")' in text


def test_a_parameter_is_written_once_and_above_all() -> None:
    topic = pk.Parameter("TopicArn")
    pipeline = with_action(pk.approval.Manual("A", notification=topic, message=f"see {topic}"))

    text = to_python(pipeline)

    assert text.index('topic_arn = pk.Parameter("TopicArn")') < text.index("checkout = ")
    assert 'notification=topic_arn, message=f"see {topic_arn}"' in text


def test_a_parameter_that_stays_in_a_text_is_not_named() -> None:
    call = pk.invoke.Lambda("Call", function="f", user_parameters='{"topic": "${Parameter.TopicArn}"}')

    text = to_python(with_action(call))

    assert "topic_arn" not in text
    assert pk.define(executed(text)) == pk.define(with_action(call))


def test_what_the_language_cannot_say_is_refused_with_its_place() -> None:
    definition = pk.define(with_action(pk.approval.Manual("A")))
    both = attrs.evolve(definition.pipeline, artifact_stores={"eu-west-1": pk.ArtifactStore("b")})

    with pytest.raises(NotInPython, match="shop: has an artifactStore and artifactStores; AWS takes one of them"):
        to_python(attrs.evolve(definition, pipeline=both))


def test_files_of_an_output_are_said_of_an_action_of_any_type() -> None:
    definition = with_the_action(
        pk.approval.Manual("A"), output_artifacts=(OutputArtifact("X", files=("a",)), OutputArtifact("Y"))
    )

    text = to_python(definition)

    assert 'files={"X": ["a"]}' in text
    assert compile_pipeline(executed(text)) == definition


def with_the_action(action: pk.Action, **changes: Any) -> pk.Definition:
    """Give a definition with the action as it is declared after some changes."""
    definition = pk.define(with_action(action))
    live = definition.pipeline.stages[2]
    stages = (
        *definition.pipeline.stages[:2],
        attrs.evolve(live, actions=(attrs.evolve(live.actions[0], **changes),)),
    )
    return attrs.evolve(definition, pipeline=attrs.evolve(definition.pipeline, stages=stages))


def test_what_no_action_brings_along_is_described_by_the_pipeline() -> None:
    left_over = (pk.Project("left-over"),)
    groups = (pk.DeploymentGroup("web", application="shop"),)
    plain = pk.define(with_action(pk.approval.Manual("A")))
    definition = attrs.evolve(plain, projects=(*plain.projects, *left_over), deployment_groups=groups)

    text = to_python(definition)

    assert 'projects=[pk.Project("left-over")]' in text
    assert compile_pipeline(executed(text)) == definition


def test_actions_of_one_name_keep_their_own_run_orders() -> None:
    twins = [pk.approval.Manual("A", run_order=order) for order in (2, 1)]
    definition = compile_pipeline(with_action(*twins))

    assert [action.run_order for action in definition.pipeline.stages[2].actions] == [2, 1]
    assert compile_pipeline(executed(to_python(definition))) == definition


# Members that are not known here, tags, reasons to ignore.


def test_members_that_are_not_known_are_written_as_they_came() -> None:
    more = {"newMember": {"deep": [1, None, True, 0.5, "${Parameter.X}"]}}
    site = pk.deploy.S3("Site", input=BUILD.output, bucket="b", more=more)

    text = to_python(with_action(site))

    assert statement(text, "site") == (
        "site = pk.deploy.S3(\n"
        '    "Site",\n'
        "    input=build.output,\n"
        '    bucket="b",\n'
        '    more={"newMember": {"deep": [1, None, True, 0.5, "${Parameter.X}"]}},\n'
        ")"
    )


def test_a_member_of_the_action_type_is_said_by_the_action() -> None:
    definition = with_the_action(pk.approval.Manual("A"), more={"actionTypeId": {"alias": "yes"}})

    text = to_python(definition)

    assert 'pk.approval.Manual("A", more={"actionTypeId": {"alias": "yes"}})' in text
    assert compile_pipeline(executed(text)) == definition


def test_what_is_done_on_failure_is_said_in_full_where_more_is_said_of_it() -> None:
    failure = pk.OnFailure(result="RETRY", retry_mode="ALL_ACTIONS", more={"times": 3})
    live = pk.Stage("Live", pk.approval.Manual("A"), on_failure=failure)

    text = to_python(pk.Pipeline("shop", [SOURCE, live]))

    assert "pk.Retry" not in text
    assert 'retry_mode="ALL_ACTIONS",' in text
    assert executed(text).stages[1].on_failure == failure


def test_what_a_parameter_stood_for_in_a_template_is_told() -> None:
    source = pk.source.CodeCommit("Checkout", repository="shop", branch=pk.Parameter("Branch"))
    role = pk.Parameter("RoleArn")
    plain = pk.define(pk.Pipeline("shop", [pk.Stage("Source", source)], role=role, artifact_store="b"))
    known = {"Branch": KnownParameter(meaning="!Ref Branch"), "RoleArn": KnownParameter(meaning="!GetAtt\nRole.Arn")}
    definition = attrs.evolve(plain, origin=attrs.evolve(plain.origin, parameters=FrozenMap(known)))

    text = to_python(definition)

    assert (
        'branch = pk.Parameter("Branch")\n# In the template: !GetAtt?Role.Arn\nrole_arn = pk.Parameter("RoleArn")'
        in text
    )


def test_defaults_of_parameters_are_written(tmp_path: Path) -> None:
    branch = pk.Parameter("Branch")
    source = pk.source.CodeCommit("Checkout", repository="shop", branch=branch)
    stages = [pk.Stage("Source", source), pk.Stage("Live", pk.approval.Manual("A"))]
    defaults = {"Branch": "main", "PipelineRoleArn": "arn:aws:iam::111122223333:role/p", "ArtifactBucket": "artifacts"}
    definition = pk.define(pk.Pipeline("shop", stages, parameters=defaults))

    again = pk.define(executed(to_python(definition)))

    assert again.origin.parameters == definition.origin.parameters
    pk.emit(again, tmp_path, parameters={"Branch": "next"})
    emitted = load(tmp_path).pipeline
    assert emitted.stages[0].actions[0].configuration["BranchName"] == "next"
    assert emitted.artifact_store == pk.ArtifactStore("artifacts")


def test_tags_are_written() -> None:
    text = to_python(attrs.evolve(with_action(pk.approval.Manual("A")), tags={"team": "shop"}))

    assert '    tags={"team": "shop"},\n' in text
    assert executed(text).tags == {"team": "shop"}


@given(pipelines().map(ignoring))
@SOME
def test_reasons_to_ignore_are_written(pipeline: pk.Pipeline) -> None:
    definition = pk.define(pipeline)

    again = pk.define(executed(to_python(definition)))

    assert again.origin.ignores == definition.origin.ignores
    assert len(again.origin.ignores) == 1 + len(pipeline.stages) + len(list(definition.actions()))


def test_a_project_of_an_action_that_ignores_something_keeps_the_reason() -> None:
    own = pk.Project("shop-Live-Unit", buildspec=pk.BuildSpec(build=["make"]), ignore={"PK617": "an old image"})
    pipeline = with_action(pk.test.CodeBuild("Unit", input=CHECKOUT.output, project=own))

    text = to_python(pipeline)

    assert [project.ignore for project in pk.define(executed(text)).projects if project.name == own.name] == [
        {"PK617": "an old image"}
    ]


# The class of an action that is called or wired in another way.


def test_inputs_in_another_order_leave_an_action_its_class() -> None:
    release = pk.deploy.CodeDeployToECS(
        "Release",
        application="shop",
        group="web",
        task_definition=BUILD.output.at("taskdef.json"),
        appspec=BUILD.output,
        images={"IMAGE": CHECKOUT.output},
        input=[CHECKOUT.output, BUILD.output],
    )

    text = to_python(with_action(release))

    assert [artifact.name for artifact in release.inputs] == ["CheckoutOutput", "BuildOutput"]
    assert "pk.deploy.CodeDeployToECS(" in text
    assert "input=[checkout.output, build.output]" in text
    assert compile_pipeline(executed(text)) == compile_pipeline(with_action(release))


def test_an_image_without_a_placeholder_leaves_a_blue_green_deployment_its_class() -> None:
    release = pk.deploy.CodeDeployToECS(
        "Release", application="shop", group="web", task_definition=BUILD.output, appspec=BUILD.output
    )
    declared = pk.define(with_action(release)).pipeline.stages[2].actions[0]
    definition = with_the_action(
        release,
        configuration=FrozenMap({**declared.configuration, "Image1ArtifactName": "CheckoutOutput"}),
        input_artifacts=("BuildOutput", "CheckoutOutput"),
    )

    text = to_python(definition)

    assert "pk.deploy.CodeDeployToECS(" in text
    assert 'more_configuration={"Image1ArtifactName": "CheckoutOutput"}' in text
    assert compile_pipeline(executed(text)) == definition


@pytest.mark.parametrize(
    ("type_id", "configuration", "written"),
    [
        (pk.ActionTypeId("Build", "Custom", "OurServer", "3"), {"ProjectName": "shop"}, "pk.build.Jenkins("),
        (pk.ActionTypeId("Test", "Custom", "Jenkins", "1"), {"ProjectName": "shop"}, "pk.test.Jenkins("),
        (pk.ActionTypeId("Test", "Custom", "OurServer", "1"), {"Suite": "shop"}, "pk.CustomAction("),
        (pk.ActionTypeId("Test", "ThirdParty", "ghostinspector"), {"TestId": "7"}, "pk.test.GhostInspector("),
        (pk.ActionTypeId("Build", "Custom", "TeamCity", "4"), {}, "pk.build.TeamCity("),
        (pk.ActionTypeId("Deploy", "AWS", "S3", "2"), {"BucketName": "b", "Extract": "true"}, "pk.CustomAction("),
    ],
)
def test_a_provider_by_another_name_has_the_class_that_can_say_it(
    type_id: pk.ActionTypeId, configuration: dict[str, str], written: str
) -> None:
    action = pk.CustomAction("Odd", action_type=type_id, configuration=configuration, input=BUILD.output)

    text = to_python(with_action(action))

    assert statement(text, "odd").startswith(f"odd = {written}")
    assert compile_pipeline(executed(text)) == compile_pipeline(with_action(action))


def test_snake_case_knows_words_and_abbreviations() -> None:
    assert [snake_case(name) for name in ("GoLive", "HTTPServer", "build-Image_2", "deployV2", "ÄÖ")] == [
        "go_live",
        "http_server",
        "build_image_2",
        "deploy_v2",
        "",
    ]


def test_a_name_that_is_too_long_ends_with_a_word() -> None:
    assert [
        snake_case(name) for name in ("AmdBuildCodeBuildProjectName", "CodePipelineCloudFormationRoleArn", "x" * 40)
    ] == [
        "amd_build_code_build_project",
        "code_pipeline_cloud_formation",
        "x" * 32,
    ]


def test_a_name_with_a_parameter_in_it_is_called_by_the_name_of_that() -> None:
    assert snake_case("${Parameter.StackName}-Build") == "stack_name_build"


@given(st.text(max_size=60))
def test_a_name_is_a_row_of_whole_words(name: str) -> None:
    assert re.fullmatch(r"([a-z0-9]+(_[a-z0-9]+)*)?", snake_case(name))
    assert len(snake_case(name)) <= 32


def test_the_default_of_a_parameter_that_nothing_mentions_any_more_is_not_written() -> None:
    checkout = pk.source.CodeCommit("Checkout", repository=pk.Parameter("Repository"), branch=pk.Parameter("Branch"))
    before = pk.Pipeline("shop", [pk.Stage("S", checkout)], parameters={"Branch": "main", "Repository": "shop"})

    text = to_python(pk.edit.configure_action(before, "S", "Checkout", {"BranchName": "next"}))

    assert executed(text).parameters == {"Repository": "shop"}


def test_json_that_is_written_in_another_way_is_said_only_once() -> None:
    overrides = '{ "Stage": "live" }'
    declared = pk.deploy.CloudFormation(
        "Stack",
        stack_name="shop",
        template=CHECKOUT.output.at("template.yml"),
        more_configuration={"ParameterOverrides": overrides},
    )

    text = to_python(with_action(declared))

    assert "parameter_overrides" not in text
    assert f"more_configuration={{\"ParameterOverrides\": '{overrides}'}}" in text
    assert compile_pipeline(executed(text)) == compile_pipeline(with_action(declared))


def test_a_name_is_given_only_once_and_is_never_too_long() -> None:
    names = Names()

    given = [names.give("x" * 90, kind="action") for _ in range(3)]

    assert len(set(given)) == 3
    assert max(map(len, given)) <= 32
