"""What every picture shows: the stages, the actions side by side in them, the arrows, and how an execution stands."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from attrs import frozen

from pipelinekit.codepipeline.declaration import ActionDeclaration, StageDeclaration
from pipelinekit.codepipeline.definition import ActionKey, Definition
from pipelinekit.codepipeline.order import RESERVED_NAMESPACES, edges_of, variable_fields
from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.drawing.gates import at_entrance, at_exit, beginnings, variables
from pipelinekit.drawing.standing import Standing, Standings, standings_of
from pipelinekit.values import variables_in


class WrongExecution(PipelineKitError, ValueError):
    """What is to be shown is no execution of that pipeline."""


NetKey: TypeAlias = tuple[Literal["artifact", "variable"], str]
"""An artifact by its name, or the variables of a namespace by that."""


@frozen(kw_only=True)
class Box:
    """An action. ``id`` is safe in every language of pictures; ``reads`` and ``makes`` are artifacts.

    ``variables`` are those it refers to (``Namespace.KEY``), ``detail`` is what tells it from others of its kind;
    ``standing`` is None where no execution is shown.
    """

    id: str
    name: str
    run_order: int
    kind: str
    detail: str
    category: str
    reads: tuple[str, ...]
    makes: tuple[str, ...]
    variables: tuple[str, ...]
    provider: str
    namespace: str | None
    standing: Standing | None

    @property
    def needs(self) -> dict[NetKey, tuple[str, ...]]:
        """What it reads: each artifact, and for each namespace the variables."""
        found: dict[NetKey, tuple[str, ...]] = {("artifact", name): (name,) for name in self.reads}
        for variable in self.variables:
            namespace = variable.partition(".")[0]
            if namespace not in RESERVED_NAMESPACES:
                key: NetKey = ("variable", namespace)
                found[key] = (*found.get(key, ()), variable)
        return found

    @property
    def offers(self) -> tuple[NetKey, ...]:
        """What others may read of it: its artifacts, and its namespace."""
        artifacts: list[NetKey] = [("artifact", name) for name in dict.fromkeys(self.makes)]
        if self.namespace is None or self.namespace in RESERVED_NAMESPACES:
            return tuple(artifacts)
        return (*artifacts, ("variable", self.namespace))

    @property
    def label(self) -> tuple[str, ...]:
        """What stands in the box, line by line."""
        detail = [short(self.asked or self.detail)] if self.detail else []
        if self.standing is None:
            return (self.name, self.kind, *detail)
        message = () if self.asked else folded(self.standing.message)
        return (f"{self.standing.symbol} {self.name}", self.standing.words, *message, self.kind, *detail)

    @property
    def asked(self) -> str:
        """What a waiting approval asks, its variables resolved."""
        return self.standing.message if self.standing is not None and self.standing.kind == "waiting" else ""


@frozen(kw_only=True)
class StagePicture:
    """A stage: its actions in the groups that run side by side. ``closed`` is why its entrance is closed, or None.

    ``entrance`` and ``exit`` tell its conditions; ``joints`` are the ids of points between groups, where all of one
    group have to meet before all of the next start.
    """

    id: str
    name: str
    groups: tuple[tuple[Box, ...], ...]
    closed: str | None
    entrance: tuple[str, ...]
    exit: tuple[str, ...]
    standing: Standing | None

    @property
    def title(self) -> str:
        """Its name; nothing leads into the first stage, so that one says itself when it is closed."""
        name = self.name if self.closed is None or self.id != "s1" else f"{self.name} (closed: {short(self.closed)})"
        return name if self.standing is None else f"{self.standing.symbol} {name}: {self.standing.words}"

    @property
    def boxes(self) -> Iterator[Box]:
        """Yield its actions, group by group."""
        return itertools.chain.from_iterable(self.groups)

    @property
    def joints(self) -> tuple[str, ...]:
        """Where several actions wait for several others."""
        return tuple(
            f"{self.id}j{number}"
            for number, (before, after) in enumerate(itertools.pairwise(self.groups), start=1)
            if len(before) > 1 and len(after) > 1
        )


@frozen(kw_only=True)
class Arrow:
    """From one box to another, for what is carried along it; ``carries`` is empty where only the order matters."""

    tail: str
    head: str
    carries: tuple[str, ...] = ()


@frozen(kw_only=True)
class Net:
    """What one action makes and others read: an artifact, or variables of its namespace (``things`` names them)."""

    key: NetKey
    tail: str
    heads: tuple[str, ...]
    things: tuple[str, ...]


@frozen(kw_only=True)
class Beginning:
    """What starts an execution: ``head`` is the id of its source action, None where there is no such action."""

    id: str
    source: str
    text: str
    head: str | None

    @property
    def told(self) -> str:
        """The whole, in one line."""
        return f"{self.source}: {self.text}"


@frozen(kw_only=True)
class Picture:
    """A whole definition, and how an execution of it stands, if one is shown.

    ``variables`` tells those of the pipeline itself.
    """

    name: str
    subtitle: str
    beginnings: tuple[Beginning, ...]
    variables: str
    stages: tuple[StagePicture, ...]
    arrows: tuple[Arrow, ...]
    nets: tuple[Net, ...]
    standings: Standings | None

    @property
    def title(self) -> str:
        """What it is a picture of, in one line."""
        title = f"{self.name} ({self.subtitle})"
        if self.standings is None:
            return title
        return f"{title}, execution {self.standings.execution[:8]}: {self.standings.whole.sentence}"

    @property
    def boxes(self) -> Iterator[Box]:
        """Yield all actions."""
        return (box for stage in self.stages for box in stage.boxes)


def short(text: str, longest: int = 60) -> str:
    """Cut a text that would stretch the whole picture."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def folded(text: str, longest: int = 50, lines: int = 4) -> tuple[str, ...]:
    """Break a text into a few lines, for pictures that do not break it themselves."""
    return tuple(textwrap.wrap(text, longest, max_lines=lines, placeholder="…"))


