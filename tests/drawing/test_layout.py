from __future__ import annotations

import itertools
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

import pipelinekit as pk
from executions import executions
from pipelinekit.codepipeline.define import compile_pipeline
from pipelinekit.drawing.face import PADDING, WIDTH
from pipelinekit.drawing.layout import Layout, Rectangle, layout_of
from pipelinekit.drawing.picture import picture_of
from pipelinekit.drawing.routes import Point
from strategies import pipelines

CHECKOUT = pk.source.CodeCommit("Checkout", repository="shop", branch="main")


def shards(many: int) -> list[pk.Action]:
    return [pk.test.CodeBuild(f"Shard-{n:03}", input=CHECKOUT.output, project="shards") for n in range(many)]


def laid(*stages: pk.Stage) -> Layout:
    return layout_of(picture_of(compile_pipeline(pk.Pipeline("shop", [pk.Stage("Source", CHECKOUT), *stages]))))


def apart(one: Rectangle, other: Rectangle) -> bool:
    return (
        one.x + one.width <= other.x
        or other.x + other.width <= one.x
        or one.y + one.height <= other.y
        or other.y + other.height <= one.y
    )


def inside(part: Rectangle, whole: Rectangle) -> bool:
    return (
        whole.x <= part.x
        and part.x + part.width <= whole.x + whole.width
        and whole.y <= part.y
        and part.y + part.height <= whole.y + whole.height
    )


def segments(layout: Layout) -> Iterator[tuple[Point, Point]]:
    runs = [run for net in layout.nets for run in net.runs] + [passage.run for passage in layout.passages]
    return itertools.chain.from_iterable(itertools.pairwise(run) for run in runs)


def crosses(segment: tuple[Point, Point], area: Rectangle) -> bool:
    (left, right), (top, bottom) = sorted((segment[0][0], segment[1][0])), sorted((segment[0][1], segment[1][1]))
    return (
        left < area.x + area.width - 1 and right > area.x + 1 and top < area.y + area.height - 1 and bottom > area.y + 1
    )


def assert_well_laid(layout: Layout) -> None:
    page = Rectangle(x=0, y=0, width=layout.width, height=layout.height)
    assert all(apart(one, other) for one, other in itertools.combinations(layout.cards, 2))
    assert all(apart(one, other) for one, other in itertools.combinations(layout.panels, 2))
    assert all(inside(panel, page) for panel in layout.panels)
    assert all(any(inside(card, panel) for panel in layout.panels) for card in layout.cards)
    assert not any(crosses(segment, card) for segment in segments(layout) for card in layout.cards)
    assert all(0 <= x <= layout.width and 0 <= y <= layout.height for segment in segments(layout) for x, y in segment)
    for card in layout.cards:
        for line in card.face.lines:
            assert line.left >= PADDING
            assert line.left + line.width <= WIDTH - PADDING + 0.01
            assert line.size <= line.y <= card.height - 4
    for panel in layout.panels:
        for line in panel.lines:
            assert panel.x < line.x
            assert line.x + line.width <= panel.x + panel.width
            assert panel.y < line.y < panel.y + panel.height
    for line in (*layout.lines, *(sign.line for sign in layout.legend)):
        assert line.x + line.width <= layout.width
        assert line.y < layout.height


@given(pipelines())
def test_no_card_touches_another_no_line_crosses_one_and_no_text_leaves_its_own(given: pk.Pipeline) -> None:
    picture = picture_of(compile_pipeline(given))
    layout = layout_of(picture)

    assert [card.box.id for card in layout.cards] == [box.id for box in picture.boxes]
    assert_well_laid(layout)


@given(st.data())
@settings(max_examples=50)
def test_an_execution_leaves_everything_in_its_place(data: st.DataObject) -> None:
    definition = compile_pipeline(data.draw(pipelines()))

    assert_well_laid(layout_of(picture_of(definition, data.draw(executions(definition)))))


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=120)


@given(names, names, names, names)
def test_whatever_things_are_called_it_stays_inside(name: str, stage: str, message: str, reason: str) -> None:
    source = pk.source.CodeCommit(name, repository=name, branch=message, outputs=[name])
    ask = pk.approval.Manual(name, message=message)
    build = pk.build.CodeBuild(name, input=source.output, project=stage, outputs=[message])
    closed = [pk.Transition(into=stage, enabled=False, reason=reason)]
    odd = pk.Pipeline(name, [pk.Stage(name, source), pk.Stage(stage, [ask, build])], transitions=closed)

    assert_well_laid(layout_of(picture_of(compile_pipeline(odd))))


def test_stages_stand_side_by_side_in_their_order() -> None:
    layout = laid(pk.Stage("Test", shards(1)), pk.Stage("More", shards(1)))

    assert [panel.stage.name for panel in sorted(layout.panels, key=lambda p: p.x)] == ["Source", "Test", "More"]
    assert len({panel.y for panel in layout.panels}) == 1


