"""Commands actions: what stands in the declaration itself instead of a configuration (PK319-PK321, PK331, PK332)."""

from __future__ import annotations

from collections.abc import Iterator

from pipelinekit.codepipeline.checks.facts import Facts, is_compute, listing, setting
from pipelinekit.codepipeline.declaration import ActionDeclaration, StageDeclaration
from pipelinekit.codepipeline.limits import (
    COMMAND_LENGTH_MAX,
    COMMANDS_MAX,
    ENVIRONMENT_NAME_MAX,
    ENVIRONMENT_NAME_PATTERN,
    ENVIRONMENT_TYPES,
    ENVIRONMENT_VALUE_MAX,
    ENVIRONMENT_VARIABLES_MAX,
    OUTPUT_VARIABLE_LENGTH_MAX,
    OUTPUT_VARIABLES_MAX,
)
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, Location
from pipelinekit.values import is_settled, problem_with

_WITH_ENVIRONMENT = ("Commands", "EKS")
_WITH_SECRETS = ("Commands",)


def check_compute(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    """Yield what is wrong with an action's own commands, output variables and environment variables."""
    where = facts.at(stage.name, action.name)
    yield from _environment(facts, stage, action)
    if not is_compute(action):
        for field, given in (("commands", action.commands), ("output_variables", action.output_variables)):
            if given:
                yield found(
                    "PK332",
                    facts.at(stage.name, action.name, field),
                    f"has {field.replace('_', ' ')}, which a {action.action_type_id.provider} action cannot have",
                    "write pk.build.Commands(...), or a buildspec",
                )
        return
    yield from _commands(facts, stage, action)
    yield from _output_variables(facts, stage, action)
    yield from _windows(where, action)


def _commands(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    where = facts.at(stage.name, action.name, "commands")
    if not action.commands:
        yield found("PK319", where, "has no command", 'write commands=["make test"]')
    if len(action.commands) > COMMANDS_MAX:
        yield found(
            "PK319",
            where,
            f"has {len(action.commands)} commands, where AWS allows {COMMANDS_MAX}",
            'move them into a script of the source: commands=["sh build.sh"]',
        )
    for index, command in enumerate(action.commands):
        problem = problem_with_command(command)
        if problem is not None:
            yield found("PK319", facts.at(stage.name, action.name, f"commands[{index}]"), *problem)


def problem_with_command(command: str) -> tuple[str, str] | None:
    """Say what AWS has against a command, and what to do about it; None when nothing."""
    if "\n" in command.strip("\n"):
        return (
            f"the command {command.splitlines()[0]!r} goes on over several lines",
            "make each line a command of its own, or move them into a script of the source",
        )
    if not command.strip():
        return "is empty", "leave it out"
    if len(command) > COMMAND_LENGTH_MAX and is_settled(command):
        return (
            f"the command {command[:30]!r} has {len(command)} characters, where AWS allows {COMMAND_LENGTH_MAX}",
            "move it into a script of the source",
        )
    return None


def _output_variables(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    where = facts.at(stage.name, action.name, "output_variables")
    names = action.output_variables
    if len(names) > OUTPUT_VARIABLES_MAX:
        yield found(
            "PK320",
            where,
            f"exports {len(names)} variables, where AWS allows {OUTPUT_VARIABLES_MAX}",
            "export those that another action refers to",
        )
    for name in names:
        if not 1 <= len(name) <= OUTPUT_VARIABLE_LENGTH_MAX:
            yield found(
                "PK320",
                where,
                f"the name {name[:40]!r} has {len(name)} characters, not 1 to {OUTPUT_VARIABLE_LENGTH_MAX}",
                "write a shorter name",
            )


def _environment(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    variables = action.environment_variables
    provider = action.action_type_id.provider
    where = facts.at(stage.name, action.name, "environment")
    if variables and provider not in _WITH_ENVIRONMENT:
        yield found(
            "PK321",
            where,
            f"has environment variables in its declaration, which a {provider} action cannot have",
            "leave them out; a CodeBuild action takes them in its configuration",
        )
        return
    if len(variables) > ENVIRONMENT_VARIABLES_MAX:
        yield found(
            "PK321",
            where,
            f"has {len(variables)} environment variables, where AWS allows {ENVIRONMENT_VARIABLES_MAX}",
            'set fixed ones in a command: commands=["export NAME=value", ...]',
        )
    for variable in variables:
        for problem in _problems_with_variable(variable.name, variable.value, variable.type, provider):
            yield found("PK321", facts.at(stage.name, action.name, f"environmentVariables.{variable.name}"), *problem)
    yield from _twice(where, [variable.name for variable in variables])


def _problems_with_variable(name: str, value: str, kind: str, provider: str) -> Iterator[tuple[str, str]]:
    problem = problem_with(name, ENVIRONMENT_NAME_PATTERN, ENVIRONMENT_NAME_MAX)
    if problem is not None:
        yield f"the name {name!r} {problem}", "name it with letters, digits and _"
    if is_settled(value) and not 1 <= len(value) <= ENVIRONMENT_VALUE_MAX:
        yield (
            f"has a value of {len(value)} characters, where AWS allows 1 to {ENVIRONMENT_VALUE_MAX}",
            "leave it out, or set it in a command",
        )
    allowed = ENVIRONMENT_TYPES if provider in _WITH_SECRETS else ENVIRONMENT_TYPES[:1]
    if kind not in allowed:
        yield (
            f"is of the type {kind!r}, and a {provider} action takes {listing(allowed)}",
            f'write type="{allowed[-1]}"',
        )


def _twice(where: Location, names: list[str]) -> Iterator[Diagnostic]:
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield found("PK321", where, f"has the environment variable {name!r} twice", "leave one of them out")


def _windows(where: Location, action: ActionDeclaration) -> Iterator[Diagnostic]:
    on_windows = setting(action, "EnvironmentType") == "WINDOWS_SERVER_2022_CONTAINER"
    if on_windows and setting(action, "ComputeType") == "BUILD_GENERAL1_SMALL":
        yield found(
            "PK331",
            where,
            "runs on Windows with the compute type BUILD_GENERAL1_SMALL, which Windows does not have",
            'write compute_type="BUILD_GENERAL1_MEDIUM"',
        )
