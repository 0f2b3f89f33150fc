"""Shell commands without a project."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codebuild.project import EnvironmentVariable, environment
from pipelinekit.codepipeline.action import ActionType, Artifact, artifacts, key
from pipelinekit.codepipeline.declaration import ActionTypeId, OutputArtifact
from pipelinekit.codepipeline.limits import ENVIRONMENT_TYPES
from pipelinekit.codepipeline.providers.bases import ReadingAction
from pipelinekit.values import optional_text, texts


@frozen(kw_only=True)
class Commands(ReadingAction):
    """Shell commands without a project (User Guide, action-reference-Commands). Needs a V2 pipeline.

    ``commands`` are single lines. ``files`` are globs that make its one output artifact; ``output_variables`` are
    environment names that the commands set. The first of several artifacts is the primary source.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Compute", "AWS", "Commands"),
        inputs=(1, 10),
        outputs=(0, 1),
        timeout_minutes=55,
        pipeline_types=("V2",),
        region_allowed=True,
        variables=None,
        environment_types=ENVIRONMENT_TYPES,
        page="action-reference-Commands",
    )

    shell_commands: tuple[str, ...] = field(converter=texts, alias="commands")
    input: tuple[Artifact, ...] = field(converter=artifacts)
    files: tuple[str, ...] = field(default=(), converter=texts)
    exports: tuple[str, ...] = field(default=(), converter=texts, alias="output_variables")
    environment: tuple[EnvironmentVariable, ...] = field(default=(), converter=environment)
    environment_type: str | None = field(
        default=None,
        converter=optional_text,
        metadata=key("EnvironmentType", values=("LINUX_CONTAINER", "WINDOWS_SERVER_2022_CONTAINER")),
    )
    compute_type: str | None = field(
        default=None,
        converter=optional_text,
        metadata=key("ComputeType", values=("BUILD_GENERAL1_SMALL", "BUILD_GENERAL1_MEDIUM", "BUILD_GENERAL1_LARGE")),
    )
    vpc_id: str | None = field(default=None, converter=optional_text, metadata=key("VpcId"))
    subnets: tuple[str, ...] = field(default=(), converter=texts, metadata=key("Subnets"))
    security_group_ids: tuple[str, ...] = field(default=(), converter=texts, metadata=key("SecurityGroupIds"))

    @property
    def default_outputs(self) -> tuple[str, ...]:
        """One when there are ``files``."""
        return (self.default_output,) if self.files else ()

    @property
    def output_artifacts(self) -> tuple[OutputArtifact, ...]:
        """Its output artifact, with the globs of its files."""
        return tuple(OutputArtifact(name, files=self.files) for name in self.output_names)

    @property
    def commands(self) -> tuple[str, ...]:
        """Its shell commands."""
        return self.shell_commands

    @property
    def output_variables(self) -> tuple[str, ...]:
        """The environment names it exports."""
        return self.exports

    @property
    def environment_variables(self) -> tuple[EnvironmentVariable, ...]:
        """Its environment variables."""
        return self.environment
