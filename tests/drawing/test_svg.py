from __future__ import annotations

import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pipelinekit as pk
from executions import STATUSES, acted, executed, executions
from pipelinekit.codepipeline.define import compile_pipeline
from pipelinekit.drawing import draw
from pipelinekit.drawing.picture import picture_of
from pipelinekit.drawing.standing import KINDS, Standing
from strategies import pipelines

CHECKOUT = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
UNIT = pk.test.CodeBuild("Unit", input=CHECKOUT.output, project="unit", environment={"COMMIT": CHECKOUT.commit_id})
ASK = pk.approval.Manual("Ask", message="Ship it?")
FREEZE = pk.Transition(into="Live", enabled=False, reason="Change freeze")
STAGES = [pk.Stage("Source", CHECKOUT), pk.Stage("Test", UNIT), pk.Stage("Live", ASK)]
SHOP = pk.Pipeline("shop", STAGES, transitions=[FREEZE])

SVG = "{http://www.w3.org/2000/svg}"
ODD = "<script>alert(1)</script> & \"quoted\" 'x' ]]> ${Parameter.X} #{a.b} \x07\x00\x1b \u202e \ufffe --> &amp; é 中"
EVERYTHING = executed(
    "shop",
    "Failed",
    ("Source", "Succeeded", [acted("Checkout", "Succeeded")]),
    ("Test", "Failed", [acted("Unit", "Failed", errorDetails={"code": "JobFailed", "message": "it broke"})]),
    ("Live", "NotStarted", [acted("Ask", "NotStarted")]),
)


def parsed(drawn: str) -> ET.Element:
    return ET.fromstring(drawn)


def actions(svg: ET.Element) -> list[ET.Element]:
    return [group for group in svg.iter(f"{SVG}g") if "data-action" in group.attrib]


def texts(element: ET.Element) -> list[str]:
    return [text.text or "" for text in element.iter(f"{SVG}text")]


def classes(element: ET.Element) -> set[str]:
    return {name for part in element.iter() for name in part.get("class", "").split()}


def test_it_needs_nothing_from_elsewhere() -> None:
    svg = parsed(draw(SHOP, "svg", execution=EVERYTHING))

    allowed = {"svg", "title", "desc", "style", "g", "rect", "path", "circle", "text"}
    assert {part.tag.removeprefix(SVG) for part in svg.iter()} == allowed
    assert not [name for part in svg.iter() for name in part.attrib if "href" in name or name.startswith("on")]
    assert not re.search(r"url\(|@import|@font-face|https?:", (svg.find(f"{SVG}style") or ET.Element("x")).text or "")


def test_its_size_is_that_of_its_view() -> None:
    svg = parsed(draw(SHOP, "svg"))

    assert svg.get("viewBox") == f"0 0 {svg.get('width')} {svg.get('height')}"
    assert 800 < int(svg.get("width", "")) < 1000


def test_it_is_an_image_with_a_title_and_a_description() -> None:
    svg = parsed(draw(SHOP, "svg"))
    title, description = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")

    assert title is not None
    assert description is not None
    assert (svg.get("role"), svg.get("aria-labelledby")) == ("img", f"{title.get('id')} {description.get('id')}")
    assert title.text == "shop (V2, SUPERSEDED)"
    assert description.text == "Stage Source: Checkout. Stage Test: Unit. Stage Live (closed: Change freeze): Ask."


def test_its_description_tells_how_an_execution_stands() -> None:
    description = parsed(draw(SHOP, "svg", execution=EVERYTHING)).find(f"{SVG}desc")

    assert description is not None
    assert "Stage Test (Failed after 1 min 5 s): Unit (Failed after 1 min 5 s)." in (description.text or "")


def test_two_pictures_in_one_page_do_not_share_ids_or_rules() -> None:
    one, other = draw(SHOP, "svg"), draw(SHOP, "svg", execution=EVERYTHING)

    ids = [re.findall(r' id="([^"]+)"', drawn) for drawn in (one, other)]
    assert not set(ids[0]) & set(ids[1])
    style = re.search(r"<style>(.*)</style>", one, re.S)
    assert style is not None
    selectors = [line.split("{")[0] for line in style[1].splitlines() if line and line[0] not in "@}"]
    assert all(selector.startswith(f"#{ids[0][0]} ") for selector in selectors)


def test_the_same_picture_is_the_same_text() -> None:
    assert draw(SHOP, "svg", execution=EVERYTHING) == draw(SHOP, "svg", execution=EVERYTHING)


def test_artifacts_are_solid_lines_and_variables_dashed_ones() -> None:
    drawn = draw(SHOP, "svg")

    lines = [path.get("class") for group in parsed(drawn).iter(f"{SVG}g") for path in group if group.get("class")]
    assert [line.split()[:2] for line in lines if line] == [["net", "artifact"], ["net", "variable"]]
    assert re.search(r"\.variable\{stroke-dasharray:", drawn)


