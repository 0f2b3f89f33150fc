"""What an execution's length comes from."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

import pipelinekit as pk
from pipelinekit.drawing.timeline import as_svg, as_text
from pipelinekit.execution.timeline import Span, Timeline, timeline_of

checkout = pk.source.S3("Checkout", bucket="b", object_key="k.zip")
lint = pk.build.Commands("Lint", input=checkout.output, commands=["lint"])
unit = pk.build.Commands("Unit", input=checkout.output, commands=["unit"])
pack = pk.build.CodeBuild("Pack", input=checkout.output, project="pack", outputs=["Packed"])
scan = pk.test.CodeBuild("Scan", input=pack.output, project="scan")
go_live = pk.approval.Manual("GoLive")
publish = pk.deploy.S3("Publish", input=checkout.output, bucket="site", extract=True)


def pipeline(*stages: pk.Stage) -> pk.Definition:
    return pk.define(pk.Pipeline("shop", [pk.Stage("Source", checkout), *stages]))


def span(key: str, start: float, end: float | None, *, status: str = "Succeeded", attempt: int = 1) -> Span:
    stage, action = key.split("/")
    return Span(stage=stage, action=action, attempt=attempt, status=status, start=start, end=end)


def timeline(definition: pk.Definition, *spans: Span, now: float | None = None) -> Timeline:
    end = now if now is not None else max(each.end or 0 for each in spans)
    return timeline_of(definition, "e1a2b3c4-0000", "Succeeded", 0.0, spans, now=end)


def critical(found: Timeline) -> list[str]:
    return [each.action for each in found.critical]


def test_the_end_waited_for_the_longest_of_each_group() -> None:
    found = timeline(
        pipeline(pk.Stage("Test", [lint, unit])),
        span("Source/Checkout", 0, 1),
        span("Test/Lint", 1, 3),
        span("Test/Unit", 1, 9),
    )

    assert critical(found) == ["Checkout", "Unit"]


def test_a_failed_attempt_is_part_of_the_way_to_the_next_one() -> None:
    found = timeline(
        pipeline(pk.Stage("Test", unit)),
        span("Source/Checkout", 0, 1),
        span("Test/Unit", 1, 5, status="Failed"),
        span("Test/Unit", 60, 64, attempt=2),
    )

    assert [each.attempt for each in found.critical] == [1, 1, 2]


def test_actions_that_do_not_depend_on_each_other_are_advised_side_by_side() -> None:
    found = timeline(
        pipeline(pk.Stage("Test", lint >> unit)),
        span("Source/Checkout", 0, 1),
        span("Test/Lint", 1, 131),
        span("Test/Unit", 131, 431),
    )

    assert found.advice == ("Test: Lint and Unit do not depend on each other; side by side they save 2 min 10 s",)


def test_an_action_that_reads_what_the_other_makes_is_left_where_it_is() -> None:
    found = timeline(
        pipeline(pk.Stage("Build", [pack, scan])),
        span("Source/Checkout", 0, 1),
        span("Build/Pack", 1, 100),
        span("Build/Scan", 100, 200),
    )

    assert found.advice == ()


def test_nothing_is_moved_past_an_approval_or_a_deployment() -> None:
    found = timeline(
        pipeline(pk.Stage("Live", lint >> go_live >> publish >> unit)),
        span("Source/Checkout", 0, 1),
        span("Live/Lint", 1, 100),
        span("Live/GoLive", 100, 101),
        span("Live/Publish", 101, 200),
        span("Live/Unit", 200, 300),
    )

    assert found.advice == ()


def test_several_that_could_start_earlier_are_named() -> None:
    found = timeline(
        pipeline(pk.Stage("Build", pack >> scan >> lint >> unit)),
        span("Source/Checkout", 0, 1),
        span("Build/Pack", 1, 11),
        span("Build/Scan", 11, 21),
        span("Build/Lint", 21, 31),
        span("Build/Unit", 31, 41),
    )

    assert found.advice == ("Build: Lint and Unit could start earlier: what they need is there; that saves 20 s",)


def test_less_than_a_second_is_not_worth_a_word() -> None:
    found = timeline(
        pipeline(pk.Stage("Test", lint >> unit)),
        span("Source/Checkout", 0, 1),
        span("Test/Lint", 1, 1.9),
        span("Test/Unit", 1.9, 100),
    )

    assert found.advice == ()


def test_an_approval_that_took_most_of_it_is_told() -> None:
    found = timeline(pipeline(pk.Stage("Live", go_live)), span("Source/Checkout", 0, 10), span("Live/GoLive", 10, 100))

    assert found.advice == ("Live/GoLive waited 1 min 30 s for an answer: 90 % of the whole",)


def test_what_goes_on_counts_until_now() -> None:
    found = timeline(pipeline(pk.Stage("Test", unit)), span("Source/Checkout", 0, 1), span("Test/Unit", 1, None), now=7)

    assert (found.seconds, critical(found)) == (7, ["Checkout", "Unit"])


def test_an_execution_in_which_nothing_started_is_empty() -> None:
    found = timeline_of(pipeline(), "e1", "Failed", 5.0, [], now=5.0)

    assert (found.critical, found.advice) == ((), ())
    assert as_text(found) == "shop e1: Failed, 0.0 s\n"
    ET.fromstring(as_svg(found))


@pytest.fixture
def drawn() -> Timeline:
    return timeline(
        pipeline(pk.Stage("Test", [lint, unit])),
        span("Source/Checkout", 0, 10),
        span("Test/Lint", 10, 20, status="Failed"),
        span("Test/Unit", 10, 40),
    )


def test_as_text_each_bar_stands_where_it_was_in_time(drawn: Timeline) -> None:
    lines = as_text(drawn).splitlines()

    assert lines[0] == "shop e1a2b3c4: Succeeded, 40 s"
    assert lines[2] == "  Checkout               ████████▎                                 10 s ←"
    assert lines[4] == "  Lint                           ████████▎                         10 s ✘ Failed"
    assert lines[-1] == "The end waited for Checkout 10 s, Unit 30 s."


def test_text_keeps_to_eighty_columns(drawn: Timeline) -> None:
    assert max(len(line) for line in as_text(drawn).splitlines()) <= 80


def test_svg_is_well_formed_and_marks_what_the_end_waited_for(drawn: Timeline) -> None:
    root = ET.fromstring(as_svg(drawn))
    bars = [e.get("class") for e in root.iter("{http://www.w3.org/2000/svg}rect") if "status" in (e.get("class") or "")]

    assert bars == ["status b-good critical", "status b-bad", "status b-good critical"]


def test_hostile_names_stay_text() -> None:
    found = timeline_of(pipeline(), "e1", "Succeeded", 0, [span("Source/<b>&\x1b[2J", 0, 1)], now=1)

    assert "\x1b" not in as_text(found)
    ET.fromstring(as_svg(found))