def picture_of(definition: Definition, execution: Mapping[str, Any] | None = None) -> Picture:
    """Give the picture of a definition, its parts in the order of the declaration.

    *execution* is what ``pipelinekit show --json`` prints, to show how that execution stands.

    Raises:
        WrongExecution: when it is one of another pipeline, or no such object.
    """
    pipeline = definition.pipeline
    standings = _standings(definition, execution)
    closed = {transition.stage: transition.reason for transition in definition.disabled_transitions}
    stages = tuple(
        StagePicture(
            id=f"s{number}",
            name=stage.name,
            groups=_groups(f"s{number}", stage, standings),
            closed=closed.get(stage.name),
            entrance=at_entrance(stage),
            exit=at_exit(stage),
            standing=None if standings is None else standings.stage(stage.name),
        )
        for number, stage in enumerate(pipeline.stages, start=1)
    )
    return Picture(
        name=pipeline.name,
        subtitle=f"{pipeline.pipeline_type}, {pipeline.execution_mode}",
        beginnings=tuple(_beginnings(definition)),
        variables=variables(pipeline),
        stages=stages,
        arrows=tuple(_arrows(definition, stages)),
        nets=tuple(_nets([box for stage in stages for box in stage.boxes])),
        standings=standings,
    )


def _beginnings(definition: Definition) -> Iterator[Beginning]:
    ids = {action: box for (_, action), box in reversed(_ids(definition).items())}
    for number, (source, text) in enumerate(beginnings(definition.pipeline), start=1):
        yield Beginning(id=f"t{number}", source=source, text=text, head=ids.get(source))


def _standings(definition: Definition, execution: Mapping[str, Any] | None) -> Standings | None:
    if execution is None:
        return None
    try:
        standings = standings_of(execution)
    except (KeyError, TypeError, AttributeError) as error:
        raise WrongExecution(f"this is no execution as `pipelinekit show --json` prints it: {error!r}") from None
    named = execution.get("pipelineName", definition.name)
    if named != definition.name:
        raise WrongExecution(f"this is an execution of the pipeline {named!r}, not of {definition.name!r}")
    return standings


def _groups(stage_id: str, stage: StageDeclaration, standings: Standings | None) -> tuple[tuple[Box, ...], ...]:
    boxes = [
        _box(f"{stage_id}a{number}", action, None if standings is None else standings.action(stage.name, action.name))
        for number, action in enumerate(stage.actions, start=1)
    ]
    orders = sorted({box.run_order for box in boxes})
    return tuple(tuple(box for box in boxes if box.run_order == order) for order in orders)


def _box(box_id: str, action: ActionDeclaration, standing: Standing | None) -> Box:
    type_id = action.action_type_id
    provider = type_id.provider if type_id.owner == "AWS" else f"{type_id.owner} {type_id.provider}"
    where = f" in {action.region}" if action.region else ""
    mentioned = dict.fromkeys(v for _, text in variable_fields(action) for v in variables_in(text))
    return Box(
        id=box_id,
        name=action.name,
        run_order=action.run_order,
        kind=f"{type_id.category}: {provider}{where}",
        detail=_detail(action),
        category=type_id.category,
        reads=action.input_artifacts,
        makes=tuple(artifact.name for artifact in action.output_artifacts),
        variables=tuple(f"{v.namespace}.{v.key}" for v in mentioned),
        provider=f"{provider}{where}",
        namespace=action.namespace,
        standing=standing,
    )


