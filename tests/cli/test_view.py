from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

import pipelinekit as pk
from execution.machine import World
from pipelinekit.cli.view import QUEUED, View, durations, lines
from pipelinekit.execution import commands as asked
from pipelinekit.execution import events as happened
from pipelinekit.execution.state import ConditionType


def view_of(world: World, execution: str = "E1") -> View:
    view = View(world.state.definition, execution)
    for event in world.history:
        view.apply(event)
    return view


def drawn(view: View, *, width: int = 80, height: int = 40, tails: dict[str, str] | None = None) -> list[str]:
    return [line.plain for line in lines(view, 1012.0, width, height, tails or {})]


def wide(actions: int) -> World:
    checkout = pk.source.S3("Checkout", bucket="b", object_key="k.zip")
    several = [pk.build.Commands(f"Test{n:02}", input=checkout.output, commands=["true"]) for n in range(actions)]
    world = World(pk.Pipeline("wide", [pk.Stage("Source", checkout), pk.Stage("Tests", several)]))
    world.start("E1")
    world.succeed("E1", "Checkout")
    return world


def test_stages_and_actions_are_drawn_in_their_order_with_a_symbol_for_their_status() -> None:
    world = World()
    world.start("E1")
    world.succeed("E1", "Checkout")
    world.succeed("E1", "Package", variables={"VERSION": "1"})

    text = drawn(view_of(world))

    assert [line.split()[:2] for line in text] == [
        ["●", "shop"],
        ["✔", "Source"],
        ["✔", "Checkout"],
        ["●", "Build"],
        ["●", "Unit"],
        ["✔", "Package"],
        ["○", "Production"],
        ["○", "GoLive"],
        ["○", "Release"],
    ]


def test_what_an_action_wrote_last_stands_beside_it() -> None:
    world = World()
    world.start("E1")

    text = drawn(view_of(world), tails={world.job("E1", "Checkout"): "cloning"})

    assert text[2].endswith("| cloning")


def test_an_action_that_waits_for_another_one_counts_no_time() -> None:
    world = World()
    world.start("E1")

    text = drawn(view_of(world), tails={world.job("E1", "Checkout"): QUEUED})

    assert text[2].split() == ["◌", "Checkout", "waits", "until", "another", "is", "over"]


def test_an_approval_shows_what_it_asks() -> None:
    world = World()
    world.to_production("E1")
    view = view_of(world)

    assert "Ship 1.4?" in drawn(view)[7]
    assert [opened.action for opened in view.approvals.values()] == ["GoLive"]


def test_an_answered_approval_asks_no_more() -> None:
    world = World()
    world.to_production("E1")
    world.answer("E1", "Approved")

    assert view_of(world).approvals == {}


def test_sixty_actions_fit_a_small_terminal() -> None:
    world = wide(60)
    world.fail("E1", "Test07", "broken")
    queued = {world.job("E1", f"Test{n:02}"): QUEUED for n in range(12, 60)}

    text = drawn(view_of(world), height=18, tails=queued)

    assert len(text) <= 18
    assert text[2].startswith("● Tests  0 of 60")
    assert any("Test07" in line and "broken" in line for line in text)
    assert not any("Test30" in line for line in text)


@given(st.integers(10, 200), st.integers(3, 60), st.integers(1, 40), st.text(max_size=300))
def test_it_always_fits_the_screen(width: int, height: int, actions: int, tail: str) -> None:
    world = wide(actions)
    said = "".join(character for character in tail if character.isprintable())
    tails = {world.job("E1", name): said for name in world.running("E1")}

    text = drawn(view_of(world), width=width, height=height, tails=tails)

    assert len(text) <= height
    assert all(cell_len(line) <= width for line in text)


def test_the_events_of_other_executions_change_nothing() -> None:
    world = World()
    world.start("E1")
    before = drawn(view_of(world))
    world.start("E2")

    assert drawn(view_of(world)) == before


def test_a_retried_stage_is_in_progress_again() -> None:
    world = World()
    world.start("E1")
    world.fail("E1", "Checkout")
    world.ask(asked.RetryStage(execution="E1", stage="Source"))

    view = view_of(world)

    assert (view.status, view.stages[0].status, view.stages[0].actions[0].status) == ("InProgress",) * 3


def test_rules_stand_where_they_run_before_and_behind_the_actions_of_their_stage() -> None:
    world = World()
    view = View(world.state.definition, "E1")
    view.apply(happened.ExecutionStarted(at=0, execution="E1", version=1))
    started: list[tuple[ConditionType, str]] = [("ON_SUCCESS", "R1"), ("BEFORE_ENTRY", "R2")]
    for condition, job in started:
        view.apply(
            happened.RuleStarted(
                at=1000,
                execution="E1",
                stage="Build",
                condition=condition,
                rule="Check",
                job=job,
                attempt=1,
                deadline=9e9,
            )
        )
    view.apply(
        happened.RuleFailed(
            at=1004,
            execution="E1",
            stage="Build",
            condition="BEFORE_ENTRY",
            rule="Check",
            job="R2",
            code="JobFailed",
            message="it is not good",
        )
    )

    text = [line.strip() for line in drawn(view, tails={"R1": "curl: (7) refused"})]

    build = text.index("○ Build")
    assert text[build + 1].startswith("✘ beforeEntry/Check")
    assert text[build + 1].endswith("it is not good")
    assert [line.split()[1] for line in text[build + 2 : build + 4]] == ["Unit", "Package"]
    assert text[build + 4].startswith("● onSuccess/Check")
    assert text[build + 4].endswith("| curl: (7) refused")
    assert [line.plain.split()[1] for line in durations(view, 100)] == ["Build/beforeEntry/Check"]


def test_a_stage_that_is_skipped_says_so() -> None:
    view = View(World().state.definition, "E1")
    view.apply(happened.StageSkipped(at=1, execution="E1", stage="Build"))

    assert "▪ Build" in drawn(view)


def test_where_the_time_went_is_drawn_to_scale() -> None:
    view = View(World().state.definition, "E1")
    for event in timed([("Source", "Checkout", 0, 10), ("Build", "Unit", 10, 40), ("Build", "Package", 10, 20)]):
        view.apply(event)

    text = [line.plain for line in durations(view, 100)]

    assert [(line.split()[1], line.split()[4]) for line in text] == [
        ("Source/Checkout", "25"),
        ("Build/Unit", "75"),
        ("Build/Package", "25"),
    ]
    assert text[1].count("━") == pytest.approx(3 * text[0].count("━"), abs=1)


def timed(rows: Iterable[tuple[str, str, float, float]]) -> Iterable[happened.Event]:
    rows = list(rows)
    yield happened.ExecutionStarted(at=0, execution="E1", version=1)
    for stage, action, start, end in rows:
        started = happened.ActionStarted(
            at=start, execution="E1", stage=stage, action=action, group=0, job=action, attempt=1, deadline=9e9
        )
        yield started
        yield happened.ActionSucceeded(at=end, execution="E1", stage=stage, action=action, job=action)
    yield happened.ExecutionSucceeded(at=max(end for *_, end in rows), execution="E1")
