"""Write the tables of docs/actions.md from the classes of the action types.

``python docs/build_actions.py`` writes them between the two marks of the page; a test sees that they are up to date.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs

from pipelinekit.codepipeline import catalogue
from pipelinekit.codepipeline.action import Action, ActionType, Key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.local.registry import is_done_here

PAGE = Path(__file__).resolve().parent / "actions.md"
BEGIN = "<!-- Written by docs/build_actions.py from the classes: change those. -->"
END = "<!-- The end of what is written. -->"

_CATEGORIES = ("source", "build", "test", "approval", "deploy", "invoke")


def page(before: str) -> str:
    """Give the whole page, with its tables written anew."""
    head, _, rest = before.partition(BEGIN)
    tail = rest.partition(END)[2]
    return f"{head}{BEGIN}\n\n" + "\n".join(_tables()) + f"\n{END}{tail}"


def _tables() -> Iterator[str]:
    for category in _CATEGORIES:
        yield f"### `pk.{category}`"
        yield ""
        yield "| class | action type | reads | makes | needs | output variables | here |"
        yield "| --- | --- | --- | --- | --- | --- | --- |"
        for kind in catalogue.known():
            if (catalogue.address(kind) or "").startswith(f"{category}."):
                yield _row(kind)
        yield ""


def _row(kind: ActionTypeId) -> str:
    found, facts = catalogue.class_of(kind), catalogue.find(kind)
    assert found is not None
    assert facts is not None
    cls = found[1]
    cells = (
        f"`{cls.__name__}`{_marks(facts)}",
        f"{kind.owner}/{kind.provider}",
        _range(*facts.inputs),
        _range(*facts.outputs),
        _listed(_needed(cls)),
        _variables(cls, facts),
        "real" if is_done_here(kind) else "stand-in",
    )
    return f"| {' | '.join(cells)} |"


def _marks(facts: ActionType) -> str:
    marks = []
    if "V1" not in facts.pipeline_types:
        marks.append("V2 only")
    if not facts.confirmed:
        marks.append("any configuration")
    if facts.retired:
        marks.append("retired")
    return f" ({', '.join(marks)})" if marks else ""


def _range(least: int, most: int) -> str:
    return str(most) if least == most else f"{least}-{most}"


def _needed(cls: type[Action]) -> Iterator[str]:
    for attribute in attrs.fields(cls):
        if attribute.name != "name" and attribute.default is attrs.NOTHING:
            yield attribute.alias or attribute.name
        elif any(isinstance(key, Key) and key.required for key in attribute.metadata.values()):
            yield f"{attribute.alias}={attribute.default!r}"


def _variables(cls: type[Action], facts: ActionType) -> str:
    if facts.variables is None:
        return "those of its execution"
    names = (name for name, value in vars(cls).items() if getattr(value, "key", None) in facts.variables)
    return _listed(names) or "none"


def _listed(names: Iterator[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
