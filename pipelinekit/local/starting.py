"""What the start of a run needs: values for the pipeline's variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipelinekit.codepipeline.declaration import PipelineDeclaration
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, did_you_mean


def check_start(definition: Definition, variables: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Yield, before anything runs, what is wrong with the *variables* of a start."""
    declared = {variable.name: variable for variable in definition.pipeline.variables}
    for name in variables:
        if name not in declared:
            known = f"it declares {', '.join(declared)}" if declared else "it declares none"
            message = f"the pipeline has no variable {name!r}"
            yield found("PK905", definition.location("variables"), message, did_you_mean(name, declared) or known)
    for name, variable in declared.items():
        value = variables.get(name, variable.default_value)
        if value is None:
            yield found(
                "PK904",
                definition.location("variable", name),
                "has no default, so a start has to give it a value",
                f'give it with --variable {name}=..., or variables={{"{name}": ...}} from Python',
            )
        elif not value:
            yield found(
                "PK904",
                definition.location("variable", name),
                "is given as an empty text, which AWS takes for none",
                "give it a value of 1 to 1000 characters",
            )


def start_variables(pipeline: PipelineDeclaration, given: Mapping[str, str]) -> dict[str, str]:
    """Give the values a start has for the pipeline's variables: those *given*, else their defaults."""
    values = {one.name: given.get(one.name, one.default_value) for one in pipeline.variables}
    return {name: value for name, value in values.items() if value is not None}