_TELLING = {
    ("Source", "CodeStarSourceConnection"): ("FullRepositoryId", "BranchName"),
    ("Source", "CodeCommit"): ("RepositoryName", "BranchName"),
    ("Source", "S3"): ("S3Bucket", "S3ObjectKey"),
    ("Source", "ECR"): ("RepositoryName", "ImageTag"),
    ("Source", "GitHub"): ("Owner", "Repo", "Branch"),
    ("Build", "CodeBuild"): ("ProjectName",),
    ("Test", "CodeBuild"): ("ProjectName",),
    ("Approval", "Manual"): ("CustomData",),
    ("Deploy", "CodeDeploy"): ("ApplicationName", "DeploymentGroupName"),
    ("Deploy", "CodeDeployToECS"): ("ApplicationName", "DeploymentGroupName"),
    ("Deploy", "S3"): ("BucketName", "ObjectKey"),
    ("Deploy", "CloudFormation"): ("StackName", "ActionMode"),
    ("Deploy", "ECS"): ("ClusterName", "ServiceName"),
    ("Deploy", "ElasticBeanstalk"): ("ApplicationName", "EnvironmentName"),
    ("Invoke", "Lambda"): ("FunctionName",),
    ("Invoke", "StepFunctions"): ("StateMachineArn",),
}
"""The configuration keys that say where an action of a type points."""


def _detail(action: ActionDeclaration) -> str:
    if action.commands:
        first, *others = action.commands
        return f"{first} (and {len(others)} more)" if others else first
    keys = _TELLING.get((action.action_type_id.category, action.action_type_id.provider), ())
    return ", ".join(action.configuration[key] for key in keys if key in action.configuration)


def _arrows(definition: Definition, stages: tuple[StagePicture, ...]) -> Iterator[Arrow]:
    """Yield one arrow for each pair of actions that wait for each other, and then those that only order asks for."""
    ids = _ids(definition)
    carried: dict[tuple[str, str], list[str]] = {}
    for edge in edges_of(definition):
        if edge.carried:  # a flow carries nothing: the run orders tell of it
            things = carried.setdefault((ids[edge.before], ids[edge.after]), [])
            things += [edge.carried] if edge.carried not in things else []
    for (tail, head), things in carried.items():
        yield Arrow(tail=tail, head=head, carries=tuple(things))
    for stage in stages:
        yield from _order(stage, carried.keys())


def _nets(boxes: Sequence[Box]) -> Iterator[Net]:
    """Yield each artifact that somebody reads, and each namespace, with the actions it joins.

    Where a name is used twice the first is meant, as in `edges_of`.
    """
    makers: dict[NetKey, str] = {}
    readers: dict[NetKey, tuple[dict[str, None], dict[str, None]]] = {}
    for box in boxes:
        for made in box.offers:
            makers.setdefault(made, box.id)
        for key, things in box.needs.items():
            heads, names = readers.setdefault(key, ({}, {}))
            heads[box.id] = None
            names |= dict.fromkeys(things)
    for key, tail in makers.items():
        if key in readers:
            heads, names = readers[key]
            yield Net(key=key, tail=tail, heads=tuple(heads), things=tuple(names))


def _order(stage: StagePicture, drawn: Collection[tuple[str, str]]) -> Iterator[Arrow]:
    for number, (before, after) in enumerate(itertools.pairwise(stage.groups), start=1):
        joint = f"{stage.id}j{number}"
        if joint in stage.joints:
            yield from (Arrow(tail=box.id, head=joint) for box in before)
            yield from (Arrow(tail=joint, head=box.id) for box in after)
        else:
            pairs = itertools.product(before, after)
            yield from (Arrow(tail=b.id, head=a.id) for b, a in pairs if (b.id, a.id) not in drawn)


def _ids(definition: Definition) -> dict[ActionKey, str]:
    ids: dict[ActionKey, str] = {}
    for number, stage in enumerate(definition.pipeline.stages, start=1):
        for n, action in enumerate(stage.actions, start=1):
            ids.setdefault((stage.name, action.name), f"s{number}a{n}")
    return ids
