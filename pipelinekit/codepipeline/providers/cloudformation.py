"""Stacks and change sets of CloudFormation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import Action, ActionType, Artifact, ArtifactPath, artifacts, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.limits import CAPABILITIES, CLOUDFORMATION_MODES
from pipelinekit.codepipeline.providers.bases import artifact_path, joined
from pipelinekit.values import FrozenMap, optional_text, text, texts, written_out

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Unpack

    from pipelinekit.codepipeline.providers.bases import ActionOptions
    from pipelinekit.values import Text


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
    of ``input``. ``stack_role`` is the role that CloudFormation assumes (``RoleArn`` of the configuration),
    ``role`` the one that the action itself runs as.

    ``parameter_overrides`` maps a parameter of the stack to its value, or to what is read out of an artifact:
    ``{"Fn::GetParam": [build.output, "image.json", "uri"]}``, ``{"Fn::GetArtifactAtt": [build.output, "URL"]}``.
    Artifacts in it become inputs, too. The outputs of the stack are its output variables: ``stack.variable("URL")``.

    `create_or_update`, `create_change_set`, `execute_change_set` and `delete` make an action of each mode, and ask for
    what it needs.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Deploy", "AWS", "CloudFormation"),
        inputs=(0, 10),
        outputs=(0, 1),
        timeout_minutes=4320,
        region_allowed=True,
        variables=None,
        page="action-reference-CloudFormation",
    )

    action_mode: str = field(
        default="CREATE_UPDATE",
        converter=text,
        metadata=key("ActionMode", required=True, values=CLOUDFORMATION_MODES),
    )
    stack_name: str = field(converter=text, metadata=key("StackName", required=True))
    change_set_name: str | None = field(default=None, converter=optional_text, metadata=key("ChangeSetName"))
    capabilities: tuple[str, ...] = field(
        default=(), converter=texts, metadata=key("Capabilities", values=CAPABILITIES, several=True)
    )
    stack_role: str | None = field(default=None, converter=optional_text, metadata=key("RoleArn"))
    template: ArtifactPath | None = field(
        default=None, converter=artifact_path, metadata=key("TemplatePath", path=True)
    )
    template_configuration: ArtifactPath | None = field(
        default=None, converter=artifact_path, metadata=key("TemplateConfiguration", path=True)
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
        named = [path.artifact for path in paths if path is not None]
        return joined(named, self.input, _artifacts_in(self.parameter_overrides))

    @property
    def default_outputs(self) -> tuple[str, ...]:
        """One when ``output_file_name`` says so."""
        return (self.default_output,) if self.output_file_name else ()

    @classmethod
    def create_or_update(
        cls,
        name: str,
        *,
        stack_name: Text,
        template: ArtifactPath,
        stack_role: Text,
        template_configuration: ArtifactPath | None = None,
        parameter_overrides: Mapping[str, Any] | None = None,
        capabilities: Iterable[Text] = (),
        output_file_name: Text | None = None,
        input: Artifact | Iterable[Artifact] = (),
        replace_on_failure: bool = False,
        **options: Unpack[ActionOptions],
    ) -> CloudFormation:
        """Make or change a stack; with ``replace_on_failure`` one that has failed is deleted and made anew."""
        return cls(
            name,
            action_mode="REPLACE_ON_FAILURE" if replace_on_failure else "CREATE_UPDATE",
            stack_name=stack_name,
            template=template,
            stack_role=stack_role,
            template_configuration=template_configuration,
            parameter_overrides=parameter_overrides,
            capabilities=capabilities,
            output_file_name=output_file_name,
            input=input,
            **options,
        )

    @classmethod
    def create_change_set(
        cls,
        name: str,
        *,
        stack_name: Text,
        change_set_name: Text,
        template: ArtifactPath,
        stack_role: Text,
        template_configuration: ArtifactPath | None = None,
        parameter_overrides: Mapping[str, Any] | None = None,
        capabilities: Iterable[Text] = (),
        output_file_name: Text | None = None,
        input: Artifact | Iterable[Artifact] = (),
        **options: Unpack[ActionOptions],
    ) -> CloudFormation:
        """Prepare a change set, in place of one of the same name: nothing of the stack changes yet."""
        return cls(
            name,
            action_mode="CHANGE_SET_REPLACE",
            stack_name=stack_name,
            change_set_name=change_set_name,
            template=template,
            stack_role=stack_role,
            template_configuration=template_configuration,
            parameter_overrides=parameter_overrides,
            capabilities=capabilities,
            output_file_name=output_file_name,
            input=input,
            **options,
        )

    @classmethod
    def execute_change_set(
        cls,
        name: str,
        *,
        stack_name: Text,
        change_set_name: Text,
        output_file_name: Text | None = None,
        **options: Unpack[ActionOptions],
    ) -> CloudFormation:
        """Carry out a change set. No artifact leads from the one that prepares it: let it wait with ``>>``."""
        return cls(
            name,
            action_mode="CHANGE_SET_EXECUTE",
            stack_name=stack_name,
            change_set_name=change_set_name,
            output_file_name=output_file_name,
            **options,
        )

    @classmethod
    def delete(
        cls, name: str, *, stack_name: Text, stack_role: Text, **options: Unpack[ActionOptions]
    ) -> CloudFormation:
        """Delete a stack; one that is not there counts as deleted."""
        return cls(name, action_mode="DELETE_ONLY", stack_name=stack_name, stack_role=stack_role, **options)
