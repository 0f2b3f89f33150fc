"""Controlling executions from Python and from other processes."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

import pipelinekit as pk
from pipelinekit.execution import events as happened
from pipelinekit.execution.jobs import Job
from pipelinekit.execution.refusals import Refused
from pipelinekit.local.standins import Work

checkout = pk.source.S3("Checkout", bucket="sources", object_key="shop.zip")
flaky = pk.CustomAction("Flaky", action_type=pk.ActionTypeId("Test", "Custom", "T"), input=checkout.output)
steady = pk.CustomAction("Steady", action_type=pk.ActionTypeId("Test", "Custom", "T"), input=checkout.output)
publish = pk.CustomAction("Publish", action_type=pk.ActionTypeId("Deploy", "Custom", "P"), input=checkout.output)
SITE = pk.Pipeline("site", [pk.Stage("Source", checkout), pk.Stage("Test", [flaky, steady]), pk.Stage("Live", publish)])


class Shop:
    def __init__(self, root: Path) -> None:
        (root / "source").mkdir()
        (root / "source/page").write_text("page")
        self.source = root / "source"
        self.state = root / "state"
        self.ran: list[str] = []
        self.failing = {"Flaky"}

    def work(self, job: Job, work: Work) -> pk.local.ActionResult | None:
        self.ran.append(job.action.name)
        return pk.local.failed("not today") if job.action.name in self.failing else None

    @property
    def workers(self) -> dict[str, object]:
        return {"Test/Custom/T": self.work, "Deploy/Custom/P": self.work}

    def run(self, pipeline: pk.Pipeline = SITE, **options: object) -> pk.local.Result:
        given = {"sources": {"Checkout": self.source}, "state": self.state, "workers": self.workers, **options}
        return pk.run(pipeline, **given)  # type: ignore[arg-type]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_retrying_runs_the_failed_action_only_and_then_the_rest(shop: Shop) -> None:
    failed = shop.run()
    shop.failing.clear()
    shop.ran.clear()

    result = pk.local.retry(failed.execution, "Test", state=shop.state, workers=shop.workers)  # type: ignore[arg-type]

    assert (result.status, result.execution) == ("Succeeded", failed.execution)
    assert shop.ran == ["Flaky", "Publish"]
    assert result.action("Test/Flaky")["attempt"] == 2


def test_retrying_all_actions_runs_the_whole_stage(shop: Shop) -> None:
    failed = shop.run()
    shop.failing.clear()
    shop.ran.clear()

    pk.local.retry(failed.execution, "Test", all_actions=True, state=shop.state, workers=shop.workers)  # type: ignore[arg-type]

    assert sorted(shop.ran) == ["Flaky", "Publish", "Steady"]


def test_a_stage_that_did_not_fail_cannot_be_retried(shop: Shop) -> None:
    failed = shop.run()

    with pytest.raises(Refused, match="StageNotRetryableException"):
        pk.local.retry(failed.execution, "Source", state=shop.state)


def test_a_run_is_stopped_from_elsewhere(shop: Shop) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def slow(job: Job, work: Work) -> None:
        begun.set()
        may_end.wait(20)

    def stop() -> None:
        begun.wait(20)
        pk.local.stop("latest", reason="lunch", state=shop.state)
        may_end.set()

    other = threading.Thread(target=stop)
    other.start()
    result = shop.run(workers={**shop.workers, "Test/Flaky": slow})
    other.join()

    assert result.status == "Stopped"
    assert "Publish" not in shop.ran


def test_abandoning_a_run_from_elsewhere_does_not_wait(shop: Shop) -> None:
    cancelled = threading.Event()

    def hang(job: Job, work: Work) -> None:
        pk.local.stop(job.execution, abandon=True, state=shop.state)
        cancelled.wait(20) if work.cancelled.wait(20) else None

    threading.Timer(5, cancelled.set).start()
    result = shop.run(workers={**shop.workers, "Test/Flaky": hang})
    cancelled.set()

    assert result.status == "Stopped"
    assert result.action("Test/Flaky")["status"] == "Abandoned"


def test_an_execution_that_nobody_drives_is_stopped_at_once(shop: Shop) -> None:
    go_live = pk.approval.Manual("GoLive")
    waiting = shop.run(pk.Pipeline("site", [pk.Stage("Source", checkout), pk.Stage("Live", go_live)]))

    status = pk.local.stop(waiting.execution, abandon=True, state=shop.state)

    assert status == "Stopped"


def test_a_transition_is_closed_and_opened_by_hand(shop: Shop) -> None:
    shop.failing.clear()
    shop.run()
    pk.local.disable_transition("site", "Live", reason="late", state=shop.state)
    held = shop.run()

    pk.local.enable_transition("site", "Live", state=shop.state)
    result = pk.local.resume(held.execution, state=shop.state, workers=shop.workers)  # type: ignore[arg-type]

    assert held.shown["waits"] == {"stage": "Live", "transitionEnabled": False, "disabledReason": "late"}
    assert result.status == "Succeeded"


def test_history_lists_the_newest_first_and_by_status(shop: Shop) -> None:
    first = shop.run()
    shop.failing.clear()
    second = shop.run()

    everything = pk.local.history("site", state=shop.state)
    failed = pk.local.history(status="Failed", state=shop.state)

    assert [one["pipelineExecutionId"] for one in everything] == [second.execution, first.execution]
    assert [one["pipelineExecutionId"] for one in failed] == [first.execution]
    assert len(pk.local.history(limit=1, state=shop.state)) == 1


@pytest.mark.parametrize(
    ("name", "status", "said"), [("shop", None, "no pipeline 'shop'"), (None, "Fine", "no status")]
)
def test_history_names_what_it_does_not_know(shop: Shop, name: str | None, status: str | None, said: str) -> None:
    shop.run()

    with pytest.raises(pk.PipelineKitError, match=said):
        pk.local.history(name, status=status, state=shop.state)


def test_cleaning_frees_space_and_keeps_history_and_logs(shop: Shop) -> None:
    (shop.source / "large").write_bytes(b"x" * 100_000)
    shop.failing.clear()
    result = shop.run()
    logs = list((shop.state / "executions").rglob("*.log"))

    cleaned = pk.local.clean(state=shop.state)

    assert cleaned.bytes > 100_000
    assert [log for log in logs if not log.exists()] == []
    assert pk.local.history(state=shop.state)[0]["pipelineExecutionId"] == result.execution


def test_cleaning_keeps_what_a_retry_needs(shop: Shop) -> None:
    failed = shop.run()
    pk.local.clean(state=shop.state)
    shop.failing.clear()

    result = pk.local.retry(failed.execution, "Test", state=shop.state, workers=shop.workers)  # type: ignore[arg-type]

    assert result.status == "Succeeded"


def test_what_waited_for_a_free_slot_was_not_running(shop: Shop) -> None:
    shop.failing.clear()
    ended: list[happened.ActionSucceeded] = []

    def slow(job: Job, work: Work) -> None:
        time.sleep(0.2)

    def listen(event: happened.Event) -> None:
        if isinstance(event, happened.ActionSucceeded) and event.stage == "Test":
            ended.append(event)

    shop.run(workers={**shop.workers, "Test/Custom/T": slow}, jobs=1, listener=listen)

    first, second = ended
    assert first.began is not None
    assert second.began is not None
    assert second.began >= first.at


def test_the_time_that_an_execution_took_stays_what_it_is_when_it_is_over(shop: Shop) -> None:
    shop.run()

    first, later = pk.local.timeline(state=shop.state), pk.local.timeline(state=shop.state)

    assert (first.status, first.seconds) == ("Failed", later.seconds)
