"""Values of the language as expressions: only what is not a default is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from pipelinekit.codebuild.project import EnvironmentVariable, Project
from pipelinekit.codebuild.spec import Artifacts, BuildSpec, Phase
from pipelinekit.codedeploy.appspec import AppSpec, FileMapping, Hook
from pipelinekit.codedeploy.config import PREDEFINED, DeploymentConfig
from pipelinekit.codedeploy.group import DeploymentGroup
from pipelinekit.codepipeline.action import Action, Artifact, ArtifactPath, Flow, OutputVariable, Parallel, Step
from pipelinekit.codepipeline.condition import Condition, OnFailure, Rule
from pipelinekit.codepipeline.declaration import ArtifactStore, FilterCriteria
from pipelinekit.codepipeline.pipeline import Stage
from pipelinekit.codepipeline.python.expressions import Call, Expression, Formatted, Name, call, quoted
from pipelinekit.codepipeline.trigger import PullRequest, Push
from pipelinekit.codepipeline.variable import NAMESPACE, PipelineVariable
from pipelinekit.values import PARAMETER, VARIABLE

_CONSTANTS = {
    "CodeDeployDefault.AllAtOnce": "pk.ALL_AT_ONCE",
    "CodeDeployDefault.HalfAtATime": "pk.HALF_AT_A_TIME",
    "CodeDeployDefault.OneAtATime": "pk.ONE_AT_A_TIME",
}
_TAKE_TEXT = ("text", "optional_text", "texts", "optional_texts", "text_map", "environment", "files", "hooks", "phase")
_TAKE_TEXT_TOO = ("_overrides", "buildspec", "project", "_project", "artifacts", "_group", "_store")
"""The converters that take a `Parameter` or a `Variable` where a text stands."""

_LAST = ("more", "ignore")
"""The parameters that are written behind those of an action's own class."""

_REFERENCE = re.compile(f"{PARAMETER.pattern}|{VARIABLE.pattern}")


