"""CodeBuild projects out of a template (``AWS::CodeBuild::Project``), with the buildspecs written into them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from attrs import evolve

from pipelinekit.cloudformation.evaluation import Evaluation
from pipelinekit.cloudformation.properties import lowered
from pipelinekit.cloudformation.sections import Resource
from pipelinekit.codebuild.document import KEPT, KEPT_OF_THE_ENVIRONMENT, examine_buildspec, is_inline
from pipelinekit.codebuild.project import EnvironmentVariable, Project
from pipelinekit.codebuild.spec import BuildSpec
from pipelinekit.diagnostics import Diagnostic, Location, Place
from pipelinekit.documents import Entries, Items, Node, Scalar
from pipelinekit.reading import NO, YES, Path, is_null

_PROPERTIES = (
    "Name",
    "Description",
    "Source",
    "Artifacts",
    "Environment",
    "ServiceRole",
    "TimeoutInMinutes",
    "QueuedTimeoutInMinutes",
    "EncryptionKey",
    "Tags",
)
_ENVIRONMENT = ("Type", "Image", "ComputeType", "PrivilegedMode", "EnvironmentVariables")


def read_project(resource: Resource, name: str, evaluation: Evaluation, source: str) -> Project | None:
    """Read a project; *source* is the text of the template, which tells the lines of a buildspec in it.

    None, with what is wrong among the findings, when its buildspec cannot be read.
    """
    given = None if resource.properties is None else evaluation.value(resource.properties)
    path = (resource.logical_id,)
    members = evaluation.mapping(given, path)
    inside = evaluation.mapping(members.get("Environment"), (*path, "Environment"))
    kept = _kept(members, _PROPERTIES, KEPT, path, evaluation)
    of_environment = _kept(inside, _ENVIRONMENT, KEPT_OF_THE_ENVIRONMENT, (*path, "Environment"), evaluation)
    found = _Buildspec(None) if "Source" not in members else _source(members["Source"], path, evaluation, source)
    texts: dict[str, Any] = {
        "role": evaluation.text(members.get("ServiceRole"), (*path, "ServiceRole")),
        "image": evaluation.text(inside.get("Image"), (*path, "Environment", "Image")),
        "compute_type": _settled_text(inside, "ComputeType", path, evaluation),
        "environment_type": _settled_text(inside, "Type", path, evaluation),
    }
    project = Project(
        name,
        buildspec=found.value,
        environment=list(_variables(inside.get("EnvironmentVariables"), path, evaluation)),
        privileged=_yes_no(inside, "PrivilegedMode", path, evaluation) or False,
        description=evaluation.text(members.get("Description"), (*path, "Description")),
        timeout_minutes=_number(members, "TimeoutInMinutes", path, evaluation),
        queued_timeout_minutes=_number(members, "QueuedTimeoutInMinutes", path, evaluation),
        encryption_key=evaluation.text(members.get("EncryptionKey"), (*path, "EncryptionKey")),
        tags=_tags(members.get("Tags"), (*path, "Tags"), evaluation),
        more={**kept, **({"environment": of_environment} if of_environment else {})},
        where=resource.place,
        **{key: value for key, value in texts.items() if value is not None},
    )
    return project if found.is_readable else None


def _kept(
    members: Mapping[str, Node], known: tuple[str, ...], kept: tuple[str, ...], path: Path, evaluation: Evaluation
) -> dict[str, Any]:
    """Give what a `Project` has no field for, as the API spells it; warn of what only a template can say."""
    more = {}
    for name, value in members.items():
        if name not in known and lowered(name) in kept:
            more[lowered(name)] = _api(value)
        elif name not in known:
            evaluation.unknown((*path, name), known, "")
    return more


def _api(node: Node) -> Any:
    match node:
        case Items(items):
            return [_api(item) for item in items]
        case Entries():
            return {lowered(key): _api(value) for key, value in node}
        case Scalar(text, tag, quoted):
            if not quoted and tag == "bool":
                return text.lower() in YES
            return int(text) if re.fullmatch(r"0|[1-9][0-9]{0,8}", text) and not quoted else text


def _settled_text(members: Mapping[str, Node], name: str, path: Path, evaluation: Evaluation) -> str | None:
    node = members.get(name)
    return None if node is None else evaluation.text(evaluation.settled(node, name), (*path, name))


def _number(members: Mapping[str, Node], name: str, path: Path, evaluation: Evaluation) -> int | None:
    text = _settled_text(members, name, path, evaluation)
    if text is None:
        return None
    if re.fullmatch(r"[0-9]{1,9}", text):
        return int(text)
    evaluation.wrong(members[name], "a whole number", (*path, name))
    return None


def _yes_no(members: Mapping[str, Node], name: str, path: Path, evaluation: Evaluation) -> bool | None:
    text = _settled_text(members, name, path, evaluation)
    if text is None or text.lower() in YES | NO:
        return None if text is None else text.lower() in YES
    evaluation.wrong(members[name], "true or false", (*path, name))
    return None


def _variables(node: Node | None, path: Path, evaluation: Evaluation) -> list[EnvironmentVariable]:
    found = []
    for item, at in evaluation.items(node, (*path, "EnvironmentVariables")):
        members = evaluation.mapping(item, at)
        evaluation.known(members, ("Name", "Value", "Type"), at)
        name = evaluation.text(members.get("Name"), (*at, "Name"))
        value = evaluation.text(members.get("Value"), (*at, "Value"))
        if name is None or value is None:
            evaluation.wrong(item, "a Name with a Value", at)
        else:
            kind = _settled_text(members, "Type", at, evaluation) or "PLAINTEXT"
            found.append(EnvironmentVariable(name=name, value=value, type=kind))
    return found


def _tags(node: Node | None, path: Path, evaluation: Evaluation) -> dict[str, str]:
    tags = {}
    for item, at in evaluation.items(node, path):
        members = evaluation.mapping(item, at)
        key = evaluation.text(members.get("Key"), (*at, "Key"))
        value = evaluation.text(members.get("Value"), (*at, "Value"))
        if key is None or value is None:
            evaluation.wrong(item, "a Key with a Value", at)
        else:
            tags[key] = value
    return tags


# Its buildspec ------------------------------------------------------------------------------------------------------


class _Buildspec:
    """What a project has as its buildspec: a buildspec, a path, nothing, or something that cannot be read."""

    def __init__(self, value: BuildSpec | str | None, is_readable: bool = True) -> None:
        self.value = value
        self.is_readable = is_readable


def _source(node: Node, path: Path, evaluation: Evaluation, source: str) -> _Buildspec:
    here = (*path, "Source")
    members = evaluation.mapping(node, here)
    kind = _settled_text(members, "Type", here, evaluation)
    for name in members:
        if name not in ("Type", "BuildSpec") and kind == "CODEPIPELINE":
            evaluation.unknown((*here, name), ("Type", "BuildSpec"), "")
    if kind not in (None, "CODEPIPELINE"):
        message = f"its source is {kind}: it is read as the source that the pipeline gives it"
        evaluation.warning("PK174", message, members["Type"], here, "in a pipeline it is CODEPIPELINE")
    given = members.get("BuildSpec")
    text = None if given is None or is_null(given) else evaluation.text(given, (*here, "BuildSpec"))
    if given is None or not text:
        return _Buildspec(None)
    if not is_inline(text) and not text.lstrip().startswith("{"):
        return _Buildspec(text)
    document = examine_buildspec(text, given.place.file)
    lines = _Lines(source, text, given.place)
    evaluation.findings += [_moved(finding, lines, path) for finding in document.findings]
    if document.spec is None:
        return _Buildspec(None, is_readable=False)
    return _Buildspec(document.spec)


class _Lines:
    """Where the lines of a text stand in the template that it was written into, as far as they stand there as such."""

    def __init__(self, source: str, text: str, place: Place) -> None:
        self._place = place
        self._offset: int | None = None
        self._indent = 0
        first = next((line.strip() for line in text.splitlines() if line.strip()), "")
        skipped = next((n for n, line in enumerate(text.splitlines()) if line.strip()), 0)
        for number, line in enumerate(source.splitlines()[place.line : place.line + 3], start=place.line):
            if line.strip() == first and first:
                self._offset = number - skipped
                self._indent = len(line) - len(line.lstrip())
                break

    def place(self, inside: Place | None) -> Place:
        """Give the place in the template of a place in the text; that of the text itself where lines were joined."""
        if inside is None or not inside.line or self._offset is None:
            return self._place
        column = inside.column + self._indent if inside.column else 0
        return Place(self._place.file, inside.line + self._offset, column)


def _moved(finding: Diagnostic, lines: _Lines, path: Path) -> Diagnostic:
    where = Location((*path, "BuildSpec", *finding.where.path), lines.place(finding.where.place))
    return evolve(finding, where=where)
