"""The functions of CloudFormation templates, as far as they can be evaluated without deploying anything.

(User Guide, intrinsic-function-reference.) What depends on the deployed stack is kept as a parameter, see
`expressions`. Nodes go in and nodes come out, so that every value knows its line.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Collection, Iterator

from attrs import evolve

from pipelinekit.cloudformation.expressions import PSEUDO, Expressions, written
from pipelinekit.cloudformation.names import described_here, name_property
from pipelinekit.cloudformation.sections import Resource, Template
from pipelinekit.diagnostics import Severity, did_you_mean
from pipelinekit.documents import Entries, Items, Node, Scalar, plain
from pipelinekit.reading import YES, Path, Reading, is_null
from pipelinekit.values import is_settled, parameters_in

MAX_DEPTH = 120
"""How deep values and what they refer to may be nested; without it a chain of references has no end."""
MAX_CHARACTERS = 5_000_000
"""How much text the functions of one template may make: a few lines that double each other make any amount."""

_SHORT = {"!Ref": "Ref", "!Condition": "Condition"}
_LOGIC = ("Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals", "Condition")


def function_of(node: Node) -> tuple[str, Node] | None:
    """Give the function a node calls, by its full name, with its argument; None when it is a plain value."""
    if node.tag.startswith("!"):
        plain_tag = {Scalar: "str", Items: "seq", Entries: "map"}[type(node)]
        return _SHORT.get(node.tag, f"Fn::{node.tag[1:]}"), evolve(node, tag=plain_tag)
    if isinstance(node, Entries) and len(node.entries) == 1:
        ((key, value),) = node.entries
        if key.text == "Ref" or key.text.startswith("Fn::"):
            return key.text, value
    return None


class Evaluation(Reading):
    """A template that is being evaluated. Findings are collected; what cannot be used reads as if it were not there."""

    def __init__(self, template: Template) -> None:
        super().__init__()
        self.template = template
        self.expressions = Expressions([*template.parameters, *template.resources])
        self._decided: dict[str, bool | None] = {}
        self._names: dict[str, Node | None] = {}
        self._within: list[str] = []
        self._depth = 0
        self._made = 0
        self._told: set[str] = set()
        self._functions: dict[str, Callable[[Node, Node], Node | None]] = {
            "Ref": self._ref,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::Join": self._join,
            "Fn::Split": self._split,
            "Fn::Select": self._select,
            "Fn::If": self._if,
            "Fn::FindInMap": self._find_in_map,
            "Fn::Base64": self._base64,
            "Fn::ToJsonString": self._to_json,
            "Fn::Length": self._length,
            "Fn::ImportValue": self._deployed,
            "Fn::GetAZs": self._deployed,
            "Fn::Cidr": self._deployed,
            "Fn::Transform": self._macro,
        }

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
        if self._depth >= MAX_DEPTH:
            self._once("depth", "PK171", f"values are nested or refer to each other more than {MAX_DEPTH} deep", node)
            return None
        self._depth += 1
        try:
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
        finally:
            self._depth -= 1

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
        return self._made_text(_DYNAMIC.sub(lambda m: self.expressions.keep(m[0], m[1]), node.text), node)

    def _call(self, node: Node, name: str, argument: Node) -> Node | None:
        function = self._functions.get(name)
        if function is not None:
            return function(node, argument)
        if name in _LOGIC:
            self.error("PK176", f"{name} belongs into the section Conditions", node, hint="choose by Fn::If here")
        else:
            known = [known.removeprefix("Fn::") for known in self._functions]
            called = name.removeprefix("Fn::")
            self.error("PK176", f"{called} is no function of CloudFormation", node, hint=did_you_mean(called, known))
        return None

    def text(self, node: Node | None, path: Path = ()) -> str | None:
        """Take the text of a value; numbers and truth values are written out, as CloudFormation does."""
        if isinstance(node, Scalar) and node.tag == "bool" and not node.quoted:
            return "true" if node.text.lower() in YES else "false"
        return super().text(node, path or ("this",))

    def _made_text(self, text: str, at: Node) -> Scalar:
        return Scalar(text if self._fits(len(text), at) else "", "str", True, at.place)

    def _fits(self, characters: int, at: Node) -> bool:
        self._made += characters
        if self._made > MAX_CHARACTERS:
            message = f"the functions of this template make more than {MAX_CHARACTERS:,} characters"
            self._once("size", "PK171", message, at)
            return False
        return True

    def _once(self, what: str, code: str, message: str, at: Node) -> None:
        if what not in self._told:
            self._told.add(what)
            self.error(code, message, at)

    def _kept(self, node: Node, wish: str) -> Scalar:
        return self._made_text(self.expressions.keep(written(node), wish), node)

    def _deployed(self, node: Node, argument: Node) -> Node | None:
        """Keep what only the deployed stack knows."""
        return self._kept(node, written(node))

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
        self.hint("PK173", f"{what} is {text!r}, by the default of {' and '.join(names)}", node)
        return Scalar(text, "str", True, node.place)

    # References ------------------------------------------------------------------------------------------------------

    def _ref(self, node: Node, argument: Node) -> Node | None:
        if not isinstance(argument, Scalar):
            return self._malformed(node, "Ref takes the name of a parameter or a resource")
        return self._named(argument.text, node)

    def _named(self, name: str, at: Node) -> Node | None:
        parameter = self.template.parameters.get(name)
        if parameter is not None:
            text = self._made_text(self.expressions.parameter(name, parameter.default), at)
            if not parameter.is_list or parameter.default is None:
                return text
            return Items(tuple(evolve(text, text=part.strip()) for part in parameter.default.split(",")), at.place)
        if name == "AWS::NoValue":
            return None
        if name.startswith("AWS::") and name.removeprefix("AWS::") in PSEUDO:
            return self._made_text(self.expressions.pseudo(name), at)
        resource = self.template.resources.get(name)
        if resource is not None:
            return self.name_of(resource, at)
        return self._nowhere(name, f"!Ref {name}", at)

    def name_of(self, resource: Resource, at: Node | None = None) -> Node | None:
        """Give the name that a resource will have: its own, its logical id, or a parameter where AWS makes one up."""
        name = resource.logical_id
        if name not in self._names:
            if name in self._within:
                self._cycle(name, at)
                return None
            self._within.append(name)
            try:
                self._names[name] = self._own_name(resource)
            finally:
                self._within.pop()
        found = self._names[name]
        return found if found is None or at is None else evolve(found, place=at.place)

    def _own_name(self, resource: Resource) -> Node | None:
        wanted = name_property(resource.type, "Ref")
        given = resource.properties.get(wanted) if wanted and isinstance(resource.properties, Entries) else None
        value = None if given is None else self.value(given)
        if isinstance(value, Scalar):
            return value
        if described_here(resource.type):
            return Scalar(resource.logical_id, "str", True, resource.place)
        return Scalar(self.expressions.resource(resource.logical_id), "str", True, resource.place)

    def _cycle(self, name: str, at: Node | None) -> None:
        around = [*self._within[self._within.index(name) :], name]
        place = at if at is not None else self.template.resources[name].place
        self.error("PK171", f"refers to itself: {' -> '.join(around)}", place)

    def _get_att(self, node: Node, argument: Node) -> Node | None:
        match argument:
            case Scalar(text) if "." in text:
                name, _, attribute = text.partition(".")
                return self._attribute(name, attribute, node)
            case Items((Scalar(name), Scalar(attribute) as second)) if function_of(second) is None:
                return self._attribute(name, attribute, node)
            case Items((Scalar(), _)):
                return self._deployed(node, argument)
        return self._malformed(node, "Fn::GetAtt takes a resource and its attribute, such as Role.Arn")

    def _attribute(self, name: str, attribute: str, at: Node) -> Node | None:
        resource = self.template.resources.get(name)
        expression = f"!GetAtt {name}.{attribute}"
        if resource is None:
            return self._nowhere(name, expression, at)
        wanted = name_property(resource.type, attribute)
        if wanted and isinstance(resource.properties, Entries):
            given = resource.properties.get(wanted)
            value = None if given is None else self.value(given)
            if isinstance(value, Scalar):
                return evolve(value, place=at.place)
        return self._made_text(self.expressions.keep(expression, f"{name} {attribute}"), at)

    def _nowhere(self, name: str, expression: str, at: Node) -> Node | None:
        known = [*self.template.parameters, *self.template.resources]
        if self.template.macros is None:
            hint = did_you_mean(name, known) or "only what the template itself holds can be referred to"
            message = f"{name!r} is neither a parameter nor a resource of this template"
            self.error("PK171", message, at, hint=hint)
            return None
        if name not in self._told:
            self._told.add(name)
            message = f"{name} is not in this template: a macro may make it, so it is kept as a parameter"
            self.warning("PK172", message, at, hint=did_you_mean(name, known))
        return self._made_text(self.expressions.keep(expression, expression.partition(" ")[2]), at)

    # Texts and lists -------------------------------------------------------------------------------------------------

    def _sub(self, node: Node, argument: Node) -> Node | None:
        match argument:
            case Scalar(text):
                return self._substituted(text, {}, node)
            case Items((Scalar(text), Entries() as more)):
                return self._substituted(text, {key: self.value(inner) for key, inner in more}, node)
        return self._malformed(node, "Fn::Sub takes a text, or a list of a text and a mapping")

    def _substituted(self, text: str, given: dict[str, Node | None], node: Node) -> Node | None:
        parts, end = [], 0
        for match in _VARIABLE.finditer(text):
            inside = self._variable(match[1], given, node)
            parts += [text[end : match.start()], inside]
            end = match.end()
            if not self._fits(len(inside), node):
                return None
        return self._made_text("".join([*parts, text[end:]]), node)

    def _variable(self, name: str, given: dict[str, Node | None], node: Node) -> str:
        if name.startswith("!"):
            return f"${{{name[1:]}}}"
        name = name.strip()
        if name in given:
            value = given[name]
        elif not re.fullmatch(r"[A-Za-z0-9]+(::[A-Za-z0-9]+)*(\.[A-Za-z0-9.:]+)?", name):
            hint = f"write ${{!{name}}} for a text that is to stay as it is"
            self.error("PK171", f"${{{name}}} in Fn::Sub is neither a parameter nor a resource", node, hint=hint)
            return ""
        elif "." in name:
            resource, _, attribute = name.partition(".")
            value = self._attribute(resource, attribute, node)
        else:
            value = self._named(name, node)
        if isinstance(value, Items):  # a list parameter is the text that was given for it
            return self.expressions.parameter(name, None) if name in self.template.parameters else _joined(value, ",")
        return "" if value is None else self.text(value) or ""

    def _join(self, node: Node, argument: Node) -> Node | None:
        match argument:
            case Items((Scalar(delimiter), listed)):
                return self._joined(delimiter, listed, node)
        return self._malformed(node, "Fn::Join takes a delimiter and a list")

    def _joined(self, delimiter: str, listed: Node, node: Node) -> Node | None:
        whole = function_of(listed)
        if whole is not None and whole[0] == "Ref" and delimiter == "," and isinstance(whole[1], Scalar):
            parameter = self.template.parameters.get(whole[1].text)
            if parameter is not None:
                return self._made_text(self.expressions.parameter(parameter.name, parameter.default), node)
        value = self.value(listed)
        if not isinstance(value, Items):
            return None if value is None else self._deployed(node, listed)
        texts = [self.text(item) or "" for item in self._flat(value)]
        if not self._fits(sum(map(len, texts)) + len(delimiter) * len(texts), node):
            return None
        return self._made_text(delimiter.join(texts), node)

    def _flat(self, value: Items) -> Iterator[Node]:
        for item in value.items:
            if isinstance(item, Items):
                yield from item.items
            else:
                yield item

    def _split(self, node: Node, argument: Node) -> Node | None:
        match argument:
            case Items((Scalar(delimiter), source)) if delimiter:
                value = self.value(source)
                known = None if value is None else self.settled(value, written(source))
                if not isinstance(known, Scalar) or not is_settled(known.text):
                    return self._deployed(node, argument)
                if not self._fits(len(known.text), node):
                    return None
                return Items(tuple(evolve(known, text=part) for part in known.text.split(delimiter)), node.place)
        return self._malformed(node, "Fn::Split takes a delimiter and a text")

    def _select(self, node: Node, argument: Node) -> Node | None:
        if not isinstance(argument, Items) or len(argument.items) != 2:
            return self._malformed(node, "Fn::Select takes a number and a list")
        given, listed = argument.items
        index, value = self.value(given), self.value(listed)
        known = None if index is None else self.settled(index, written(given))
        if not isinstance(known, Scalar) or not isinstance(value, Items) or not is_settled(known.text):
            return self._deployed(node, argument)
        if not re.fullmatch(r"[0-9]{1,6}", known.text) or int(known.text) >= len(value.items):
            return self._malformed(node, f"Fn::Select: there is no item {known.text} in a list of {len(value.items)}")
        return evolve(value.items[int(known.text)], place=node.place)

    def _length(self, node: Node, argument: Node) -> Node | None:
        value = self.value(argument)
        if isinstance(value, Items):
            return self._made_text(str(len(value.items)), node)
        return self._deployed(node, argument)

    def _base64(self, node: Node, argument: Node) -> Node | None:
        value = self.value(argument)
        if isinstance(value, Scalar) and is_settled(value.text):
            return self._made_text(base64.b64encode(value.text.encode("utf-8", "surrogatepass")).decode(), node)
        return self._deployed(node, argument)

    def _to_json(self, node: Node, argument: Node) -> Node | None:
        value = self.value(argument)
        return None if value is None else self.as_json(value, node)

    def as_json(self, value: Node, at: Node) -> Scalar:
        """Write a value as JSON in one text."""
        return self._made_text(json.dumps(plain(value), separators=(",", ":"), ensure_ascii=False), at)

    def _find_in_map(self, node: Node, argument: Node) -> Node | None:
        if not isinstance(argument, Items) or len(argument.items) not in (3, 4):
            return self._malformed(node, "Fn::FindInMap takes a mapping and two keys")
        keys = [self._key(item) for item in argument.items[:3]]
        if None in keys:
            return self._deployed(node, argument)
        found: Node | None = self.template.mappings.get(keys[0] or "")
        for key in keys[1:]:
            found = found.get(key or "") if isinstance(found, Entries) else None
        if found is None and len(argument.items) == 4:
            last = argument.items[3]
            default = last.get("DefaultValue") if isinstance(last, Entries) else None
            return None if default is None else self.value(default)
        if found is None:
            self.error("PK171", f"there is no {' > '.join(key or '' for key in keys)} in Mappings", node)
            return None
        return evolve(found, place=node.place)

    def _key(self, node: Node) -> str | None:
        value = self.value(node)
        known = None if value is None else self.settled(value, written(node))
        return known.text if isinstance(known, Scalar) and is_settled(known.text) else None

    def _macro(self, node: Node, argument: Node) -> Node | None:
        self.warning("PK172", "Fn::Transform is not evaluated: what it would put here is not here", node)
        return None

    def _malformed(self, node: Node, message: str) -> Node | None:
        self.error("PK176", message, node)
        return None

    # Conditions ------------------------------------------------------------------------------------------------------

    def _if(self, node: Node, argument: Node) -> Node | None:
        match argument:
            case Items((Scalar(name), then, otherwise)):
                decided = self.holds(name, node)
                if decided is not None:
                    return self.value(then if decided else otherwise)
                return self._undecided(name, self.value(then), self.value(otherwise), node)
        return self._malformed(node, "Fn::If takes the name of a condition and two values")

    def _undecided(self, name: str, then: Node | None, otherwise: Node | None, node: Node) -> Node | None:
        why = f"the condition {name} cannot be decided from the defaults of parameters"
        if isinstance(then, Scalar) and isinstance(otherwise, Scalar):
            if then.text == otherwise.text:
                return then
            kept = self._kept(node, f"If {name}")
            if kept.text not in self._told:
                self._told.add(kept.text)
                parameter = next(parameters_in(kept.text), "")
                self.warning("PK172", f"{why}: the value is kept as the parameter {parameter}", node)
            return kept
        taken = then if then is not None else otherwise
        which = "true" if then is not None else "false"
        if taken is not None:
            self.warning("PK172", f"{why}: what stands there for {which} is taken", node)
        return taken

    def holds(self, name: str, at: Node) -> bool | None:
        """Decide a condition by the defaults of parameters; None when they do not tell."""
        if name not in self.template.conditions:
            if self.template.macros is None:
                known = did_you_mean(name, self.template.conditions)
                self.error("PK171", f"there is no condition {name!r} in this template", at, hint=known)
            return None
        if name not in self._decided:
            key = f"condition {name}"
            if key in self._within:
                self.error("PK171", f"the condition {name} refers to itself", at)
                return None
            self._within.append(key)
            try:
                self._decided[name] = self._logic(self.template.conditions[name])
            finally:
                self._within.pop()
            if self._decided[name] is not None:
                word = "true" if self._decided[name] else "false"
                self.hint("PK173", f"the condition {name} is taken as {word}, by the defaults of parameters", at)
        return self._decided[name]

    def _logic(self, node: Node) -> bool | None:
        if self._depth >= MAX_DEPTH:
            self._once("depth", "PK171", f"values are nested or refer to each other more than {MAX_DEPTH} deep", node)
            return None
        self._depth += 1
        try:
            return self._decide(node)
        finally:
            self._depth -= 1

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
        self.error("PK176", "a condition is made of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition", node)
        return None

    def _equal(self, left: Node, right: Node) -> bool | None:
        values = [self._comparable(node) for node in (left, right)]
        if None in values:
            return None
        if values[0] == values[1]:
            return True
        known = [self.expressions.settled(value or "") for value in values]
        if None in known:
            return None
        return len({found[0] for found in known if found is not None}) == 1

    def _comparable(self, node: Node) -> str | None:
        value = self.value(node)
        return self.text(value) if isinstance(value, Scalar) else None


_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_DYNAMIC = re.compile(r"\{\{(resolve:[^{}]+)\}\}")


def _joined(value: Items, delimiter: str) -> str:
    return delimiter.join(item.text for item in value.items if isinstance(item, Scalar))


def _logic_of(node: Node) -> tuple[str, Node]:
    if isinstance(node, Entries) and len(node.entries) == 1 and node.entries[0][0].text == "Condition":
        return "Condition", node.entries[0][1]
    return function_of(node) or ("", node)


def _all_or_any(name: str, values: list[bool | None]) -> bool | None:
    decisive = name == "Fn::Or"
    if decisive in values:
        return decisive
    return None if None in values else not decisive
