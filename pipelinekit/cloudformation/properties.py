"""From the properties of ``AWS::CodePipeline::Pipeline`` to what the API's JSON says, node by node.

Property names are the API's members in CamelCase, so what AWS adds later is translated, too. Where a template is made
otherwise: ``ArtifactStores`` is a list, ``Configuration`` may hold numbers and truth values, the name is optional.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from pipelinekit.cloudformation.evaluation import Evaluation
from pipelinekit.cloudformation.sections import Resource
from pipelinekit.codebuild.checks.secrets import without_secrets
from pipelinekit.codepipeline.definition import DisabledTransition
from pipelinekit.diagnostics import Place
from pipelinekit.documents import Entries, Items, Node, Scalar
from pipelinekit.reading import Path

TRANSITIONS = "DisableInboundStageTransitions"
TAGS = "Tags"
_NOT_OF_THE_PIPELINE = {
    TRANSITIONS: "",
    TAGS: "",
    "RestartExecutionOnUpdate": "it tells CloudFormation what to do after an update",
}

_CLOSED = (
    "RunOrder",
    "TimeoutInMinutes",
    "Category",
    "Owner",
    "Provider",
    "Version",
    "Type",
    "ExecutionMode",
    "PipelineType",
    "Result",
    "RetryMode",
)
"""Numbers and words of closed sets: without a value the rest cannot be understood."""


def pipeline_node(resource: Resource, properties: Entries, evaluation: Evaluation) -> Node:
    """Give evaluated properties as the document of the API, every node with its place.

    It is ``{"pipeline": {...}}``, with ``tags`` beside it where there are some.
    """
    called = _label(properties) or resource.logical_id
    path = () if _label(properties) else (called,)
    for key, value in properties.entries:
        why = _NOT_OF_THE_PIPELINE.get(key.text)
        if why and not _is_off(value):
            evaluation.hint("PK174", f"{key.text} is not kept: {why}", key, (called,))
    inside = tuple((key, value) for key, value in properties.entries if key.text not in _NOT_OF_THE_PIPELINE)
    translated = _translated(evolve(properties, entries=inside), path, evaluation)
    assert isinstance(translated, Entries)
    if properties.get("Name") is None:
        name = evaluation.name_of(resource)
        assert name is not None
        key = Scalar("name", "str", True, resource.place)
        translated = evolve(translated, entries=((key, name), *translated.entries))
    document = Scalar("pipeline", "str", True, resource.place)
    beside = tuple(
        (Scalar("tags", "str", True, key.place), _translated(value, (*path, TAGS), evaluation))
        for key, value in properties.entries
        if key.text == TAGS
    )
    return Entries(((document, evolve(translated, place=resource.place)), *beside), resource.place)


def _is_off(value: Node) -> bool:
    return isinstance(value, Scalar) and value.text.lower() == "false"


def _translated(node: Node, path: Path, evaluation: Evaluation) -> Node:
    match node:
        case Items(items):
            return evolve(node, items=tuple(_translated(item, path, evaluation) for item in items))
        case Entries():
            here = (*path, _label(node)) if _label(node) else path
            return evolve(node, entries=tuple(_members(node, here, evaluation)))
    return node


def _label(node: Entries) -> str:
    """Give the name of a stage or an action, for the path of what is found in it."""
    name = node.get("Name")
    return name.text if isinstance(name, Scalar) else ""


def _members(node: Entries, path: Path, evaluation: Evaluation) -> Iterator[tuple[Scalar, Node]]:
    members = evaluation.mapping(node, path)
    places = {name: evaluation.places[(*path, name)] for name in members}
    for name, value in members.items():
        key = Scalar(lowered(name), "str", True, places[name])
        here = path if name in ("Stages", "Actions") else (*path, name)
        if name[:1].islower():
            _spelled(name, key, path, evaluation)
        elif name == "Configuration":
            yield key, _configuration(value, here, evaluation)
        elif name == "ArtifactStores":
            yield key, _stores(value, here, evaluation)
        elif name in _CLOSED:
            yield key, _translated(evaluation.settled(value, name), here, evaluation)
        else:
            yield key, _translated(value, here, evaluation)


def lowered(name: str) -> str:
    """Give a property's name as the API spells it."""
    return name[:1].lower() + name[1:]


def _spelled(name: str, key: Scalar, path: Path, evaluation: Evaluation) -> None:
    right = name[:1].upper() + name[1:]
    evaluation.error("PK176", f"a template knows no property {name}", key, path, f"it is spelled {right}")


def _configuration(node: Node, path: Path, evaluation: Evaluation) -> Node:
    """Give a configuration as texts; CodePipeline knows nothing else."""
    if not isinstance(node, Entries):
        return node  # the reader of pipelines says what is wrong with it
    entries = tuple(
        (Scalar(name, "str", True, evaluation.places[(*path, name)]), _as_text(value, (*path, name), evaluation))
        for name, value in evaluation.mapping(node, path).items()
    )
    return evolve(node, entries=entries)


def _as_text(value: Node, path: Path, evaluation: Evaluation) -> Node:
    if isinstance(value, Scalar):
        return Scalar(evaluation.text(value) or "", "str", True, value.place)
    text = evaluation.as_json(value, value)
    hint = "AWS wants every configuration value as one text"
    shown = without_secrets(text.text, path[-1])[:80]
    evaluation.warning("PK305", f"is not text: it is read as {shown!r}", value, path, hint)
    return text


def _stores(node: Node, path: Path, evaluation: Evaluation) -> Node:
    """Give the list of Regions and their stores as a mapping of Regions."""
    if not isinstance(node, Items):
        evaluation.wrong(node, "a list of Regions with their ArtifactStore", path)
        return Entries((), node.place)
    return Entries(tuple(_regions(node, path, evaluation)), node.place)


def _regions(node: Items, path: Path, evaluation: Evaluation) -> Iterator[tuple[Scalar, Node]]:
    for item, at in evaluation.items(node, path):
        members = evaluation.mapping(item, at)
        region = evaluation.text(members.get("Region"), (*at, "Region"))
        store = members.get("ArtifactStore")
        if region is None or store is None:
            evaluation.wrong(item, "a Region with its ArtifactStore", at)
        else:
            yield Scalar(region, "str", True, item.place), _translated(store, (*at, "ArtifactStore"), evaluation)


def disabled_transitions(
    resource: Resource, properties: Entries, evaluation: Evaluation
) -> Iterator[tuple[DisabledTransition, Place]]:
    """Yield the entrances that are closed, each with its place."""
    path = (resource.logical_id, TRANSITIONS)
    for item, at in evaluation.items(properties.get(TRANSITIONS), path):
        members = evaluation.mapping(item, at)
        evaluation.known(members, ("StageName", "Reason"), at)
        stage = evaluation.text(members.get("StageName"), (*at, "StageName"))
        reason = evaluation.text(members.get("Reason"), (*at, "Reason"))
        if stage is None or reason is None:
            evaluation.wrong(item, "a StageName with a Reason", at)
        else:
            yield DisabledTransition(stage, reason), item.place
