"""Whether an IAM policy allows what a pipeline needs: actions and resources with their wildcards, and what is denied.

Conditions are not evaluated: a statement that allows under one counts as allowing, one that denies under one does not
count, and both are told. What comes later (a Region, an account, a parameter) is taken to be what the policy says.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import frozen

from pipelinekit.cloudformation.iam import Role
from pipelinekit.cloudformation.needs import Reason
from pipelinekit.diagnostics import Diagnostic, InvalidDocument, Location, Place
from pipelinekit.documents import plain, read


@frozen(kw_only=True)
class Missing:
    """Permissions on a resource that a policy does not give; ``denied`` when a statement takes them away."""

    actions: tuple[str, ...]
    resource: str
    denied: bool
    reasons: tuple[Reason, ...]
    """Why they are needed."""


@frozen(kw_only=True)
class Comparison:
    """What a policy lacks, and how many of its statements have conditions, which were not evaluated."""

    missing: tuple[Missing, ...]
    allowed_under_conditions: int
    denied_under_conditions: int


def compare(role: Role, documents: Iterable[Mapping[str, Any]]) -> Comparison:
    """Compare what a role needs with the policies it has; *documents* are policy documents."""
    rules = [_rule(statement) for document in documents for statement in _listed(document.get("Statement", ()))]
    allow = [rule for rule in rules if rule.allows]
    deny = [rule for rule in rules if not rule.allows and not rule.conditional]
    return Comparison(
        missing=tuple(_missing(role, allow, deny)),
        allowed_under_conditions=sum(rule.allows and rule.conditional for rule in rules),
        denied_under_conditions=sum(not rule.allows and rule.conditional for rule in rules),
    )


def _missing(role: Role, allow: list[_Rule], deny: list[_Rule]) -> Iterator[Missing]:
    actions: dict[tuple[str, bool, tuple[Reason, ...]], list[str]] = {}
    for (action, resource), reasons in _wanted(role).items():
        denied = any(rule.touches(action, resource) for rule in deny)
        if denied or not any(rule.gives(action, resource) for rule in allow):
            actions.setdefault((resource, denied, tuple(reasons)), []).append(action)
    for (resource, denied, why), several in actions.items():
        yield Missing(actions=tuple(several), resource=resource, denied=denied, reasons=why)


def _wanted(role: Role) -> dict[tuple[str, str], dict[Reason, None]]:
    """Map each action on each resource that a role needs to the reasons."""
    wanted: dict[tuple[str, str], dict[Reason, None]] = {}
    for need in role.needs:
        for action in need.actions:
            for resource in need.resources:
                wanted.setdefault((action, resource), {})[need.reason] = None
    return wanted


def read_policies(text: str, file: str) -> list[Mapping[str, Any]]:
    """Read policy documents: one by itself, a list of them, or what ``aws iam get-role-policy`` and its like print.

    Raises:
        InvalidDocument: ``PK600`` when it is no JSON, ``PK100`` when no policy is in it.
    """
    documents = list(_documents(plain(read(text, file))))
    if not documents or not all(map(_is_document, documents)):
        raise InvalidDocument(
            Diagnostic(
                code="PK100",
                message="is not an IAM policy",
                where=Location((), Place(file)),
                hint='{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ..., "Resource": ...}]} is '
                "wanted, or what aws iam get-role-policy prints",
            )
        )
    return documents


def _documents(data: Any) -> Iterator[Any]:
    match data:
        case list():
            for one in data:
                yield from _documents(one)
        case {"PolicyDocument": inner} | {"PolicyVersion": {"Document": inner}} | {"Document": inner}:
            yield from _documents(inner)
        case _:
            yield data


def _is_document(data: Any) -> bool:
    return isinstance(data, Mapping) and all(map(_is_statement, _listed(data.get("Statement", "nothing"))))


def _is_statement(data: Any) -> bool:
    match data:
        case {"Effect": "Allow" | "Deny", **rest}:
            actions = [rest[key] for key in ("Action", "NotAction") if key in rest]
            resources = [rest[key] for key in ("Resource", "NotResource") if key in rest]
            texts = (text for value in (*actions, *resources) for text in _listed(value))
            return len(actions) == len(resources) == 1 and all(isinstance(text, str) for text in texts)
    return False


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


# Statements of the policy --------------------------------------------------------------------------------------------


@frozen
class _Rule:
    """One statement of a policy, ready to be compared."""

    allows: bool
    conditional: bool
    actions: tuple[str, ...]
    not_actions: bool
    resources: tuple[str, ...]
    not_resources: bool

    def gives(self, action: str, resource: str) -> bool:
        """Whether it allows all of what is needed: every text the needed pattern stands for."""
        named = [covers(pattern, action.lower()) for pattern in self.actions]
        reached = [covers(pattern, resource) for pattern in self.resources]
        if self.not_actions:
            named = [not any(overlaps(pattern, action.lower()) for pattern in self.actions)]
        if self.not_resources:
            reached = [not any(overlaps(pattern, resource) for pattern in self.resources)]
        return any(named) and any(reached)

    def touches(self, action: str, resource: str) -> bool:
        """Whether it concerns any of what is needed."""
        named = any(overlaps(pattern, action.lower()) for pattern in self.actions)
        reached = any(overlaps(pattern, resource) for pattern in self.resources)
        if self.not_actions:
            named = not any(covers(pattern, action.lower()) for pattern in self.actions)
        if self.not_resources:
            reached = not any(covers(pattern, resource) for pattern in self.resources)
        return named and reached


_PLACEHOLDER = re.compile(r"\$\{(AWS::|Parameter\.)[^{}]+\}")
"""What `policies` writes where a value comes later; IAM's own variables, ``${aws:username}``, are none."""


