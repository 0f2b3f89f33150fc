"""Runs that take something from earlier ones: unchanged builds, a beginning in the middle, one action only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import pipelinekit as pk
from pipelinekit.execution.jobs import Job
from pipelinekit.local.standins import Work


class Yard:
    """A pipeline whose commands leave a line in ``ran`` each time they really run."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.source = root / "source"
        self.source.mkdir()
        (self.source / "page.txt").write_text("hello")
        self.state = root / "state"
        self.published: list[str] = []
        self.tool = root / "bin" / "shout"
        self.tool.parent.mkdir()
        self.tool.write_text("#!/bin/sh\ntr a-z A-Z\n")
        self.tool.chmod(0o755)

    def pipeline(self, *, command: str = "tr a-z A-Z", greeting: str = "hi") -> pk.Pipeline:
        checkout = pk.source.S3("Checkout", bucket="sources", object_key="app.zip")
        bundle = pk.build.CodeBuild(
            "Bundle",
            input=checkout.output,
            buildspec=pk.BuildSpec(
                variables={"GREETING": greeting},
                build=[f"echo Bundle >> {self.root}/ran", f"{command} < page.txt > out.txt", "VERSION=$GREETING"],
                artifacts=["out.txt"],
                exported_variables=["VERSION"],
            ),
        )
        unit = pk.build.Commands("Unit", input=bundle.output, commands=[f"echo Unit >> {self.root}/ran", "cat out.txt"])
        go_live = pk.approval.Manual("GoLive", message=f"Ship {bundle.variable('VERSION')}?")
        publish = pk.CustomAction(
            "Publish",
            action_type=pk.ActionTypeId("Deploy", "Custom", "P"),
            input=bundle.output,
            configuration={"Version": bundle.variable("VERSION")},
        )
        return pk.Pipeline(
            "site",
            [
                pk.Stage("Source", checkout),
                pk.Stage("Build", bundle >> unit),
                pk.Stage("Live", go_live >> publish),
            ],
        )

    def run(self, pipeline: pk.Pipeline | None = None, **options: Any) -> pk.local.Result:
        given: dict[str, Any] = {
            "sources": {"Checkout": self.source},
            "state": self.state,
            "approvals": "all",
            "workers": {"Deploy/Custom/P": self.publish},
        }
        return pk.run(pipeline or self.pipeline(), **{**given, **options})

    def publish(self, job: Job, work: Work) -> None:
        text = (work.inputs["BundleOutput"] / "out.txt").read_text()
        self.published.append(f"{job.action.configuration['Version']} {text}")

    def ran(self) -> list[str]:
        """What really ran since the last time."""
        file = self.root / "ran"
        found = file.read_text().split() if file.exists() else []
        file.unlink(missing_ok=True)
        return found


@pytest.fixture
def yard(tmp_path: Path) -> Yard:
    return Yard(tmp_path)


def test_unchanged_builds_give_their_outputs_again_and_deployments_never_do(yard: Yard) -> None:
    yard.run()
    yard.ran()

    result = yard.run(reuse=True)

    assert yard.ran() == []
    assert result.succeeded
    assert yard.published == ["hi HELLO", "hi HELLO"]


def test_what_is_reused_says_from_where(yard: Yard) -> None:
    first = yard.run()

    result = yard.run(reuse=True)

    bundle = result.action("Build/Bundle")
    assert bundle["reusedFrom"] == first.execution
    assert bundle["summary"].startswith(f"reused from {first.execution[:8]}")
    assert "reusedFrom" not in result.action("Live/Publish")
    assert "reusedFrom" not in result.action("Source/Checkout")


def test_without_being_asked_nothing_is_reused(yard: Yard) -> None:
    yard.run()
    yard.ran()

    yard.run()

    assert yard.ran() == ["Bundle", "Unit"]


def test_a_changed_source_runs_again_what_depends_on_it(yard: Yard) -> None:
    yard.run()
    yard.ran()
    (yard.source / "page.txt").write_text("changed")

    yard.run(reuse=True)

    assert yard.ran() == ["Bundle", "Unit"]
    assert yard.published[-1] == "hi CHANGED"


def test_a_source_that_changes_back_is_recognised(yard: Yard) -> None:
    yard.run()
    (yard.source / "page.txt").write_text("changed")
    yard.run(reuse=True)
    (yard.source / "page.txt").write_text("hello")
    yard.ran()

    yard.run(reuse=True)

    assert yard.ran() == []
    assert yard.published[-1] == "hi HELLO"


def test_a_changed_buildspec_runs_again_and_what_gets_the_same_from_it_does_not(yard: Yard) -> None:
    yard.run()
    yard.ran()

    yard.run(yard.pipeline(command="cat page.txt; :; true;"), reuse=True)
    changed = yard.ran()
    yard.run(yard.pipeline(command="tr '[a-z]' '[A-Z]'"), reuse=True)

    assert changed == ["Bundle", "Unit"]
    assert yard.ran() == ["Bundle"]  # its output is what it was, so Unit need not run


def test_a_changed_variable_runs_again(yard: Yard) -> None:
    yard.run()
    yard.ran()

    yard.run(yard.pipeline(greeting="hey"), reuse=True)

    assert yard.ran() == ["Bundle"]
    assert yard.published[-1] == "hey HELLO"


def test_a_changed_tool_runs_again(yard: Yard) -> None:
    pipeline = yard.pipeline(command=str(yard.tool))
    yard.run(pipeline)
    yard.ran()
    yard.tool.write_text("#!/bin/sh\ntr a-z A-Z | tr H J\n")

    yard.run(pipeline, reuse=True)

    assert yard.ran() == ["Bundle", "Unit"]
    assert yard.published[-1] == "hi JELLO"


