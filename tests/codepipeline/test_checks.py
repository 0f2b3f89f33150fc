"""What `pk.check` promises as a whole; each code has its own example in tests/rejected."""

from __future__ import annotations

import itertools
import string
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pipelinekit as pk
from pipelinekit.codepipeline.declaration import (
    ActionDeclaration,
    OutputArtifact,
    PipelineDeclaration,
    StageDeclaration,
)
from pipelinekit.codepipeline.definition import DisabledTransition, Edge, Origin
from pipelinekit.codepipeline.limits import LOCAL
from pipelinekit.files import open_pipeline
from pipelinekit.values import FrozenMap
from strategies import pipelines

GUIDE = Path(__file__).parent.parent / "golden" / "shop" / "pipeline.py"


def shop() -> pk.Pipeline:
    """The example of the guide."""
    pipeline = open_pipeline(str(GUIDE)).value
    assert isinstance(pipeline, pk.Pipeline)
    return pipeline


def faulty(order: tuple[str, ...] = ("checkout", "go_live", "alone")) -> pk.Pipeline:
    """A pipeline with mistakes in every family; *order* is that in which its independent objects are made."""
    makers: dict[str, Callable[[], pk.Action]] = {
        "checkout": lambda: pk.source.CodeCommit("Check out", repository="shop", branch="main"),
        "go_live": lambda: pk.approval.Manual("GoLive", message="Ship #{Nobody.VERSION}?", timeout_minutes=1),
        "alone": lambda: pk.build.Commands("Alone", input=(), commands=["make a\nmake b"]),
    }
    made = {name: makers[name]() for name in order}
    package = pk.build.CodeBuild(
        "Package",
        input=made["checkout"].output,
        buildspec=pk.BuildSpec(build=[], variables={"CODEBUILD_X": "1"}, artifacts=["dist/*"]),
    )
    group = pk.DeploymentGroup("web/1", application="shop")
    release = pk.deploy.CodeDeploy(
        "Release", input=package.output, group=group, appspec=pk.AppSpec.server(os="Linux", hooks={"Start": "x.sh"})
    )
    return pk.Pipeline(
        "shop",
        [
            pk.Stage("Source", [made["checkout"], made["alone"]]),
            pk.Stage("Build", package),
            pk.Stage("Production", [made["go_live"], release]),
        ],
        role="MyRole",
        transitions=[pk.Transition(into="Prod", enabled=False, reason="why, oh why")],
    )


FAULTS = (
    *("PK122", "PK107", "PK102", "PK205", "PK319", "PK603", "PK608", "PK121", "PK403"),
    *("PK125", "PK709", "PK727", "PK703", "PK712", "PK129", "PK124"),
)


def test_the_pipeline_of_the_guide_has_nothing_to_be_said_about() -> None:
    report = pk.check(shop())

    assert str(report) == "no findings"
    assert report.ok


def test_all_findings_come_in_one_pass_in_the_order_of_the_pipeline() -> None:
    report = pk.check(faulty())

    assert report.codes == FAULTS
    assert not report.ok


@pytest.mark.parametrize("order", list(itertools.permutations(("checkout", "go_live", "alone"))))
def test_the_answer_does_not_depend_on_the_order_in_which_objects_were_made(order: tuple[str, ...]) -> None:
    expected = [(f.code, f.message, f.hint, f.where.path) for f in pk.check(faulty())]

    report = pk.check(faulty(order))

    assert [(f.code, f.message, f.hint, f.where.path) for f in report] == expected


def test_a_pipeline_and_its_definition_have_the_same_findings() -> None:
    pipeline = faulty()

    assert pk.check(pk.define(pipeline)) == pk.check(pipeline)


def test_an_impossible_order_does_not_hide_the_rest() -> None:
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
    package = pk.build.CodeBuild(
        "Package", input=checkout.output, buildspec=pk.BuildSpec(build=["make"], artifacts=["dist/*"])
    )
    publish = pk.deploy.S3("Publish", input=package.output, bucket="site", extract=False)
    knotted = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Release", publish >> package)], role="Me")

    report = pk.check(knotted)

    assert report.codes == ("PK122", "PK113", "PK317")
    with pytest.raises(pk.InvalidPipeline) as refused:
        pk.define(knotted)
    assert [finding.code for finding in refused.value.diagnostics] == ["PK113"]


