"""What the pipeline itself declares for its starts, and whether anybody reads it (PK409, PK416-PK418)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pipelinekit.codepipeline.checks.facts import Facts
from pipelinekit.codepipeline.limits import (
    PIPELINE_VARIABLE_DESCRIPTION_MAX,
    PIPELINE_VARIABLE_NAME_MAX,
    PIPELINE_VARIABLE_NAME_PATTERN,
    PIPELINE_VARIABLE_VALUE_MAX,
    PIPELINE_VARIABLES_MAX,
)
from pipelinekit.codepipeline.order import references, variable_fields
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic
from pipelinekit.values import is_settled, problem_with, variables_in

_NAMESPACE = "variables"


def check(facts: Facts) -> Iterator[Diagnostic]:
    """Yield what is wrong with the variables of the pipeline, and with sources that refer to one."""
    yield from _limits(facts)
    yield from _twice(facts)
    yield from _unused(facts)
    yield from _in_sources(facts)


def _limits(facts: Facts) -> Iterator[Diagnostic]:
    variables = facts.definition.pipeline.variables
    if len(variables) > PIPELINE_VARIABLES_MAX:
        yield found(
            "PK409",
            facts.at("variables"),
            f"declares {len(variables)} variables, where AWS allows {PIPELINE_VARIABLES_MAX}",
            "leave out those that no start sets: write their value itself",
        )
    for variable in variables:
        where = facts.at("variable", variable.name)
        problem = problem_with(variable.name, PIPELINE_VARIABLE_NAME_PATTERN, PIPELINE_VARIABLE_NAME_MAX)
        if problem is not None:
            yield found(
                "PK409",
                where,
                f"the variable's name {variable.name[: PIPELINE_VARIABLE_NAME_MAX + 1]!r} {problem}",
                f"name it with up to {PIPELINE_VARIABLE_NAME_MAX} letters, digits and @ - _",
            )
        default, description = variable.default_value, variable.description
        if default is not None and is_settled(default) and not 1 <= len(default) <= PIPELINE_VARIABLE_VALUE_MAX:
            yield found(
                "PK409",
                where,
                f"has a default of {len(default)} characters, where AWS allows 1 to {PIPELINE_VARIABLE_VALUE_MAX}",
                "leave the default out: then each start gives the value",
            )
        if description is not None and len(description) > PIPELINE_VARIABLE_DESCRIPTION_MAX:
            yield found(
                "PK409",
                where,
                f"is described in {len(description)} characters, where AWS allows {PIPELINE_VARIABLE_DESCRIPTION_MAX}",
                "say it shorter",
            )


def _twice(facts: Facts) -> Iterator[Diagnostic]:
    names = Counter(variable.name for variable in facts.definition.pipeline.variables)
    for name, count in names.items():
        if count > 1:
            yield found(
                "PK418",
                facts.at("variable", name),
                f"is declared {'twice' if count == 2 else f'{count} times'}",
                "leave one of them out",
            )


def _unused(facts: Facts) -> Iterator[Diagnostic]:
    variables = facts.definition.pipeline.variables
    if not variables:
        return
    stages = facts.definition.pipeline.stages
    used = {one.key for stage in stages for one in references(stage) if one.namespace == _NAMESPACE}
    for name in dict.fromkeys(variable.name for variable in variables):
        if name not in used and is_settled(name):
            yield found(
                "PK417",
                facts.at("variable", name),
                "is declared, and nothing refers to it",
                f"write #{{{_NAMESPACE}.{name}}} where it is wanted, or leave it out",
            )


def _in_sources(facts: Facts) -> Iterator[Diagnostic]:
    for stage, action in facts.actions:
        if action.action_type_id.category != "Source":
            continue
        for field, text in variable_fields(action):
            for variable in dict.fromkeys(variables_in(text)):
                if variable.namespace == _NAMESPACE:
                    yield found(
                        "PK416",
                        facts.at(stage.name, action.name, field),
                        f"refers to {str(variable)!r}, and a source cannot refer to the pipeline's variables",
                        "write the value itself, or leave it to a pk.Parameter",
                    )
