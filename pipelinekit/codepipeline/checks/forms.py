"""Whether one configuration value is what its key takes (PK307, PK316, PK330, PK335)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelinekit.codepipeline.action import Key
from pipelinekit.codepipeline.checks.facts import Facts, listing
from pipelinekit.codepipeline.declaration import ActionDeclaration, StageDeclaration
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, did_you_mean
from pipelinekit.values import is_settled

_FIELDS = {"TemplatePath": "template", "TemplateConfiguration": "template_configuration"}


def check_form(
    facts: Facts, stage: StageDeclaration, action: ActionDeclaration, key: Key, value: str
) -> Iterator[Diagnostic]:
    """Yield what is wrong with a value; one whose parameters or variables are still to come is not judged."""
    if not is_settled(value) or "#{" in value:
        return
    for code, message, hint in (*_misplaced(action, key, value), *_outside(key, value), *_misshapen(key, value)):
        yield found(code, facts.at(stage.name, action.name, f"configuration.{key.name}"), message, hint)


def _misplaced(action: ActionDeclaration, key: Key, value: str) -> Iterator[tuple[str, str, str]]:
    if key.artifact and value not in action.input_artifacts:
        yield (
            "PK316",
            f"names the artifact {value!r}, which is none of its inputs",
            did_you_mean(value, action.input_artifacts) or f"add {value} to its inputs",
        )
    if not key.path:
        return
    artifact, separator, file = value.partition("::")
    if not separator or not artifact or not file:
        yield (
            "PK307",
            f"{value!r} is not of the form Artifact::path",
            f'write {_FIELDS.get(key.name, key.name)}=build.output.at("{value}")',
        )
    elif artifact not in action.input_artifacts:
        yield (
            "PK307",
            f"{value!r} points into the artifact {artifact!r}, which is none of its inputs",
            did_you_mean(artifact, action.input_artifacts) or f"add {artifact} to its inputs",
        )


def _outside(key: Key, value: str) -> Iterator[tuple[str, str, str]]:
    """Yield each part of a value that is none of a closed set. A list may also stand there as JSON."""
    if not key.values or (key.several and value.startswith("[")):
        return
    for part in value.split(",") if key.several else (value,):
        if part not in key.values:
            choice = (
                f"some of {listing(key.values)}, with commas only" if key.several else f"one of {listing(key.values)}"
            )
            yield (
                "PK330",
                f"{part!r} is not a value of {key.name}",
                did_you_mean(part, key.values) or f"write {choice}",
            )


def _misshapen(key: Key, value: str) -> Iterator[tuple[str, str, str]]:
    if key.whole is not None:
        least, most = key.whole
        if re.fullmatch(r"\d{1,15}", value) is None or not least <= int(value) <= most:
            # The largest number that an integer of AWS holds is no advice to anybody.
            bounds = f"from {least} to {most}" if most < 2**31 - 1 else f"from {least} on"
            yield (
                "PK335",
                f"{value[:40]!r} is not a whole number {bounds}",
                f'write a number, such as "{min(most, 10)}"',
            )
    elif key.form and re.fullmatch(key.form, value, re.DOTALL) is None:
        yield "PK335", f"{value[:40]!r} is not of the form of {key.name}", f"write {key.meaning}"