def test_a_failed_build_is_not_reused(yard: Yard) -> None:
    broken = yard.pipeline(command="false")
    yard.run(broken)
    yard.ran()

    result = yard.run(broken, reuse=True)

    assert (result.status, yard.ran()) == ("Failed", ["Bundle"])


def test_a_build_that_reads_secrets_runs_each_time(yard: Yard) -> None:
    checkout = pk.source.S3("Checkout", bucket="sources", object_key="app.zip")
    spec = pk.BuildSpec(secrets_manager={"TOKEN": "token"}, build=[f"echo Build >> {yard.root}/ran"])
    build = pk.build.CodeBuild("Build", input=checkout.output, buildspec=spec)
    pipeline = pk.Pipeline("secretive", [pk.Stage("Source", checkout), pk.Stage("Build", build)])
    yard.run(pipeline, secrets={"token": "abcdef"})
    yard.ran()

    yard.run(pipeline, secrets={"token": "abcdef"}, reuse=True)

    assert yard.ran() == ["Build"]


def test_removed_artifacts_are_made_again(yard: Yard) -> None:
    yard.run()
    yard.ran()
    pk.local.clean(state=yard.state)

    result = yard.run(reuse=True)

    assert result.succeeded
    assert "Bundle" in yard.ran()


def test_a_run_from_a_stage_takes_what_is_before_it_from_the_earlier_run(yard: Yard) -> None:
    first = yard.run()
    yard.ran()
    (yard.source / "page.txt").write_text("changed")

    result = yard.run(from_stage="Live")

    assert (result.succeeded, yard.ran()) == (True, [])
    assert yard.published == ["hi HELLO", "hi HELLO"]
    assert result.action("Source/Checkout")["reusedFrom"] == first.execution


def test_a_run_from_a_stage_gives_the_approvals_in_front_of_it_again(yard: Yard) -> None:
    yard.run()

    result = yard.run(from_stage="Live", approvals={"Live/GoLive": False})

    assert result.status == "Failed"


def test_a_run_of_one_action_takes_its_inputs_and_variables_from_the_earlier_run(yard: Yard) -> None:
    yard.run()
    yard.ran()

    result = yard.run(only="Live/Publish", approvals=())

    assert result.succeeded
    assert result.shown["pipelineName"] == "site@Live.Publish"
    assert yard.published == ["hi HELLO", "hi HELLO"]
    assert yard.ran() == []


def test_a_run_of_one_action_leaves_the_pipeline_s_own_executions_alone(yard: Yard) -> None:
    waiting = yard.run(approvals=())

    yard.run(only="Build/Unit")

    assert pk.local.history("site", state=yard.state)[0]["status"] == "InProgress"
    assert waiting.status == "InProgress"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"from_stage": "Lve"}, "no stage 'Lve': there are Source, Build, Live"),
        ({"only": "Live/Publsh"}, "has no action 'Publsh'"),
        ({"only": "Live/GoLive"}, "manual approval"),
        ({"only": "Live/Publish", "from_stage": "Live"}, "not both"),
        ({"of": "latest"}, "for a run from a stage"),
        ({"from_stage": "Live"}, "run it whole first"),
    ],
)
def test_what_cannot_be_taken_is_said_before_anything_runs(yard: Yard, options: dict[str, Any], said: str) -> None:
    with pytest.raises(pk.PipelineKitError, match=said):
        yard.run(**options)

    assert yard.ran() == []


def test_a_resumed_run_still_reuses(yard: Yard) -> None:
    yard.run()
    waiting = yard.run(from_stage="Live", approvals=())
    yard.ran()

    pk.local.approve(waiting.execution, "Live/GoLive", state=yard.state)
    result = pk.local.resume(waiting.execution, state=yard.state, workers={"Publish": yard.publish})

    assert (result.succeeded, yard.ran()) == (True, [])


def test_a_build_in_another_environment_runs_again(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODE", "debug")
    yard.run()
    yard.ran()
    monkeypatch.setenv("MODE", "release")

    yard.run(reuse=True)

    assert "Bundle" in yard.ran()


def test_another_terminal_is_no_other_environment(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    yard.run()
    yard.ran()
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("SHLVL", "7")
    monkeypatch.setenv("SSH_AUTH_SOCK", "/tmp/agent")

    yard.run(reuse=True)

    assert yard.ran() == []


def test_what_is_reused_again_and_again_tells_of_the_last_time_only(yard: Yard) -> None:
    yard.run()
    results = [yard.run(reuse=True) for _ in range(3)]

    assert results[-1].action("Build/Bundle")["summary"].count("reused from") == 1


def test_a_build_in_another_region_runs_again(yard: Yard) -> None:
    def pipeline(region: str) -> pk.Pipeline:
        checkout = pk.source.S3("Checkout", bucket="sources", object_key="app.zip")
        tell = pk.build.Commands(
            "Tell",
            input=checkout.output,
            commands=["export R=$AWS_REGION"],
            output_variables=["R"],
            region=region,
        )
        stores = {name: pk.ArtifactStore(f"artifacts-{name}") for name in ("eu-west-1", "us-east-1")}
        stages = [pk.Stage("Source", checkout), pk.Stage("Build", tell)]
        return pk.Pipeline("regional", stages, artifact_store=stores)

    yard.run(pipeline("eu-west-1"))

    result = yard.run(pipeline("us-east-1"), reuse=True)

    assert result.action("Build/Tell")["outputVariables"] == {"R": "us-east-1"}
