"""Deploy actions (category Deploy)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from attrs import field, frozen

from pipelinekit.codedeploy.appspec import AppSpec
from pipelinekit.codedeploy.group import DeploymentGroup
from pipelinekit.codepipeline.action import (
    Action,
    ActionType,
    Artifact,
    ArtifactPath,
    Key,
    artifacts,
    key,
)
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.limits import CLOUDFORMATION_MODES, TRUE_FALSE
from pipelinekit.values import FrozenMap, Text, optional_text, text, texts, written_out


@frozen(kw_only=True)
class DeployAction(Action):
    """Base of the deployments that read artifacts."""

    input: tuple[Artifact, ...] = field(converter=artifacts)

    @property
    def inputs(self) -> tuple[Artifact, ...]:
        """The artifacts it reads."""
        return self.input


def _group(given: DeploymentGroup | Text) -> DeploymentGroup | str:
    return given if isinstance(given, DeploymentGroup) else text(given)


@frozen(kw_only=True)
class CodeDeploy(DeployAction):
    """A deployment to servers by CodeDeploy (User Guide, action-reference-CodeDeploy).

    The artifact is the revision. It brings its own ``appspec.yml``, unless ``appspec`` gives one: then that is
    put into the revision. ``group`` is a `DeploymentGroup`, or the name of one of ``application`` that exists.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Deploy", "AWS", "CodeDeploy"),
        inputs=(1, 1),
        outputs=(0, 0),
        timeout_minutes=7200,
        region_allowed=True,
        keys=FrozenMap(
            {
                "ApplicationName": Key("ApplicationName", required=True),
                "DeploymentGroupName": Key("DeploymentGroupName", required=True),
            }
        ),
    )

    group: DeploymentGroup | str = field(converter=_group)
    application: str | None = field(default=None, converter=optional_text)
    appspec: AppSpec | None = None

    def __attrs_post_init__(self) -> None:
        if isinstance(self.group, str) == (self.application is None):
            raise TypeError(
                f"{self.name}: a group that exists is named with its application, group={str(self.group_name)!r}, "
                'application="..."; a pk.DeploymentGroup knows its own'
            )

    @property
    def group_name(self) -> str:
        """What its group is called."""
        return self.group if isinstance(self.group, str) else self.group.name

    @property
    def application_name(self) -> str:
        """What the application of its group is called."""
        return self.application or "" if isinstance(self.group, str) else self.group.application

    @property
    def deployment_group(self) -> DeploymentGroup | None:
        """Its group, where that is described here."""
        return None if isinstance(self.group, str) else self.group

    @property
    def attached_appspec(self) -> AppSpec | None:
        """The AppSpec it was given."""
        return self.appspec

    def configuration(self) -> dict[str, str]:
        """Name the application and the group."""
        return {"ApplicationName": self.application_name, "DeploymentGroupName": self.group_name}


