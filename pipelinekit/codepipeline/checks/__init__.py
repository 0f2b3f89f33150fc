"""What is wrong with a pipeline: every finding in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from pipelinekit.codepipeline.checks.facts import Facts
from pipelinekit.codepipeline.define import compile_pipeline
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.limits import AWS, Profile
from pipelinekit.codepipeline.pipeline import Pipeline
from pipelinekit.diagnostics import Diagnostic, Report

_AFTER_ALL = (("transition",), ("project",), ("group",))


def check(
    given: Pipeline | Definition, *, profile: Profile = AWS, files: Mapping[str, Iterable[str]] | None = None
) -> Report:
    """Give every finding about a pipeline: the pipeline's own first, then stage by stage, action by action.

    What was odd about the document that a definition was read from is among them. A finding that an object ignores,
    ``ignore={"PK604": "why"}``, stands in the report's ``ignored`` instead.

    *profile* has the quotas: those of AWS, or `pipelinekit.codepipeline.limits.LOCAL`, by which passing one is only
    a warning. Texts that mention a parameter are not judged by their length and their letters: their value comes later.

    *files* are those of the sources, where they are known: the name of a source action, and the paths from the top of
    its repository. With them, what triggers wait for can be looked for there (PK506).

        >>> import pipelinekit as pk
        >>> checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
        >>> pk.check(pk.Pipeline("shop", [pk.Stage("Source", checkout)])).codes
        ('PK101',)
    """
    # Here and not above: `define` comes by for the order alone.
    from pipelinekit.codepipeline.checks import (
        artifacts,
        caveats,
        conditions,
        configuration,
        contents,
        ignoring,
        more,
        order,
        pipeline_variables,
        security,
        structure,
        triggers,
        variables,
        wings,
    )

    definition = given if isinstance(given, Definition) else compile_pipeline(given)
    facts = Facts(definition, profile, files or {})
    families = (
        structure,
        more,
        order,
        artifacts,
        contents,
        configuration,
        variables,
        pipeline_variables,
        triggers,
        conditions,
        wings,
        security,
        caveats,
    )
    findings = [finding for family in families for finding in family.check(facts)]
    kept, ignored = ignoring.apply(facts, [*definition.origin.findings, *findings])
    return Report(sorted(kept, key=partial(_position, facts)), tuple(ignored))


def _position(facts: Facts, finding: Diagnostic) -> int:
    """Tell where the part of a finding stands: before all stages, at its action or stage, or after them all."""
    path = finding.where.path[1:]
    for length in (2, 1):
        position = facts.positions.get(path[:length]) if len(path) >= length else None
        if position is not None:
            return position
    return len(facts.positions) if path[:1] in _AFTER_ALL else -1
