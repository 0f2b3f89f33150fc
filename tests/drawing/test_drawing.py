from __future__ import annotations

import re
import unicodedata

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pipelinekit as pk
from pipelinekit.codepipeline.define import compile_pipeline
from pipelinekit.drawing import draw

CHECKOUT = pk.source.CodeCommit("Checkout", repository="shop", branch="main")


def build(name: str, *inputs: pk.Artifact, **more: object) -> pk.Action:
    return pk.build.CodeBuild(name, input=inputs or CHECKOUT.output, project="builds", **more)  # type: ignore[arg-type]


def pipeline(*stages: pk.Stage, **more: object) -> pk.Pipeline:
    return pk.Pipeline("shop", [pk.Stage("Source", CHECKOUT), *stages], **more)  # type: ignore[arg-type]


def body(drawn: str) -> list[str]:
    return [line.strip("│ ") for line in drawn.splitlines()]


def test_actions_side_by_side_hang_on_one_bracket() -> None:
    drawn = draw(pipeline(pk.Stage("Build", [build("A"), build("B"), build("C")])))

    assert [line[:42] for line in drawn.splitlines() if "builds" in line] == [
        "│ 1 ┬ A         Build: CodeBuild, builds  ",
        "│   ├ B         Build: CodeBuild, builds  ",
        "│   └ C         Build: CodeBuild, builds  ",
    ]


def test_actions_one_after_the_other_have_an_arrow_between_them() -> None:
    drawn = draw(pipeline(pk.Stage("Build", build("A") >> build("B"))))

    marks = [line[2:5].strip() for line in drawn.splitlines() if line.startswith("│")]
    assert marks == ["1", "", "1", "", "▼", "2", ""]


def test_run_orders_are_those_of_the_declaration() -> None:
    orders = [5, 120, 10**100]
    drawn = draw(pipeline(pk.Stage("Build", [build(f"A{n}", run_order=order) for n, order in enumerate(orders)])))

    assert "│     5   A0 " in drawn
    assert "│   120   A1 " in drawn
    assert "│ 1000…   A2 " in drawn


def test_an_approval_shows_what_it_asks() -> None:
    ask = pk.approval.Manual("Ask", message=f"Ship {CHECKOUT.commit_id}?")

    assert '"Ship #{Checkout.CommitId}?"' in body(draw(pipeline(pk.Stage("Live", ask))))
    assert "◆ Approval: Manual" in draw(pipeline(pk.Stage("Live", ask)))


def test_a_closed_entrance_shows_its_reason() -> None:
    closed = [pk.Transition(into="Build", enabled=False, reason="Change freeze")]
    drawn = draw(pipeline(pk.Stage("Build", build("A")), transitions=closed))

    assert "✕ closed: Change freeze" in body(drawn)


def test_artifacts_and_variables_are_shown_where_they_flow() -> None:
    first = build("A", outputs=["Out"])
    second = build("B", first.output, CHECKOUT.output, environment={"COMMIT": CHECKOUT.commit_id})
    lines = body(draw(pipeline(pk.Stage("Build", [first, second]))))

    assert "← CheckoutOutput  → Out" in lines
    assert "← Out, CheckoutOutput, #{Checkout.CommitId}" in lines


def test_a_stage_without_actions_says_so() -> None:
    assert "no actions" in body(draw(pipeline(pk.Stage("Empty", []))))


def test_a_pipeline_that_cannot_run_is_drawn_nevertheless() -> None:
    a, b = build("A", pk.Artifact("BOut"), outputs=["AOut"]), build("B", pk.Artifact("AOut"), outputs=["BOut"])

    assert "← BOut  → AOut" in body(draw(pipeline(pk.Stage("Build", [a, b]))))


def columns(line: str) -> int:
    wide = (0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
    return sum(wide)


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=120)


@given(texts, texts, texts, texts)
def test_a_picture_in_text_stays_within_80_columns(name: str, stage: str, message: str, reason: str) -> None:
    ask = pk.approval.Manual(name, message=message)
    closed = [pk.Transition(into=stage, enabled=False, reason=reason)]
    drawn = draw(pipeline(pk.Stage(stage, [ask, attrs.evolve(ask, name="Other")]), transitions=closed))

    assert max(columns(line) for line in drawn.split("\n")) == 80
    assert all(c.isprintable() or c == "\n" for c in drawn)


def test_mermaid_has_a_subgraph_a_stage_and_labelled_arrows() -> None:
    first = build("A", outputs=["Out"])
    drawn = draw(pipeline(pk.Stage("Build", first), pk.Stage("Test", build("B", first.output))), "mermaid")

    assert [line.strip() for line in drawn.splitlines() if "subgraph" in line or "--" in line.strip("-")] == [
        'subgraph s1["Source"]',
        'subgraph s2["Build"]',
        'subgraph s3["Test"]',
        's1a1 -->|"CheckoutOutput"| s2a1',
        's2a1 -->|"Out"| s3a1',
    ]
    assert "s1 ==> s2\n  s2 ==> s3" in drawn


def test_several_that_wait_for_several_meet_in_a_joint() -> None:
    stage = pk.Stage("Build", pk.parallel(build("A"), build("B")) >> [build("C"), build("D")])

    drawn = draw(pipeline(stage), "dot")

    assert [line.strip() for line in drawn.splitlines() if "s2j1" in line] == [
        "s2j1 [shape=point];",
        "s2a1 -> s2j1 [style=dotted];",
        "s2a2 -> s2j1 [style=dotted];",
        "s2j1 -> s2a3 [style=dotted];",
        "s2j1 -> s2a4 [style=dotted];",
    ]


ODD = 'end "]);<b>&amp;#35;`x`\\N\n{{|'


def odd() -> pk.Pipeline:
    ask = pk.approval.Manual(ODD, message=ODD)
    source = pk.source.CodeCommit(ODD, repository=ODD, branch=ODD, outputs=[ODD])
    closed = [pk.Transition(into=ODD, enabled=False, reason=ODD)]
    stages = [pk.Stage("Source", source), pk.Stage(ODD, [ask, build("B", source.output)])]
    return pk.Pipeline(ODD, stages, transitions=closed)


def test_odd_characters_mean_nothing_to_mermaid() -> None:
    drawn = draw(odd(), "mermaid")

    labels = re.findall(r'"([^"]*)"', drawn.split("---\n")[2])
    assert len(labels) == drawn.split("---\n")[2].count('"') / 2 == 7
    assert all(re.fullmatch(r"(?:[\w -./,:()+=@?!']|#\d+;|<br>)*", label) for label in labels)
    assert "end #34;#93;)#59;#60;b#62;#38;amp#59;#35;35#59;#96;x#96;#92;N #123;#123;#124;" in labels


def test_odd_characters_mean_nothing_to_graphviz() -> None:
    drawn = draw(odd(), "dot")

    without_texts = re.sub(r'"(?:[^"\\]|\\.)*"', "TEXT", drawn)
    assert '"' not in without_texts
    assert re.findall(r"\w+ \[shape=hexagon, label=TEXT\];", without_texts) == ["s2a1 [shape=hexagon, label=TEXT];"]
    assert 'label="end \\"]);<b>&amp;amp;#35;`x`\\\\N {{|"' in drawn


def test_a_definition_is_drawn_like_its_pipeline() -> None:
    shop = pipeline(pk.Stage("Build", build("A")))

    assert draw(compile_pipeline(shop), "dot") == draw(shop, "dot")


def test_another_format_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="a picture is drawn as text, mermaid, dot, svg, not as 'png'"):
        draw(pipeline(), "png")  # type: ignore[arg-type]
