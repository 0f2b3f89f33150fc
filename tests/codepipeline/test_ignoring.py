"""Findings that are ignored on one object, for a reason."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

import pipelinekit as pk
from pipelinekit.documents import structure, unstructure

CHECKOUT = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
WHY = {"PK604": "Lint is advice only."}
LINES = "make lint\nmake test"


def shop(**ignores: Any) -> pk.Pipeline:
    """A pipeline with two builds that hide a failure; the first is ignored where *ignores* says."""
    spec = pk.BuildSpec(build=[LINES], ignore=ignores.get("buildspec"))
    project = pk.Project("unit", buildspec=spec, ignore=ignores.get("project"))
    unit = pk.test.CodeBuild("Unit", input=CHECKOUT.output, project=project, ignore=ignores.get("action"))
    other = pk.test.CodeBuild("Other", input=CHECKOUT.output, buildspec=pk.BuildSpec(build=[LINES]))
    test = pk.Stage("Test", unit, ignore=ignores.get("stage"))
    stages = [pk.Stage("Source", CHECKOUT), test, pk.Stage("More", other)]
    return pk.Pipeline("shop", stages, ignore=ignores.get("pipeline"))


@pytest.mark.parametrize("where", ["buildspec", "project", "action", "stage"])
def test_a_finding_is_ignored_on_one_object_and_on_what_is_in_it(where: str) -> None:
    report = pk.check(shop(**{where: WHY}))

    assert [str(finding.where) for finding in report] == ["shop > More > Other > buildspec > build.commands[0]"]
    assert [(one.diagnostic.code, one.reason) for one in report.ignored] == [("PK604", "Lint is advice only.")]


@pytest.mark.parametrize("project", ["unit", pk.Project("unit")])
def test_a_buildspec_that_overrides_the_one_of_a_project_keeps_its_reasons(project: pk.Project | str) -> None:
    spec = pk.BuildSpec(build=[LINES], ignore=WHY)
    unit = pk.test.CodeBuild("Unit", input=CHECKOUT.output, project=project, buildspec=spec)
    pipeline = pk.Pipeline("shop", [pk.Stage("Source", CHECKOUT), pk.Stage("Test", unit)])

    report = pk.check(pipeline)

    assert "PK604" not in report.codes
    assert [(one.diagnostic.code, one.reason) for one in report.ignored] == [("PK604", "Lint is advice only.")]
    assert 'ignore={"PK604": "Lint is advice only."}' in pk.to_python(pk.define(pipeline))


def test_a_pipeline_ignores_for_everything_in_it() -> None:
    report = pk.check(shop(pipeline=WHY))

    assert report.codes == ()
    assert len(report.ignored) == 2


def test_an_error_that_is_ignored_does_not_block() -> None:
    checkout = pk.source.CodeCommit("Check out", repository="shop", branch="main", ignore={"PK107": "It is a test."})
    unit = pk.test.CodeBuild("Unit", input=checkout.output, buildspec=pk.BuildSpec(build=["make"]))

    report = pk.check(pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", unit)]))

    assert report.ok
    assert [one.diagnostic.code for one in report.ignored] == ["PK107"]


def test_the_appspec_and_the_group_of_a_deployment_ignore_their_own() -> None:
    appspec = pk.AppSpec.server(files={"dist": "srv/app"}, ignore={"PK732": "The agent starts in /."})
    group = pk.DeploymentGroup("web/1", application="shop", ignore={"PK727": "It is there already."})
    release = pk.deploy.CodeDeploy("Release", input=CHECKOUT.output, group=group, appspec=appspec)

    report = pk.check(pk.Pipeline("shop", [pk.Stage("Source", CHECKOUT), pk.Stage("Deploy", release)]))

    assert report.codes == ()
    assert [one.diagnostic.code for one in report.ignored] == ["PK727", "PK732"]


def test_without_a_reason_nothing_is_ignored() -> None:
    assert pk.check(shop(action={"PK604": " "})).codes == ("PK604", "PK150", "PK604")


def test_what_ignores_nothing_is_found() -> None:
    assert pk.check(shop(action={**WHY, "PK601": "It is old."})).codes.count("PK151") == 1
    assert pk.check(shop(action={**WHY, "PK999": "?"})).codes.count("PK151") == 1
    assert pk.check(shop(action={**WHY, "PK719": "It is found when emitting."})).codes.count("PK151") == 0


def test_what_is_ignored_is_no_part_of_the_value() -> None:
    spec = pk.BuildSpec(build=["make"])
    told = evolve(spec, ignore=WHY)

    assert told == spec
    assert repr(told) == repr(spec)
    assert structure(unstructure(told), pk.BuildSpec) == spec
    assert pk.define(shop(action=WHY)) == pk.define(shop())


def test_ignore_is_a_mapping() -> None:
    with pytest.raises(TypeError, match="ignore is a mapping of codes to reasons"):
        pk.BuildSpec(build=["make"], ignore=["PK604"])  # type: ignore[arg-type]
