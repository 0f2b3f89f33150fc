"""The CodeBuild action, which CodePipeline has in two categories: Build and Test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codebuild.document import buildspec_text
from pipelinekit.codebuild.project import EnvironmentVariable, Project, buildspec, environment, environment_json
from pipelinekit.codebuild.spec import BuildSpec
from pipelinekit.codepipeline.action import ActionType, Artifact, Key, artifacts, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.limits import TRUE_FALSE
from pipelinekit.codepipeline.providers.bases import ReadingAction
from pipelinekit.values import FrozenMap, Text, text


def project(given: Project | Text | None) -> Project | str | None:
    """Take a `Project`, or the name of one that exists."""
    return given if given is None or isinstance(given, Project) else text(given)


def codebuild_type(category: str, timeout_minutes: int) -> ActionType:
    """Give the facts of the action in one of its two categories; they differ in the default timeout."""
    return ActionType(
        ActionTypeId(category, "AWS", "CodeBuild"),
        inputs=(1, 5),
        outputs=(0, 5),
        timeout_minutes=timeout_minutes,
        region_allowed=True,
        variables=None,
        page="action-reference-CodeBuild",
        keys=FrozenMap(
            {
                "ProjectName": Key("ProjectName", required=True),
                "PrimarySource": Key("PrimarySource"),
                "BuildspecOverride": Key("BuildspecOverride"),
                "EnvironmentVariables": Key("EnvironmentVariables"),
                "ServiceRoleArnOverride": Key("ServiceRoleArnOverride"),
            }
        ),
    )


@frozen(kw_only=True)
class CodeBuildAction(ReadingAction):
    """A build by CodeBuild (User Guide, action-reference-CodeBuild).

    ``buildspec`` is a `BuildSpec` or the path of one in the source; without ``project`` it gets a project of its
    own. ``project`` is a `Project`, or the name of one that exists. ``input`` is one artifact or several: the first is
    the primary source. ``environment`` goes on top of the project's variables.
    """

    type: ClassVar[ActionType]

    input: tuple[Artifact, ...] = field(converter=artifacts)
    buildspec: BuildSpec | str | None = field(default=None, converter=buildspec)
    project: Project | str | None = field(default=None, converter=project)
    environment: tuple[EnvironmentVariable, ...] = field(default=(), converter=environment)
    batch: bool | None = field(default=None, metadata=key("BatchEnabled", values=TRUE_FALSE))
    combine_artifacts: bool | None = field(default=None, metadata=key("CombineArtifacts", values=TRUE_FALSE))

    @property
    def spec(self) -> BuildSpec | None:
        """The buildspec it runs, where it is known here: its own, else its project's."""
        if self.buildspec is not None:
            return self.buildspec if isinstance(self.buildspec, BuildSpec) else None
        if isinstance(self.project, Project) and isinstance(self.project.buildspec, BuildSpec):
            return self.project.buildspec
        return None

    @property
    def default_outputs(self) -> tuple[str, ...]:
        """One for each of several secondary artifacts of its buildspec, else one when it has artifacts at all.

        A lone output is never a secondary artifact: CodeBuild fills it from the files of ``artifacts`` itself.
        """
        spec = self.spec
        if spec is None or spec.artifacts is None:
            return ()
        return tuple(spec.artifacts.secondary) if len(spec.artifacts.secondary) > 1 else (self.default_output,)

    def _no_single_output(self, names: tuple[str, ...]) -> str:
        if names:
            return super()._no_single_output(names)
        return (
            f"{self.name} has no output artifact: give its buildspec artifacts=[...], "
            f'or say outputs=["{self.default_output}"] when the buildspec is a file of the source'
        )

    def _no_such_output(self, name: str) -> str:
        spec, names = self.spec, self.output_names
        if spec is None or spec.artifacts is None or name not in spec.artifacts.secondary or len(names) != 1:
            return super()._no_such_output(name)
        return (
            f"{self.name} has no output artifact {name!r}: a secondary artifact is one only beside another, and the "
            f"only output, {names[0]}, gets the files of artifacts=pk.Artifacts([...]) itself"
        )

    def configuration(self) -> dict[str, str]:
        """Give the configuration; ``ProjectName`` is added where the pipeline is known."""
        configuration = super().configuration()
        if len(self.input) > 1:
            configuration["PrimarySource"] = self.input[0].name
        if self.environment:
            configuration["EnvironmentVariables"] = environment_json(self.environment)
        if self.project is not None and self.buildspec is not None:
            spec = self.buildspec
            configuration["BuildspecOverride"] = spec if isinstance(spec, str) else buildspec_text(spec)
        return configuration

    @property
    def configuration_ignores(self) -> Mapping[str, str]:
        """What its buildspec ignores, where that overrides the one of its project."""
        spec = self.buildspec
        return spec.ignore if self.project is not None and isinstance(spec, BuildSpec) else {}

    def project_for(self, default_name: str) -> Project | str:
        """Give the project it was given, else one of its own."""
        if self.project is not None:
            return self.project
        return Project(default_name, buildspec=self.buildspec, where=self.where)