@frozen(kw_only=True)
class S3(DeployAction):
    """Files into a bucket (User Guide, action-reference-S3Deploy).

    ``extract`` unzips the artifact into the bucket; else it is uploaded as one object called ``object_key``.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Deploy", "AWS", "S3"),
        inputs=(1, 1),
        outputs=(0, 0),
        timeout_minutes=90,
        region_allowed=True,
    )

    bucket: str = field(converter=text, metadata=key("BucketName", required=True))
    extract: bool = field(default=True, metadata=key("Extract", required=True, values=TRUE_FALSE))
    object_key: str | None = field(default=None, converter=optional_text, metadata=key("ObjectKey"))
    kms_encryption_key_arn: str | None = field(
        default=None, converter=optional_text, metadata=key("KMSEncryptionKeyARN")
    )
    canned_acl: str | None = field(default=None, converter=optional_text, metadata=key("CannedACL"))
    cache_control: str | None = field(default=None, converter=optional_text, metadata=key("CacheControl"))


def _artifact_path(given: ArtifactPath | None) -> ArtifactPath | None:
    if given is None or isinstance(given, ArtifactPath):
        return given
    raise TypeError(f'a file of an artifact is written build.output.at("template.yml"), not {given!r}')


def _overrides(given: Mapping[str, Any] | None) -> FrozenMap[Any] | None:
    """Take parameters of a stack: texts and numbers, and what CloudFormation reads out of artifacts."""
    if given is not None and not isinstance(given, Mapping):
        raise TypeError(f"parameter overrides are a mapping of names to values, not {given!r}")
    return FrozenMap({text(name): _override(value) for name, value in given.items()}) if given else None


def _override(value: Any) -> Any:
    match value:
        case Artifact():
            return value
        case Mapping():
            return FrozenMap({text(name): _override(inner) for name, inner in value.items()})
        case list() | tuple():
            return tuple(map(_override, value))
        case _:
            return written_out(value)


def _artifacts_in(value: Any) -> Iterator[Artifact]:
    match value:
        case Artifact():
            yield value
        case Mapping():
            yield from _artifacts_in(tuple(value.values()))
        case tuple():
            for inner in value:
                yield from _artifacts_in(inner)


@frozen(kw_only=True)
class CloudFormation(Action):
    """A stack or change set (User Guide, action-reference-CloudFormation).

    ``template`` and ``template_configuration`` point into artifacts, which become its inputs together with those
    of ``input``. ``role`` is the role CloudFormation assumes (``RoleArn`` in the configuration is
    ``stack_role``).

    ``parameter_overrides`` maps a parameter of the stack to its value, or to what is read out of an artifact:
    ``{"Fn::GetParam": [build.output, "image.json", "uri"]}``, ``{"Fn::GetArtifactAtt": [build.output, "URL"]}``.
    Artifacts in it become inputs, too.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Deploy", "AWS", "CloudFormation"),
        inputs=(0, 10),
        outputs=(0, 1),
        timeout_minutes=4320,
        region_allowed=True,
        variables=None,
    )

    action_mode: str = field(
        default="CREATE_UPDATE",
        converter=text,
        metadata=key("ActionMode", required=True, values=CLOUDFORMATION_MODES),
    )
    stack_name: str = field(converter=text, metadata=key("StackName", required=True))
    change_set_name: str | None = field(default=None, converter=optional_text, metadata=key("ChangeSetName"))
    capabilities: tuple[str, ...] = field(default=(), converter=texts, metadata=key("Capabilities"))
    stack_role: str | None = field(default=None, converter=optional_text, metadata=key("RoleArn"))
    template: ArtifactPath | None = field(default=None, converter=_artifact_path, metadata=key("TemplatePath"))
    template_configuration: ArtifactPath | None = field(
        default=None, converter=_artifact_path, metadata=key("TemplateConfiguration")
    )
    parameter_overrides: FrozenMap[Any] | None = field(
        default=None, converter=_overrides, metadata=key("ParameterOverrides")
    )
    output_file_name: str | None = field(default=None, converter=optional_text, metadata=key("OutputFileName"))
    input: tuple[Artifact, ...] = field(default=(), converter=artifacts)

    @property
    def inputs(self) -> tuple[Artifact, ...]:
        """The artifacts of the template and its configuration, then the others, those of the overrides last."""
        paths = (self.template, self.template_configuration)
        wanted = [path.artifact for path in paths if path is not None]
        wanted += [*self.input, *_artifacts_in(self.parameter_overrides)]
        return tuple({artifact.name: artifact for artifact in wanted}.values())

    @property
    def default_outputs(self) -> tuple[str, ...]:
        """One when ``output_file_name`` says so."""
        return (self.default_output,) if self.output_file_name else ()


@frozen(kw_only=True)
class ECS(DeployAction):
    """A rolling update of an ECS service (User Guide, action-reference-ECS).

    The artifact holds an image definitions file, ``imagedefinitions.json`` unless ``file_name`` says otherwise.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Deploy", "AWS", "ECS"), inputs=(1, 1), outputs=(0, 0), timeout_minutes=60, region_allowed=True
    )

    cluster: str = field(converter=text, metadata=key("ClusterName", required=True))
    service: str = field(converter=text, metadata=key("ServiceName", required=True))
    file_name: str | None = field(default=None, converter=optional_text, metadata=key("FileName"))
    deployment_timeout_minutes: int | None = field(default=None, metadata=key("DeploymentTimeout"))
