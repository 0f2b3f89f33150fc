"""From a pipeline document, JSON or YAML, to the declaration it says (CodePipeline API: GetPipeline)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

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
from pipelinekit.codepipeline.members import Members, PipelineReading, named, says_something
from pipelinekit.codepipeline.reading_v2 import (
    read_conditions,
    read_inputs,
    read_on_failure,
    read_pipeline_variable,
    read_trigger,
)
from pipelinekit.diagnostics import Diagnostic, InvalidDocument, Place
from pipelinekit.documents import Entries, Items, Node, Scalar, read
from pipelinekit.reading import Path
from pipelinekit.values import FrozenMap, frozen_map

PIPELINE = (
    "name",
    "roleArn",
    "artifactStore",
    "artifactStores",
    "stages",
    "executionMode",
    "pipelineType",
    "variables",
    "triggers",
)
STAGE = ("name", "actions", "beforeEntry", "onSuccess", "onFailure")
ACTION = (
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

FROM_AWS = ("version", "metadata")
"""What only AWS says of a pipeline; it is not read."""

TAGS = "tags"
"""What may stand beside a pipeline where it is created."""

RESERVED = ("blockers",)
"""What a stage may have that AWS keeps for later (API: BlockerDeclaration): it has no effect, and is kept as it is."""

_V2_OF_A_PIPELINE = ("variables", "triggers")
_V2_OF_A_STAGE = ("beforeEntry", "onSuccess", "onFailure")

HOOKS = {"beforeEntry": "before_entry", "onSuccess": "on_success", "onFailure": "on_failure"}
"""Member of a stage -> what it is called here, as in the keys of `Origin.places`."""


@frozen(kw_only=True)
class PipelineDocument:
    """What a document says: the declaration, the place of each part, and what deserves a warning.

    ``places`` has the keys of `Origin`: ``""``, ``Stage``, ``Stage/Action``, ``Stage/before_entry/Rule``,
    ``trigger/Source action``, ``variable/NAME``. ``tags`` stand beside the pipeline (API: CreatePipeline).
    """

    declaration: PipelineDeclaration
    tags: FrozenMap[str] = field(factory=FrozenMap, converter=frozen_map)
    places: FrozenMap[Place] = field(converter=frozen_map)
    findings: tuple[Diagnostic, ...] = ()


def read_pipeline(given: Node | str, file: str = "<text>") -> PipelineDeclaration:
    """Read a pipeline from JSON or YAML: ``{"pipeline": {...}}``, whatever stands beside it, or the bare declaration.

    Raises:
        InvalidDocument: ``PK600`` when it is no JSON or YAML, ``PK100`` for each thing a pipeline cannot be read from,
            all with line and column.
    """
    return read_pipeline_document(given, file).declaration


def read_pipeline_document(given: Node | str, file: str = "<text>") -> PipelineDocument:
    """Read a pipeline as `read_pipeline` does, with its tags, the place of each part and what was odd about it."""
    root = read(given, file) if isinstance(given, str) else given
    reading = PipelineReading()
    node = _pipeline_node(root, reading)
    declaration = None if node is None else _read_pipeline(node, reading)
    tags = {} if node is root or not isinstance(root, Entries) else _tags(root.get(TAGS), reading)
    if node is None or declaration is None or reading.errors:
        raise InvalidDocument(*reading.findings)
    return PipelineDocument(
        declaration=declaration,
        tags=FrozenMap(tags),
        places=FrozenMap(_places(node)),
        findings=tuple(reading.findings),
    )


def _pipeline_node(root: Node, reading: PipelineReading) -> Entries | None:
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
    for key, _ in root.entries:
        if key.text not in ("pipeline", "metadata", TAGS):
            message = f"{key.text!r} stands beside the pipeline and is not read"
            reading.warning("PK100", message, key, (key.text,))
    if not isinstance(inside, Entries):
        reading.refuse("the pipeline is no mapping", inside, hint=_WANTED)
        return None
    return inside


_WANTED = 'what "aws codepipeline get-pipeline" prints is wanted: {"pipeline": {"name": ..., "stages": [...]}}'


def read_tags(given: str, file: str = "<text>") -> dict[str, str]:
    """Read the tags of a pipeline, ``[{"key": ..., "value": ...}]`` (API: CreatePipeline), as a mapping.

    Raises:
        InvalidDocument: ``PK600`` when it is no JSON or YAML, ``PK100`` for each thing that is no tag.
    """
    reading = PipelineReading()
    tags = _tags(read(given, file), reading)
    if reading.errors:
        raise InvalidDocument(*reading.findings)
    return tags


def _tags(node: Node | None, reading: PipelineReading) -> dict[str, str]:
    tags: dict[str, str] = {}
    path = (TAGS,)
    for item, _ in reading.items(node, path):
        members = reading.mapping(item, path)
        key, value = (reading.required(members, name, path, item) for name in ("key", "value"))
        if key in tags:
            reading.refuse(f"two tags have the key {key!r}", item, path)
        for name in members:
            if name not in ("key", "value"):
                reading.refuse(f"a tag is a key with a value, and has no {name!r}", item, path)
        tags[key] = value
    return tags


# The pipeline -------------------------------------------------------------------------------------------------------


def _read_pipeline(node: Entries, reading: PipelineReading) -> PipelineDeclaration:
    name = node.get("name")
    path = (name.text,) if isinstance(name, Scalar) else ()
    members = reading.members(node, path, PIPELINE, FROM_AWS)
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
        variables=tuple(
            read_pipeline_variable(variable, (*path, "variables"), reading)
            for variable in reading.listed(members, "variables", path)
        ),
        triggers=tuple(
            read_trigger(trigger, (*path, "triggers"), reading) for trigger in reading.listed(members, "triggers", path)
        ),
        more=members.more,
    )


def _implied_type(
    node: Entries, stages: Sequence[StageDeclaration], mode: str, path: Path, reading: PipelineReading
) -> str:
    """Say what AWS makes of a pipeline without a type: V2 when it uses what only V2 has (API: pipelineType)."""
    commands = any(action.action_type_id.category == "Compute" for stage in stages for action in stage.actions)
    implied = "V2" if commands or mode in ("QUEUED", "PARALLEL") or _mentions_v2(node) else "V1"
    message = f"does not say its pipelineType; AWS takes {implied}"
    reading.warning("PK118", message, node, path, f'say "pipelineType": "{implied}"')
    return implied


def _mentions_v2(pipeline: Entries) -> bool:
    stages = [stage for stage in _listed(pipeline, "stages") if isinstance(stage, Entries)]
    return _mentions([pipeline], _V2_OF_A_PIPELINE) or _mentions(stages, _V2_OF_A_STAGE)


def _mentions(parts: Iterable[Entries], names: Iterable[str]) -> bool:
    return any(says_something(part.get(name)) for part in parts for name in names)


def _read_stores(node: Node | None, path: Path, reading: PipelineReading) -> dict[str, ArtifactStore]:
    if node is None:
        return {}
    return {region: _read_store(one, (*path, region), reading) for region, one in reading.mapping(node, path).items()}


def _read_store(node: Node, path: Path, reading: PipelineReading) -> ArtifactStore:
    members = reading.members(node, path, ("type", "location", "encryptionKey"))
    kind = reading.required(members, "type", path, node)
    if kind not in ("S3", ""):
        reading.refuse(f"an artifact store is of type S3, not {kind!r}", members["type"], path)
    return ArtifactStore(
        reading.required(members, "location", path, node),
        encryption_key=_read_encryption_key(members, path, reading),
        more=members.more,
    )


def _read_encryption_key(store: Members, path: Path, reading: PipelineReading) -> str | None:
    if "encryptionKey" not in store:
        return None
    node = store["encryptionKey"]
    members, here = reading.part(store, "encryptionKey", path, ("id", "type"))
    kind = reading.member(members, "type", here)
    if kind not in ("KMS", None):
        reading.refuse(f"an encryption key is of type KMS, not {kind!r}", members["type"], here)
    key = reading.required(members, "id", here, node)
    if not key and "id" in members:
        reading.refuse("id is empty: a KMS key is named by its id, its ARN or its alias", members["id"], here)
    return key


# Stages and actions -------------------------------------------------------------------------------------------------


def _read_stage(node: Node, path: Path, reading: PipelineReading) -> StageDeclaration:
    here = named(node, path)
    members = reading.members(node, here, STAGE, reserved=RESERVED)
    return StageDeclaration(
        reading.required(members, "name", here, node),
        actions=tuple(
            _read_action(action, here, reading) for action in reading.listed(members, "actions", here, required=node)
        ),
        before_entry=read_conditions(members, "beforeEntry", here, reading),
        on_success=read_conditions(members, "onSuccess", here, reading),
        on_failure=read_on_failure(members, here, reading),
        more=members.more,
    )


def _read_action(node: Node, path: Path, reading: PipelineReading) -> ActionDeclaration:
    here = named(node, path)
    members = reading.members(node, here, ACTION)
    return ActionDeclaration(
        reading.required(members, "name", here, node),
        action_type_id=_read_type_id(node, members, here, reading),
        run_order=reading.number(members, "runOrder", here, 1),
        configuration=FrozenMap(reading.configuration(members, here)),
        commands=reading.each_text_of(members, "commands", here),
        output_artifacts=reading.parts(
            members,
            "outputArtifacts",
            here,
            ("name", "files"),
            lambda artifact, inside, path: OutputArtifact(
                reading.required(inside, "name", path, artifact),
                files=reading.each_text_of(inside, "files", path),
            ),
        ),
        input_artifacts=read_inputs(members, here, reading),
        output_variables=reading.each_text_of(members, "outputVariables", here),
        role_arn=reading.member(members, "roleArn", here),
        region=reading.member(members, "region", here),
        namespace=reading.member(members, "namespace", here),
        timeout_in_minutes=reading.number(members, "timeoutInMinutes", here, None),
        environment_variables=reading.parts(
            members,
            "environmentVariables",
            here,
            ("name", "value", "type"),
            lambda variable, inside, path: EnvironmentVariable(
                name=reading.required(inside, "name", path, variable),
                value=reading.required(inside, "value", path, variable),
                type=reading.member(inside, "type", path) or "PLAINTEXT",
            ),
        ),
        more=members.more,
    )


def _read_type_id(node: Node, action: Members, path: Path, reading: PipelineReading) -> ActionTypeId:
    parts = ("category", "owner", "provider", "version")
    within = action.get("actionTypeId")
    members, here = reading.part(action, "actionTypeId", path, parts, required=node)
    if within is None:
        return ActionTypeId("", "", "")
    return ActionTypeId(*(reading.required(members, part, here, within) for part in parts))


# Where each part stands ---------------------------------------------------------------------------------------------


def _places(pipeline: Node) -> dict[str, Place]:
    """Give the place of each part; of parts of one name it is the first."""
    places = {"": pipeline.place}
    for key, place in _places_inside(pipeline):
        places.setdefault(key, place)
    return places


def _places_inside(pipeline: Node) -> Iterator[tuple[str, Place]]:
    for stage in _listed(pipeline, "stages"):
        name = _text(stage, "name")
        yield name, stage.place
        for action in _listed(stage, "actions"):
            yield f"{name}/{_text(action, 'name')}", action.place
        yield from _places_of_hooks(stage, name)
    for variable in _listed(pipeline, "variables"):
        yield f"variable/{_text(variable, 'name')}", variable.place
    for trigger in _listed(pipeline, "triggers"):
        yield f"trigger/{_text(_inside(trigger, 'gitConfiguration'), 'sourceActionName')}", trigger.place


def _places_of_hooks(stage: Node, name: str) -> Iterator[tuple[str, Place]]:
    for member, hook in HOOKS.items():
        inside = _inside(stage, member)
        if inside is None:
            continue
        yield f"{name}/{hook}", inside.place
        for condition in _listed(inside, "conditions"):
            for rule in _listed(condition, "rules"):
                yield f"{name}/{hook}/{_text(rule, 'name')}", rule.place


def _inside(node: Node | None, name: str) -> Node | None:
    return node.get(name) if isinstance(node, Entries) else None


def _listed(node: Node | None, name: str) -> tuple[Node, ...]:
    found = _inside(node, name)
    return found.items if isinstance(found, Items) else ()


def _text(node: Node | None, name: str) -> str:
    found = _inside(node, name)
    return found.text if isinstance(found, Scalar) else ""
