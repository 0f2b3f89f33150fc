"""A picture as a Mermaid flowchart: a subgraph for each stage, arrows labelled by what goes along them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipelinekit.codepipeline.definition import Definition
from pipelinekit.drawing.picture import Arrow, Beginning, Box, Picture, StagePicture, folded, picture_of, short
from pipelinekit.drawing.standing import KINDS, Kind
from pipelinekit.drawing.theme import COLOURS

_SHAPES = {"Source": ("([", "])"), "Approval": ("{{", "}}")}


def drawn(definition: Definition, execution: Mapping[str, Any] | None = None) -> str:
    """Draw a definition as Mermaid: sources are round, approvals hexagons, conditions slanted, what starts it a flag.

    A closed entrance is a dotted arrow.

    How an execution stands is a symbol and words in each label, and a class for each kind of status.
    """
    picture = picture_of(definition, execution)
    lines = ["---", f"title: {json.dumps(picture.title, ensure_ascii=False)}", "---", "flowchart LR"]
    for stage in picture.stages:
        lines += [f"  {line}" for line in _stage(stage)]
    lines += [f"  {line}" for beginning in picture.beginnings for line in _beginning(beginning)]
    lines += [f"  {_arrow(arrow)}" for arrow in picture.arrows]
    lines += [f"  {line}" for line in _transitions(picture.stages)]
    lines += [f"  {line}" for line in _classes(picture)]
    return "\n".join(lines) + "\n"


def _stage(stage: StagePicture) -> Iterator[str]:
    yield f"subgraph {stage.id}[{quoted(stage.title)}]"
    for group in stage.groups:
        for box in group:
            yield f"  {box.id}{_label(box)}"
    for joint in stage.joints:
        yield f"  {joint}(( ))"
    for number, told in enumerate((*stage.entrance, *stage.exit), start=1):
        yield f"  {stage.id}c{number}[/{quoted(*folded(told))}/]"
    yield "end"


def _beginning(beginning: Beginning) -> Iterator[str]:
    yield f"{beginning.id}>{quoted(*folded(beginning.told))}]"
    if beginning.head is not None:
        yield f"{beginning.id} --> {beginning.head}"


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


def _classes(picture: Picture) -> Iterator[str]:
    """Yield the colours of the statuses, for light and dark pages alike: a stage has only an edge of its colour."""
    for kind in KINDS:
        fill, edge, text = (COLOURS[name][0] for name in (f"{kind}-back", f"{kind}-edge", kind))
        dashes = ",stroke-dasharray:4 3" if kind == "idle" else ""
        stages, boxes = _standing(picture.stages, kind), _standing(picture.boxes, kind)
        if stages:
            yield f"classDef {kind}Stage stroke:{edge},stroke-width:2px{dashes}"
            yield f"class {','.join(stages)} {kind}Stage"
        if boxes:
            yield f"classDef {kind} fill:{fill},stroke:{edge},color:{text}{dashes}"
            yield f"class {','.join(boxes)} {kind}"


def _standing(parts: Iterable[StagePicture | Box], kind: Kind) -> list[str]:
    return [part.id for part in parts if part.standing is not None and part.standing.kind == kind]


_PLAIN = frozenset(" -_./,:()+=@?!'")


def quoted(*lines: str) -> str:
    """Write lines as one quoted label; a character that could mean something to Mermaid or HTML becomes its number."""
    return '"' + "<br>".join("".join(map(_character, line)) for line in lines) + '"'


def _character(character: str) -> str:
    if character.isalnum() or character in _PLAIN:
        return character
    return f"#{ord(character)};" if character.isprintable() else " "