def test_a_line_tells_what_it_carries() -> None:
    flows = [group for group in parsed(draw(SHOP, "svg")).iter(f"{SVG}g") if group.get("class") == "flow"]

    assert [flow.findtext(f"{SVG}title") for flow in flows] == [
        "artifact CheckoutOutput: Checkout to Unit",
        "variable Checkout.CommitId: Checkout to Unit",
    ]


def test_a_closed_entrance_has_a_gate_and_its_reason() -> None:
    svg = parsed(draw(SHOP, "svg"))

    assert len([part for part in svg.iter() if part.get("class") == "gate"]) == 1
    assert "Closed: Change freeze" in texts(svg)
    assert len([part for part in svg.iter() if part.get("class") == "passage"]) == 2
    assert len([part for part in svg.iter() if part.get("class") == "tip"]) == 1  # no arrow goes through the gate


def test_an_approval_has_another_shape_than_what_works() -> None:
    shapes = {
        group.get("data-action"): next(path for path in group.iter(f"{SVG}path") if "status" in path.get("class", "x"))
        if group.get("data-action") == "s3a1"
        else next(path for path in group.iter(f"{SVG}path") if path.get("class") == "card")
        for group in actions(parsed(draw(SHOP, "svg")))
    }

    assert [name for name, shape in shapes.items() if "Q" not in shape.get("d", "")] == ["s3a1"]


def test_a_long_name_is_cut_on_the_card_and_whole_in_its_title() -> None:
    name = "CreateReplacementChangeSet" * 3
    stage = pk.Stage("S" * 90, pk.build.CodeBuild(name, input=CHECKOUT.output, project="p" * 200))
    svg = parsed(draw(pk.Pipeline("shop", [pk.Stage("Source", CHECKOUT), stage]), "svg"))

    card = actions(svg)[1]
    assert name not in texts(card)
    assert texts(card)[1].endswith("…")
    assert (card.findtext(f"{SVG}title") or "").splitlines()[0] == name
    assert "S" * 90 in [title.text for title in svg.iter(f"{SVG}title")]


def test_nothing_in_a_name_is_markup() -> None:
    source = pk.source.CodeCommit(ODD, repository=ODD, branch=ODD, outputs=[ODD])
    ask = pk.approval.Manual(ODD, message=ODD)
    stages = [
        pk.Stage(ODD, source),
        pk.Stage("Build", [ask, pk.build.CodeBuild("B", input=source.output, project=ODD)]),
    ]
    odd = pk.Pipeline(ODD, stages, transitions=[pk.Transition(into=ODD, enabled=False, reason=ODD)])
    shown = executed(ODD, ODD, (ODD, "Failed", [acted(ODD, ODD, errorDetails={"message": ODD})]), statusSummary=ODD)

    svg = parsed(draw(odd, "svg", execution=shown))

    assert not list(svg.iter(f"{SVG}script"))
    title = actions(svg)[0].findtext(f"{SVG}title") or ""
    assert title.startswith(
        "<script>alert(1)</script> & \"quoted\" 'x' ]]> ${Parameter.X} #{a.b} \\x07\\x00\\x1b \\u202e"
    )


@given(pipelines())
def test_every_action_is_drawn_once(given: pk.Pipeline) -> None:
    definition = compile_pipeline(given)
    picture = picture_of(definition)

    cards = actions(parsed(draw(definition, "svg")))

    assert [card.get("data-action") for card in cards] == [box.id for box in picture.boxes]
    assert [(card.findtext(f"{SVG}title") or "").split("\n")[0] for card in cards] == [
        box.name for box in picture.boxes
    ]


