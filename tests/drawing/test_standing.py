from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

import pipelinekit as pk
from executions import acted, executed
from pipelinekit.drawing import Format, draw
from pipelinekit.drawing.standing import KINDS, NOT_STARTED, SYMBOLS, WAITING, Standing, standings_of
from pipelinekit.drawing.theme import COLOURS

CHECKOUT = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
ASK = pk.approval.Manual("Ask", message="Ship it?")
SHOP = pk.Pipeline("shop", [pk.Stage("Source", CHECKOUT), pk.Stage("Live", ASK)])
FORMATS: tuple[Format, ...] = get_args(Format)


def waiting(name: str) -> dict[str, object]:
    return acted(name, "InProgress", approval={"token": "t", "expires": "", "customData": "Ship 7?"})


def test_what_ended_tells_how_long_it_took() -> None:
    stands = standings_of(executed("shop", "Failed", ("Source", "Failed", [acted("Checkout", "Failed")])))

    assert stands.action("Source", "Checkout").brief == "Failed after 1 min 5 s"
    assert stands.stage("Source").brief == "Failed after 1 min 5 s"
    assert stands.whole.brief == "Failed after 2 min 1 s"


def test_what_is_under_way_tells_since_when() -> None:
    stands = standings_of(executed("shop", "InProgress", ("Source", "InProgress", [acted("Checkout", "InProgress")])))

    assert stands.action("Source", "Checkout").brief == "InProgress since 10:00:00 UTC"
    assert stands.whole.brief == "InProgress since 09:59:59 UTC"


def test_a_stage_takes_from_its_first_start_to_its_last_change() -> None:
    early = acted("Early", "Succeeded", startTime="2030-01-02T09:58:00.000Z")
    late = acted("Late", "Succeeded", lastStatusChange="2030-01-02T10:03:00.000Z")
    stands = standings_of(executed("shop", "Succeeded", ("Build", "Succeeded", [early, late])))

    assert stands.stage("Build").brief == "Succeeded in 5 min"


def test_an_execution_waits_when_only_approvals_are_under_way() -> None:
    stands = standings_of(executed("shop", "InProgress", ("Live", "InProgress", [waiting("Ask")])))

    assert [stands.whole.brief, stands.stage("Live").brief] == ["Waiting since 10:00:00 UTC"] * 2
    assert stands.action("Live", "Ask").message == "Ship 7?"


def test_an_execution_is_in_progress_while_something_runs_beside_an_approval() -> None:
    actions = [waiting("Ask"), acted("Scan", "InProgress")]
    stands = standings_of(executed("shop", "InProgress", ("Live", "InProgress", actions)))

    assert [stands.whole.status, stands.stage("Live").status] == ["InProgress", "InProgress"]
    assert stands.action("Live", "Ask").status == WAITING


def test_a_failure_is_told_with_its_reason_and_its_attempt() -> None:
    failed = acted("Checkout", "Failed", attempt=3, errorDetails={"code": "JobFailed", "message": "no such branch"})
    stands = standings_of(executed("shop", "Failed", ("Source", "Failed", [failed])))

    assert stands.action("Source", "Checkout").sentence == "Failed after 1 min 5 s (attempt 3): no such branch"


def test_what_was_reused_says_from_where_instead_of_how_long_it_took() -> None:
    reused = acted("Checkout", "Succeeded", reusedFrom="4688f85e-abf8", summary="reused from 4688f85e: build 1")
    shown = executed("shop", "Succeeded", ("Source", "Succeeded", [reused]))

    stands = standings_of(shown).action("Source", "Checkout")
    assert stands.sentence == "Succeeded (reused from 4688f85e): build 1"
    assert all("reused from 4688f85e" in draw(SHOP, format, execution=shown) for format in FORMATS)


def test_what_an_execution_does_not_know_has_not_started() -> None:
    stands = standings_of(executed("shop", "InProgress"))

    assert [stands.stage("Live").status, stands.action("Live", "Ask").status] == [NOT_STARTED, NOT_STARTED]


def test_names_and_statuses_are_enough() -> None:
    shown = {
        "status": "Succeeded",
        "stages": [
            {"name": "Source", "status": "Succeeded", "actions": [{"name": "Checkout", "status": "Succeeded"}]},
            {"name": "Live", "status": "Succeeded"},
        ],
    }

    stands = standings_of(shown)

    assert stands.action("Source", "Checkout") == Standing("Succeeded")
    assert "✔ Checkout" in draw(SHOP, execution=shown)


