"""What a CloudFormation template holds: its sections as nodes, nothing evaluated (User Guide, template-anatomy)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import field, frozen

from pipelinekit.codepipeline.definition import KnownParameter
from pipelinekit.diagnostics import Place
from pipelinekit.documents import Entries, Items, Node, Scalar, plain
from pipelinekit.values import FrozenMap, frozen_members

PIPELINE = "AWS::CodePipeline::Pipeline"
WEBHOOK = "AWS::CodePipeline::Webhook"
CUSTOM_ACTION = "AWS::CodePipeline::CustomActionType"
PROJECT = "AWS::CodeBuild::Project"
APPLICATION = "AWS::CodeDeploy::Application"
DEPLOYMENT_GROUP = "AWS::CodeDeploy::DeploymentGroup"
DEPLOYMENT_CONFIG = "AWS::CodeDeploy::DeploymentConfig"
STATE_MACHINES = {"AWS::StepFunctions::StateMachine": "StateMachineType", "AWS::Serverless::StateMachine": "Type"}
"""The types of state machines -> the property that says STANDARD or EXPRESS."""


@frozen(kw_only=True)
class Resource:
    """A resource: its type, its properties as they are written, the condition on which it exists."""

    logical_id: str
    type: str
    properties: Node | None = None
    condition: str | None = None
    place: Place = field(eq=False)


@frozen(kw_only=True)
class TemplateParameter:
    """A parameter of a template; ``default`` is None where there is none, or where it only names a value elsewhere.

    ``declaration`` is all that the template says of it, spelled as there.
    """

    name: str
    type: str
    default: str | None = None
    declaration: FrozenMap[Any] = field(factory=FrozenMap, converter=frozen_members)

    @property
    def no_echo(self) -> bool:
        """Whether its value is shown to nobody."""
        return KnownParameter(declaration=self.declaration).no_echo

    @property
    def is_list(self) -> bool:
        """Whether its value is a list: texts with commas between them."""
        return is_list(self.type)


def is_list(kind: str) -> bool:
    """Whether the value of a parameter of this type is a list."""
    return kind == "CommaDelimitedList" or "List<" in kind


@frozen(kw_only=True)
class Template:
    """A template by its sections; each maps a name to what stands there."""

    root: Entries
    resources: Mapping[str, Resource]
    parameters: Mapping[str, TemplateParameter]
    mappings: Mapping[str, Node]
    conditions: Mapping[str, Node]
    macros: Node | None = None
    """What changes the template before anything is made of it: ``Transform``, or a ``Fn::ForEach``."""

    def of_type(self, kind: str) -> Iterator[Resource]:
        """Yield the resources of a type, in the order of the template."""
        return (resource for resource in self.resources.values() if resource.type == kind)


def is_template(root: Node) -> bool:
    """Whether a document is a CloudFormation template."""
    names = ("Resources", "AWSTemplateFormatVersion")
    return isinstance(root, Entries) and any(root.get(name) is not None for name in names)


def read_sections(root: Entries) -> Template:
    """Read the sections of a template; what is no mapping where one belongs is passed over."""
    resources = {key.text: _resource(key, value) for key, value in _section(root, "Resources") if _type(value)}
    loops = (value for key, value in _section(root, "Resources") if key.text.startswith("Fn::"))
    return Template(
        root=root,
        resources=resources,
        parameters={key.text: _parameter(key.text, value) for key, value in _section(root, "Parameters")},
        mappings={key.text: value for key, value in _section(root, "Mappings")},
        conditions={key.text: value for key, value in _section(root, "Conditions")},
        macros=root.get("Transform") or next(loops, None),
    )


def _section(root: Entries, name: str) -> Iterator[tuple[Scalar, Node]]:
    section = root.get(name)
    return iter(section.entries if isinstance(section, Entries) else ())


def _type(node: Node) -> str:
    return (_text(node, "Type") or "") if isinstance(node, Entries) else ""


def _resource(key: Scalar, node: Node) -> Resource:
    assert isinstance(node, Entries)
    return Resource(
        logical_id=key.text,
        type=_type(node),
        properties=node.get("Properties"),
        condition=_text(node, "Condition"),
        place=key.place,
    )


def _parameter(name: str, node: Node) -> TemplateParameter:
    kind = _text(node, "Type") or "String"
    elsewhere = kind.startswith("AWS::SSM::Parameter::Value")  # its default is the name of a value in SSM
    declaration = dict(_declared(node)) if isinstance(node, Entries) else {}
    return TemplateParameter(
        name=name,
        type=kind,
        default=None if elsewhere else declaration.get("Default"),
        declaration=declaration,
    )


def _declared(node: Entries) -> Iterator[tuple[str, Any]]:
    """Yield the members of a parameter's declaration; what its value can be is text, however YAML would read it."""
    for name, value in node:
        match name, value:
            case "Default", _:
                default = _value_text(value)
                if default is not None:
                    yield name, default
            case "AllowedValues", Items(items):
                yield name, [_value_text(item) or "" for item in items]
            case _:
                yield name, plain(value)


def _value_text(node: Node) -> str | None:
    match node:
        case Items(items) if all(isinstance(item, Scalar) for item in items):
            return ",".join(item.text for item in items if isinstance(item, Scalar))
        case Scalar(text, tag, quoted):
            return text.lower() if tag == "bool" and not quoted else text
    return None


def _text(node: Node, name: str) -> str | None:
    value = node.get(name) if isinstance(node, Entries) else None
    return value.text if isinstance(value, Scalar) else None
