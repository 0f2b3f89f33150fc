"""The pipeline exactly as AWS spells it (CodePipeline API: PipelineDeclaration)."""

from __future__ import annotations

from attrs import field, frozen

from pipelinekit.codebuild.project import EnvironmentVariable
from pipelinekit.values import FrozenMap, frozen_map


@frozen
class ActionTypeId:
    """Which kind of action it is (CodePipeline API: ActionTypeId)."""

    category: str
    owner: str
    provider: str
    version: str = "1"

    def __str__(self) -> str:
        return f"{self.category}/{self.owner}/{self.provider}/{self.version}"


@frozen(kw_only=True)
class OutputArtifact:
    """An output artifact (API: OutputArtifact). ``files`` are globs; only compute actions may have them."""

    name: str = field(kw_only=False)
    files: tuple[str, ...] = ()


@frozen(kw_only=True)
class ActionDeclaration:
    """One action (API: ActionDeclaration). Configuration values are text, as on the wire."""

    name: str = field(kw_only=False)
    action_type_id: ActionTypeId
    run_order: int = 1
    configuration: FrozenMap[str] = field(factory=FrozenMap, converter=frozen_map)
    commands: tuple[str, ...] = ()
    output_artifacts: tuple[OutputArtifact, ...] = ()
    input_artifacts: tuple[str, ...] = ()
    output_variables: tuple[str, ...] = ()
    role_arn: str | None = None
    region: str | None = None
    namespace: str | None = None
    timeout_in_minutes: int | None = None
    environment_variables: tuple[EnvironmentVariable, ...] = ()


@frozen(kw_only=True)
class StageDeclaration:
    """One stage (API: StageDeclaration)."""

    name: str = field(kw_only=False)
    actions: tuple[ActionDeclaration, ...] = ()


@frozen(kw_only=True)
class ArtifactStore:
    """Where artifacts are kept on AWS (API: ArtifactStore): a bucket's name, and a KMS key or None."""

    location: str = field(kw_only=False)
    encryption_key: str | None = None


@frozen(kw_only=True)
class PipelineDeclaration:
    """The pipeline (API: PipelineDeclaration)."""

    name: str = field(kw_only=False)
    role_arn: str
    artifact_store: ArtifactStore | None = None
    artifact_stores: FrozenMap[ArtifactStore] = field(factory=FrozenMap, converter=frozen_map)
    stages: tuple[StageDeclaration, ...] = ()
    execution_mode: str = "SUPERSEDED"
    pipeline_type: str = "V2"
