"""What people write: a pipeline of stages, and the transitions between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from attrs import field, frozen

from pipelinekit.codebuild.project import Project
from pipelinekit.codedeploy.group import DeploymentGroup
from pipelinekit.codepipeline.action import Action, Step, steps
from pipelinekit.codepipeline.declaration import ArtifactStore
from pipelinekit.diagnostics import Place, here
from pipelinekit.values import FrozenMap, Parameter, Text, all_of, frozen_members, reasons, text, text_map

if TYPE_CHECKING:
    from pipelinekit.codepipeline.condition import Condition, OnFailure, Retry, Rollback
    from pipelinekit.codepipeline.trigger import Trigger
    from pipelinekit.codepipeline.variable import PipelineVariable


# What only some pipelines have is loaded when one has it: making an attrs class takes as long as making a pipeline.


def _conditions(given: Condition | Iterable[Condition] | None) -> tuple[Condition, ...]:
    if given is None:
        return ()
    from pipelinekit.codepipeline.condition import conditions

    return conditions(given)


def _on_failure(given: Retry | Rollback | Condition | OnFailure | None) -> OnFailure | None:
    if given is None:
        return None
    from pipelinekit.codepipeline.condition import on_failure

    return on_failure(given)


def _variables(given: Iterable[PipelineVariable] | None) -> tuple[PipelineVariable, ...]:
    if given is None:
        return ()
    from pipelinekit.codepipeline.variable import variables

    return variables(given)


def _triggers(given: Iterable[Trigger] | None) -> tuple[Trigger, ...]:
    if given is None:
        return ()
    from pipelinekit.codepipeline.trigger import triggers

    return triggers(given)


@frozen(kw_only=True)
class Stage:
    """A stage: actions and flows; what stands beside each other runs side by side (API: StageDeclaration).

    ``before_entry`` and ``on_success`` are conditions; ``on_failure`` is a `Retry`, a `Rollback` or a condition. They
    need a V2 pipeline. ``more`` are members that no parameter stands for, as AWS spells them.
    """

    name: str = field(converter=text, kw_only=False)
    steps: tuple[Step, ...] = field(converter=steps, kw_only=False)
    before_entry: tuple[Condition, ...] = field(default=None, converter=_conditions)
    on_success: tuple[Condition, ...] = field(default=None, converter=_conditions)
    on_failure: OnFailure | None = field(default=None, converter=_on_failure)
    more: FrozenMap[Any] = field(factory=FrozenMap, converter=frozen_members)
    ignore: FrozenMap[str] = field(factory=FrozenMap, converter=reasons, eq=False, repr=False)
    where: Place | None = field(factory=here, eq=False, repr=False)

    def actions(self) -> tuple[Action, ...]:
        """Give its actions, each once, in the order they are first written."""
        once = {id(action): action for step in self.steps for action in step.actions()}
        return tuple(once.values())


def _stage_name(given: Stage | str) -> str:
    if isinstance(given, Stage):
        return given.name
    if isinstance(given, str):
        return given
    raise TypeError(f"a transition leads into a stage, not into {given!r}")


@frozen(kw_only=True)
class Transition:
    """The entrance of a stage: open, or closed for a reason (API: Enable/DisableStageTransition, Inbound)."""

    into: str = field(converter=_stage_name)
    enabled: bool = True
    reason: str = ""
    where: Place | None = field(factory=here, eq=False, repr=False)


def _projects(given: Iterable[Project]) -> tuple[Project, ...]:
    if isinstance(given, (Project, str)) or not isinstance(given, Iterable):
        raise TypeError(f"projects= is a list of pk.Project(...), not {given!r}")
    return all_of(Project, given, "a pipeline describes projects with pk.Project(...), not with {!r}")


def _groups(given: Iterable[DeploymentGroup]) -> tuple[DeploymentGroup, ...]:
    if isinstance(given, (DeploymentGroup, str)) or not isinstance(given, Iterable):
        raise TypeError(f"deployment_groups= is a list of pk.DeploymentGroup(...), not {given!r}")
    return all_of(DeploymentGroup, given, "a pipeline describes groups with pk.DeploymentGroup(...), not with {!r}")


def _stages(given: Iterable[Stage]) -> tuple[Stage, ...]:
    if isinstance(given, (Stage, str)) or not isinstance(given, Iterable):
        raise TypeError(f"a pipeline is made of a list of stages, not of {given!r}")
    return all_of(Stage, given, "a pipeline is made of stages, not of {!r}: wrap it in pk.Stage(name, ...)")


def _store(
    given: Text | ArtifactStore | Mapping[str, ArtifactStore],
) -> ArtifactStore | FrozenMap[ArtifactStore]:
    if isinstance(given, ArtifactStore):
        return given
    return FrozenMap(given) if isinstance(given, Mapping) else ArtifactStore(text(given))


@frozen(kw_only=True)
class Pipeline:
    """A pipeline (API: PipelineDeclaration): its stages in the order they run.

    ``role`` is the service role's ARN and ``artifact_store`` the bucket (or an `ArtifactStore`, or a mapping of Region
    to `ArtifactStore`); both are parameters when nothing is said. ``variables`` are set at each start, ``triggers``
    say which pushes and pull requests start one; both need a V2 pipeline. ``tags`` are those of the pipeline itself.

    ``parameters`` are the values that parameters have where none is given, ``{"Branch": "main"}``.

    ``projects`` and ``deployment_groups`` are described here besides those that the actions bring along. ``more`` are
    members that no parameter stands for, as AWS spells them: what AWS added later, ``more={"newMember": ...}``.
    """

    name: str = field(converter=text, kw_only=False)
    stages: tuple[Stage, ...] = field(converter=_stages, kw_only=False)
    transitions: tuple[Transition, ...] = field(default=(), converter=tuple[Transition, ...])
    role: str = field(default=str(Parameter("PipelineRoleArn")), converter=text)
    artifact_store: ArtifactStore | FrozenMap[ArtifactStore] = field(
        default=ArtifactStore(str(Parameter("ArtifactBucket"))), converter=_store
    )
    execution_mode: Literal["SUPERSEDED", "QUEUED", "PARALLEL"] = "SUPERSEDED"
    pipeline_type: Literal["V1", "V2"] = "V2"
    variables: tuple[PipelineVariable, ...] = field(default=None, converter=_variables)
    triggers: tuple[Trigger, ...] = field(default=None, converter=_triggers)
    tags: FrozenMap[str] = field(factory=FrozenMap, converter=text_map)
    parameters: FrozenMap[str] = field(factory=FrozenMap, converter=text_map)
    projects: tuple[Project, ...] = field(default=(), converter=_projects)
    deployment_groups: tuple[DeploymentGroup, ...] = field(default=(), converter=_groups)
    more: FrozenMap[Any] = field(factory=FrozenMap, converter=frozen_members)
    ignore: FrozenMap[str] = field(factory=FrozenMap, converter=reasons, eq=False, repr=False)
    where: Place | None = field(factory=here, eq=False, repr=False)
