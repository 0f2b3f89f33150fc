from __future__ import annotations

from pathlib import Path

from local.harness import Bench
from pipelinekit.codepipeline.declaration import ActionDeclaration, ActionTypeId
from pipelinekit.local.logs import Log
from pipelinekit.local.tasks import Loop


def test_a_turn_that_did_something_does_not_wait_for_more() -> None:
    loop = Loop()
    done: list[int] = []
    loop.soon(lambda: done.append(1))

    began = loop.clock()
    loop.turn(30.0)

    loop.close()
    assert done == [1]
    assert loop.clock() - began < 10


def test_timers_that_nobody_waits_for_do_not_pile_up() -> None:
    loop = Loop()
    live = [loop.sleep(3600) for _ in range(10)]

    for _ in range(10_000):
        loop.sleep(3600).set(None)

    kept = len(loop._timers)
    loop.close()
    assert kept < 1000
    assert not any(timer.done for timer in live)
    assert {timer for _, _, timer in loop._timers}.issuperset(live)


def test_a_value_that_is_hidden_later_is_masked_from_then_on(tmp_path: Path) -> None:
    log = Log(tmp_path / "log", ["first"])

    log.write(b"first second\n")
    log.hide(["second", ""])
    log.write(b"first sec")
    log.write(b"ond\n")
    log.line("second")
    log.close()

    assert log.place.read_text() == "*** second\n*** ***\n***\n"


def test_what_a_process_in_the_background_writes_is_heard_until_nobody_listens(bench: Bench) -> None:
    context = bench.context(ActionDeclaration("Unit", action_type_id=ActionTypeId("Compute", "AWS", "Commands")))
    script = "(n=0; while :; do n=$((n+1)); echo line $n; sleep 0.02; done) &"

    exit = bench.loop.run(context.process(["/bin/sh", "-c", script], env={}, keep_output=True))
    bench.until(lambda: "line 3" in context.log.text())
    context.close_outputs()
    size = len(context.log.text())
    bench.loop.turn(0.1)

    assert exit.output_left_open
    assert len(context.log.text()) == size
    bench.finish(context)
    assert bench.survivors(context) == []
