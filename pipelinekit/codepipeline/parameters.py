"""Which parameters a definition asks for, and the definition with their values put in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import attrs

from pipelinekit.codebuild.document import is_inline
from pipelinekit.codepipeline.declaration import StageDeclaration
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.diagnostics import Diagnostic, InvalidDocument, InvalidPipeline, Location, Place, did_you_mean
from pipelinekit.documents import Entries, Items, Node, Scalar, read
from pipelinekit.values import PARAMETER, FrozenMap, Text, parameters_in, text_map

T = TypeVar("T")


def parameters_of(definition: Definition) -> dict[str, list[Location]]:
    """Map each parameter's name to the places that mention it, both in the order of the definition."""
    found: dict[str, list[Location]] = {}
    for text, where in _texts(definition):
        for name in dict.fromkeys(parameters_in(text)):
            found.setdefault(name, []).append(where)
    return found


def with_parameters(definition: Definition, values: Mapping[str, Text | int]) -> Definition:
    """Put values in for ``${Parameter.NAME}`` in every text of the definition; those without a value stay.

    Inside a text that holds JSON (such as ``EnvironmentVariables``) a value is escaped as JSON wants it.

    Raises:
        InvalidPipeline: ``PK141`` for a name that the definition does not mention, ``PK142`` where a value would
            change what a buildspec written into an action says.
    """
    given = text_map(values)
    mentioned = parameters_of(definition)
    unknown = [_unknown(name, mentioned, definition) for name in given if name not in mentioned]
    harmful = [] if unknown else list(_harmful(definition, given))
    if unknown or harmful:
        raise InvalidPipeline(*unknown, *harmful)
    return _replaced(definition, lambda text: _filled_in(text, given)) if given else definition


def with_defaults(definition: Definition, values: Mapping[str, Text | int]) -> dict[str, Text | int]:
    """Add to *values* the defaults of the parameters that have one, and that the definition mentions."""
    known = definition.origin.parameters
    defaults = {name: parameter.default for name, parameter in known.items() if parameter.default is not None}
    mentioned = parameters_of(definition) if defaults else {}
    return {**{name: default for name, default in defaults.items() if name in mentioned}, **values}


def missing_values(definition: Definition) -> Iterator[Diagnostic]:
    """Yield a diagnostic (``PK140``) for each parameter that still has no value, with where it is used."""
    for name, places in parameters_of(definition).items():
        used = [" > ".join(place.path[1:]) for place in places[:3]]
        more = f" and {len(places) - 3} more" if len(places) > 3 else ""
        yield Diagnostic(
            code="PK140",
            message=f"the parameter {name} has no value; it is used by {', '.join(used)}{more}",
            where=Location((definition.name,), places[0].place),
            hint=f"give it with --parameter {name}=...{_meaning(definition, name)}",
        )


def _meaning(definition: Definition, name: str) -> str:
    """Say what a parameter stands for in the document it came from, where its name does not say it."""
    known = definition.origin.parameters.get(name)
    if known is None or known.meaning in ("", f"!Ref {name}"):
        return ""
    return f"; it stands for {known.meaning[:100]}"


def _unknown(name: str, mentioned: Mapping[str, object], definition: Definition) -> Diagnostic:
    known = f"its parameters are {', '.join(mentioned)}" if mentioned else "it has no parameters"
    return Diagnostic(
        code="PK141",
        message=f"there is no parameter {name!r} in this pipeline",
        where=definition.location(),
        hint=did_you_mean(name, mentioned) or known,
    )


# Where the texts are ------------------------------------------------------------------------------------------------


def _texts(definition: Definition) -> Iterator[tuple[str, Location]]:
    """Yield every text of a definition with its location."""
    top = (definition.name,)
    pipeline = definition.pipeline
    bare = attrs.evolve(pipeline, stages=(), variables=(), triggers=())
    yield from _inside(bare, top, "", definition.location().place)
    for variable in pipeline.variables:
        place = definition.location("variable", variable.name).place
        yield from _inside(variable, (*top, "variable", variable.name), "", place)
    for trigger in pipeline.triggers:
        place = definition.location("trigger", trigger.source_action_name).place
        yield from _inside(trigger, (*top, "trigger", trigger.source_action_name), "", place)
    for stage in pipeline.stages:
        place = definition.location(stage.name).place
        alone = attrs.evolve(stage, actions=(), before_entry=(), on_success=(), on_failure=None)
        yield from _inside(alone, (*top, stage.name), "", place)
        yield from _texts_of_conditions(definition, stage)
        for action in stage.actions:
            place = definition.location(stage.name, action.name).place
            yield from _inside(action, (*top, stage.name, action.name), "", place)
    yield from _inside(definition.tags, (*top, "tags"), "", definition.location().place)
    for project in definition.projects:
        yield from _inside(project, (*top, "project", project.name), "", None)
    for group in definition.deployment_groups:
        yield from _inside(group, (*top, "group", group.name), "", None)
    for action_key, appspec in definition.appspecs.items():
        yield from _inside(appspec, (*top, *action_key.split("/", 1)), "appspec", None)
    for transition in definition.disabled_transitions:
        place = definition.location(f"transition/{transition.stage}").place
        yield from _inside(transition, (*top, "transition", transition.stage), "", place)


