"""How a pipeline is written down (CodePipeline API: CreatePipeline, GetPipeline), both ways."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from attrs import field, frozen

from pipelinekit.codebuild.project import EnvironmentVariable
from pipelinekit.codepipeline.declaration import (
    ActionDeclaration,
    ActionTypeId,
    ArtifactStore,
    OutputArtifact,
    PipelineDeclaration,
    StageDeclaration,
)
from pipelinekit.diagnostics import Diagnostic, InvalidDocument, Place, did_you_mean
from pipelinekit.documents import Entries, Items, Node, Scalar, read, said
from pipelinekit.reading import Path, Reading, is_empty, is_null
from pipelinekit.values import FrozenMap, frozen_map

D = TypeVar("D")

# Writing ------------------------------------------------------------------------------------------------------------


def pipeline_input(declaration: PipelineDeclaration) -> dict[str, Any]:
    """Give the input of CreatePipeline and UpdatePipeline, for ``--cli-input-json``: ``{"pipeline": {...}}``.

    Members stand in the order of the API; ``executionMode`` and ``pipelineType`` are always said. Empty lists and
    empty texts are left out, since AWS refuses them, and so is what only AWS may say (``version``, ``metadata``).
    """
    store, stores = declaration.artifact_store, declaration.artifact_stores
    head = {
        "name": declaration.name,
        "roleArn": declaration.role_arn,
        "artifactStore": None if store is None else _store(store),
        "artifactStores": {region: _store(one) for region, one in stores.items()},
    }
    pipeline = {
        **_said(head),
        "stages": [_stage(stage) for stage in declaration.stages],
        "executionMode": declaration.execution_mode,
        "pipelineType": declaration.pipeline_type,
    }
    return {"pipeline": pipeline}


def _said(data: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what nobody said; an empty text is nothing to AWS, too."""
    return said(data, nothing=(None, "", [], {}))


def _store(store: ArtifactStore) -> dict[str, Any]:
    key = {"id": store.encryption_key, "type": "KMS"} if store.encryption_key else None
    return _said({"type": "S3", "location": store.location, "encryptionKey": key})


def _stage(stage: StageDeclaration) -> dict[str, Any]:
    return {"name": stage.name, "actions": [_action(action) for action in stage.actions]}


def _action(action: ActionDeclaration) -> dict[str, Any]:
    type_id = action.action_type_id
    return _said(
        {
            "name": action.name,
            "actionTypeId": {
                "category": type_id.category,
                "owner": type_id.owner,
                "provider": type_id.provider,
                "version": type_id.version,
            },
            "runOrder": action.run_order,
            "configuration": _said(action.configuration),
            "commands": list(action.commands),
            "outputArtifacts": [
                _said({"name": artifact.name, "files": list(artifact.files)}) for artifact in action.output_artifacts
            ],
            "inputArtifacts": [{"name": name} for name in action.input_artifacts],
            "outputVariables": list(action.output_variables),
            "roleArn": action.role_arn,
            "region": action.region,
            "namespace": action.namespace,
            "timeoutInMinutes": action.timeout_in_minutes,
            "environmentVariables": [
                {"name": variable.name, "value": variable.value, "type": variable.type}
                for variable in action.environment_variables
            ],
        }
    )


def disable_transition_input(pipeline: str, stage: str, reason: str) -> dict[str, Any]:
    """Give the input of DisableStageTransition: the pipeline's own JSON cannot say that an entrance is closed."""
    return {"pipelineName": pipeline, "stageName": stage, "transitionType": "Inbound", "reason": reason}


# Reading ------------------------------------------------------------------------------------------------------------

_PIPELINE = ("name", "roleArn", "artifactStore", "artifactStores", "stages", "executionMode", "pipelineType")
_STAGE = ("name", "actions")
_ACTION = (
    "name",
    "actionTypeId",
    "runOrder",
    "configuration",
    "commands",
    "outputArtifacts",
    "inputArtifacts",
    "outputVariables",
    "roleArn",
    "region",
    "namespace",
    "timeoutInMinutes",
    "environmentVariables",
)

LEFT_OUT = {
    "pipeline": ("variables", "triggers"),
    "stage": ("beforeEntry", "onSuccess", "onFailure", "blockers"),
}
"""Members of AWS that a declaration has no place for yet: reading warns of each that says something."""

FROM_AWS = ("version", "metadata")
"""What only AWS says of a pipeline; it is not read."""

_V2_MEMBERS = ("variables", "triggers", "beforeEntry", "onSuccess", "onFailure")


