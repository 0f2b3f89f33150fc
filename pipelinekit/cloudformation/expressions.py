"""What of a template is only known once it is deployed: each such expression becomes a named parameter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pipelinekit.cloudformation.sections import TemplateParameter
from pipelinekit.codepipeline.definition import Definition, KnownParameter
from pipelinekit.documents import Entries, Items, Node, Scalar
from pipelinekit.values import PARAMETER, Parameter

_LONGEST = 60

PSEUDO = ("AccountId", "NotificationARNs", "Partition", "Region", "StackId", "StackName", "URLSuffix")
"""AWS's own parameters, without their ``AWS::`` (User Guide, pseudo-parameter-reference)."""

_USUAL = {"AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com"}


class Expressions:
    """The parameters that a template's expressions have become, and what each of them stands for.

    *declared* are the template's own parameters, *resources* the logical ids of its resources.

    A parameter of the template keeps its name, ``AWS::Region`` becomes ``AWSRegion``, ``!GetAtt Role.Arn`` becomes
    ``RoleArn``. The same expression always gets the same name; two expressions never share one.
    """

    def __init__(self, declared: Mapping[str, TemplateParameter], resources: Iterable[str]) -> None:
        self.known: dict[str, KnownParameter] = {}
        self._declared = declared
        self._names: dict[str, str] = {}
        self._own = {*declared, *resources}
        self._taken = {*self._own, *(own_name(f"AWS::{name}") for name in PSEUDO)}

    def named(self, name: str) -> str:
        """Keep a parameter of the template, or what ``Ref`` gives for a resource; give how it reads in text."""
        declared = self._declared.get(name)
        known = KnownParameter(
            default=None if declared is None else declared.default,
            meaning=f"!Ref {name}",
            declaration={} if declared is None else declared.declaration,
        )
        if not name.isascii() or not name.isalnum():
            return self._kept(known, name)
        self.known.setdefault(name, known)
        return str(Parameter(name))

    def pseudo(self, name: str) -> str:
        """Keep one of AWS's own, such as ``AWS::Region``."""
        known = KnownParameter(default=_USUAL.get(name), meaning=f"!Ref {name}")
        own = own_name(name)
        if own in self._own:  # the template calls something of its own so
            return self._kept(known, name)
        self.known.setdefault(own, known)
        return str(Parameter(own))

    def keep(self, expression: str, wish: str) -> str:
        """Keep an expression as a parameter that is called like *wish* as far as it can; give how it reads in text."""
        return self._kept(KnownParameter(meaning=expression), wish)

    def _kept(self, known: KnownParameter, wish: str) -> str:
        name = self._names.get(known.meaning)
        if name is None:
            name = self._names[known.meaning] = self._free(_as_name(wish))
            self._taken.add(name)
            self.known[name] = known
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


def own_name(pseudo: str) -> str:
    """Give what a parameter is called here that stands for one of AWS's own: ``AWSRegion`` for ``AWS::Region``."""
    return pseudo.replace(":", "")


def pseudo_parameters(definition: Definition) -> dict[str, str]:
    """Map each name that stands for one of AWS's own parameters to it: ``AWSRegion`` to ``AWS::Region``.

    A document may call something of its own so; it is not among them then.
    """
    known = definition.origin.parameters
    standing = {own_name(f"AWS::{name}"): f"AWS::{name}" for name in PSEUDO}
    told = {
        name: one.meaning.removeprefix("!Ref ") for name, one in known.items() if one.meaning.startswith("!Ref AWS::")
    }
    return {name: pseudo for name, pseudo in standing.items() if name not in known} | told


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
