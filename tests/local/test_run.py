from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import pipelinekit as pk
from pipelinekit.execution import events as happened
from pipelinekit.execution.jobs import Job
from pipelinekit.execution.refusals import Refused
from pipelinekit.local.ownership import AlreadyDriven, Ownership
from pipelinekit.local.standins import Work

checkout = pk.source.S3("Checkout", bucket="sources", object_key="shop.zip")
scan = pk.CustomAction(
    "Scan", action_type=pk.ActionTypeId("Test", "Custom", "Scanner"), input=checkout.output, namespace="Scan"
)
bundle = pk.CustomAction(
    "Bundle",
    action_type=pk.ActionTypeId("Build", "Custom", "Bundler"),
    input=checkout.output,
    outputs=["BundleOutput"],
    namespace="Bundle",
)
go_live = pk.approval.Manual("GoLive", message=f"Ship {bundle.variable('VERSION')}?")
publish = pk.CustomAction(
    "Publish", action_type=pk.ActionTypeId("Deploy", "Custom", "Publisher"), input=bundle.artifact("BundleOutput")
)


def pipeline(*, production: pk.Transition | None = None) -> pk.Pipeline:
    return pk.Pipeline(
        "site",
        [
            pk.Stage("Source", checkout),
            pk.Stage("Build", [scan, bundle]),
            pk.Stage("Production", go_live >> publish),
        ],
        transitions=[] if production is None else [production],
    )


def make_bundle(job: Job, work: Work) -> dict[str, str]:
    text = (work.inputs["CheckoutOutput"] / "page.txt").read_text()
    (work.outputs["BundleOutput"] / "bundle.txt").write_text(text.upper())
    return {"VERSION": "1.4"}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    directory = tmp_path / "source"
    directory.mkdir()
    (directory / "page.txt").write_text("hello")
    return directory


class Runs:
    """Runs the pipeline with stand-ins, in a state directory of the test's own."""

    def __init__(self, tmp_path: Path, source: Path) -> None:
        self.state = tmp_path / "state"
        self.published: list[str] = []
        self.options: dict[str, Any] = {
            "sources": {"Checkout": source},
            "state": self.state,
            "workers": {
                "Scan": lambda job, work: None,
                "Build/Bundle": make_bundle,
                "Deploy/Custom/Publisher": self.publish,
            },
        }

    def publish(self, job: Job, work: Work) -> None:
        self.published.append((work.inputs["BundleOutput"] / "bundle.txt").read_text())

    def run(self, given: pk.Pipeline | None = None, **options: Any) -> pk.local.Result:
        return pk.run(given or pipeline(), **{**self.options, **options})

    def with_worker(self, name: str, worker: Any) -> Mapping[str, Any]:
        return {**self.options["workers"], name: worker}


@pytest.fixture
def runs(tmp_path: Path, source: Path) -> Runs:
    return Runs(tmp_path, source)


def test_artifacts_and_variables_reach_those_who_use_them(runs: Runs) -> None:
    result = runs.run(approvals="all")

    assert result.status == "Succeeded"
    assert runs.published == ["HELLO"]
    assert result.action("Build/Bundle")["outputVariables"] == {"VERSION": "1.4"}


def test_a_run_that_only_a_person_can_move_ends_in_progress(runs: Runs) -> None:
    result = runs.run()

    approval = result.action("Production/GoLive")["approval"]
    assert (result.status, approval["customData"]) == ("InProgress", "Ship 1.4?")


def test_an_approved_execution_goes_on_in_a_later_process(runs: Runs) -> None:
    waiting = runs.run()

    pk.local.approve(waiting.execution, "Production/GoLive", state=runs.state)
    result = pk.local.resume(waiting.execution, state=runs.state, workers=runs.options["workers"])

    assert (result.status, result.execution, runs.published) == ("Succeeded", waiting.execution, ["HELLO"])


def test_a_rejected_execution_has_failed(runs: Runs) -> None:
    waiting = runs.run()

    pk.local.reject("latest", "Production/GoLive", summary="not today", state=runs.state)
    result = pk.local.resume(waiting.execution, state=runs.state)

    assert result.status == "Failed"
    assert result.action("Production/GoLive")["errorDetails"]["message"] == "rejected: not today"
    assert runs.published == []


def test_no_as_an_answer_given_beforehand(runs: Runs) -> None:
    result = runs.run(approvals={"Production/GoLive": False})

    assert (result.status, runs.published) == ("Failed", [])


def test_an_approval_from_another_process_moves_a_waiting_run(runs: Runs) -> None:
    others: list[subprocess.Popen[bytes]] = []

    def listen(event: happened.Event) -> None:
        if isinstance(event, happened.ApprovalOpened):
            command = ["approve", event.execution, "Production/GoLive", "--state", str(runs.state)]
            others.append(subprocess.Popen([sys.executable, "-m", "pipelinekit", *command]))

    result = runs.run(wait=True, listener=listen)

    assert [other.wait() for other in others] == [0]
    assert result.status == "Succeeded"


def test_a_disabled_transition_ends_a_run_in_progress(runs: Runs) -> None:
    frozen = pipeline(production=pk.Transition(into="Production", enabled=False, reason="Change freeze"))

    result = runs.run(frozen, approvals="all")

    assert (result.status, result.shown["statusSummary"]) == ("InProgress", "waits in front of Production")


def test_what_a_stand_in_raises_is_the_action_s_failure_in_one_line(runs: Runs) -> None:
    def broken(job: Job, work: Work) -> None:
        raise LookupError("no such scanner")

    result = runs.run(workers=runs.with_worker("Scan", broken))

    assert result.status == "Failed"
    assert "LookupError: no such scanner (test_run.py:" in result.action("Build/Scan")["errorDetails"]["message"]


