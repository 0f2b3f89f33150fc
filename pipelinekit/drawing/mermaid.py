"""A definition as a Mermaid flowchart: a subgraph for each stage, arrows labelled by what goes along them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator

from pipelinekit.codepipeline.definition import Definition
from pipelinekit.drawing.picture import Arrow, Box, StagePicture, picture_of, short

_SHAPES = {"Source": ("([", "])"), "Approval": ("{{", "}}")}


def drawn(definition: Definition) -> str:
    """Draw a definition as Mermaid: sources are round, approvals hexagons; a closed entrance is a dotted arrow."""
    picture = picture_of(definition)
    title = f"{picture.name} ({picture.subtitle})"
    lines = ["---", f"title: {json.dumps(title, ensure_ascii=False)}", "---", "flowchart LR"]
    for stage in picture.stages:
        lines += [f"  {line}" for line in _stage(stage)]
    lines += [f"  {_arrow(arrow)}" for arrow in picture.arrows]
    lines += [f"  {line}" for line in _transitions(picture.stages)]
    return "\n".join(lines) + "\n"


def _stage(stage: StagePicture) -> Iterator[str]:
    yield f"subgraph {stage.id}[{quoted(stage.title)}]"
    for group in stage.groups:
        for box in group:
            yield f"  {box.id}{_label(box)}"
    for joint in stage.joints:
        yield f"  {joint}(( ))"
    yield "end"


def _label(box: Box) -> str:
    opening, closing = _SHAPES.get(box.category, ("[", "]"))
    return f"{opening}{quoted(*box.label)}{closing}"


def _arrow(arrow: Arrow) -> str:
    if not arrow.carries:
        return f"{arrow.tail} -.-> {arrow.head}"
    return f"{arrow.tail} -->|{quoted(*arrow.carries)}| {arrow.head}"


def _transitions(stages: tuple[StagePicture, ...]) -> Iterator[str]:
    for before, after in itertools.pairwise(stages):
        if after.closed is None:
            yield f"{before.id} ==> {after.id}"
        else:
            yield f"{before.id} -.-x|{quoted(f'closed: {short(after.closed)}')}| {after.id}"


_PLAIN = frozenset(" -_./,:()+=@?!'")


def quoted(*lines: str) -> str:
    """Write lines as one quoted label; a character that could mean something to Mermaid or HTML becomes its number."""
    return '"' + "<br>".join("".join(map(_character, line)) for line in lines) + '"'


def _character(character: str) -> str:
    if character.isalnum() or character in _PLAIN:
        return character
    return f"#{ord(character)};" if character.isprintable() else " "