def test_every_finding_says_where_and_how_to_mend_it() -> None:
    for finding in pk.check(faulty()):
        assert finding.hint
        assert finding.where.path[0] == "shop"
        assert finding.where.place is not None
        assert finding.where.place.file == __file__


def test_texts_with_a_parameter_wait_for_their_value() -> None:
    name = pk.Parameter("Name")
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main", output_artifact_format=name)
    project = pk.Project(f"{name}", buildspec=pk.BuildSpec(build=["make"]), role=pk.Parameter("Role"))
    unit = pk.test.CodeBuild(
        f"Unit {name}", input=checkout.output, project=project, namespace=f"my {name}", role=pk.Parameter("Role")
    )
    long = pk.approval.Manual("Long", message="x" * 1100 + str(name))
    pipeline = pk.Pipeline(
        f"shop {name}",
        [pk.Stage("Source", checkout), pk.Stage(f"Test it {name}", [unit, long])],
        transitions=[pk.Transition(into=f"Test it {name}", enabled=False, reason=f"{name}, no doubt")],
    )

    assert str(pk.check(pipeline)) == "no findings"


def test_passing_a_quota_is_only_a_warning_for_a_run_on_this_machine() -> None:
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
    waits = [pk.Stage(f"Wait{n}", pk.approval.Manual(f"Wait{n}")) for n in range(50)]
    pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), *waits])

    assert pk.check(pipeline).errors[0].code == "PK108"
    assert pk.check(pipeline, profile=LOCAL).ok
    assert pk.check(pipeline, profile=LOCAL).warnings[0].code == "PK108"


def test_a_quota_that_aws_raised_is_a_profile_of_ones_own() -> None:
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
    waits = [pk.Stage(f"Wait{n}", pk.approval.Manual(f"Wait{n}")) for n in range(50)]
    pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), *waits])

    assert pk.check(pipeline, profile=evolve(LOCAL, stages=60)).codes == ()


def test_between_50_and_100_actions_of_a_stage_there_is_a_warning() -> None:
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
    tests = [pk.test.CodeBuild(f"T{n}", input=checkout.output, project="tests") for n in range(51)]
    pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", tests)])

    report = pk.check(pipeline)

    assert [(f.code, f.severity) for f in report] == [("PK109", pk.Severity.WARNING)]


def test_something_else_than_a_pipeline_is_refused_with_a_sentence() -> None:
    with pytest.raises(TypeError, match=r"a pk\.Pipeline or a definition is wanted here"):
        pk.check("shop")  # type: ignore[arg-type]


@given(pipelines())
def test_a_valid_pipeline_has_no_errors(pipeline: pk.Pipeline) -> None:
    report = pk.check(pipeline)

    assert report.errors == ()
    assert set(report.codes) <= {"PK125", "PK417", "PK749"}  # drawn, but nothing need come of it


