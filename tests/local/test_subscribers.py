"""Subscribers hear of every change, and never harm the run."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import pipelinekit as pk
from pipelinekit.execution import events as happened
from pipelinekit.execution.eventbridge import Notifier
from pipelinekit.execution.patterns import WrongPattern
from pipelinekit.local.journal import Journal
from pipelinekit.local.ownership import Ownership
from pipelinekit.local.subscribers import Publisher, Subscriber

checkout = pk.source.S3("Checkout", bucket="sources", object_key="shop.zip")
go_live = pk.approval.Manual("GoLive", message="Ship?", link="https://example.com/shop")
SITE = pk.Pipeline("site", [pk.Stage("Source", checkout), pk.Stage("Live", go_live)])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    (tmp_path / "source/page").write_text("page")
    return tmp_path


def run(home: Path, *subscribers: Subscriber, approvals: Any = "all") -> pk.local.Result:
    return pk.run(
        SITE,
        sources={"Checkout": home / "source"},
        approvals=approvals,
        state=home / "state",
        subscribers=subscribers,
    )


def states(notices: list[Mapping[str, Any]]) -> list[tuple[str, str]]:
    return [(n["detail-type"].split()[1], n["detail"]["state"]) for n in notices if "detail" in n]


def test_a_function_hears_of_pipeline_stages_and_actions_in_their_order(home: Path) -> None:
    heard: list[Mapping[str, Any]] = []

    run(home, Subscriber(heard.append))

    assert states(heard) == [
        ("Pipeline", "STARTED"),
        ("Stage", "STARTED"),
        ("Action", "STARTED"),
        ("Action", "SUCCEEDED"),
        ("Stage", "SUCCEEDED"),
        ("Stage", "STARTED"),
        ("Action", "STARTED"),
        ("Action", "SUCCEEDED"),
        ("Stage", "SUCCEEDED"),
        ("Pipeline", "SUCCEEDED"),
    ]


def test_an_approval_is_told_as_the_topic_would_hear_it(home: Path) -> None:
    heard: list[Mapping[str, Any]] = []

    run(home, Subscriber(heard.append, {"approval": {"actionName": ["GoLive"]}}))

    (notice,) = heard
    approval = notice["approval"]
    assert {key: approval[key] for key in ("pipelineName", "stageName", "customData", "externalEntityLink")} == {
        "pipelineName": "site",
        "stageName": "Live",
        "customData": "Ship?",
        "externalEntityLink": "https://example.com/shop",
    }
    assert len(approval["expires"]) == len("2016-07-07T20:22Z")


def test_a_pattern_picks_what_is_heard(home: Path) -> None:
    heard: list[Mapping[str, Any]] = []

    run(home, Subscriber(heard.append, '{"detail": {"state": ["SUCCEEDED"], "action": ["Checkout"]}}'))

    assert states(heard) == [("Action", "SUCCEEDED")]


def test_a_file_gets_a_line_for_each(home: Path) -> None:
    (home / "events.jsonl").write_text("kept\n")

    run(home, Subscriber(home / "events.jsonl", {"detail-type": [{"prefix": "CodePipeline Pipeline"}]}))

    kept, *lines = (home / "events.jsonl").read_text().splitlines()
    assert (kept, states([json.loads(line) for line in lines])) == (
        "kept",
        [("Pipeline", "STARTED"), ("Pipeline", "SUCCEEDED")],
    )


def test_a_command_reads_each_from_its_standard_input(home: Path) -> None:
    command = ["/bin/sh", "-c", f"cat >> {home}/heard; echo >> {home}/heard"]

    run(home, Subscriber(command, {"detail": {"state": ["SUCCEEDED"], "stage": [{"exists": False}]}}))

    assert json.loads((home / "heard").read_text())["detail"]["state"] == "SUCCEEDED"


def test_subscribers_that_fail_are_reported_and_harm_nobody(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    heard: list[Mapping[str, Any]] = []

    def breaks(notice: Mapping[str, Any]) -> None:
        raise KeyError("oh")

    result = run(
        home,
        Subscriber(breaks),
        Subscriber(["/bin/sh", "-c", "echo no such topic >&2; exit 3"], {"detail": {"action": ["Checkout"]}}),
        Subscriber(heard.append),
    )

    assert result.succeeded
    assert len(heard) == 11
    assert "breaks: KeyError: 'oh'" in caplog.text
    assert "ended with status 3: no such topic" in caplog.text


def test_subscribers_hear_of_what_was_recorded_though_the_run_itself_comes_to_grief(home: Path) -> None:
    heard: list[Mapping[str, Any]] = []

    def breaks(event: happened.Event) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        pk.run(
            SITE,
            sources={"Checkout": home / "source"},
            state=home / "state",
            listener=breaks,
            subscribers=[Subscriber(heard.append)],
        )

    with closing(Journal(home / "state")) as journal:
        (row,) = journal.query("SELECT id, pipeline FROM executions")
        notifier = Notifier(pk.define(SITE))
        told = [notice for event in journal.events(row["id"]) for notice in notifier.notices(event)]
    assert heard == told


def test_a_slow_subscriber_does_not_hold_the_run_for_ever(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    run(home)
    publisher = Publisher([Subscriber(lambda notice: time.sleep(5))])
    journal = Journal(home / "state")
    for event in journal.events(pk.local.history(state=home / "state")[0]["pipelineExecutionId"]):
        publisher.publish(journal, event)

    publisher.close(patience=0.05)

    assert "did not take" in caplog.text
    journal.close()


def test_who_goes_on_with_an_execution_hears_only_of_what_is_new(home: Path) -> None:
    after = pk.Stage("After", pk.build.Commands("Tell", input=checkout.output, commands=["true"]))
    heard: list[Mapping[str, Any]] = []
    pk.run(
        pk.Pipeline("site", [pk.Stage("Source", checkout), pk.Stage("Live", go_live), after]),
        sources={"Checkout": home / "source"},
        state=home / "state",
    )
    pk.local.approve("latest", "Live/GoLive", state=home / "state")

    pk.local.resume(state=home / "state", subscribers=[Subscriber(heard.append)])

    assert states(heard) == [("Action", "SUCCEEDED"), ("Stage", "SUCCEEDED"), ("Pipeline", "SUCCEEDED")]
    assert heard[-1]["detail"]["execution-trigger"]["trigger-type"] == "StartPipelineExecution"


def test_a_subscriber_may_want_to_hear_of_builds_only(home: Path) -> None:
    heard: list[Mapping[str, Any]] = []
    unit = pk.test.CodeBuild("Unit", input=checkout.output, buildspec=pk.BuildSpec(build=["grep page page"]))

    pk.run(
        pk.Pipeline("site", [pk.Stage("Source", checkout), pk.Stage("Test", unit)]),
        sources={"Checkout": home / "source"},
        state=home / "state",
        subscribers=[Subscriber(heard.append, {"source": ["aws.codebuild"]})],
    )

    assert [one["detail"]["build-status"] for one in heard] == ["IN_PROGRESS", "SUCCEEDED"]
    assert heard[0]["resources"] == [heard[0]["detail"]["build-id"]]
    shown = pk.local.action_history(state=home / "state")
    build = next(one for one in shown if one["actionName"] == "Unit")["output"]["executionResult"]
    assert heard[0]["detail"]["build-id"].endswith(f":build/{build['externalExecutionId']}")


def test_who_answers_tells_of_an_execution_that_nobody_drives(home: Path) -> None:
    heard: list[Mapping[str, Any]] = []
    run(home, approvals=())

    pk.local.approve("latest", "Live/GoLive", state=home / "state", subscribers=[Subscriber(heard.append)])

    assert states(heard) == [("Action", "SUCCEEDED"), ("Stage", "SUCCEEDED"), ("Pipeline", "SUCCEEDED")]


def test_who_stops_tells_of_an_execution_that_nobody_drives(home: Path) -> None:
    heard: list[Mapping[str, Any]] = []
    run(home, approvals=())

    pk.local.stop("latest", abandon=True, state=home / "state", subscribers=[Subscriber(heard.append)])

    assert states(heard)[0] == ("Pipeline", "STOPPING")
    assert states(heard)[-1] == ("Pipeline", "STOPPED")


def test_who_opens_a_transition_tells_what_enters_when_nobody_drives_it(home: Path) -> None:
    heard: list[Mapping[str, Any]] = []
    freeze = pk.Transition(into="Live", enabled=False, reason="freeze")
    closed = pk.Pipeline("site", SITE.stages, transitions=[freeze])
    pk.run(closed, sources={"Checkout": home / "source"}, state=home / "state")

    pk.local.enable_transition("site", "Live", state=home / "state", subscribers=[Subscriber(heard.append)])

    assert states(heard) == [("Stage", "STARTED"), ("Action", "STARTED")]


def test_what_another_process_drives_is_told_by_that_process(home: Path) -> None:
    heard: list[Mapping[str, Any]] = []
    waiting = run(home, approvals=())

    owner = Ownership(home / "state", waiting.execution)
    pk.local.approve("latest", "Live/GoLive", state=home / "state", subscribers=[Subscriber(heard.append)])
    owner.release()

    assert heard == []


@pytest.mark.parametrize("wrong", [[], [1], 5])
def test_what_cannot_hear_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError):
        Subscriber(wrong)


def test_a_wrong_pattern_is_refused_before_anything_runs() -> None:
    with pytest.raises(WrongPattern):
        Subscriber(print, {"source": "aws.codepipeline"})


def test_a_file_that_cannot_be_written_is_refused_before_anything_runs(home: Path) -> None:
    with pytest.raises(pk.PipelineKitError, match="nowhere/events: events cannot be written there"):
        run(home, Subscriber(home / "nowhere" / "events"))

    assert not (home / "state" / "executions").exists()


def test_a_command_that_does_not_end_is_ended_with_what_it_started(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    command = ["/bin/sh", "-c", f"sleep 1000 & echo $! > {home}/pid; wait"]
    line = Publisher([Subscriber(command, {"detail": {"action": ["Checkout"], "state": ["STARTED"]}})])
    run(home)
    journal = Journal(home / "state")
    for event in journal.events(pk.local.history(state=home / "state")[0]["pipelineExecutionId"]):
        line.publish(journal, event)
    journal.close()
    wait_until(lambda: (home / "pid").exists() and (home / "pid").read_text().strip() != "")

    line.close(patience=0.1)

    pid = int((home / "pid").read_text())
    wait_until(lambda: not is_running(pid))
    assert "did not take" in caplog.text


def test_a_subscriber_that_is_given_up_starts_nothing_more(home: Path) -> None:
    publisher = Publisher([Subscriber(["/bin/sh", "-c", f"echo begun >> {home}/begun; sleep 1000"])])
    run(home)
    with closing(Journal(home / "state")) as journal:
        for event in journal.events(pk.local.history(state=home / "state")[0]["pipelineExecutionId"]):
            publisher.publish(journal, event)
    wait_until(lambda: (home / "begun").exists())

    publisher.close(patience=0.1)
    wait_until(lambda: not any(thread.name.startswith("/bin/sh") for thread in threading.enumerate()))

    assert (home / "begun").read_text().split() == ["begun"]


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
