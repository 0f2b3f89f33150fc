"""A pipeline as the text of a Python file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import attrs

from pipelinekit.codebuild.project import Project
from pipelinekit.codedeploy.group import DeploymentGroup
from pipelinekit.codepipeline import catalogue
from pipelinekit.codepipeline.action import Flow, Parallel, Step
from pipelinekit.codepipeline.condition import Condition
from pipelinekit.codepipeline.define import compile_pipeline
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.order import edges_of, stage_run_orders
from pipelinekit.codepipeline.pipeline import Pipeline, Stage
from pipelinekit.codepipeline.python.expressions import (
    Expression,
    Name,
    assignment,
    call,
    comment,
)
from pipelinekit.codepipeline.python.language import pipeline_of
from pipelinekit.codepipeline.python.naming import Names
from pipelinekit.codepipeline.python.values import Values

_FLOW = 80
"""Characters of a flow that fits on a line, wherever it stands."""

_MEANING = 100
"""Characters that are shown of what a parameter stood for."""


def to_python(given: Pipeline | Definition) -> str:
    """Write a pipeline as Python source: a file that, executed, has a ``pipeline`` with the same definition.

    It is laid out as ruff does it with lines of 120. Actions of a known type are written with their class, others as
    `CustomAction`; artifacts and output variables are passed as objects; run orders follow from them and from flows.

    Raises:
        NotInPython: when the definition says something that the language cannot say.
    """
    definition = given if isinstance(given, Definition) else compile_pipeline(given)
    return _File(definition, pipeline_of(definition)).text()


class _File:
    """The text of a file, statement by statement: each name is given before it is used."""

    def __init__(self, definition: Definition, pipeline: Pipeline) -> None:
        self._definition = definition
        self._pipeline = pipeline
        self._names = Names()
        self._parameters: dict[str, str] = {}
        self._values = Values(self._parameter)
        self._actions = dict(self._action_names())
        self._edges = list(edges_of(attrs.evolve(definition, origin=attrs.evolve(definition.origin, flows=()))))

    def text(self) -> str:
        variables = list(self._variables())
        paragraphs = [list(self._stage(stage, n)) for n, stage in enumerate(self._pipeline.stages)]
        last = assignment("pipeline", self._values.value(self._pipeline, variables=True))
        parameters = [line for key, name in self._parameters.items() for line in self._parameter_lines(key, name)]
        written = ["\n".join(lines) for lines in (parameters, variables, *paragraphs) if lines]
        return "\n\n".join([self._docstring(), "import pipelinekit as pk", *written, last]) + "\n"

    def _docstring(self) -> str:
        name = "".join(c if c.isprintable() and c not in '"\\' else "?" for c in self._definition.name)[:90].strip()
        return f'"""The pipeline {name}."""' if name else '"""A pipeline without a name."""'

    def _parameter(self, name: str) -> str:
        if name not in self._parameters:
            self._parameters[name] = self._names.give(name, kind="parameter")
        return self._parameters[name]

    def _parameter_lines(self, key: str, name: str) -> Iterator[str]:
        """Yield the statement that makes a parameter, below what it stood for in a template unless its name tells."""
        known = self._definition.origin.parameters.get(key)
        if known is not None and known.meaning and not known.meaning.startswith("!Ref "):
            yield comment(f"In the template: {known.meaning[:_MEANING]}")
        yield assignment(name, call("pk.Parameter", key))

    def _variables(self) -> Iterator[str]:
        for variable in self._pipeline.variables:
            name = self._names.give(variable.name, f"{variable.name}_variable", kind="variable")
            yield assignment(name, self._values.value(variable))
            self._values.name(variable, name)

    def _stage(self, stage: Stage, position: int) -> Iterator[str]:
        """Yield the statements of a stage: what its actions bring along, and the actions, those waited for first."""
        actions = stage.actions()
        depth = stage_run_orders(self._definition.pipeline.stages[position], self._edges, {})
        for action in sorted(actions, key=lambda one: depth[one.name]):
            yield from self._brought(getattr(action, "project", None), "project")
            yield from self._brought(action.deployment_group, "group")
            function = catalogue.address(type(action).type.id) or type(action).__name__
            name = self._actions[id(action)]
            yield assignment(name, self._values.action(f"pk.{function}", action))
            self._values.name(action, name)
        for condition in _conditions(stage):
            for rule in condition.rules:
                yield from self._brought(rule.described_project, "project")
        for step in stage.steps:
            yield from self._parted(step, stage)
        if any(transition.into == stage.name for transition in self._pipeline.transitions):
            name = self._names.give(stage.name, f"{stage.name}_stage", kind="stage")
            yield assignment(name, self._values.value(stage, variables=True))
            self._values.name(stage, name)

    def _action_names(self) -> Iterator[tuple[int, str]]:
        """Give a name to every action: its own, or with that of its stage where several have it."""
        often = Counter(action.name for stage in self._pipeline.stages for action in stage.actions())
        for stage in self._pipeline.stages:
            for action in stage.actions():
                qualified = f"{stage.name}_{action.name}"
                wishes = (qualified,) if often[action.name] > 1 else (action.name, qualified)
                yield id(action), self._names.give(*wishes, kind="action")

    def _parted(self, step: Step, stage: Stage) -> Iterator[str]:
        """Yield statements that give names to parts of a flow until it fits on a line."""
        if len(self._values.steps(step)) <= _FLOW or self._values.name_of(step) is not None:
            return
        if isinstance(step, Parallel):
            yield self._step(step, stage)
        elif isinstance(step, Flow):
            for part in (step.before, step.after):
                yield from self._parted(part, stage)
            for part in (step.before, step.after):
                if len(self._values.steps(step)) > _FLOW and self._values.name_of(part) is None:
                    yield self._step(part, stage)

    def _step(self, step: Step, stage: Stage) -> str:
        """Give a name to a part of a flow."""
        name = self._names.give(f"{stage.name}_steps", kind="steps")
        written: Expression = Name(self._values.steps(step))
        if isinstance(step, Parallel):  # a list alone would know no >>
            written = call("pk.parallel", *(Name(self._values.steps(one)) for one in step.steps))
        self._values.name(step, name)
        return assignment(name, written)

    def _brought(self, value: object, kind: str) -> Iterator[str]:
        """Give a name to what an action or a rule brings along, once."""
        if isinstance(value, (Project, DeploymentGroup)) and self._values.name_of(value) is None:
            name = self._names.give(value.name, f"{value.name}_{kind}", kind=kind)
            yield assignment(name, self._values.value(value))
            self._values.name(value, name)


def _conditions(stage: Stage) -> Iterator[Condition]:
    yield from (*stage.before_entry, *stage.on_success)
    if stage.on_failure is not None:
        yield from stage.on_failure.conditions