@frozen(kw_only=True)
class PipelineDocument:
    """What a document says: the declaration, the place of each part, and what deserves a warning.

    ``places`` has the keys of `Origin`: ``""``, ``Stage``, ``Stage/Action``.
    """

    declaration: PipelineDeclaration
    places: FrozenMap[Place] = field(converter=frozen_map)
    findings: tuple[Diagnostic, ...] = ()


def read_pipeline(given: Node | str, file: str = "<text>") -> PipelineDeclaration:
    """Read a pipeline from JSON or YAML: ``{"pipeline": {...}}`` with or without ``metadata``, or the bare declaration.

    Raises:
        InvalidDocument: ``PK600`` when it is no JSON or YAML, ``PK100`` for each thing a pipeline cannot be read from,
            all with line and column.
    """
    return read_pipeline_document(given, file).declaration


def read_pipeline_document(given: Node | str, file: str = "<text>") -> PipelineDocument:
    """Read a pipeline as `read_pipeline` does, and tell the place of each part and what was odd about it."""
    root = read(given, file) if isinstance(given, str) else given
    reading = _Reading()
    node = _pipeline_node(root, reading)
    declaration = None if node is None else _read_pipeline(node, reading)
    if node is None or declaration is None or reading.errors:
        raise InvalidDocument(*reading.findings)
    return PipelineDocument(
        declaration=declaration, places=FrozenMap(_places(node, declaration)), findings=tuple(reading.findings)
    )


def _pipeline_node(root: Node, reading: _Reading) -> Entries | None:
    if not isinstance(root, Entries):
        reading.refuse("is not a pipeline document: it holds no mapping", root, hint=_WANTED)
        return None
    if root.get("Resources") is not None or root.get("AWSTemplateFormatVersion") is not None:
        reading.refuse("is a CloudFormation template, not a pipeline document", root, hint=_WANTED)
        return None
    inside = root.get("pipeline")
    if inside is None:
        if root.get("stages") is None:
            reading.refuse("is not a pipeline document: it has neither a pipeline nor stages", root, hint=_WANTED)
            return None
        return root
    for name, _ in root:
        if name not in ("pipeline", "metadata"):
            reading.warning("PK100", f"{name!r} stands beside the pipeline and is not read", root, (name,))
    if not isinstance(inside, Entries):
        reading.refuse("the pipeline is no mapping", inside, hint=_WANTED)
        return None
    return inside


_WANTED = 'what "aws codepipeline get-pipeline" prints is wanted: {"pipeline": {"name": ..., "stages": [...]}}'


def _read_pipeline(node: Entries, reading: _Reading) -> PipelineDeclaration:
    name = node.get("name")
    path = (name.text,) if isinstance(name, Scalar) else ()
    members = reading.members(node, path, _PIPELINE, LEFT_OUT["pipeline"], FROM_AWS)
    stages = tuple(
        _read_stage(stage, path, reading) for stage in reading.listed(members, "stages", path, required=node)
    )
    mode = reading.member(members, "executionMode", path) or "SUPERSEDED"
    store = members.get("artifactStore")
    stores = members.get("artifactStores")
    return PipelineDeclaration(
        reading.required(members, "name", path, node),
        role_arn=reading.required(members, "roleArn", path, node),
        artifact_store=None if store is None else _read_store(store, (*path, "artifactStore"), reading),
        artifact_stores=FrozenMap(_read_stores(stores, (*path, "artifactStores"), reading)),
        stages=stages,
        execution_mode=mode,
        pipeline_type=reading.member(members, "pipelineType", path) or _implied_type(node, stages, mode, path, reading),
    )


def _implied_type(node: Entries, stages: Sequence[StageDeclaration], mode: str, path: Path, reading: _Reading) -> str:
    """Say what AWS makes of a pipeline without a type: V2 when it uses what only V2 has (API: pipelineType)."""
    commands = any(action.action_type_id.category == "Compute" for stage in stages for action in stage.actions)
    implied = "V2" if commands or mode in ("QUEUED", "PARALLEL") or _mentions(node, _V2_MEMBERS) else "V1"
    message = f"does not say its pipelineType; AWS takes {implied}"
    reading.warning("PK118", message, node, path, f'say "pipelineType": "{implied}"')
    return implied


def _mentions(pipeline: Entries, names: Iterable[str]) -> bool:
    stages = pipeline.get("stages")
    inside = [stage for stage in stages.items if isinstance(stage, Entries)] if isinstance(stages, Items) else []
    given = (part.get(name) for part in (pipeline, *inside) for name in names)
    return any(node is not None and not is_empty(node) for node in given)