@pytest.mark.parametrize("error", [SystemExit("bye"), KeyboardInterrupt(), SystemExit(0)])
def test_a_stand_in_that_wants_to_end_the_program_fails_alone(runs: Runs, error: BaseException) -> None:
    def leaves(job: Job, work: Work) -> None:
        raise error

    result = runs.run(workers=runs.with_worker("Scan", leaves))

    assert result.action("Build/Bundle")["status"] == "Succeeded"
    assert type(error).__name__ in result.action("Build/Scan")["errorDetails"]["message"]


def test_a_listener_that_raises_is_told_and_loses_nothing(runs: Runs) -> None:
    def listen(event: happened.Event) -> None:
        if isinstance(event, happened.ActionSucceeded):
            raise LookupError("a fault of the listener")

    with pytest.raises(LookupError, match="a fault of the listener"):
        runs.run(listener=listen, approvals="all")
    result = pk.local.resume(state=runs.state, workers=runs.options["workers"], approvals="all")

    assert result.status in ("Succeeded", "Failed")  # stand-ins that had begun are not repeated unasked
    assert result.action("Source/Checkout")["status"] == "Succeeded"


def test_a_failed_action_lets_its_neighbour_finish_and_stops_before_production(runs: Runs) -> None:
    result = runs.run(
        workers=runs.with_worker("Scan", lambda job, work: pk.local.failed("3 findings")), approvals="all"
    )

    assert result.action("Build/Bundle")["status"] == "Succeeded"
    assert result.action("Production/GoLive")["status"] == "NotStarted"


def test_a_stand_in_that_answers_nonsense_fails(runs: Runs) -> None:
    result = runs.run(workers=runs.with_worker("Scan", lambda job, work: 42))

    assert "answered 42" in result.action("Build/Scan")["errorDetails"]["message"]


def test_without_a_stand_in_nothing_starts_and_the_line_that_mends_it_is_told(runs: Runs) -> None:
    with pytest.raises(pk.InvalidPipeline) as refused:
        runs.run(workers={"Scan": lambda job, work: None})

    assert "Build/Custom/Bundler/1 cannot be done on this machine" in str(refused.value)
    assert 'workers={"Build/Bundle": function}' in str(refused.value)
    assert not (runs.state / "journal.db").exists()


def test_a_source_that_nothing_stands_for_is_told_before_anything_runs(runs: Runs) -> None:
    with pytest.raises(pk.InvalidPipeline, match="--source Checkout=PATH"):
        runs.run(sources={})


def test_a_pipeline_with_errors_does_not_run(runs: Runs) -> None:
    with pytest.raises(pk.InvalidPipeline, match="PK101"):
        runs.run(pk.Pipeline("site", [pk.Stage("Source", checkout)]))


def test_secrets_reach_stand_ins_and_stand_nowhere_else(runs: Runs) -> None:
    def leaky(job: Job, work: Work) -> dict[str, str]:
        work.log(f"the token is {work.secrets['TOKEN']}")
        return {"URL": f"https://example/?t={work.secrets['TOKEN']}"}

    result = runs.run(workers=runs.with_worker("Scan", leaky), secrets={"TOKEN": "s3cr3t-value"}, approvals="all")

    assert result.action("Build/Scan")["outputVariables"] == {"URL": "https://example/?t=***"}
    kept = [runs.state / name for name in ("journal.db", "journal.db-wal") if (runs.state / name).exists()]
    for file in [*kept, *(runs.state / "executions").rglob("*.*")]:  # work/ is being removed meanwhile
        assert b"s3cr3t-value" not in file.read_bytes(), file


def test_jobs_limits_how_many_actions_run_at_once(runs: Runs) -> None:
    active, most = 0, 0
    lock = threading.Lock()

    def busy(job: Job, work: Work) -> None:
        nonlocal active, most
        with lock:
            active += 1
            most = max(most, active)
        time.sleep(0.05)
        with lock:
            active -= 1

    workers = {"Test/Custom/Scanner": busy}
    several = [
        pk.CustomAction(f"S{n}", action_type=pk.ActionTypeId("Test", "Custom", "Scanner"), input=checkout.output)
        for n in range(6)
    ]

    runs.run(pk.Pipeline("wide", [pk.Stage("Source", checkout), pk.Stage("Test", several)]), workers=workers, jobs=2)

    assert most == 2


def test_an_execution_that_a_living_process_drives_cannot_be_resumed(runs: Runs) -> None:
    waiting = runs.run()
    ownership = Ownership(runs.state, waiting.execution)

    with pytest.raises(AlreadyDriven, match="is driven by process"):
        pk.local.resume(waiting.execution, state=runs.state)

    ownership.release()


def test_resuming_what_is_over_tells_how_it_ended(runs: Runs) -> None:
    runs.run(approvals="all")

    assert pk.local.resume("latest", state=runs.state).status == "Succeeded"


def test_an_approval_that_is_not_open_is_refused_with_the_api_s_error(runs: Runs) -> None:
    result = runs.run(approvals="all")

    with pytest.raises(Refused, match="PipelineExecutionNotFoundException"):
        pk.local.approve(result.execution, "Production/GoLive", state=runs.state)


def test_an_unknown_execution_is_named(runs: Runs) -> None:
    runs.run()

    with pytest.raises(pk.PipelineKitError, match="there is no execution 'zzz'"):
        pk.local.approve("zzz", "Production/GoLive", state=runs.state)


def test_a_changed_definition_becomes_the_next_version(runs: Runs) -> None:
    runs.run(approvals="all")

    result = runs.run(pipeline(production=pk.Transition(into="Production", enabled=False, reason="x")))

    assert result.shown["pipelineVersion"] == 2
