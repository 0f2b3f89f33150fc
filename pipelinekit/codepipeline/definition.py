"""The one form in the middle: everything downstream reads a `Definition`, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import field, frozen

from pipelinekit.codebuild.project import Project
from pipelinekit.codedeploy.appspec import AppSpec
from pipelinekit.codedeploy.group import DeploymentGroup
from pipelinekit.codepipeline.declaration import ActionDeclaration, PipelineDeclaration, StageDeclaration
from pipelinekit.diagnostics import Diagnostic, Location, Place
from pipelinekit.reading import YES
from pipelinekit.values import FrozenMap, frozen_map, frozen_members

ActionKey = tuple[str, str]
"""Which action: the name of its stage and its own."""


@frozen
class Edge:
    """*after* waits for *before*, and why: an artifact, a variable, or a flow (``>>``)."""

    before: ActionKey
    after: ActionKey
    reason: str
    """``artifact <name>``, ``variable <namespace>.<key>`` or ``>>``."""

    @property
    def kind(self) -> str:
        """What it waits for: ``artifact``, ``variable`` or ``>>``."""
        return self.reason.partition(" ")[0]

    @property
    def carried(self) -> str:
        """The name of the artifact or the variable; a flow carries nothing."""
        return self.reason.partition(" ")[2]

    def __str__(self) -> str:
        return f"{'/'.join(self.before)} -> {'/'.join(self.after)} ({self.reason})"


@frozen(kw_only=True)
class KnownParameter:
    """What a document says of a parameter: the value it has when none is given, and what it stands for.

    ``meaning`` is the expression of a template that could not be evaluated, such as ``!GetAtt Role.Arn``.
    ``declaration`` is how the template declares it, as ``{"Type": "String", "NoEcho": True, ...}``; empty where it
    stands for such an expression.
    """

    default: str | None = None
    meaning: str = ""
    declaration: FrozenMap[Any] = field(factory=FrozenMap, converter=frozen_members)

    @property
    def no_echo(self) -> bool:
        """Whether its template says ``NoEcho``: CloudFormation shows its value to nobody, and neither do we."""
        return str(self.declaration.get("NoEcho", "")).lower() in YES


@frozen(kw_only=True)
class Origin:
    """What a person's source says beside the definition. Not part of equality: it is how it was said.

    ``places`` maps a path, such as ``("Build", "Unit")``, to a file and line; ``flows`` are the edges written
    with ``>>``; ``makers`` maps an artifact that was passed as an object to the name of the action it came from.
    """

    places: FrozenMap[Place] = field(factory=FrozenMap, converter=frozen_map)
    """Keys are the parts of the path joined by ``/``; ``""`` is the pipeline itself."""
    flows: tuple[Edge, ...] = ()
    makers: FrozenMap[str] = field(factory=FrozenMap, converter=frozen_map)
    ignores: FrozenMap[FrozenMap[str]] = field(factory=FrozenMap, converter=frozen_map)
    """By the same keys, what is ignored on the pipeline, a stage or an action: code -> reason."""
    findings: tuple[Diagnostic, ...] = ()
    """What was odd about the document it was read from (warnings and hints); a check passes them on."""
    parameters: FrozenMap[KnownParameter] = field(factory=FrozenMap, converter=frozen_map)
    """What the document says of parameters, by their names."""


@frozen
class DisabledTransition:
    """The entrance of a stage that is closed, and why (API: DisableStageTransition, Inbound)."""

    stage: str
    reason: str


def _by_name(projects: tuple[Project, ...]) -> tuple[Project, ...]:
    return tuple(sorted(projects, key=lambda one: one.name))


def _by_application(groups: tuple[DeploymentGroup, ...]) -> tuple[DeploymentGroup, ...]:
    return tuple(sorted(groups, key=lambda one: (one.application, one.name)))


@frozen(kw_only=True)
class Definition:
    """A whole pipeline as one plain value: the declaration, and what its actions bring along.

    ``projects`` and ``deployment_groups`` are those this definition describes itself (an action may name one that
    exists elsewhere); in which order they stand says nothing. ``appspecs`` maps ``Stage/Action`` to the AppSpec put
    into that deployment's revision. ``tags`` are the pipeline's own: the API takes them beside the declaration, when
    the pipeline is created.
    """

    pipeline: PipelineDeclaration
    projects: tuple[Project, ...] = field(default=(), eq=_by_name)
    deployment_groups: tuple[DeploymentGroup, ...] = field(default=(), eq=_by_application)
    appspecs: FrozenMap[AppSpec] = field(factory=FrozenMap, converter=frozen_map)
    disabled_transitions: tuple[DisabledTransition, ...] = ()
    tags: FrozenMap[str] = field(factory=FrozenMap, converter=frozen_map)
    origin: Origin = field(factory=Origin, eq=False, repr=False)

    @property
    def name(self) -> str:
        """The pipeline's name."""
        return self.pipeline.name

    def actions(self) -> Iterator[tuple[StageDeclaration, ActionDeclaration]]:
        """Yield every action with its stage, in the order of the declaration."""
        for stage in self.pipeline.stages:
            for action in stage.actions:
                yield stage, action

    def project(self, name: str) -> Project | None:
        """Give the CodeBuild project of that name, if this definition describes it."""
        return next((p for p in self.projects if p.name == name), None)

    def deployment_group(self, application: str, name: str) -> DeploymentGroup | None:
        """Give the deployment group, if this definition describes it."""
        return next((g for g in self.deployment_groups if (g.application, g.name) == (application, name)), None)

    def appspec(self, stage: str, action: str) -> AppSpec | None:
        """Give the AppSpec attached to that CodeDeploy action, if there is one."""
        return self.appspecs.get(f"{stage}/{action}")

    def location(self, *path: str) -> Location:
        """Give the location of a part, with the nearest line of the source that is known."""
        for length in range(len(path), -1, -1):
            place = self.origin.places.get("/".join(path[:length]))
            if place is not None:
                return Location((self.name, *path), place)
        return Location((self.name, *path))
