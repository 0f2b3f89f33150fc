"""AppSpecs for Lambda and ECS (User Guide, reference-appspec-file-structure-resources and -hooks): PK723."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, Location, did_you_mean
from pipelinekit.documents import Entries, Items, Node, Scalar

LAMBDA, ECS = "AWS::Lambda::Function", "AWS::ECS::Service"
_NEEDED = {
    LAMBDA: (("Name",), ("Alias",), ("CurrentVersion",), ("TargetVersion",)),
    ECS: (("TaskDefinition",), ("LoadBalancerInfo", "ContainerName"), ("LoadBalancerInfo", "ContainerPort")),
}
_EVENTS = {
    LAMBDA: ("BeforeAllowTraffic", "AfterAllowTraffic"),
    ECS: ("BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic"),
}
_VERSIONS = ("CurrentVersion", "TargetVersion")
_NETWORK = ("Subnets", "SecurityGroups", "AssignPublicIp")
_PLACEHOLDER = re.compile(r"[<>{}$#%]")


def check_traffic_appspec(root: Node) -> Iterator[Diagnostic]:
    """Yield what is wrong with an AppSpec that shifts traffic; whose keys may be in any case."""
    resources = _member(root, "Resources")
    several = resources.items if isinstance(resources, Items) else ()
    if len(several) != 1 or not isinstance(several[0], Entries) or len(several[0].entries) != 1:
        yield _wrong(resources or root, "Resources is not a list of one resource", "write one resource below Resources")
        return
    name, resource = several[0].entries[0]
    kind = _text(_member(resource, "Type"))
    if kind not in _NEEDED:
        hint = did_you_mean(kind or "", _NEEDED) or f"write Type: {LAMBDA} or {ECS}"
        yield _wrong(name, f"the resource {name.text} is of no type that CodeDeploy deploys", hint)
        return
    properties = _member(resource, "Properties")
    for path in _NEEDED[kind]:
        if _at(properties, path) is None:
            yield _wrong(
                name, f"the resource {name.text} has no {'.'.join(path)}", f"write it below {name.text}.Properties"
            )
    if kind == LAMBDA:
        yield from _versions(properties)
    else:
        yield from _network(properties)
    yield from _hooks(root, _EVENTS[kind])


def _versions(properties: Node | None) -> Iterator[Diagnostic]:
    for key in _VERSIONS:
        node = _member(properties, key)
        text = _text(node)
        if (
            node is not None
            and text is not None
            and not _PLACEHOLDER.search(text)
            and not re.fullmatch(r"[1-9]\d*", text)
        ):
            yield _wrong(node, f"{key} is {text!r}, which is no version of a function", "write a number, such as 2")


def _network(properties: Node | None) -> Iterator[Diagnostic]:
    node = _at(properties, ("NetworkConfiguration", "AwsvpcConfiguration"))
    given = [key for key in _NETWORK if _member(node, key) is not None]
    if node is not None and given and len(given) < len(_NETWORK):
        missing = next(key for key in _NETWORK if key not in given)
        yield _wrong(node, f"AwsvpcConfiguration has no {missing}", f"write all of {', '.join(_NETWORK)}, or none")


def _hooks(root: Node, events: tuple[str, ...]) -> Iterator[Diagnostic]:
    hooks = _member(root, "Hooks")
    for item in hooks.items if isinstance(hooks, Items) else ():
        for key, _ in item.entries if isinstance(item, Entries) else ():
            if key.text.lower() not in map(str.lower, events):
                hint = did_you_mean(key.text, events) or f"the events are {', '.join(events)}"
                yield _wrong(key, f"there is no event {key.text!r} in such a deployment", hint)


def _at(node: Node | None, path: tuple[str, ...]) -> Node | None:
    for key in path:
        node = _member(node, key)
    return node


def _member(node: Node | None, key: str) -> Node | None:
    entries = node.entries if isinstance(node, Entries) else ()
    return next((value for name, value in entries if name.text.lower() == key.lower()), None)


def _text(node: Node | None) -> str | None:
    return node.text if isinstance(node, Scalar) else None


def _wrong(node: Node, message: str, hint: str) -> Diagnostic:
    return found("PK723", Location((), node.place), message, hint)