def _rule(statement: Mapping[str, Any]) -> _Rule:
    actions = _listed(statement.get("Action", statement.get("NotAction")))
    resources = _listed(statement.get("Resource", statement.get("NotResource")))
    return _Rule(
        allows=statement["Effect"] == "Allow",
        conditional=bool(statement.get("Condition")),
        actions=tuple(_PLACEHOLDER.sub("*", action).lower() for action in actions),
        not_actions="NotAction" in statement,
        resources=tuple(_PLACEHOLDER.sub("*", resource) for resource in resources),
        not_resources="NotResource" in statement,
    )


# Patterns ------------------------------------------------------------------------------------------------------------

_NAME, _TEXT = "\0", "\1"
"""In a needed text: a part that is not known yet, without ``:`` and ``/`` (a Region), or of any signs (a parameter)."""


def _with_signs(needed: str) -> str:
    return re.sub(r"\$\{(AWS::)?[^{}]+\}", lambda match: _NAME if match[1] else _TEXT, needed)


@functools.lru_cache(maxsize=4096)
def covers(pattern: str, needed: str) -> bool:
    """Whether a pattern of IAM (``*``, ``?``) matches every text that another one stands for.

    A part of *needed* that comes later, such as ``${AWS::Region}``, is whatever the pattern has there.
    """
    return _match(pattern, _with_signs(needed), both=False)


@functools.lru_cache(maxsize=4096)
def overlaps(pattern: str, needed: str) -> bool:
    """Whether there is a text that both patterns match."""
    return _match(pattern, _with_signs(needed), both=True)


def _match(pattern: str, needed: str, *, both: bool) -> bool:
    """Walk along the pattern, keeping the places of *needed* that each start of it can reach.

    A ``*`` of *needed* is met by a ``*`` of the pattern only, unless *both* may give way.
    """
    wild = _NAME + _TEXT + ("*" if both else "")

    def steps(sign: str, there: str) -> bool:
        return there == sign or (sign == "?" and there != "*")

    def stays(sign: str, there: str) -> bool:
        return there in wild and not (there == _NAME and sign in ":/")

    reach = _onwards({0}, needed, wild)
    for sign in pattern:
        if not reach:
            return False
        if sign == "*":
            reach = set(range(min(reach), len(needed) + 1))
            continue
        here = [place for place in reach if place < len(needed)]
        after = {place + 1 for place in here if steps(sign, needed[place])}
        reach = _onwards(after | {place for place in here if stays(sign, needed[place])}, needed, wild)
    return len(needed) in reach


def _onwards(reach: set[int], needed: str, wild: str) -> set[int]:
    """Add the places that are reached when wild signs of *needed* stand for nothing (more)."""
    found = set(reach)
    for start in reach:
        place = start
        while place < len(needed) and needed[place] in wild:
            place += 1
            found.add(place)
    return found