_names = st.sampled_from(["", "A", "B", "a b", "#{A.x}", "${Parameter.P}", "codepipeline"]) | st.text(max_size=3)
_texts = _names | st.text(string.printable, max_size=30) | st.sampled_from(["#{", "[", "{}", '[{"name": 1}]', "A::b"])
_types = st.builds(
    pk.ActionTypeId,
    st.sampled_from(["Source", "Build", "Test", "Deploy", "Approval", "Compute", "Magic"]),
    st.sampled_from(["AWS", "ThirdParty", "Custom", "Me"]),
    st.sampled_from(["CodeBuild", "CodeCommit", "S3", "CloudFormation", "Commands", "Manual", "CodeDeploy", "GitHub"]),
    st.sampled_from(["1", "2"]),
)
_keys = st.sampled_from(
    ["ProjectName", "EnvironmentVariables", "ParameterOverrides", "TemplatePath", "Capabilities", "Extract", ""]
)
_actions = st.builds(
    ActionDeclaration,
    _names,
    action_type_id=_types,
    run_order=st.integers(-1, 3),
    configuration=st.dictionaries(_keys, _texts | st.booleans() | st.lists(st.integers(), max_size=1), max_size=4),
    commands=st.lists(_texts, max_size=2).map(tuple),
    output_artifacts=st.lists(st.builds(OutputArtifact, _names, files=st.lists(_texts, max_size=1).map(tuple))).map(
        tuple
    ),
    input_artifacts=st.lists(_names, max_size=2).map(tuple),
    output_variables=st.lists(_names, max_size=2).map(tuple),
    role_arn=st.none() | _names,
    region=st.none() | _names,
    namespace=st.none() | _names,
    timeout_in_minutes=st.none() | st.integers(-1, 10),
    environment_variables=st.lists(st.builds(pk.EnvironmentVariable, name=_names, value=_texts), max_size=2).map(tuple),
)
_definitions = st.builds(
    pk.Definition,
    pipeline=st.builds(
        PipelineDeclaration,
        _names,
        role_arn=_names,
        artifact_store=st.none() | st.builds(pk.ArtifactStore, _names),
        artifact_stores=st.dictionaries(_names, st.builds(pk.ArtifactStore, _names), max_size=2),
        stages=st.lists(
            st.builds(StageDeclaration, _names, actions=st.lists(_actions, max_size=3).map(tuple)), max_size=3
        ).map(tuple),
        execution_mode=_names,
        pipeline_type=st.sampled_from(["V1", "V2", ""]),
    ),
    projects=st.lists(
        st.builds(pk.Project, _names, buildspec=st.none() | _texts | st.builds(pk.BuildSpec, build=st.lists(_texts)))
    ).map(tuple),
    disabled_transitions=st.lists(st.builds(DisabledTransition, _names, _texts), max_size=2).map(tuple),
    origin=st.builds(
        Origin,
        flows=st.lists(
            st.builds(Edge, st.tuples(_names, _names), st.tuples(_names, _names), st.just(">>")), max_size=2
        ).map(tuple),
    ),
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(_definitions)
def test_whatever_is_wrong_it_comes_as_a_report_and_not_as_an_exception(definition: pk.Definition) -> None:
    report = pk.check(definition)

    assert all(finding.hint and finding.message for finding in report)
    assert report == pk.check(definition)


WRITTEN = """version: 0.2
env: {exported-variables: [VERSION]}
phases:
  build:
    commands: [make]
artifacts:
  files: [dist]
  secondary-artifacts:
    web: {files: [web]}
"""


def built(**more: object) -> pk.Report:
    """Check a build of two outputs whose variables are referred to."""
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
    build = pk.build.CodeBuild("Build", input=checkout.output, outputs=["web", "api"], **more)  # type: ignore[arg-type]
    ask = pk.approval.Manual("Ask", message=f"{build.variable('VERSION')} {build.variable('TAG')}")
    stages = [pk.Stage("Source", checkout), pk.Stage("Build", build), pk.Stage("Ask", ask)]
    return pk.check(pk.Pipeline("shop", stages))


@pytest.mark.parametrize(
    "more",
    [{"project": pk.Project("builds", buildspec=WRITTEN)}, {"project": "builds", "buildspec": WRITTEN}],
    ids=["of the project", "of the action"],
)
def test_the_text_of_a_buildspec_is_known_like_any_other(more: dict[str, object]) -> None:
    report = built(**more)

    assert report.codes == ("PK211", "PK406")
    assert "'#{Build.TAG}'" in report.diagnostics[1].message


def test_what_is_wrong_in_an_override_is_shown_at_its_action_with_the_line_of_the_text() -> None:
    (finding,) = built(project="builds", buildspec=WRITTEN.replace("[make]", "{make: all}")).errors

    assert (finding.code, finding.where.path[1:]) == (
        "PK623",
        ("Build", "Build", "configuration.BuildspecOverride", "build.commands"),
    )
    assert finding.message.startswith("line 5: ")


def test_a_reference_in_a_text_of_a_project_is_not_resolved_there() -> None:
    project = pk.Project("builds", buildspec=WRITTEN.replace("[make]", "['echo #{Checkout.CommitId}']"))

    assert "PK407" in built(project=project).codes


def packaging(*secondary: str) -> pk.build.CodeBuild:
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
    files = pk.Artifacts(["dist/*"], secondary={name: pk.Artifacts(["x"]) for name in secondary})
    return pk.build.CodeBuild("Package", input=checkout.output, buildspec=pk.BuildSpec(build=["make"], artifacts=files))


def test_a_lone_secondary_artifact_is_no_output_as_codebuild_fills_a_lone_output_from_the_primary_files() -> None:
    assert packaging().output_names == ("PackageOutput",)
    assert packaging("web").output_names == ("PackageOutput",)
    assert packaging("web", "api").output_names == ("web", "api")


def test_asking_for_a_lone_secondary_artifact_says_which_files_the_output_gets() -> None:
    with pytest.raises(AttributeError) as refused:
        packaging("web").artifact("web")

    assert str(refused.value) == (
        "Package has no output artifact 'web': a secondary artifact is one only beside another, and the only output, "
        "PackageOutput, gets the files of artifacts=pk.Artifacts([...]) itself"
    )


def test_a_value_that_is_no_text_is_one_finding_among_others() -> None:
    action = ActionDeclaration(
        "Publish",
        action_type_id=pk.ActionTypeId("Deploy", "AWS", "S3"),
        configuration=FrozenMap({"BucketName": "site", "Extract": True}),
        input_artifacts=("Code",),
    )
    definition = pk.define(shop())
    stages = (*definition.pipeline.stages, StageDeclaration("Publish", actions=(action,)))

    report = pk.check(evolve(definition, pipeline=evolve(definition.pipeline, stages=stages)))

    assert set(report.codes) == {"PK201", "PK305"}


def _wide(actions: int, broken: bool) -> pk.Pipeline:
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
    stages = [pk.Stage("Source", checkout)]
    before = checkout.output
    for number in range(actions // 10):
        builds: list[pk.Action] = []
        for index in range(10):
            name = f"Build{number}x{index}"
            build = pk.build.CodeBuild(
                name,
                input=pk.Artifact(f"{name}Missing") if broken else before,
                buildspec=pk.BuildSpec(build=["make"], artifacts=["dist/*"], exported_variables=["VERSION"]),
                environment={"COMMIT": "#{Chekout.CommitId}" if broken else checkout.commit_id},
            )
            builds.append(build)
        before = builds[-1].output
        stages.append(pk.Stage(f"Stage{number}", builds))
    return pk.Pipeline("wide", stages)


def _seconds(pipeline: pk.Pipeline) -> float:
    definition = pk.define(pipeline)

    def once() -> float:
        start = time.process_time()
        pk.check(definition)
        return time.process_time() - start

    return min(once() for _ in range(3))


@pytest.mark.parametrize("broken", [False, True])
def test_checking_grows_with_the_number_of_actions_and_not_faster(broken: bool) -> None:
    small, large = _wide(250, broken), _wide(1000, broken)
    _seconds(small)

    assert _seconds(large) <= 8 * _seconds(small)


def test_checking_three_stages_takes_a_fraction_of_its_budget() -> None:
    assert _seconds(shop()) < 0.05


@pytest.mark.parametrize(
    ("bucket", "told"),
    [
        ("codepipeline-us-east-1-498132467", True),
        ("codepipeline-eu-west-1-498132467", False),
        ("codepipeline-us-east-1-of-the-shop", False),
        ("shop-us-east-1", False),
    ],
)
def test_only_a_bucket_that_codepipeline_named_tells_its_region(bucket: str, told: bool) -> None:
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
    stages = [pk.Stage("Source", checkout), pk.Stage("Go", pk.approval.Manual("Go"))]
    store = {"eu-west-1": pk.ArtifactStore(bucket)}

    assert ("PK812" in pk.check(pk.Pipeline("shop", stages, artifact_store=store)).codes) is told
