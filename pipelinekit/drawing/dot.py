"""A picture in Graphviz' language: a cluster for each stage, arrows labelled by what goes along them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from pipelinekit.codepipeline.definition import Definition
from pipelinekit.drawing.picture import Arrow, Beginning, Box, StagePicture, folded, picture_of, short
from pipelinekit.drawing.theme import COLOURS

_SHAPES = {"Source": "oval", "Approval": "hexagon"}


def drawn(definition: Definition, execution: Mapping[str, Any] | None = None) -> str:
    """Draw a definition for ``dot``: sources are oval, approvals hexagons, conditions notes.

    What starts it is a broad arrow, a closed entrance a dashed red one.

    How an execution stands is a symbol and words in each label, and the colours of the status.
    """
    picture = picture_of(definition, execution)
    lines = [
        f"digraph {quoted(picture.name)} {{",
        "  rankdir=LR; compound=true;",
        f"  label={quoted(picture.title)}; labelloc=t;",
        '  node [shape=box, fontname="sans-serif", fontsize=11];',
        '  edge [fontname="sans-serif", fontsize=9];',
    ]
    for stage in picture.stages:
        lines += [f"  {line}" for line in _stage(stage)]
    lines += [f"  {line}" for beginning in picture.beginnings for line in _beginning(beginning)]
    lines += [f"  {_arrow(arrow)}" for arrow in picture.arrows]
    lines += [f"  {line}" for line in _transitions(picture.stages)]
    return "\n".join([*lines, "}"]) + "\n"


def _stage(stage: StagePicture) -> Iterator[str]:
    yield f"subgraph cluster_{stage.id} {{"
    yield f"  label={quoted(stage.title)};"
    if stage.standing is not None:
        edge, text = _colour(f"{stage.standing.kind}-edge"), _colour(stage.standing.kind)
        yield f"  color={edge}; fontcolor={text}; penwidth=2;"
    if not stage.groups:
        yield f"  {stage.id} [shape=plain, label={quoted('no actions')}];"
    for group in stage.groups:
        for box in group:
            yield f"  {_node(box)}"
    for joint in stage.joints:
        yield f"  {joint} [shape=point];"
    for number, told in enumerate((*stage.entrance, *stage.exit), start=1):
        yield f"  {stage.id}c{number} [shape=note, label={quoted(*folded(told))}];"
    yield "}"


def _beginning(beginning: Beginning) -> Iterator[str]:
    yield f"{beginning.id} [shape=cds, label={quoted(*folded(beginning.told))}];"
    if beginning.head is not None:
        yield f"{beginning.id} -> {beginning.head};"


def _node(box: Box) -> str:
    shape = f"shape={_SHAPES[box.category]}, " if box.category in _SHAPES else ""
    return f"{box.id} [{shape}label={quoted(*box.label)}{_look(box)}];"


def _look(box: Box) -> str:
    if box.standing is None:
        return ""
    kind = box.standing.kind
    fill, edge, text = map(_colour, (f"{kind}-back", f"{kind}-edge", kind))
    style = "filled,dashed" if kind == "idle" else "filled"
    return f', style="{style}", fillcolor={fill}, color={edge}, fontcolor={text}'


def _colour(name: str) -> str:
    return f'"{COLOURS[name][0]}"'


def _arrow(arrow: Arrow) -> str:
    if not arrow.carries:
        return f"{arrow.tail} -> {arrow.head} [style=dotted];"
    return f"{arrow.tail} -> {arrow.head} [label={quoted(*arrow.carries)}];"


def _transitions(stages: tuple[StagePicture, ...]) -> Iterator[str]:
    for before, after in itertools.pairwise(stages):
        ends = f"ltail=cluster_{before.id}, lhead=cluster_{after.id}"
        arrow = f"{_a_node(before, -1)} -> {_a_node(after, 0)}"
        if after.closed is None:
            yield f"{arrow} [{ends}, style=bold];"
        else:
            label = quoted(f"closed: {short(after.closed)}")
            yield f"{arrow} [{ends}, style=dashed, color=red, arrowhead=tee, label={label}];"


def _a_node(stage: StagePicture, which: int) -> str:
    """Give a node for an arrow between clusters to hold on to: Graphviz draws none to a cluster itself."""
    return stage.groups[which][0].id if stage.groups else stage.id


def quoted(*lines: str) -> str:
    """Write lines as one quoted text, in which nothing is read into a backslash or a quote."""
    return '"' + "\\n".join("".join(map(_character, line)) for line in lines) + '"'


def _character(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character == "&":  # the beginning of an HTML entity, even in plain labels
        return "&amp;"
    return character if character.isprintable() else " "
