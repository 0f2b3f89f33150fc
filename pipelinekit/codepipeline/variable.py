"""Variables of the pipeline itself, which each start may set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import field, frozen

from pipelinekit.diagnostics import Place, here
from pipelinekit.values import FrozenMap, Variable, all_of, frozen_members, optional_text, text

NAMESPACE = "variables"


@frozen(kw_only=True)
class PipelineVariable(Variable):
    """A variable of the pipeline (CodePipeline API: PipelineVariableDeclaration): reads as ``#{variables.NAME}``.

    Without a ``default`` every start has to give it. Sources cannot refer to it. ``more`` are members that no parameter
    stands for, as AWS spells them.

        >>> environment = PipelineVariable("ENVIRONMENT", default="beta")
        >>> f"Ship to {environment}?"
        'Ship to #{variables.ENVIRONMENT}?'
    """

    namespace: str = field(default=NAMESPACE, init=False, repr=False)
    key: str = field(converter=text, alias="name", kw_only=False)
    default: str | None = field(default=None, converter=optional_text)
    description: str | None = field(default=None, converter=optional_text)
    more: FrozenMap[Any] = field(factory=FrozenMap, converter=frozen_members)
    where: Place | None = field(factory=here, eq=False, repr=False)

    @property
    def name(self) -> str:
        """Its name."""
        return self.key


def variables(given: Iterable[PipelineVariable]) -> tuple[PipelineVariable, ...]:
    """Take the variables of a pipeline."""
    if isinstance(given, (PipelineVariable, str, bytes, Mapping)) or not isinstance(given, Iterable):
        raise TypeError(f"a pipeline has a list of variables, not {given!r}")
    return all_of(PipelineVariable, given, "a pipeline declares pk.PipelineVariable(...), not {!r}")