def _read_stores(node: Node | None, path: Path, reading: _Reading) -> dict[str, ArtifactStore]:
    if node is None:
        return {}
    return {region: _read_store(one, (*path, region), reading) for region, one in reading.mapping(node, path).items()}


def _read_store(node: Node, path: Path, reading: _Reading) -> ArtifactStore:
    members = reading.members(node, path, ("type", "location", "encryptionKey"))
    kind = reading.required(members, "type", path, node)
    if kind not in ("S3", ""):
        reading.refuse(f"an artifact store is of type S3, not {kind!r}", members["type"], path)
    key = members.get("encryptionKey")
    return ArtifactStore(
        reading.required(members, "location", path, node),
        encryption_key=None if key is None else _read_encryption_key(key, (*path, "encryptionKey"), reading),
    )


def _read_encryption_key(node: Node, path: Path, reading: _Reading) -> str:
    members = reading.members(node, path, ("id", "type"))
    kind = reading.member(members, "type", path)
    if kind not in ("KMS", None):
        reading.refuse(f"an encryption key is of type KMS, not {kind!r}", members["type"], path)
    return reading.required(members, "id", path, node)


def _read_stage(node: Node, path: Path, reading: _Reading) -> StageDeclaration:
    here = _named(node, path)
    members = reading.members(node, here, _STAGE, LEFT_OUT["stage"])
    return StageDeclaration(
        reading.required(members, "name", here, node),
        actions=tuple(
            _read_action(action, here, reading) for action in reading.listed(members, "actions", here, required=node)
        ),
    )


def _read_action(node: Node, path: Path, reading: _Reading) -> ActionDeclaration:
    here = _named(node, path)
    members = reading.members(node, here, _ACTION)
    type_id = members.get("actionTypeId")
    if type_id is None:
        reading.missing("actionTypeId", node, here)
    return ActionDeclaration(
        reading.required(members, "name", here, node),
        action_type_id=ActionTypeId("", "", "") if type_id is None else _read_type_id(type_id, here, reading),
        run_order=reading.number(members, "runOrder", here, 1),
        configuration=FrozenMap(_read_configuration(members, here, reading)),
        commands=reading.texts(members.get("commands"), (*here, "commands")),
        output_artifacts=tuple(
            _read_output(artifact, (*here, "outputArtifacts"), reading)
            for artifact in reading.listed(members, "outputArtifacts", here)
        ),
        input_artifacts=tuple(
            _read_input(artifact, (*here, "inputArtifacts"), reading)
            for artifact in reading.listed(members, "inputArtifacts", here)
        ),
        output_variables=reading.texts(members.get("outputVariables"), (*here, "outputVariables")),
        role_arn=reading.member(members, "roleArn", here),
        region=reading.member(members, "region", here),
        namespace=reading.member(members, "namespace", here),
        timeout_in_minutes=reading.number(members, "timeoutInMinutes", here, None),
        environment_variables=tuple(
            _read_variable(variable, (*here, "environmentVariables"), reading)
            for variable in reading.listed(members, "environmentVariables", here)
        ),
    )


def _named(node: Node, path: Path) -> Path:
    name = node.get("name") if isinstance(node, Entries) else None
    return (*path, name.text) if isinstance(name, Scalar) else path


def _read_type_id(node: Node, path: Path, reading: _Reading) -> ActionTypeId:
    here = (*path, "actionTypeId")
    parts = ("category", "owner", "provider", "version")
    members = reading.members(node, here, parts)
    return ActionTypeId(*(reading.required(members, part, here, node) for part in parts))


def _read_configuration(members: Mapping[str, Node], path: Path, reading: _Reading) -> dict[str, str]:
    node = members.get("configuration")
    if node is None:
        return {}
    here = (*path, "configuration")
    read_values = {}
    for key, value in reading.mapping(node, here).items():
        if not isinstance(value, Scalar):
            reading.refuse("a configuration value is text, not a list or a mapping", value, (*here, key), _AS_JSON)
        elif is_null(value):
            reading.warning("PK304", "has no value and is left out", value, (*here, key))
        else:
            if not value.quoted and value.tag != "str":
                message = f"is not text: it is read as {value.text!r}"
                reading.warning("PK305", message, value, (*here, key), "AWS wants every configuration value in quotes")
            read_values[key] = value.text
    return read_values


_AS_JSON = "write it as one text that holds JSON"


