"""Blue/green deployments of ECS services by CodeDeploy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import ActionType, Artifact, ArtifactPath, Key, artifacts
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.limits import IMAGES_MAX
from pipelinekit.codepipeline.providers.bases import ReadingAction, joined
from pipelinekit.codepipeline.providers.image_files import IMAGE_DETAIL, image_detail
from pipelinekit.values import FrozenMap, Text, text


def _template(given: Artifact | ArtifactPath) -> Artifact | ArtifactPath:
    if isinstance(given, (Artifact, ArtifactPath)):
        return given
    raise TypeError(f'a template is an artifact, or a file of one: build.output.at("taskdef.json"), not {given!r}')


def _images(given: Mapping[str, Artifact]) -> FrozenMap[Artifact]:
    if not isinstance(given, Mapping):
        raise TypeError(f"images are a mapping of placeholders to artifacts, not {given!r}")
    if len(given) > IMAGES_MAX:
        raise ValueError(f"a blue/green deployment takes up to {IMAGES_MAX} images, not {len(given)}")
    for placeholder, artifact in given.items():
        if not isinstance(artifact, Artifact):
            raise TypeError(f"the image of {placeholder} is an artifact with imageDetail.json, not {artifact!r}")
    return FrozenMap({text(placeholder): artifact for placeholder, artifact in given.items()})


def _keys() -> Iterable[Key]:
    yield Key("ApplicationName", required=True)
    yield Key("DeploymentGroupName", required=True)
    yield Key("TaskDefinitionTemplateArtifact", required=True, artifact=True)
    yield Key("AppSpecTemplateArtifact", required=True, artifact=True)
    yield Key("TaskDefinitionTemplatePath")
    yield Key("AppSpecTemplatePath")
    for number in range(1, IMAGES_MAX + 1):
        yield Key(f"Image{number}ArtifactName", artifact=True)
        yield Key(f"Image{number}ContainerName")


@frozen(kw_only=True)
class CodeDeployToECS(ReadingAction):
    """A blue/green deployment of an ECS service by CodeDeploy (User Guide, action-reference-ECSbluegreen).

    ``task_definition`` and ``appspec`` are templates in artifacts: an artifact that holds ``taskdef.json`` and
    ``appspec.yaml``, or the file itself, such as ``build.output.at("deploy/taskdef.json")``. ``images`` maps up to four
    placeholders, which stand in angle brackets in the task definition, to artifacts with an ``imageDetail.json``: an
    `ECR` source has it, a build writes it with `image_detail`. All these artifacts become inputs, with those of
    ``input``.

        CodeDeployToECS("Release", application="shop", group="web", task_definition=build.output,
                        appspec=build.output, images={"IMAGE1_NAME": image.output})
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Deploy", "AWS", "CodeDeployToECS"),
        inputs=(1, 5),
        outputs=(0, 0),
        timeout_minutes=7200,
        region_allowed=True,
        page="action-reference-ECSbluegreen",
        keys=FrozenMap({key.name: key for key in _keys()}),
    )

    application: str = field(converter=text)
    group: str = field(converter=text)
    task_definition: Artifact | ArtifactPath = field(converter=_template)
    appspec: Artifact | ArtifactPath = field(converter=_template)
    images: FrozenMap[Artifact] = field(factory=FrozenMap, converter=_images)
    input: tuple[Artifact, ...] = field(default=(), converter=artifacts)

    @property
    def inputs(self) -> tuple[Artifact, ...]:
        """The artifacts of the templates and the images, then the others."""
        templates = map(_artifact_of, (self.task_definition, self.appspec))
        return joined((*templates, *self.images.values()), self.input)

    def configuration(self) -> dict[str, str]:
        """Give the configuration; without a path AWS looks for ``taskdef.json`` and ``appspec.yaml``."""
        configuration = {"ApplicationName": self.application, "DeploymentGroupName": self.group}
        for name, template in (("TaskDefinition", self.task_definition), ("AppSpec", self.appspec)):
            configuration[f"{name}TemplateArtifact"] = _artifact_of(template).name
            if isinstance(template, ArtifactPath):
                configuration[f"{name}TemplatePath"] = template.path
        for number, (placeholder, artifact) in enumerate(self.images.items(), start=1):
            configuration[f"Image{number}ArtifactName"] = artifact.name
            configuration[f"Image{number}ContainerName"] = placeholder
        return configuration

    @staticmethod
    def image_detail(image: Text, file_name: str = IMAGE_DETAIL) -> str:
        """Give the shell command that writes the image detail file, for the buildspec that pushes the image."""
        return image_detail(image, file_name)


def _artifact_of(template: Artifact | ArtifactPath) -> Artifact:
    return template.artifact if isinstance(template, ArtifactPath) else template
