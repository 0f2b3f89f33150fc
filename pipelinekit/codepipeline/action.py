"""What an action is: steps, artifacts, output variables, and the facts of an action type."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, overload

import attrs
from attrs import field, frozen

from pipelinekit.codebuild.project import EnvironmentVariable, Project, environment
from pipelinekit.codedeploy.appspec import AppSpec
from pipelinekit.codedeploy.group import DeploymentGroup
from pipelinekit.codepipeline.declaration import ActionTypeId, OutputArtifact
from pipelinekit.codepipeline.limits import PIPELINE_TYPES
from pipelinekit.diagnostics import Place, here
from pipelinekit.values import (
    ARTIFACT_NAME_PATTERN,
    NAMESPACE_PATTERN,
    FrozenMap,
    Text,
    Variable,
    all_of,
    frozen_map,
    frozen_members,
    matches,
    optional_text,
    optional_texts,
    reasons,
    sanitised,
    text,
    text_map,
    texts,
)


class Step:
    """What a stage is made of: an action, or a flow of several. ``a >> b`` makes *b* wait for *a*."""

    __slots__ = ()

    def __rshift__(self, after: Step | Sequence[Step]) -> Flow:
        return Flow(self, as_step(after))

    def __rrshift__(self, before: Sequence[Step]) -> Flow:
        return Flow(as_step(before), self)

    def actions(self) -> Iterator[Action]:
        """Yield the actions in it, in the order written; one that is written twice comes twice."""
        raise NotImplementedError

    def first(self) -> Iterator[Action]:
        """Yield the actions it begins with."""
        raise NotImplementedError

    def last(self) -> Iterator[Action]:
        """Yield the actions it ends with."""
        raise NotImplementedError

    def edges(self) -> Iterator[tuple[Action, Action]]:
        """Yield each pair (before, after) that ``>>`` asks for."""
        raise NotImplementedError


def as_step(given: Step | Iterable[Step]) -> Step:
    """Take one step, or a list of steps that run side by side."""
    if isinstance(given, Step):
        return given
    return Parallel(steps(given))


def steps(given: Step | Iterable[Step]) -> tuple[Step, ...]:
    """Take one step or several, so that ``Stage("Source", checkout)`` reads well."""
    if isinstance(given, Step):
        return (given,)
    if isinstance(given, (str, bytes, Mapping)) or not isinstance(given, Iterable):
        raise TypeError(f"a stage is made of actions and flows, not of {given!r}")
    return all_of(Step, given, "a stage is made of actions and flows, not of {!r}")


@frozen
class Flow(Step):
    """``before >> after``: everything *after* begins with waits for everything *before* ends with."""

    before: Step
    after: Step

    def actions(self) -> Iterator[Action]:
        """Yield the actions of both sides."""
        yield from self.before.actions()
        yield from self.after.actions()

    def first(self) -> Iterator[Action]:
        """Yield what the left side begins with."""
        return self.before.first()

    def last(self) -> Iterator[Action]:
        """Yield what the right side ends with."""
        return self.after.last()

    def edges(self) -> Iterator[tuple[Action, Action]]:
        """Yield the edges of both sides and those between them."""
        yield from self.before.edges()
        yield from self.after.edges()
        for before in self.before.last():
            for after in self.after.first():
                yield before, after


@frozen
class Parallel(Step):
    """Steps side by side."""

    steps: tuple[Step, ...]

    def actions(self) -> Iterator[Action]:
        """Yield the actions of every branch."""
        for step in self.steps:
            yield from step.actions()

    def first(self) -> Iterator[Action]:
        """Yield what each branch begins with."""
        for step in self.steps:
            yield from step.first()

    def last(self) -> Iterator[Action]:
        """Yield what each branch ends with."""
        for step in self.steps:
            yield from step.last()

    def edges(self) -> Iterator[tuple[Action, Action]]:
        """Yield the edges inside each branch."""
        for step in self.steps:
            yield from step.edges()


def parallel(*given: Step) -> Parallel:
    """Put steps side by side: ``parallel(a, b) >> [c, d]`` (a list on the left of a list is Python's own)."""
    return Parallel(steps(given))


@frozen
class Artifact:
    """An output artifact of an action; pass it as the input of another. It reads as its name in text."""

    name: str
    producer: Action | None = field(default=None, eq=False, repr=False)

    def at(self, path: str) -> ArtifactPath:
        """Point at a file inside it: reads as ``Artifact::path``, as CloudFormation actions want it."""
        return ArtifactPath(self, path)

    def __str__(self) -> str:
        return self.name


@frozen
class ArtifactPath:
    """A file inside an artifact, ``Artifact::path`` in text (User Guide, action-reference-CloudFormation)."""

    artifact: Artifact
    path: str

    def __str__(self) -> str:
        return f"{self.artifact.name}::{self.path}"


def artifacts(given: Artifact | Iterable[Artifact]) -> tuple[Artifact, ...]:
    """Take one artifact or several; an action given instead is most likely meant to be its ``.output``."""
    several = (given,) if isinstance(given, Artifact) else given
    if isinstance(several, Action):
        raise TypeError(f"an input is an artifact, not an action: write input={several.name}.output")
    if isinstance(several, (str, bytes, Mapping)) or not isinstance(several, Iterable):
        raise TypeError(f"an input is an artifact, such as checkout.output, not {given!r}")
    return all_of(Artifact, several, "an input is an artifact, such as checkout.output, not {!r}")


@frozen(kw_only=True)
class Key:
    """What AWS says of one configuration key.

    ``values`` is empty where any text is allowed; with ``several`` the text is a list of them with commas. ``whole`` is
    the range of a whole number, ``form`` a pattern for the whole text with ``meaning`` for people. ``artifact`` tells
    that the text names an input artifact of the action, ``path`` that it points into one (``Artifact::path``).
    """

    name: str = field(kw_only=False)
    required: bool = False
    values: tuple[str, ...] = ()
    several: bool = False
    whole: tuple[int, int] | None = None
    form: str = ""
    meaning: str = ""
    artifact: bool = False
    path: bool = False
    secret: bool = False


_KEY = "pipelinekit.key"


def key(
    name: str,
    *,
    required: bool = False,
    values: Iterable[str] = (),
    several: bool = False,
    whole: tuple[int, int] | None = None,
    form: str = "",
    meaning: str = "",
    path: bool = False,
    secret: bool = False,
) -> dict[str, Key]:
    """Make the metadata of a field that becomes the configuration key *name*. See `Key`."""
    known = Key(
        name,
        required=required,
        values=tuple(values),
        several=several,
        whole=whole,
        form=form,
        meaning=meaning,
        path=path,
        secret=secret,
    )
    return {_KEY: known}


@frozen(kw_only=True)
class ActionType:
    """The facts of an action type, as the User Guide's action reference prints them.

    ``inputs`` and ``outputs`` are (least, most). ``timeout_minutes`` is AWS's default. ``variables`` are the fixed
    output variables; None where the action's own definition says which there are. ``environment_types`` are the types
    of environment variables that the declaration itself may have; none where it may have no such variables.

    ``page`` is the page of the guide that all this is from. Where it is not ``confirmed``, only the name is certain:
    any configuration goes. ``retired`` tells what became of a service that is no more.
    """

    id: ActionTypeId = field(kw_only=False)
    inputs: tuple[int, int]
    outputs: tuple[int, int]
    timeout_minutes: int = 60
    pipeline_types: tuple[str, ...] = PIPELINE_TYPES
    region_allowed: bool = False
    variables: tuple[str, ...] | None = ()
    keys: FrozenMap[Key] = field(factory=FrozenMap, converter=frozen_map)
    environment_types: tuple[str, ...] = ()
    page: str = ""
    confirmed: bool = True
    retired: str = ""


class OutputVariable:
    """A fixed output variable of an action type, as an attribute: ``checkout.commit_id``."""

    __slots__ = ("key",)

    def __init__(self, key: str) -> None:
        self.key = key

    @overload
    def __get__(self, action: None, owner: type[Action]) -> OutputVariable: ...
    @overload
    def __get__(self, action: Action, owner: type[Action]) -> Variable: ...
    def __get__(self, action: Action | None, owner: type[Action]) -> OutputVariable | Variable:
        return self if action is None else action.variable(self.key)


@frozen(kw_only=True)
class Action(Step):
    """One thing a stage does (CodePipeline API: ActionDeclaration).

    ``namespace`` is the prefix of its output variables (default: its name). ``run_order`` is worked out from the
    wiring; give it only to keep the numbers of an imported pipeline. ``role`` and ``region`` are for cross-account and
    cross-Region actions. ``outputs`` renames its output artifacts. ``more_configuration`` holds configuration keys that
    no parameter stands for, as AWS spells them; they win over those of the parameters. ``more`` are members of the
    action itself that no parameter stands for, see `Declared`.
    """

    type: ClassVar[ActionType]

    name: str = field(converter=text, kw_only=False)
    namespace: str | None = field(default=None, converter=optional_text)
    run_order: int | None = None
    role: str | None = field(default=None, converter=optional_text)
    region: str | None = field(default=None, converter=optional_text)
    outputs: tuple[str, ...] | None = field(default=None, converter=optional_texts)
    more_configuration: FrozenMap[str] = field(factory=FrozenMap, converter=text_map)
    more: FrozenMap[Any] = field(factory=FrozenMap, converter=frozen_members)
    ignore: FrozenMap[str] = field(factory=FrozenMap, converter=reasons, eq=False, repr=False)
    where: Place | None = field(factory=here, eq=False, repr=False)

    def actions(self) -> Iterator[Action]:
        """Yield this action."""
        yield self

    def first(self) -> Iterator[Action]:
        """Yield this action."""
        yield self

    def last(self) -> Iterator[Action]:
        """Yield this action."""
        yield self

    def edges(self) -> Iterator[tuple[Action, Action]]:
        """Yield nothing: an action alone waits for nobody."""
        return iter(())

    def variable(self, name: str) -> Variable:
        """Refer to an output variable of this action: reads as ``#{Namespace.NAME}`` in text."""
        return Variable(self.variables_namespace, name)

    @property
    def variables_namespace(self) -> str:
        """The namespace of its output variables: the one given, else its name with what AWS forbids replaced."""
        return self.namespace or sanitised(self.name, lambda c: matches(NAMESPACE_PATTERN, c))

    @property
    def action_type_id(self) -> ActionTypeId:
        """Which kind of action it is."""
        return self.type.id

    @property
    def inputs(self) -> tuple[Artifact, ...]:
        """The artifacts it reads."""
        return ()

    @property
    def default_outputs(self) -> tuple[str, ...]:
        """The names of its output artifacts when ``outputs=`` says nothing."""
        return ()

    @property
    def output_names(self) -> tuple[str, ...]:
        """The names of its output artifacts."""
        return self.default_outputs if self.outputs is None else self.outputs

    @property
    def output_artifacts(self) -> tuple[OutputArtifact, ...]:
        """Its output artifacts as the declaration has them."""
        return tuple(OutputArtifact(name) for name in self.output_names)

    @property
    def output(self) -> Artifact:
        """Its output artifact, where it has exactly one."""
        names = self.output_names
        if len(names) != 1:
            raise AttributeError(self._no_single_output(names))
        return Artifact(names[0], self)

    def artifact(self, name: str) -> Artifact:
        """Give the output artifact of that name, where there are several."""
        if name not in self.output_names:
            raise AttributeError(self._no_such_output(name))
        return Artifact(name, self)

    def _no_single_output(self, names: tuple[str, ...]) -> str:
        if names:
            return f"{self.name} has the output artifacts {', '.join(names)}: ask for one with .artifact({names[0]!r})"
        return f"{self.name} has no output artifact"

    def _no_such_output(self, name: str) -> str:
        return f"{self.name} has no output artifact {name!r}: it has {', '.join(self.output_names) or 'none'}"

    @property
    def default_output(self) -> str:
        """``<Action>Output``, with what AWS forbids in an artifact's name replaced."""
        return sanitised(f"{self.name}Output", lambda c: matches(ARTIFACT_NAME_PATTERN, c))

    def configuration(self) -> dict[str, str]:
        """Give the configuration as it stands on the wire: texts only, nothing that was not said."""
        return configuration_of(self)

    @property
    def commands(self) -> tuple[str, ...]:
        """Shell commands of the action itself; only compute actions have them."""
        return ()

    @property
    def output_variables(self) -> tuple[str, ...]:
        """Environment names a compute action exports."""
        return ()

    @property
    def environment_variables(self) -> tuple[EnvironmentVariable, ...]:
        """Environment variables in the declaration itself; only compute actions have them."""
        return ()

    @property
    def timeout_in_minutes(self) -> int | None:
        """The timeout in the declaration itself; only manual approvals have one."""
        return None

    @property
    def deployment_group(self) -> DeploymentGroup | None:
        """The deployment group it brings along."""
        return None

    @property
    def configuration_ignores(self) -> Mapping[str, str]:
        """What is ignored on values that become texts of its configuration: code -> reason."""
        return {}

    @property
    def attached_appspec(self) -> AppSpec | None:
        """The AppSpec it puts into its revision."""
        return None

    def project_for(self, default_name: str) -> Project | str | None:
        """Give the CodeBuild project it uses, or only its name when it is described elsewhere."""
        return None


def key_of(attribute: attrs.Attribute[Any]) -> Key | None:
    """Give the configuration key that a field becomes, if it becomes one."""
    known: Key | None = attribute.metadata.get(_KEY)
    return known


def keys_of(cls: type[attrs.AttrsInstance]) -> dict[str, Key]:
    """Give the configuration keys that the fields of a class become."""
    return {a.metadata[_KEY].name: a.metadata[_KEY] for a in attrs.fields(cls) if _KEY in a.metadata}


def configuration_of(value: attrs.AttrsInstance) -> dict[str, str]:
    """Give the configuration that the fields of a value become: texts only, nothing that was not said."""
    fields = attrs.fields(type(value))
    given = {a.metadata[_KEY].name: getattr(value, a.name) for a in fields if _KEY in a.metadata}
    return {name: wire_text(inner) for name, inner in given.items() if inner is not None and inner != ()}


def wire_text(value: object) -> str:
    """Write a value as a configuration has it: ``true``, a number, a comma-separated list, or JSON for a mapping."""
    match value:
        case bool():
            return "true" if value else "false"
        case tuple():
            return ",".join(map(str, value))
        case Mapping():
            return json.dumps(dict(value), separators=(",", ":"), default=_as_json)
        case _:
            return str(value)


def _as_json(value: object) -> object:
    """Give what JSON has for one of our mappings, and for what reads as text, such as an artifact."""
    return dict(value) if isinstance(value, Mapping) else str(value)


def action_type(cls: type[Action]) -> ActionType:
    """Give the facts of an action class: those it states, the keys of its fields and its fixed variables."""
    keys = keys_of(cls)
    fixed = [v.key for c in reversed(cls.__mro__) for v in vars(c).values() if isinstance(v, OutputVariable)]
    return attrs.evolve(
        cls.type,
        keys=FrozenMap({**keys, **cls.type.keys}),
        variables=tuple(fixed) or cls.type.variables,
    )


def _globs(given: Mapping[str, Iterable[Text]]) -> FrozenMap[tuple[str, ...]]:
    if not isinstance(given, Mapping):
        raise TypeError(f'files are globs by the name of an output artifact, {{"Site": ["dist/**"]}}, not {given!r}')
    return FrozenMap({text(name): texts(globs) for name, globs in given.items()})


@frozen(kw_only=True)
class CustomAction(Action):
    """An action of any type that has no class here; its configuration is left as it is given.

    ``commands``, ``output_variables``, ``environment``, ``timeout_minutes`` and ``files``, the globs of each output
    artifact by its name, are for types which AWS lets have them.

    >>> CustomAction("Scan", action_type=ActionTypeId("Test", "Custom", "Scanner", "2")).action_type_id.provider
    'Scanner'
    """

    type: ClassVar[ActionType] = ActionType(ActionTypeId("", "", ""), inputs=(0, 10), outputs=(0, 10), variables=None)

    custom_type: ActionTypeId = field(alias="action_type")
    settings: FrozenMap[str] = field(factory=FrozenMap, converter=text_map, alias="configuration")
    input: tuple[Artifact, ...] = field(default=(), converter=artifacts)
    shell_commands: tuple[str, ...] = field(default=(), converter=texts, alias="commands")
    exports: tuple[str, ...] = field(default=(), converter=texts, alias="output_variables")
    environment: tuple[EnvironmentVariable, ...] = field(default=(), converter=environment)
    timeout_minutes: int | None = None
    files: FrozenMap[tuple[str, ...]] = field(factory=FrozenMap, converter=_globs)

    @property
    def action_type_id(self) -> ActionTypeId:
        """The type that was given."""
        return self.custom_type

    @property
    def inputs(self) -> tuple[Artifact, ...]:
        """The artifacts it reads."""
        return self.input

    def configuration(self) -> dict[str, str]:
        """Give the configuration as it was given."""
        return dict(self.settings)

    @property
    def commands(self) -> tuple[str, ...]:
        """The shell commands that were given."""
        return self.shell_commands

    @property
    def output_variables(self) -> tuple[str, ...]:
        """The environment names that were given."""
        return self.exports

    @property
    def environment_variables(self) -> tuple[EnvironmentVariable, ...]:
        """The environment variables that were given."""
        return self.environment

    @property
    def output_artifacts(self) -> tuple[OutputArtifact, ...]:
        """Its output artifacts, with the globs that were given."""
        return tuple(OutputArtifact(name, files=self.files.get(name, ())) for name in self.output_names)

    @property
    def timeout_in_minutes(self) -> int | None:
        """The timeout that was given."""
        return self.timeout_minutes
