"""What of a template is only known once it is deployed: each such expression becomes a named parameter."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipelinekit.codepipeline.definition import KnownParameter
from pipelinekit.documents import Entries, Items, Node, Scalar
from pipelinekit.values import PARAMETER, Parameter

_LONGEST = 60

PSEUDO = ("AccountId", "NotificationARNs", "Partition", "Region", "StackId", "StackName", "URLSuffix")
"""AWS's own parameters, without their ``AWS::`` (User Guide, pseudo-parameter-reference)."""

_USUAL = {"AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com"}


class Expressions:
    """The parameters that a template's expressions have become, and what each of them stands for.

    A parameter of the template keeps its name, ``AWS::Region`` becomes ``AWSRegion``, ``!GetAtt Role.Arn`` becomes
    ``RoleArn``. The same expression always gets the same name; two expressions never share one.
    """

    def __init__(self, taken: Iterable[str]) -> None:
        self.known: dict[str, KnownParameter] = {}
        self._names: dict[str, str] = {}
        self._taken = {*taken, *(f"AWS{name}" for name in PSEUDO)}

    def parameter(self, name: str, default: str | None) -> str:
        """Keep a parameter of the template; give how it reads in text."""
        if not name.isascii() or not name.isalnum():
            return self.keep(f"!Ref {name}", name, default)
        self.known.setdefault(name, KnownParameter(default=default, meaning=f"!Ref {name}"))
        return str(Parameter(name))

    def resource(self, logical_id: str) -> str:
        """Keep what ``Ref`` gives for a resource: the parameter is called like the resource."""
        return self.parameter(logical_id, None)

    def pseudo(self, name: str) -> str:
        """Keep one of AWS's own, such as ``AWS::Region``."""
        own = name.replace(":", "")
        self.known.setdefault(own, KnownParameter(default=_USUAL.get(name), meaning=f"!Ref {name}"))
        return str(Parameter(own))

    def keep(self, expression: str, wish: str, default: str | None = None) -> str:
        """Keep an expression as a parameter that is called like *wish* as far as it can; give how it reads in text."""
        name = self._names.get(expression)
        if name is None:
            name = self._names[expression] = self._free(_as_name(wish))
            self._taken.add(name)
            self.known[name] = KnownParameter(default=default, meaning=expression)
        return str(Parameter(name))

    def _free(self, wish: str) -> str:
        if wish not in self._taken:
            return wish
        number = 2
        while f"{wish}{number}" in self._taken:
            number += 1
        return f"{wish}{number}"

    def settled(self, text: str) -> tuple[str, tuple[str, ...]] | None:
        """Put the defaults in; give the text with the names that were used, or None when one has no default."""
        used = tuple(dict.fromkeys(match[1] for match in PARAMETER.finditer(text)))
        defaults = {name: self.known[name].default for name in used if name in self.known}
        if any(defaults.get(name) is None for name in used):
            return None
        return PARAMETER.sub(lambda match: defaults[match[1]] or "", text), used


def _as_name(wish: str) -> str:
    words = re.findall(r"[A-Za-z0-9]+", wish)
    name = "".join(word[0].upper() + word[1:] for word in words)[:_LONGEST]
    return name or "Expression"


def written(node: Node) -> str:
    """Write an expression in one line, with the short names of its functions: ``!Select [0, !Ref Zones]``."""
    match node:
        case Scalar(text, tag):
            return f"{tag} {text}" if tag.startswith("!") else text
        case Items(items, _, tag):
            inside = f"[{', '.join(map(written, items))}]"
            return f"{tag} {inside}" if tag.startswith("!") else inside
        case Entries(((key, value),)) if key.text == "Ref" or key.text.startswith("Fn::"):
            return f"!{key.text.removeprefix('Fn::')} {written(value)}"
        case Entries():
            return "{" + ", ".join(f"{key}: {written(value)}" for key, value in node) + "}"