def _texts_of_conditions(definition: Definition, stage: StageDeclaration) -> Iterator[tuple[str, Location]]:
    top = (definition.name, stage.name)
    if stage.on_failure is not None:
        place = definition.location(stage.name, "on_failure").place
        yield from _inside(attrs.evolve(stage.on_failure, conditions=()), (*top, "on_failure"), "", place)
    for hook, condition in stage.conditions():
        place = definition.location(stage.name, hook).place
        yield from _inside(attrs.evolve(condition, rules=()), (*top, hook), "", place)
        for rule in condition.rules:
            place = definition.location(stage.name, hook, rule.name).place
            yield from _inside(rule, (*top, hook, rule.name), "", place)


def _inside(value: Any, path: tuple[str, ...], member: str, place: Place | None) -> Iterator[tuple[str, Location]]:
    match value:
        case str():
            yield value, Location((*path, member) if member else path, place)
        case Mapping():
            for key, inner in value.items():
                yield from _inside(key, path, member, place)
                yield from _inside(inner, path, f"{member}.{key}", place)
        case tuple() | list():
            for index, inner in enumerate(value):
                yield from _inside(inner, path, f"{member}[{index}]", place)
        case _ if attrs.has(type(value)):
            nearest = getattr(value, "where", None) or place
            for attribute in attrs.fields(type(value)):
                if attribute.eq:
                    inner = getattr(value, attribute.name)
                    yield from _inside(inner, path, f"{member}.{attribute.name}".lstrip("."), nearest)


# Putting values in --------------------------------------------------------------------------------------------------


def _filled_in(text: str, values: Mapping[str, str]) -> str:
    if PARAMETER.search(text) is None:
        return text
    in_json = _is_json(text)

    def value(match: re.Match[str]) -> str:
        given = values.get(match[1])
        if given is None:
            return match[0]
        return json.dumps(given, ensure_ascii=False)[1:-1] if in_json else given

    return PARAMETER.sub(value, text)


def _is_json(text: str) -> bool:
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _replaced(value: T, change: Callable[[str], str]) -> T:
    """Give a value with every text in it changed, however deep; what does not change stays the same object."""
    result: Any = value
    match value:
        case str():
            result = change(value)
        case Mapping():
            result = _replaced_mapping(value, change)
        case tuple() | list():
            inside = [_replaced(inner, change) for inner in value]
            if any(new is not old for new, old in zip(inside, value, strict=True)):
                result = type(value)(inside)
        case _ if attrs.has(type(value)):
            result = _replaced_fields(value, change)
    return result  # type: ignore[no-any-return]


def _replaced_mapping(value: Mapping[str, Any], change: Callable[[str], str]) -> Mapping[str, Any]:
    changed = {change(key): _replaced(inner, change) for key, inner in value.items()}
    if all(key in changed and changed[key] is inner for key, inner in value.items()):
        return value
    return FrozenMap(changed) if isinstance(value, FrozenMap) else changed


def _replaced_fields(value: Any, change: Callable[[str], str]) -> Any:
    before = {a.alias: getattr(value, a.name) for a in attrs.fields(type(value))}
    after = {alias: _replaced(inner, change) for alias, inner in before.items()}
    changed = {alias: inner for alias, inner in after.items() if inner is not before[alias]}
    return attrs.evolve(value, **changed) if changed else value


# A buildspec in ``BuildspecOverride`` is YAML already: a value must not turn it into another one --------------------


def _harmful(definition: Definition, values: Mapping[str, str]) -> Iterator[Diagnostic]:
    for stage, action in definition.actions():
        text = action.configuration.get("BuildspecOverride", "")
        if is_inline(text) and not _says_the_same(text, values):
            names = ", ".join(name for name in dict.fromkeys(parameters_in(text)) if name in values)
            yield Diagnostic(
                code="PK142",
                message=f"the value of {names} would change what the buildspec says",
                where=definition.location(stage.name, action.name, "configuration.BuildspecOverride"),
                hint="give it to the build as an environment variable instead: environment={...}",
            )


def _says_the_same(text: str, values: Mapping[str, str]) -> bool:
    filled_in = _filled_in(text, values)
    if filled_in == text:
        return True
    try:
        wanted = _replaced(_said(read(text, "buildspec")), lambda inner: _filled_in(inner, values))
        return _said(read(filled_in, "buildspec")) == wanted
    except InvalidDocument:
        return False


def _said(node: Node) -> object:
    """Give a node as its texts alone; a word that YAML takes for a truth value or for nothing is no text."""
    match node:
        case Items(items):
            return [_said(item) for item in items]
        case Entries(entries):
            return [(key.text, _said(value)) for key, value in entries]
        case Scalar(text, tag, quoted):
            return text if quoted or tag not in ("bool", "null") else (tag, text)