def test_many_stages_stand_in_several_rows_of_about_the_same_length() -> None:
    layout = laid(*(pk.Stage(f"S{n}", shards(1)) for n in range(6)))

    rows = [list(row) for _, row in itertools.groupby(layout.panels, key=lambda panel: panel.y)]
    assert [len(row) for row in rows] == [4, 3]
    assert rows[0][0].stage.name == "Source"


def test_many_actions_side_by_side_stand_in_several_columns() -> None:
    layout = laid(pk.Stage("Test", shards(59)))

    columns = {card.x for card in layout.cards[1:]}
    assert len(columns) == 4
    assert max(panel.height for panel in layout.panels) < 2 * max(panel.width for panel in layout.panels)
    assert_well_laid(layout)


def test_groups_stand_below_each_other_with_a_step_between_them() -> None:
    first, second, third = shards(3)
    layout = laid(pk.Stage("Test", [first, second] >> third))

    (test,) = [panel for panel in layout.panels if panel.stage.name == "Test"]
    tops = {card.box.name: card.y for card in layout.cards}
    assert tops["Shard-000"] < tops["Shard-001"] < tops["Shard-002"]
    assert [(len(test.frames), len(test.steps))] == [(1, 1)]


def test_sixty_actions_in_a_mesh_are_laid_without_a_crossed_card() -> None:
    stages, before = [], [CHECKOUT.output] * 10
    for s in range(6):
        actions = [
            pk.build.CodeBuild(
                f"S{s}-{n}",
                input=list(dict.fromkeys([before[n], before[n - 3]])),
                project="services",
                outputs=[f"Out_{s}_{n}"],
            )
            for n in range(10)
        ]
        stages.append(pk.Stage(f"Stage{s}", actions))
        before = [action.output for action in actions]
    layout = laid(*stages)

    assert len(layout.cards) == 61
    assert layout.width < 1600
    assert_well_laid(layout)


def test_an_artifact_for_many_is_one_line_with_many_ends() -> None:
    layout = laid(pk.Stage("Test", shards(5)))

    (net,) = layout.nets
    assert len(net.runs) == 5
    assert len({run[0] for run in net.runs}) == 1
    assert len({run[1][0] for run in net.runs if len(run) > 2}) == 1  # one lane


def test_lines_that_change_places_do_not_lie_on_each_other() -> None:
    makers = [
        pk.build.CodeBuild(name, input=CHECKOUT.output, project="builds", outputs=[f"{name}Out"]) for name in "AB"
    ]
    readers = [
        pk.build.CodeBuild(f"Read{maker.name}", input=maker.output, project="builds") for maker in reversed(makers)
    ]
    layout = laid(pk.Stage("Make", makers), pk.Stage("Read", readers))

    a, b = (net.runs[0] for net in layout.nets if net.net.tail.startswith("s2"))
    assert [a[0][1], a[-1][1]] != [b[-1][1], b[0][1]]
    levels = [[(run[0], run[1]), (run[-2], run[-1])] for run in (a, b)]
    for (left, right), (start, end) in itertools.product(*levels):
        assert left[1] != start[1] or right[0] <= start[0] or end[0] <= left[0]


def test_a_line_that_passes_a_stage_goes_below_it() -> None:
    late = pk.deploy.S3("Late", input=CHECKOUT.output, bucket="site", extract=True)
    layout = laid(pk.Stage("Between", shards(3)), pk.Stage("Late", late))

    (between,) = [panel for panel in layout.panels if panel.stage.name == "Between"]
    longest = max((run for net in layout.nets for run in net.runs), key=len)
    assert max(y for _, y in longest) > between.y + between.height


def test_actions_that_wait_for_each_other_in_a_loop_are_laid_nevertheless() -> None:
    a = pk.build.CodeBuild("A", input=[pk.Artifact("BOut")], project="p", outputs=["AOut"])
    b = pk.build.CodeBuild("B", input=[pk.Artifact("AOut"), pk.Artifact("BOut")], project="p", outputs=["BOut"])
    back = pk.build.CodeBuild("Back", input=[pk.Artifact("LateOut")], project="p")
    late = pk.build.CodeBuild("Late", input=[pk.Artifact("BOut")], project="p", outputs=["LateOut"])
    rows = [pk.Stage(f"S{n}", shards(1)) for n in range(8)]
    layout = laid(pk.Stage("Loop", [a, b, back]), *rows, pk.Stage("Late", late))

    assert sum(len(net.runs) for net in layout.nets) == 8 + 3 + 2
    assert_well_laid(layout)


def test_a_pipeline_without_stages_is_an_empty_page() -> None:
    layout = layout_of(picture_of(compile_pipeline(pk.Pipeline("empty", []))))

    assert (layout.cards, layout.panels) == ((), ())
    assert layout.height > 60