class Values:
    """Writes values as expressions, with the names that a file has given to actions, projects, groups, parameters."""

    def __init__(self, parameter: Callable[[str], str]) -> None:
        self._parameter = parameter
        self._named: dict[int, str] = {}
        self._makers: dict[str, tuple[str, Action]] = {}
        self._owners: dict[str, tuple[str, Action]] = {}
        self._stages: dict[str, str] = {}
        self._sources: dict[str, str] = {}
        self._variables: dict[str, str] = {}

    def name(self, value: object, name: str) -> None:
        """Let a value be written by that name from now on."""
        self._named[id(value)] = name
        if isinstance(value, Action):
            self._owners.setdefault(value.variables_namespace, (name, value))
            self._sources.setdefault(value.name, name)
            for output in value.output_names:
                self._makers.setdefault(output, (name, value))
        if isinstance(value, PipelineVariable):
            self._variables.setdefault(value.name, name)
        if isinstance(value, Stage):
            self._stages.setdefault(value.name, name)

    def name_of(self, value: object) -> str | None:
        """Give the name of a value, if it has one."""
        return self._named.get(id(value))

    def action(self, function: str, action: Action) -> Call:
        """Write the call that makes an action."""
        return self._call(function, action, variables=True)

    def value(self, value: Any, *, variables: bool = False, literal: bool = False) -> Expression:
        """Write a value.

        *variables* says that ``#{Namespace.KEY}`` in its texts is a reference, *literal* that its texts stay texts.
        """
        name = self._named.get(id(value)) if attrs.has(type(value)) else None
        if name is not None:
            return Name(name)
        match value:
            case None:
                return Name("None")
            case bool() | int():
                return value
            case str():
                return value if literal else self._text(value, variables)
            case Artifact():
                return self._artifact(value)
            case ArtifactPath():
                path = self._text(value.path, variables)
                return call(f"{self._artifact(value.artifact).text}.at", value.path if isinstance(path, Name) else path)
            case Mapping():
                return {str(key): self.value(one, variables=variables, literal=literal) for key, one in value.items()}
            case tuple() | list():
                return [self.value(one, variables=variables, literal=literal) for one in value]
            case Step():
                return Name(self.steps(value))
        return self._made(value, variables)

    def _made(self, value: Any, variables: bool) -> Expression:
        match value:
            case BuildSpec() | Project() | DeploymentGroup():  # AWS resolves no variables there
                return self._call(f"pk.{type(value).__name__}", value)
            case Rule():
                return self._call(f"pk.rule.{type(value).__name__}", value, variables)
            case DeploymentConfig() if PREDEFINED.get(value.name) == value:
                return Name(_CONSTANTS[value.name])
            case AppSpec():
                return self._call("pk.AppSpec.server", value)
            case float():
                return Name(repr(value))
        return self._call(f"pk.{type(value).__name__}", value, variables)

    def _call(self, function: str, value: Any, variables: bool = False) -> Call:
        made = call(function)
        skipped = False
        for attribute in sorted(attrs.fields(type(value)), key=lambda one: one.name in _LAST):
            given = getattr(value, attribute.name)
            if attribute.name == "where" or not attribute.init:
                continue
            if given == _default(attribute, value):
                skipped = skipped or not attribute.kw_only
                continue
            expression = self._argument(attribute, given, variables)
            if attribute.kw_only or skipped:
                keyword = (attribute.alias or attribute.name, expression)
                made = attrs.evolve(made, keywords=(*made.keywords, keyword))
            else:
                made = attrs.evolve(made, arguments=(*made.arguments, expression))
        return made

    def _argument(self, attribute: attrs.Attribute[Any], given: Any, variables: bool) -> Expression:
        converter = getattr(attribute.converter, "__name__", "")
        literal = converter not in (*_TAKE_TEXT, *_TAKE_TEXT_TOO)
        match given:
            case Phase() if given == Phase(given.commands):
                return self.value(given.commands)
            case Artifacts() if given == Artifacts(given.files):
                return self.value(given.files)
            case ArtifactStore() if given == ArtifactStore(given.location):
                return self.value(given.location)
            case (Artifact() | Step() | Condition() | Rule() | Push() | PullRequest() as only,):
                return self.value(only, variables=variables)
            case OnFailure():
                return self._failure(given, variables)
            case FilterCriteria(includes=includes, excludes=()):
                return self.value(includes, variables=variables)
            case str() if converter == "_source" and given in self._sources:
                return Name(self._sources[given])
            case str() if given in self._stages and converter == "_stage_name":
                return Name(self._stages[given])
            case (EnvironmentVariable(), *_):
                plain = {one.name: one.value for one in given if one.type == "PLAINTEXT"}
                if len(plain) == len(given):
                    return self.value(plain, variables=variables)
            case (FileMapping(), *_):
                mapping = {one.source: one.destination for one in given}
                if len(mapping) == len(given):
                    return self.value(mapping)
        if converter == "hooks" and isinstance(given, Mapping):
            return {event: self._scripts(scripts) for event, scripts in given.items()}
        return self.value(given, variables=variables, literal=literal)

    def _failure(self, failure: OnFailure, variables: bool) -> Expression:
        match failure:
            case OnFailure(more=more) if more:
                return self._call("pk.OnFailure", failure, variables)
            case OnFailure(result="RETRY", retry_mode="FAILED_ACTIONS", conditions=()):
                return call("pk.Retry")
            case OnFailure(result="RETRY", retry_mode=str(mode), conditions=()):
                return call("pk.Retry", mode)
            case OnFailure(result="ROLLBACK", retry_mode=None, conditions=()):
                return call("pk.Rollback")
            case OnFailure(result=None, retry_mode=None, conditions=(condition,)):
                return self.value(condition, variables=variables)
        return self._call("pk.OnFailure", failure, variables)

    def _scripts(self, scripts: tuple[Hook, ...]) -> Expression:
        written = [self.value(one.location) if one == Hook(one.location) else self.value(one) for one in scripts]
        return written[0] if len(written) == 1 else written

    def _artifact(self, artifact: Artifact) -> Name:
        found = self._makers.get(artifact.name)
        if found is None:
            return Name(f"pk.Artifact({quoted(artifact.name)})")
        name, maker = found
        return Name(f"{name}.output" if len(maker.output_names) == 1 else f"{name}.artifact({quoted(artifact.name)})")

    def steps(self, step: Step) -> str:
        """Write a step: an action by its name, a flow with ``>>``, steps side by side as a list."""
        name = self._named.get(id(step))
        if name is not None:
            return name
        match step:
            case Flow(Parallel() as before, Parallel() as after) if {id(before), id(after)}.isdisjoint(self._named):
                several = ", ".join(self.steps(one) for one in before.steps)
                return f"pk.parallel({several}) >> {self.steps(after)}"
            case Flow(before, after):
                return f"{self.steps(before)} >> {self.steps(after)}"
            case Parallel(steps):
                return f"[{', '.join(self.steps(one) for one in steps)}]"
        raise AssertionError(step)

    def _text(self, text: str, variables: bool) -> Expression:
        """Write a text: with the parameters and output variables in it where that can be read, else as it is."""
        parts: list[str | Name] = []
        parameters: list[str] = []
        position = 0
        for match in _REFERENCE.finditer(text):
            reference = Name("") if match[1] is not None else self._variable(match, variables)
            if reference is not None:
                parts += [part for part in (text[position : match.start()],) if part]
                parts.append(reference)
                parameters += [match[1]] if match[1] is not None else []
                position = match.end()
        parts += [part for part in (text[position:],) if part]
        if all(isinstance(part, str) for part in parts) or not _is_readable(parts):
            return text
        names = iter(parameters)  # named only now that it is sure that they are written
        written = [part if part != Name("") else Name(self._parameter(next(names))) for part in parts]
        if len(written) == 1 and isinstance(written[0], Name):
            return written[0]
        single = [Name(part.text.replace('"', "'")) if isinstance(part, Name) else part for part in written]
        return Formatted(tuple(single))

    def _variable(self, match: re.Match[str], variables: bool) -> Name | None:
        """Write a reference to a variable, of the pipeline or of an action that is written already."""
        if variables and match[2] == NAMESPACE and match[3] in self._variables:
            return Name(self._variables[match[3]])
        owner = self._owners.get(match[2]) if variables else None
        if owner is None or re.search(r"""["'\\]""", match[3]) or not match[3].isprintable():
            return None
        name, action = owner
        for cls in type(action).__mro__:
            for attribute, value in vars(cls).items():
                if isinstance(value, OutputVariable) and value.key == match[3]:
                    return Name(f"{name}.{attribute}")
        return Name(f'{name}.variable("{match[3]}")')


def _is_readable(parts: list[str | Name]) -> bool:
    """Whether an f-string reads better than references as they stand: not in JSON, nor where quotes meet quotes."""
    if len(parts) == 1:
        return True
    literal = "".join(part for part in parts if isinstance(part, str))
    asks = any("(" in part.text for part in parts if isinstance(part, Name))
    return not (re.search(r"[{}]", literal) or (asks and re.search(r"""["'\\]""", literal)))


def _default(attribute: attrs.Attribute[Any], value: Any) -> Any:
    default: Any = attribute.default
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # attrs types the class as a function
        return default.factory(value) if default.takes_self else default.factory()
    if default is None and callable(attribute.converter):  # as None is converted where nothing is given
        return attribute.converter(None)
    return default
