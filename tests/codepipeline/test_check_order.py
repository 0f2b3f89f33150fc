"""When no order exists, the loop is named, with the reason of each wait."""

from __future__ import annotations

import pytest

import pipelinekit as pk
from pipelinekit.codepipeline.checks.order import check_possible
from pipelinekit.codepipeline.define import compile_pipeline

CHECKOUT = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
PACKAGE = pk.build.CodeBuild(
    "Package", input=CHECKOUT.output, buildspec=pk.BuildSpec(build=["make dist"], artifacts=["dist/**/*"])
)
PUBLISH = pk.deploy.S3("Publish", input=PACKAGE.output, bucket="shop-site")
GO_LIVE = pk.approval.Manual("GoLive")


def pipeline(*stages: pk.Stage) -> pk.Pipeline:
    return pk.Pipeline("shop", [pk.Stage("Source", CHECKOUT), *stages])


def test_a_loop_is_named_in_the_direction_of_its_waits_with_their_reasons() -> None:
    knotted = pipeline(pk.Stage("Release", PUBLISH >> GO_LIVE >> PACKAGE))

    (finding,) = check_possible(compile_pipeline(knotted))

    assert finding.code == "PK113"
    assert finding.message == "no order exists: Publish -> GoLive -> Package -> Publish"
    assert finding.hint == (
        "GoLive waits for Publish (>>), Package waits for GoLive (>>) and "
        "Publish waits for Package (artifact PackageOutput): take one of these away"
    )


def test_a_loop_across_stages_names_the_stages() -> None:
    early = pk.approval.Manual("Early", message="#{Late.VERSION}")
    late = pk.build.Commands(
        "Late", input=CHECKOUT.output, commands=["echo #{Early.Anything}"], output_variables=["VERSION"]
    )
    knotted = pipeline(pk.Stage("First", early), pk.Stage("Second", late))

    codes = [finding.code for finding in check_possible(compile_pipeline(knotted))]
    (finding,) = (f for f in check_possible(compile_pipeline(knotted)) if f.code == "PK113")

    assert codes == ["PK113"]
    assert finding.message == "no order exists: First/Early -> Second/Late -> First/Early"


def test_an_action_that_reads_its_own_artifact_is_a_loop_of_one() -> None:
    eats_itself = pk.build.CodeBuild("Package", input=pk.Artifact("Dist"), project="package", outputs=["Dist"])

    (finding,) = check_possible(compile_pipeline(pipeline(pk.Stage("Build", eats_itself))))

    assert finding.message == "no order exists: Package -> Package"
    assert finding.hint == "Package waits for Package (artifact Dist): take one of these away"


def test_several_loops_are_all_named() -> None:
    other = pk.build.CodeBuild("Other", input=CHECKOUT.output, buildspec=pk.BuildSpec(build=["make"], artifacts=["x"]))
    upload = pk.deploy.S3("Upload", input=other.output, bucket="shop-site")
    knotted = pipeline(pk.Stage("One", PUBLISH >> PACKAGE), pk.Stage("Two", upload >> other))

    messages = [finding.message for finding in check_possible(compile_pipeline(knotted))]

    assert messages == [
        "no order exists: Publish -> Package -> Publish",
        "no order exists: Upload -> Other -> Upload",
    ]


def test_define_refuses_what_has_no_order_and_nothing_else() -> None:
    knotted = pipeline(pk.Stage("Release", PUBLISH >> PACKAGE))
    only_wrong = pk.Pipeline("a name with blanks", [pk.Stage("Source", CHECKOUT)])

    with pytest.raises(pk.InvalidPipeline, match="Publish -> Package -> Publish"):
        pk.define(knotted)
    assert pk.define(only_wrong).name == "a name with blanks"


def test_waiting_for_a_later_stage_is_refused_with_both_ways_out() -> None:
    backwards = pipeline(pk.Stage("Deploy", PUBLISH), pk.Stage("Build", PACKAGE))

    (finding,) = check_possible(compile_pipeline(backwards))

    assert finding.code == "PK114"
    assert "Build" in finding.hint
    assert "Deploy" in finding.hint


def test_an_action_after_its_approval_is_not_warned_of() -> None:
    report = pk.check(pipeline(pk.Stage("Build", PACKAGE), pk.Stage("Deploy", GO_LIVE >> PUBLISH)))

    assert report.codes == ()


def test_tests_may_run_while_somebody_decides() -> None:
    smoke = pk.test.CodeBuild("Smoke", input=CHECKOUT.output, buildspec=pk.BuildSpec(build=["make smoke"]))

    report = pk.check(pipeline(pk.Stage("Decide", [GO_LIVE, smoke])))

    assert report.codes == ()


def test_a_guard_by_run_order_alone_is_enough_for_an_imported_pipeline() -> None:
    approve = pk.approval.Manual("GoLive", run_order=1)
    publish = pk.deploy.S3("Publish", input=PACKAGE.output, bucket="shop-site", run_order=2)

    report = pk.check(pipeline(pk.Stage("Build", PACKAGE), pk.Stage("Deploy", [approve, publish])))

    assert report.codes == ()


def test_two_stages_of_one_name_can_be_compiled_and_reported() -> None:
    twice = pipeline(pk.Stage("Build", PACKAGE), pk.Stage("Build", PUBLISH))

    assert pk.check(twice).codes == ("PK105",)
