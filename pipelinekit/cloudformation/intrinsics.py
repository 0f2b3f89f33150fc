"""The functions of CloudFormation templates, as far as they can be evaluated without deploying anything.

(User Guide, intrinsic-function-reference.) What depends on the deployed stack is kept as a parameter, see
`expressions`. Each function takes the evaluation it is a part of, the node that calls it, and its argument.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from attrs import evolve

from pipelinekit.cloudformation.expressions import written
from pipelinekit.documents import Entries, Items, Node, Scalar
from pipelinekit.values import is_settled, parameters_in

if TYPE_CHECKING:
    from pipelinekit.cloudformation.evaluation import Evaluation

_SHORT = {"!Ref": "Ref", "!Condition": "Condition"}


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


def _ref(evaluation: Evaluation, node: Node, argument: Node) -> Node | None:
    if not isinstance(argument, Scalar):
        return evaluation.malformed(node, "Ref takes the name of a parameter or a resource")
    return evaluation.named(argument.text, node)


def _get_att(evaluation: Evaluation, node: Node, argument: Node) -> Node | None:
    match argument:
        case Scalar(text) if "." in text:
            name, _, attribute = text.partition(".")
            return evaluation.attribute(name, attribute, node)
        case Items((Scalar(name), Scalar(attribute) as second)) if function_of(second) is None:
            return evaluation.attribute(name, attribute, node)
        case Items((Scalar(), _)):
            return evaluation.deployed(node)
    return evaluation.malformed(node, "Fn::GetAtt takes a resource and its attribute, such as Role.Arn")


def _sub(evaluation: Evaluation, node: Node, argument: Node) -> Node | None:
    match argument:
        case Scalar(text):
            return _substituted(evaluation, text, {}, node)
        case Items((Scalar(text), Entries() as more)):
            return _substituted(evaluation, text, {key: evaluation.value(inner) for key, inner in more}, node)
    return evaluation.malformed(node, "Fn::Sub takes a text, or a list of a text and a mapping")


def _substituted(evaluation: Evaluation, text: str, given: dict[str, Node | None], node: Node) -> Node | None:
    parts, end = [], 0
    for match in _VARIABLE.finditer(text):
        inside = _variable(evaluation, match[1], given, node)
        parts += [text[end : match.start()], inside]
        end = match.end()
        if not evaluation.fits(len(inside), node):
            return None
    return evaluation.made_text("".join([*parts, text[end:]]), node)


def _variable(evaluation: Evaluation, name: str, given: dict[str, Node | None], node: Node) -> str:
    if name.startswith("!"):
        return f"${{{name[1:]}}}"
    name = name.strip()
    if name in given:
        value = given[name]
    elif not re.fullmatch(r"[A-Za-z0-9]+(::[A-Za-z0-9]+)*(\.[A-Za-z0-9.:]+)?", name):
        hint = f"write ${{!{name}}} for a text that is to stay as it is"
        evaluation.error("PK171", f"${{{name}}} in Fn::Sub is neither a parameter nor a resource", node, hint=hint)
        return ""
    elif "." in name:
        resource, _, attribute = name.partition(".")
        value = evaluation.attribute(resource, attribute, node)
    else:
        value = evaluation.named(name, node)
    if isinstance(value, Items):  # a list parameter is the text that was given for it
        return (
            evaluation.expressions.named(name)
            if name in evaluation.template.parameters and name not in given
            else _listed(value, ",")
        )
    return "" if value is None else evaluation.text(value) or ""


def _join(evaluation: Evaluation, node: Node, argument: Node) -> Node | None:
    match argument:
        case Items((Scalar(delimiter), listed)):
            return _joined(evaluation, delimiter, listed, node)
    return evaluation.malformed(node, "Fn::Join takes a delimiter and a list")


def _joined(evaluation: Evaluation, delimiter: str, listed: Node, node: Node) -> Node | None:
    whole = function_of(listed)
    if whole is not None and whole[0] == "Ref" and delimiter == "," and isinstance(whole[1], Scalar):
        parameter = evaluation.template.parameters.get(whole[1].text)
        if parameter is not None:
            return evaluation.made_text(evaluation.expressions.named(parameter.name), node)
    value = evaluation.value(listed)
    if not isinstance(value, Items):
        return None if value is None else evaluation.deployed(node)
    texts = [evaluation.text(item) or "" for item in _flat(value)]
    if not evaluation.fits(sum(map(len, texts)) + len(delimiter) * len(texts), node):
        return None
    return evaluation.made_text(delimiter.join(texts), node)


def _flat(value: Items) -> Iterator[Node]:
    for item in value.items:
        if isinstance(item, Items):
            yield from item.items
        else:
            yield item


def _split(evaluation: Evaluation, node: Node, argument: Node) -> Node | None:
    match argument:
        case Items((Scalar(delimiter), source)) if delimiter:
            value = evaluation.value(source)
            known = None if value is None else evaluation.settled(value, written(source))
            if not isinstance(known, Scalar) or not is_settled(known.text):
                return evaluation.deployed(node)
            return evaluation.made_list(known.text, delimiter, node)
    return evaluation.malformed(node, "Fn::Split takes a delimiter and a text")


def _select(evaluation: Evaluation, node: Node, argument: Node) -> Node | None:
    if not isinstance(argument, Items) or len(argument.items) != 2:
        return evaluation.malformed(node, "Fn::Select takes a number and a list")
    given, listed = argument.items
    index, value = evaluation.value(given), evaluation.value(listed)
    known = None if index is None else evaluation.settled(index, written(given))
    if not isinstance(known, Scalar) or not isinstance(value, Items) or not is_settled(known.text):
        return evaluation.deployed(node)
    if not re.fullmatch(r"[0-9]{1,6}", known.text) or int(known.text) >= len(value.items):
        return evaluation.malformed(node, f"Fn::Select: there is no item {known.text} in a list of {len(value.items)}")
    return evolve(value.items[int(known.text)], place=node.place)


def _length(evaluation: Evaluation, node: Node, argument: Node) -> Node | None:
    value = evaluation.value(argument)
    if isinstance(value, Items):
        return evaluation.made_text(str(len(value.items)), node)
    return evaluation.deployed(node)


def _base64(evaluation: Evaluation, node: Node, argument: Node) -> Node | None:
    value = evaluation.value(argument)
    if isinstance(value, Scalar) and is_settled(value.text):
        return evaluation.made_text(base64.b64encode(value.text.encode("utf-8", "surrogatepass")).decode(), node)
    return evaluation.deployed(node)


def _to_json(evaluation: Evaluation, node: Node, argument: Node) -> Node | None:
    value = evaluation.value(argument)
    return None if value is None else evaluation.as_json(value, node)


def _find_in_map(evaluation: Evaluation, node: Node, argument: Node) -> Node | None:
    if not isinstance(argument, Items) or len(argument.items) not in (3, 4):
        return evaluation.malformed(node, "Fn::FindInMap takes a mapping and two keys")
    keys = [_key(evaluation, item) for item in argument.items[:3]]
    if None in keys:
        return evaluation.deployed(node)
    found: Node | None = evaluation.template.mappings.get(keys[0] or "")
    for key in keys[1:]:
        found = found.get(key or "") if isinstance(found, Entries) else None
    if found is None and len(argument.items) == 4:
        last = argument.items[3]
        default = last.get("DefaultValue") if isinstance(last, Entries) else None
        return None if default is None else evaluation.value(default)
    if isinstance(found, Entries):
        return evaluation.malformed(node, "Fn::FindInMap gives a text or a list, and here is a mapping")
    if found is None:
        evaluation.error("PK171", f"there is no {' > '.join(key or '' for key in keys)} in Mappings", node)
        return None
    return evolve(found, place=node.place) if evaluation.fits(_length_of(found), node) else None


def _key(evaluation: Evaluation, node: Node) -> str | None:
    value = evaluation.value(node)
    known = None if value is None else evaluation.settled(value, written(node))
    return known.text if isinstance(known, Scalar) and is_settled(known.text) else None


def _if(evaluation: Evaluation, node: Node, argument: Node) -> Node | None:
    match argument:
        case Items((Scalar(name), then, otherwise)):
            decided = evaluation.holds(name, node)
            if decided is not None:
                return evaluation.value(then if decided else otherwise)
            return _undecided(evaluation, name, evaluation.value(then), evaluation.value(otherwise), node)
    return evaluation.malformed(node, "Fn::If takes the name of a condition and two values")


def _undecided(evaluation: Evaluation, name: str, then: Node | None, otherwise: Node | None, node: Node) -> Node | None:
    why = f"the condition {name} cannot be decided from the defaults of parameters"
    if isinstance(then, Scalar) and isinstance(otherwise, Scalar):
        if then.text == otherwise.text:
            return then
        kept = evaluation.kept(node, f"If {name}")
        if kept.text not in evaluation.told:
            evaluation.told.add(kept.text)
            parameter = next(parameters_in(kept.text), "")
            evaluation.warning("PK172", f"{why}: the value is kept as the parameter {parameter}", node)
        return kept
    taken = then if then is not None else otherwise
    which = "true" if then is not None else "false"
    if taken is not None:
        evaluation.warning("PK172", f"{why}: what stands there for {which} is taken", node)
    return taken


def _macro(evaluation: Evaluation, node: Node, argument: Node) -> Node | None:
    evaluation.warning("PK172", "Fn::Transform is not evaluated: what it would put here is not here", node)
    return None


def _listed(value: Items, delimiter: str) -> str:
    return delimiter.join(item.text for item in value.items if isinstance(item, Scalar))


def _length_of(found: Scalar | Items) -> int:
    items = found.items if isinstance(found, Items) else (found,)
    return sum(len(item.text) + 1 for item in items if isinstance(item, Scalar))


def _deployed(evaluation: Evaluation, node: Node, argument: Node) -> Node | None:
    return evaluation.deployed(node)


_VARIABLE = re.compile(r"\$\{([^{}]*)\}")

FUNCTIONS: dict[str, Callable[[Evaluation, Node, Node], Node | None]] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Split": _split,
    "Fn::Select": _select,
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::Base64": _base64,
    "Fn::ToJsonString": _to_json,
    "Fn::Length": _length,
    "Fn::ImportValue": _deployed,
    "Fn::GetAZs": _deployed,
    "Fn::Cidr": _deployed,
    "Fn::Transform": _macro,
}
"""Full name -> what evaluates it."""
