"""Which conditions of a template hold, by the defaults of its parameters (User Guide, conditions-section-structure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelinekit.cloudformation.intrinsics import function_of
from pipelinekit.diagnostics import did_you_mean
from pipelinekit.documents import Entries, Items, Node, Scalar

if TYPE_CHECKING:
    from pipelinekit.cloudformation.evaluation import Evaluation

LOGIC = ("Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals", "Condition")
"""What conditions are made of, and nothing else."""


class Conditions:
    """The conditions of a template that is being evaluated; each is decided once."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._decided: dict[str, bool | None] = {}
        self._within: list[str] = []

    def holds(self, name: str, at: Node) -> bool | None:
        """Decide a condition by the defaults of parameters; None when they do not tell."""
        if name not in self._evaluation.template.conditions:
            if self._evaluation.template.macros is None:
                known = did_you_mean(name, self._evaluation.template.conditions)
                self._evaluation.error("PK171", f"there is no condition {name!r} in this template", at, hint=known)
            return None
        if name not in self._decided:
            if name in self._within:
                self._evaluation.error("PK171", f"the condition {name} refers to itself", at)
                return None
            self._within.append(name)
            try:
                self._decided[name] = self._logic(self._evaluation.template.conditions[name])
            finally:
                self._within.pop()
            if self._decided[name] is not None:
                word = "true" if self._decided[name] else "false"
                self._evaluation.hint(
                    "PK173", f"the condition {name} is taken as {word}, by the defaults of parameters", at
                )
        return self._decided[name]

    def _logic(self, node: Node) -> bool | None:
        with self._evaluation.deeper(node) as allowed:
            return self._decide(node) if allowed else None

    def _decide(self, node: Node) -> bool | None:
        name, argument = _logic_of(node)
        items = argument.items if isinstance(argument, Items) else ()
        match name:
            case "Condition" if isinstance(argument, Scalar):
                return self.holds(argument.text, node)
            case "Fn::Not" if len(items) == 1:
                inner = self._logic(items[0])
                return None if inner is None else not inner
            case "Fn::And" | "Fn::Or" if items:
                return _all_or_any(name, [self._logic(item) for item in items])
            case "Fn::Equals" if len(items) == 2:
                return self._equal(*items)
        self._evaluation.error(
            "PK176", "a condition is made of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition", node
        )
        return None

    def _equal(self, left: Node, right: Node) -> bool | None:
        values = [self._comparable(node) for node in (left, right)]
        if None in values:
            return None
        if values[0] == values[1]:
            return True
        known = [self._evaluation.expressions.settled(value or "") for value in values]
        if None in known:
            return None
        return len({found[0] for found in known if found is not None}) == 1

    def _comparable(self, node: Node) -> str | None:
        value = self._evaluation.value(node)
        return self._evaluation.text(value) if isinstance(value, Scalar) else None


def _logic_of(node: Node) -> tuple[str, Node]:
    if isinstance(node, Entries) and len(node.entries) == 1 and node.entries[0][0].text == "Condition":
        return "Condition", node.entries[0][1]
    return function_of(node) or ("", node)


def _all_or_any(name: str, values: list[bool | None]) -> bool | None:
    decisive = name == "Fn::Or"
    if decisive in values:
        return decisive
    return None if None in values else not decisive