@pytest.mark.parametrize("moment", ["soon", "", None, 7])
def test_what_is_no_time_is_not_told(moment: object) -> None:
    action = acted("Checkout", "Succeeded", startTime=moment)
    stands = standings_of(executed("shop", "Succeeded", ("Source", "Succeeded", [action]), startTime=moment))

    assert stands.action("Source", "Checkout").brief == "Succeeded"
    assert stands.facts == ("by StartPipelineExecution",)


def test_every_status_has_a_symbol_and_every_kind_its_colours() -> None:
    assert {Standing(status).kind for status in SYMBOLS} == set(KINDS)
    assert all(len(symbol) == 1 for symbol in SYMBOLS.values())
    assert all({kind, f"{kind}-back", f"{kind}-edge"} <= set(COLOURS) for kind in KINDS)


def test_every_status_that_aws_has_is_known() -> None:
    from botocore.loaders import Loader

    shapes = Loader().load_service_model("codepipeline", "service-2")["shapes"]
    names = ("PipelineExecutionStatus", "StageExecutionStatus", "ActionExecutionStatus")

    assert {status for name in names for status in shapes[name]["enum"]} <= set(SYMBOLS)


def test_a_status_of_tomorrow_is_shown_by_its_name() -> None:
    shown = executed("shop", "Paused", ("Source", "Paused", [acted("Checkout", "Paused")]))

    assert "~ Checkout  Paused after 1 min 5 s" in draw(SHOP, execution=shown)


@pytest.mark.parametrize("format", FORMATS)
def test_each_format_tells_how_actions_stand(format: Format) -> None:
    failed = acted("Checkout", "Failed", errorDetails={"code": "JobFailed", "message": "no such branch"})
    shown = executed("shop", "Failed", ("Source", "Failed", [failed]))

    drawn = draw(SHOP, format, execution=shown)

    assert "Failed after 1 min 5 s" in drawn
    assert "no such branch" in drawn
    assert "NotStarted" in drawn


@pytest.mark.parametrize("format", FORMATS)
def test_a_waiting_approval_asks_with_its_variables_resolved(format: Format) -> None:
    shown = executed("shop", "InProgress", ("Live", "InProgress", [waiting("Ask")]))

    drawn = draw(SHOP, format, execution=shown)

    assert "Ship 7?" in drawn
    assert "Ship it?" not in drawn
    assert "Waiting since 10:00:00 UTC" in drawn


@pytest.mark.parametrize("format", ["mermaid", "dot"])
def test_statuses_have_the_colours_of_the_theme(format: Format) -> None:
    shown = executed("shop", "Failed", ("Source", "Failed", [acted("Checkout", "Failed")]))

    drawn = draw(SHOP, format, execution=shown)

    assert all(COLOURS[name][0] in drawn for name in ("bad", "bad-back", "bad-edge", "idle"))
    assert COLOURS["good"][0] not in drawn


@pytest.mark.parametrize("format", FORMATS)
def test_an_execution_of_another_pipeline_is_refused(format: Format) -> None:
    with pytest.raises(ValueError, match="an execution of the pipeline 'fleet', not of 'shop'"):
        draw(SHOP, format, execution=executed("fleet", "Succeeded"))


@pytest.mark.parametrize("given", [{}, {"status": "Failed", "stages": [{}]}, {"status": "Failed", "stages": [7]}])
def test_what_is_no_execution_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no execution as `pipelinekit show --json` prints it"):
        draw(SHOP, execution=given)


def test_what_a_run_gives_can_be_drawn(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "page.txt").write_text("hello\n")
    checkout = pk.source.S3("Checkout", bucket="sources", object_key="app.zip")
    build = pk.build.Commands("Build", input=checkout.output, commands=["echo so it ends", "false"])
    site = pk.Pipeline("site", [pk.Stage("Source", checkout), pk.Stage("Build", build)])

    result = pk.run(site, sources={"Checkout": tmp_path / "source"}, state=tmp_path / "state")

    lines = draw(site, execution=result.shown).splitlines()
    assert [line[:14] for line in lines if "┌" in line] == ["┌─ ✔ Source: S", "┌─ ✘ Build: Fa"]