def columns(line: str) -> int:
    """Give how many columns a line takes: a combining character stands on the one before it."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


@given(st.data())
@settings(max_examples=40)
def test_every_execution_can_be_drawn_in_every_format(data: st.DataObject) -> None:
    definition = compile_pipeline(data.draw(pipelines()))
    shown = data.draw(executions(definition))

    assert len(actions(parsed(draw(definition, "svg", execution=shown)))) == len(list(definition.actions()))
    assert max(map(columns, draw(definition, "text", execution=shown).splitlines())) <= 80
    assert draw(definition, "mermaid", execution=shown).count("classDef") >= 2
    assert draw(definition, "dot", execution=shown).count("fillcolor") == len(list(definition.actions()))


# Statuses


def standing(status: str) -> ET.Element:
    shown = executed("shop", "InProgress", ("Source", status, [acted("Checkout", status)]))
    return actions(parsed(draw(SHOP, "svg", execution=shown)))[0]


@pytest.mark.parametrize("status", [*STATUSES, "NotStarted"])
def test_a_card_tells_its_status_by_colour_by_word_and_by_a_mark(status: str) -> None:
    card = standing(status)

    assert f"b-{Standing(status).kind}" in classes(card)
    assert any(text.split()[0] == status for text in texts(card))
    assert classes(card) & {f"m-{kind}" for kind in KINDS} or "ring" in classes(card)


def test_no_two_kinds_of_status_have_the_same_mark() -> None:
    statuses = ("Succeeded", "Failed", "InProgress", "Stopped", "Skipped", "NotStarted")
    marks = []
    for status in statuses:
        card = standing(status)
        marks.append(
            tuple(path.get("d") for path in card.iter(f"{SVG}path") if "mark" in path.get("class", "").split())
        )

    assert len(set(marks)) == len(statuses)


def test_only_what_has_flowed_has_a_colour() -> None:
    shown = executed("shop", "InProgress", ("Source", "Succeeded", [acted("Checkout", "Succeeded")]))

    flowed, pending = draw(SHOP, "svg", execution=shown), draw(SHOP, "svg", execution=executed("shop", "InProgress"))

    assert {"l-net0", "p-net0"} <= classes(parsed(flowed))
    assert not {"l-net0", "p-net0"} & classes(parsed(pending))
    assert {"l-pending", "p-pending"} <= classes(parsed(pending))


# Contrast, computed from the colours that the picture itself says

Colours = dict[str, dict[str, str]]


def colours(svg: ET.Element) -> tuple[Colours, Colours]:
    """Read the colours of the classes from the style sheet: on light, on dark."""
    light, _, dark = (svg.findtext(f"{SVG}style") or "").partition("@media (prefers-color-scheme: dark)")
    found: tuple[Colours, Colours] = ({}, {})
    for sheet, into in zip((light, dark), found, strict=True):
        for name, what, colour in re.findall(r"#\w+ \.([\w-]+)\{(fill|stroke):(#[0-9a-f]{6})\}", sheet):
            into.setdefault(name, {})[what] = colour
    assert set(found[0]) == set(found[1])
    return found


def luminance(colour: str) -> float:
    """Give the relative luminance (WCAG 2.2)."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def filled(svg: ET.Element, sheet: Colours) -> Iterator[tuple[tuple[float, float, float, float], str]]:
    """Yield each area in the order of painting, with its colour."""
    for part in svg.iter():
        fills = [sheet[name]["fill"] for name in part.get("class", "").split() if "fill" in sheet.get(name, {})]
        if part.tag == f"{SVG}rect" and fills and part.get("height") != "28":
            x, y, width, height = (float(part.get(key, "0")) for key in ("x", "y", "width", "height"))
            yield (x, y, x + width, y + height), fills[-1]
        if part.tag == f"{SVG}path" and fills and {"card", "status"} & set(part.get("class", "").split()):
            numbers = [float(number) for number in re.findall(r"[\d.]+", part.get("d", ""))]
            yield (min(numbers[::2]), min(numbers[1::2]), max(numbers[::2]), max(numbers[1::2])), fills[-1]


def each_status() -> Iterator[str]:
    yield draw(SHOP, "svg")
    for status in (*STATUSES, "NotStarted", "SomethingNew"):
        asks = acted("Ask", "InProgress", approval={"customData": "Ship 7?"}) if status == "InProgress" else None
        stages = [
            (stage, status, [acted(name, status, summary="it said so")])
            for stage, name in (("Source", "Checkout"), ("Test", "Unit"))
        ]
        yield draw(SHOP, "svg", execution=executed("shop", status, *stages, ("Live", status, [asks] if asks else [])))


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_text_can_be_read_on_what_it_stands_on(theme: int) -> None:
    pairs = {}
    for drawn in each_status():
        svg = parsed(drawn)
        sheet = colours(svg)[theme]
        areas = list(filled(svg, sheet))
        for text in svg.iter(f"{SVG}text"):
            x, y = float(text.get("x", "")), float(text.get("y", "")) - 3
            below = [
                colour for (left, top, right, bottom), colour in areas if left <= x <= right and top <= y <= bottom
            ]
            pairs[text.get("class"), below[-1]] = contrast(sheet[text.get("class", "")]["fill"], below[-1])

    assert len(pairs) > 15
    assert {pair: ratio for pair, ratio in pairs.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_line_and_mark_can_be_seen_on_what_it_lies_on(theme: int) -> None:
    sheet = colours(parsed(draw(SHOP, "svg")))[theme]
    grounds = [sheet["page"]["fill"], sheet["panel"]["fill"]]
    lines = [name for name in sheet if name.startswith("l-")] + ["step", "passage", "shut"]
    tiles = [name for name in sheet if name.startswith("c-")]

    ratios = {(name, ground): contrast(sheet[name]["stroke"], ground) for name in lines for ground in grounds}
    ratios |= {(name, "glyph"): contrast(sheet[name]["fill"], sheet["glyph"]["stroke"]) for name in tiles}
    ratios |= {(kind, "mark"): contrast(sheet[f"m-{kind}"]["fill"], sheet["mark"]["stroke"]) for kind in KINDS}
    ratios |= {(kind, "card"): contrast(sheet[f"m-{kind}"]["fill"], sheet[f"b-{kind}"]["fill"]) for kind in KINDS}
    assert len(ratios) > 30
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 3} == {}