def _read_output(node: Node, path: Path, reading: _Reading) -> OutputArtifact:
    members = reading.members(node, path, ("name", "files"))
    return OutputArtifact(
        reading.required(members, "name", path, node), files=reading.texts(members.get("files"), (*path, "files"))
    )


def _read_input(node: Node, path: Path, reading: _Reading) -> str:
    return reading.required(reading.members(node, path, ("name",)), "name", path, node)


def _read_variable(node: Node, path: Path, reading: _Reading) -> EnvironmentVariable:
    members = reading.members(node, path, ("name", "value", "type"))
    return EnvironmentVariable(
        name=reading.required(members, "name", path, node),
        value=reading.required(members, "value", path, node),
        type=reading.member(members, "type", path) or "PLAINTEXT",
    )


def _places(node: Node, declaration: PipelineDeclaration) -> dict[str, Place]:
    places = {"": node.place}
    for stage, stage_node in zip(declaration.stages, _listed(node, "stages"), strict=True):
        places.setdefault(stage.name, stage_node.place)
        for action, action_node in zip(stage.actions, _listed(stage_node, "actions"), strict=True):
            places.setdefault(f"{stage.name}/{action.name}", action_node.place)
    return places


def _listed(node: Node, name: str) -> tuple[Node, ...]:
    found = node.get(name) if isinstance(node, Entries) else None
    return found.items if isinstance(found, Items) else ()


class _Reading(Reading):
    """A pipeline that is being read. Its findings name the member that is wrong, not only the place."""

    def wrong(self, node: Node, wanted: str, path: Path) -> None:
        self.refuse(f"{path[-1]} is {wanted}", node, path[:-1])

    def unknown(self, path: Path, known: Collection[str], hint: str) -> None:
        near = did_you_mean(path[-1], known) or f"known are {', '.join(known)}"
        message = f"has the unknown member {path[-1]!r}, which is not read"
        self.warning("PK100", message, self.places[path], path[:-1], hint or near)

    def twice(self, key: Scalar, path: Path) -> None:
        self.refuse(f"{key.text!r} is written twice", key, path)

    def refuse(self, message: str, node: Node, path: Path = (), hint: str = "") -> None:
        self.error("PK100", message, node, path, hint)

    def missing(self, name: str, node: Node, path: Path) -> None:
        self.refuse(f"{name} is missing", node, path)

    def mapping(self, node: Node | None, path: Path) -> dict[str, Node]:
        """Take a mapping; what is something else may be an item of a list, which has no name."""
        if node is not None and not isinstance(node, Entries):
            self.refuse("a mapping is wanted here", node, path)
            return {}
        return super().mapping(node, path)

    def members(
        self,
        node: Node,
        path: Path,
        known: Sequence[str],
        left_out: Sequence[str] = (),
        ignored: Sequence[str] = (),
    ) -> dict[str, Node]:
        """Give the members that are known and say something; warn of those that are not read."""
        given = self.mapping(node, path)
        for name in left_out:
            if name in given and not is_empty(given[name]):
                message = f"{name} is not modelled here: it is not read, and not emitted"
                self.warning("PK100", message, given[name], path)
        self.known({name: value for name, value in given.items() if name not in ignored}, [*known, *left_out], path)
        return {name: value for name, value in given.items() if name in known and not is_null(value)}

    def member(self, members: Mapping[str, Node], name: str, path: Path) -> str | None:
        """Give a text as it is written, numbers too; None when it is not there or empty."""
        return self.text(members.get(name), (*path, name)) or None

    def required(self, members: Mapping[str, Node], name: str, path: Path, within: Node) -> str:
        """Give a text that has to be there."""
        if name not in members:
            if isinstance(within, Entries):
                self.missing(name, within, path)
            return ""
        return self.member(members, name, path) or ""

    def number(self, members: Mapping[str, Node], name: str, path: Path, default: D) -> int | D:
        """Give a whole number, in quotes or not."""
        node = members.get(name)
        if node is None:
            return default
        if isinstance(node, Scalar) and re.fullmatch(r"[+-]?[0-9]{1,9}", node.text):
            return int(node.text)
        self.wrong(node, "a whole number", (*path, name))
        return default

    def listed(
        self, members: Mapping[str, Node], name: str, path: Path, required: Node | None = None
    ) -> tuple[Node, ...]:
        """Give the items of a list; *required* is the node that has to have it."""
        if name not in members and isinstance(required, Entries):
            self.missing(name, required, path)
        return tuple(node for node, _ in self.items(members.get(name), (*path, name)))
