from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pipelinekit as pk
from markers import MARKERS, tree, tree_of
from pipelinekit.codepipeline.parameters import parameters_of, with_parameters
from pipelinekit.local.bindings import relative_to
from pipelinekit.local.registry import check_workers
from pipelinekit.starting import choices as choosing
from pipelinekit.starting.choices import Choices, suggested
from pipelinekit.starting.composing import compose
from pipelinekit.starting.findings import Findings, find
from pipelinekit.starting.tree import Git, Tree

GITS = (
    None,
    Git(),
    Git(remote="git@github.com:acme/shop.git", branch="main", prefix="services/the shop"),
    Git(remote="https://me:hunter2@git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop", has_commit=False),
)


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Draw any subset of the marker files, in a git repository or not."""
    files = draw(st.sets(st.sampled_from(sorted(MARKERS)), max_size=12))
    return tree(*files, git=draw(st.sampled_from(GITS)))


@st.composite
def chosen(draw: st.DrawFn, findings: Findings) -> Choices:
    """Draw choices that make sense, those that are suggested among them."""
    if draw(st.booleans()):
        return suggested(findings)
    source, deploy = draw(st.sampled_from(choosing.SOURCES)), draw(st.sampled_from(choosing.DEPLOYS))
    builds = [build for build in choosing.BUILDS if (build, deploy) != ("none", "none")]
    return evolve(
        suggested(findings),
        source=source,
        repository=choosing.repository_for(findings, source),
        build=draw(st.sampled_from(builds)),
        deploy=deploy,
        approval=deploy != "none" and draw(st.booleans()),
        hosts=draw(st.integers(1, 4)),
    )


def executed(text: str) -> dict[str, Any]:
    """Execute a pipeline file; give its names."""
    names: dict[str, Any] = {"__name__": "pipeline"}
    exec(compile(text, "pipeline.py", "exec"), names)
    return {name: value for name, value in names.items() if not name.startswith("__")}


@given(st.data())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_lies_there_the_pipeline_checks_and_nothing_keeps_it_from_running_here(data: st.DataObject) -> None:
    findings = find(data.draw(trees()))
    choices = data.draw(chosen(findings))

    names = executed(compose(findings, choices).text)

    assert list(pk.check(names["pipeline"])) == []
    bound = relative_to(names["LOCAL"], Path(__file__).parent)
    assert list(check_workers(with_parameters(pk.define(names["pipeline"]), bound.parameters), bound)) == []


@given(st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_lies_there_the_pipeline_can_be_emitted(data: st.DataObject) -> None:
    findings = find(data.draw(trees()))
    pipeline = executed(compose(findings, data.draw(chosen(findings))).text)["pipeline"]
    values = {
        name: "arn:aws:iam::111122223333:role/x" if "Role" in name else "bucket"
        for name in parameters_of(pk.define(pipeline))
    }

    with tempfile.TemporaryDirectory() as directory:
        emitted = pk.emit(pipeline, directory, parameters=values)

    assert "pipeline.json" in emitted.files


def ruff(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "ruff", *arguments], capture_output=True, text=True)


def test_the_text_is_laid_out_as_ruff_does_it_at_every_usual_width(tmp_path: Path) -> None:
    pytest.importorskip("ruff")
    codebuild: choosing.Build = "codebuild"
    every = [(codebuild, [name]) for name in MARKERS] + [(codebuild, ["pyproject.toml", "tests/test_shop.py"])]
    every.append(("commands", ["Makefile", "index.html"]))
    for number, (build, files) in enumerate(every):
        for deploy in choosing.DEPLOYS:
            findings = find(tree(*files))
            choices = evolve(suggested(findings), build=build, deploy=deploy, approval=deploy != "none")
            (tmp_path / f"p{number}_{deploy}.py").write_text(compose(findings, choices).text)

    laid_out = [
        ruff("format", "--isolated", "--check", "--line-length", n, str(tmp_path)) for n in ("88", "100", "120")
    ]
    clean = ruff("check", "--isolated", "--line-length", "120", "--select", "E,F,W,I,B,UP,D1,N", str(tmp_path))

    assert [done.stdout for done in laid_out if done.returncode != 0] == []
    assert (clean.returncode, clean.stdout.strip()) == (0, "All checks passed!")


HOSTILE = st.text(st.characters(exclude_categories=()), min_size=1, max_size=30)


@given(HOSTILE, HOSTILE, HOSTILE)
@settings(max_examples=60, deadline=None)
def test_nothing_in_a_file_becomes_code_of_the_pipeline(name: str, value: str, other: str) -> None:
    package = {"packageManager": f"pnpm@{value}", "main": value, "scripts": {"test": other, "build": value}}
    files = {"package.json": json.dumps(package), "Cargo.toml": f"[package]\nname = {json.dumps(value)}\n"}
    findings = find(Tree(name=name, files=[*files, "src/main.rs"], texts={**files, "src/main.rs": ""}))

    names = executed(compose(findings, suggested(findings)).text)

    assert set(names) <= {"pk", "checkout", "unit", "package", "pipeline", "LOCAL"}
    assert pk.check(names["pipeline"]).ok


def test_an_action_of_a_buildspec_uses_it_and_keeps_what_it_makes() -> None:
    findings = find(tree("buildspec.yml", "pyproject.toml"))

    text = compose(findings, suggested(findings)).text

    assert 'buildspec="buildspec.yml"' in text
    assert 'outputs=["BuildOutput"]' in text
    assert "pytest" not in text


def test_an_appspec_of_the_tree_is_used_and_none_is_attached() -> None:
    findings = find(tree("appspec.yml", "app/page.txt", "scripts/start.sh"))

    composed = compose(findings, suggested(findings))

    assert 'pk.deploy.CodeDeploy("Release", input=checkout.output' in composed.text.replace("\n", "")
    assert "AppSpec.server" not in composed.text
    assert composed.stood_in == ()


def test_a_revision_without_an_appspec_gets_one() -> None:
    findings = find(tree("requirements.txt"))

    text = compose(findings, evolve(suggested(findings), deploy="codedeploy")).text

    assert 'pk.AppSpec.server(files={"/": "/srv/shop"})' in text


def test_a_directory_below_the_top_is_entered_and_the_whole_repository_is_the_source() -> None:
    git = Git(remote="git@github.com:acme/mono.git", branch="main", prefix="services/shop")
    findings = find(tree("Makefile", git=git))

    text = compose(findings, suggested(findings), source="../..").text

    assert text.count('"cd services/shop"') == 2
    assert 'base_directory="services/shop/dist"' in text
    assert 'sources={"Checkout": "../.."}' in text


def test_a_pipeline_names_no_credential_and_no_account() -> None:
    git = Git(remote="https://me:hunter2@github.com/acme/shop.git", branch="main")

    for deploy in choosing.DEPLOYS:
        findings = find(tree("Makefile", "template.yaml", "Dockerfile", git=git))
        text = compose(findings, evolve(suggested(findings), deploy=deploy)).text

        assert "hunter2" not in text
        assert "arn:" not in text


def test_what_is_not_known_is_said_in_the_file() -> None:
    findings = find(tree(git=None))

    text = compose(findings, suggested(findings)).text

    assert "No repository is known yet" in text.replace("\n# ", " ")
    assert "main is assumed" in text.replace("\n# ", " ")
    assert "Nothing here says how it is built or tested" in text
    assert 'repository=pk.Parameter("Repository")' in text


def test_a_missing_test_is_said_in_the_file() -> None:
    findings = find(tree("pom.xml"))

    assert "No tests were found" in compose(findings, suggested(findings)).text.replace("\n# ", " ")


@pytest.mark.parametrize(
    ("deploy", "files", "stood_in"),
    [
        ("s3", ["index.html"], ["Production/Publish"]),
        ("ecs", ["Dockerfile"], ["Build/Image", "Production/Release"]),
        ("lambda", ["requirements.txt"], ["Production/Release"]),
        ("cloudformation", ["template.yaml"], ["Build/Package", "Production/Release"]),
        ("codedeploy", ["requirements.txt"], []),
        ("none", ["requirements.txt"], []),
    ],
)
def test_what_this_machine_cannot_do_has_a_stand_in_that_says_so(
    deploy: choosing.Deploy, files: list[str], stood_in: list[str]
) -> None:
    findings = find(tree(*files))

    composed = compose(findings, evolve(suggested(findings), deploy=deploy))

    assert [key for key, _ in composed.stood_in] == stood_in
    assert all(f"{key} is not done here" in composed.text.replace("\n# ", " ") for key in stood_in)


def test_what_commands_cannot_do_is_left_to_codebuild_and_said() -> None:
    for files, why in (
        (["index.html"], "cannot leave files out of an artifact"),
        (["public/index.html"], "would keep public/ in the names of the files"),
    ):
        findings = find(tree(*files))
        text = compose(findings, evolve(suggested(findings), build="commands")).text

        assert "pk.build.CodeBuild" in text
        assert f"CodeBuild does it, since Commands {why}." in text.replace("\n# ", " ")


def test_a_deployment_that_misses_a_file_nobody_builds_is_not_done_here() -> None:
    findings = find(tree("appspec.yml", "app/page.txt"))

    assert compose(findings, suggested(findings)).stood_in == (
        ("Production/Release", "scripts/start.sh, which appspec.yml names, is not there"),
    )


def test_a_deployment_of_what_was_not_built_here_is_not_done_either() -> None:
    given = tree_of(
        {"appspec.yml": MARKERS["appspec.yml"], "buildspec.yml": MARKERS["buildspec.yml"].replace("make", "aws")}
    )
    findings = find(given)

    composed = compose(findings, suggested(findings))

    assert composed.stood_in == (
        ("Build/Build", "it calls aws"),
        ("Production/Release", "what it deploys is not built here"),
    )


def test_the_same_tree_gives_the_same_text() -> None:
    files = ["pyproject.toml", "Dockerfile", "tests/test_shop.py"]

    first, second = (compose(find(tree(*order)), suggested(find(tree(*order)))) for order in (files, files[::-1]))

    assert first == second
