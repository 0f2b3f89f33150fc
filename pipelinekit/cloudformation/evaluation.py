"""A template that is being evaluated: values, references, and what is said about them on the way.

Nodes go in and nodes come out, so that every value knows its line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from attrs import evolve

from pipelinekit.cloudformation.conditions import LOGIC, Conditions
from pipelinekit.cloudformation.expressions import PSEUDO, Expressions, written
from pipelinekit.cloudformation.intrinsics import FUNCTIONS, function_of
from pipelinekit.cloudformation.names import described_here, name_property
from pipelinekit.cloudformation.sections import Resource, Template
from pipelinekit.codebuild.checks.secrets import HIDDEN, without_secrets
from pipelinekit.diagnostics import Place, Severity, did_you_mean
from pipelinekit.documents import Entries, Items, Node, Scalar, plain
from pipelinekit.reading import YES, Path, Reading, is_null
from pipelinekit.values import is_settled

MAX_DEPTH = 80
"""How deep values may be nested, what they refer to included; without it a chain of references has no end."""
MAX_NAMES = 20
"""How many names may be made of each other, one after the other."""
MAX_CHARACTERS = 5_000_000
"""How much text the functions of one template may make: a few lines that double each other make any amount."""

_AN_ITEM = 50
"""An item of a list takes as much as so many characters."""
_MOST_HINTS = 100
"""Of more findings than these, nobody is told what was meant: looking for it takes time."""

_DYNAMIC = re.compile(r"\{\{(resolve:(?:[^{}]|\$\{[^{}]+\})+)\}\}")


class Evaluation(Reading):
    """A template that is being evaluated. Findings are collected; what cannot be used reads as if it were not there."""

    def __init__(self, template: Template) -> None:
        super().__init__()
        self.template = template
        self.expressions = Expressions(template.parameters, template.resources)
        self._known: dict[str, Scalar | None] = {}
        self._within: list[str] = []
        self._depth = 0
        self._made = 0
        self.told: set[str] = set()
        self._conditions = Conditions(self)

    # How findings are worded -----------------------------------------------------------------------------------------

    def wrong(self, node: Node, wanted: str, path: Path) -> None:
        """Refuse a value of another type."""
        self.error("PK176", f"{path[-1]} is {wanted}", node, path[:-1])

    def unknown(self, path: Path, known: Collection[str], hint: str) -> None:
        """Warn of a property that is not kept."""
        message = f"{path[-1]} is not kept: what is read here has no place for it"
        self.warning("PK174", message, self.places[path], path[:-1], hint or did_you_mean(path[-1], known))

    def twice(self, key: Scalar, path: Path) -> None:
        """Warn of a property that stands twice."""
        self.warning("PK176", f"{key.text} is written twice; the last one counts", key, path)

    def hint(self, code: str, message: str, at: Node, path: Path = (), hint: str = "") -> None:
        """Note how something was understood."""
        self._note(code, message, at, path, hint, Severity.HINT)

    # Values ----------------------------------------------------------------------------------------------------------

    def value(self, node: Node) -> Node | None:
        """Evaluate a node and everything in it; None for ``AWS::NoValue``, and for what was found to be wrong."""
        with self.deeper(node) as allowed:
            return self._value(node) if allowed else None

    @contextmanager
    def deeper(self, node: Node) -> Iterator[bool]:
        """Go one step further into what is nested, or referred to; tell whether that may be."""
        if self._depth >= MAX_DEPTH:
            self._too_deep(node)
            yield False
            return
        self._depth += 1
        try:
            yield True
        finally:
            self._depth -= 1

    def _too_deep(self, at: Node | Place) -> None:
        self.once("depth", "PK171", "values are nested or refer to each other too deep", at)

    def _value(self, node: Node) -> Node | None:
        call = function_of(node)
        if call is not None:
            return self._call(node, *call)
        match node:
            case Scalar():
                return self._scalar(node)
            case Items(items):
                return evolve(node, items=tuple(self._present(items)))
            case Entries():
                return evolve(node, entries=tuple(self._entries(node)))

    def _present(self, nodes: Collection[Node]) -> Iterator[Node]:
        return (value for value in map(self.value, nodes) if value is not None)

    def _entries(self, node: Entries) -> Iterator[tuple[Scalar, Node]]:
        for key, inner in node.entries:
            if key.text.startswith("Fn::"):
                message = f"{key.text} beside other keys is not evaluated: what it would add is not here"
                self.warning("PK172", message, key)
                continue
            value = self.value(inner)
            if value is not None:
                yield key, value

    def _scalar(self, node: Scalar) -> Node | None:
        if is_null(node):
            hint = "give it one, or leave it out"
            self.error("PK176", "has no value, and a template may hold no null", node, hint=hint)
            return None
        if "{{resolve:" not in node.text:
            return node
        return self.made_text(node.text, node)

    def _call(self, node: Node, name: str, argument: Node) -> Node | None:
        function = FUNCTIONS.get(name)
        if function is not None:
            return function(self, node, argument)
        if name in LOGIC:
            self.error("PK176", f"{name} belongs into the section Conditions", node, hint="choose by Fn::If here")
        else:
            known = [known.removeprefix("Fn::") for known in FUNCTIONS]
            called = name.removeprefix("Fn::")
            self.error("PK176", f"{called} is no function of CloudFormation", node, hint=did_you_mean(called, known))
        return None

    def text(self, node: Node | None, path: Path = ()) -> str | None:
        """Take the text of a value; numbers and truth values are written out, as CloudFormation does."""
        if isinstance(node, Scalar) and node.tag == "bool" and not node.quoted:
            return "true" if node.text.lower() in YES else "false"
        return super().text(node, path or ("this",))

    # Texts that functions make ----------------------------------------------------------------------------------------

    def made_text(self, text: str, at: Node) -> Scalar:
        """Give a text that a function made, with the place of what made it. Dynamic references in it are kept."""
        if "{{resolve:" in text:
            text = _DYNAMIC.sub(lambda found: self.expressions.keep(found[0], found[1]), text)
        return Scalar(text if self.fits(len(text), at) else "", "str", True, at.place)

    def made_list(self, text: str, delimiter: str, at: Node, strip: bool = False) -> Items | None:
        """Give the parts of a text as a list; None when it grows beyond the bounds."""
        if not self.fits(len(text) + _AN_ITEM * text.count(delimiter), at):
            return None
        parts = (part.strip() if strip else part for part in text.split(delimiter))
        return Items(tuple(Scalar(part, "str", True, at.place) for part in parts), at.place)

    def fits(self, characters: int, at: Node) -> bool:
        """Count what functions make; tell whether it is still within the bounds, and say once when it is not."""
        self._made += characters
        if self._made > MAX_CHARACTERS:
            message = f"the functions of this template make more than {MAX_CHARACTERS:,} characters"
            self.once("size", "PK171", message, at)
            return False
        return True

    def once(self, what: str, code: str, message: str, at: Node | Place) -> None:
        """Note an error that would be met again and again."""
        if what not in self.told:
            self.told.add(what)
            self.error(code, message, at)

    def kept(self, node: Node, wish: str) -> Scalar:
        """Keep an expression as a parameter that is called like *wish*."""
        return self.made_text(self.expressions.keep(written(node), wish), node)

    def deployed(self, node: Node) -> Node | None:
        """Keep what only the deployed stack knows."""
        return self.kept(node, written(node))

    def settled(self, node: Node, what: str) -> Node:
        """Give a value with the defaults of its parameters, where it has to be known to read the rest.

        *what* it is stands in the note about it. Without a default it stays as it is.
        """
        if not isinstance(node, Scalar) or is_settled(node.text):
            return node
        found = self.expressions.settled(node.text)
        if found is None:
            return node
        text, names = found
        self.hint("PK173", f"{what} is {self._shown(text, names)}, by the default of {' and '.join(names)}", node)
        return Scalar(text, "str", True, node.place)

    def _shown(self, text: str, names: Collection[str]) -> str:
        """Give a value as a finding shows it: hidden where a parameter says NoEcho, or a name that it is secret."""
        given = (self.template.parameters.get(name) for name in names)
        hidden = any(parameter is not None and parameter.no_echo for parameter in given)
        return HIDDEN if hidden else repr(without_secrets(text, " ".join(names)))

    def holds(self, name: str, at: Node) -> bool | None:
        """Decide a condition by the defaults of parameters; None when they do not tell."""
        return self._conditions.holds(name, at)

    # References -------------------------------------------------------------------------------------------------------

    def named(self, name: str, at: Node) -> Node | None:
        """Give what ``Ref`` gives for a name."""
        parameter = self.template.parameters.get(name)
        if parameter is not None:
            text = self.made_text(self.expressions.named(name), at)
            if not parameter.is_list or parameter.default is None:
                return text
            return self.made_list(parameter.default, ",", at, strip=True)
        if name == "AWS::NoValue":
            return None
        if name.startswith("AWS::") and name.removeprefix("AWS::") in PSEUDO:
            return self.made_text(self.expressions.pseudo(name), at)
        resource = self.template.resources.get(name)
        if resource is not None:
            return self.name_of(resource, at)
        return self._nowhere(name, f"!Ref {name}", at)

    def name_of(self, resource: Resource, at: Node | None = None) -> Node | None:
        """Give the name that a resource will have: its own, its logical id, or a parameter where AWS makes one up."""
        found = self._returned(resource, "Ref", at)
        if found is None:
            here = described_here(resource.type)
            name = resource.logical_id if here else self.expressions.named(resource.logical_id)
            found = Scalar(name, "str", True, resource.place)
        return found if at is None else evolve(found, place=at.place)

    def attribute(self, name: str, attribute: str, at: Node) -> Node | None:
        """Give what ``Fn::GetAtt`` gives for an attribute of a resource."""
        resource = self.template.resources.get(name)
        expression = f"!GetAtt {name}.{attribute}"
        if resource is None:
            return self._nowhere(name, expression, at)
        found = self._returned(resource, attribute, at)
        if found is not None:
            return evolve(found, place=at.place)
        return self.made_text(self.expressions.keep(expression, f"{name} {attribute}"), at)

    def _returned(self, resource: Resource, returned: str, at: Node | None) -> Scalar | None:
        """Give what a resource gives back by ``Ref`` or an attribute, where a property of it says that; once each."""
        wanted = name_property(resource.type, returned)
        given = resource.properties.get(wanted) if wanted and isinstance(resource.properties, Entries) else None
        key = resource.logical_id if returned == "Ref" else f"{resource.logical_id}.{returned}"
        if given is None or key in self._known:
            return self._known.get(key)
        if key in self._within or len(self._within) >= MAX_NAMES:
            self._around_or_too_deep(key, resource.place if at is None else at.place)
            return None
        self._within.append(key)
        try:
            value = self.value(given)
        finally:
            self._within.pop()
        self._known[key] = value if isinstance(value, Scalar) else None
        return self._known[key]

    def _around_or_too_deep(self, key: str, place: Place) -> None:
        if key in self._within:
            around = [*self._within[self._within.index(key) :], key]
            self.error("PK171", f"refers to itself: {' -> '.join(around)}", place)
        else:
            self._too_deep(place)

    def _nowhere(self, name: str, expression: str, at: Node) -> Node | None:
        known = [*self.template.parameters, *self.template.resources]
        near = did_you_mean(name, known) if len(self.findings) < _MOST_HINTS else ""
        if self.template.macros is None:
            hint = near or "only what the template itself holds can be referred to"
            message = f"{name!r} is neither a parameter nor a resource of this template"
            self.error("PK171", message, at, hint=hint)
            return None
        if name not in self.told:
            self.told.add(name)
            message = f"{name} is not in this template: a macro may make it, so it is kept as a parameter"
            self.warning("PK172", message, at, hint=near)
        return self.made_text(self.expressions.keep(expression, expression.partition(" ")[2]), at)

    def as_json(self, value: Node, at: Node) -> Scalar:
        """Write a value as JSON in one text."""
        return self.made_text(json.dumps(plain(value), separators=(",", ":"), ensure_ascii=False), at)

    def malformed(self, node: Node, message: str) -> Node | None:
        """Refuse the arguments of a function."""
        self.error("PK176", message, node)
        return None
