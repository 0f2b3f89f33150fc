"""What stands beside the stages of a pipeline: members not known here, tags, defaults (PK133, PK134, PK144)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from pipelinekit.codepipeline.checks.facts import Facts
from pipelinekit.codepipeline.declaration import Declared, PipelineDeclaration
from pipelinekit.codepipeline.document import pipeline_input, read_pipeline
from pipelinekit.codepipeline.limits import TAG_KEY_MAX, TAG_VALUE_MAX, TAGS_MAX
from pipelinekit.codepipeline.parameters import parameters_of
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, InvalidDocument, did_you_mean
from pipelinekit.documents import to_json
from pipelinekit.values import problem_with_tag


def check(facts: Facts) -> Iterator[Diagnostic]:
    """Yield what ``more`` says that is known here, and what is wrong with the tags and the defaults of parameters."""
    yield from _more(facts)
    yield from _tags(facts)
    yield from _defaults(facts)


def _more(facts: Facts) -> Iterator[Diagnostic]:
    """Hold what is written for AWS against what is read of it: what is not known here comes back as it was."""
    declaration = facts.definition.pipeline
    if not any(part.more for _, part in declaration.parts()):
        return
    try:
        back = read_pipeline(to_json(pipeline_input(declaration)))
    except InvalidDocument as error:
        if _is_readable(_without_more(declaration)):
            yield found("PK133", facts.at(), f"with its more it cannot be read: {error.diagnostics[0].message}", _HINT)
        return
    # A part comes before what is in it, so that the cause is met before parts that are only there through it.
    for (path, part), (there, other) in zip(declaration.parts(), back.parts(), strict=False):
        if path != there:
            return
        for name in _lost(part, other):
            message = f"its more says {name!r}, which does not stand there as it is: it is known here, or has no place"
            yield found("PK133", facts.at(*path, f"more.{name}"), message, _HINT)


_HINT = "say what is known here with the parameter for it; more is for members that are not"


def _lost(part: Declared, back: Declared) -> Iterator[str]:
    for name, value in part.more.items():
        if name not in back.more or back.more[name] != value:
            yield name


def _is_readable(declaration: PipelineDeclaration) -> bool:
    try:
        read_pipeline(to_json(pipeline_input(declaration)))
    except InvalidDocument:  # what is wrong with it otherwise is said elsewhere
        return False
    return True


def _without_more(value: Any) -> Any:
    match value:
        case tuple():
            return tuple(map(_without_more, value))
        case Declared():
            inside = {a.name: _without_more(getattr(value, a.name)) for a in attrs.fields(type(value))}
            return attrs.evolve(value, **{**inside, "more": {}})
        case Mapping():
            return {key: _without_more(one) for key, one in value.items()}
    return value


def _tags(facts: Facts) -> Iterator[Diagnostic]:
    tags = facts.definition.tags
    if len(tags) > TAGS_MAX:
        message = f"has {len(tags)} tags, where AWS allows {TAGS_MAX}"
        yield found("PK134", facts.at("tags"), message, "leave some of them out")
    for key, value in tags.items():
        problem = problem_with_tag(key, value, TAG_KEY_MAX, TAG_VALUE_MAX)
        if problem is not None:
            yield found("PK134", facts.at("tags"), problem, 'write tags={"team": "shop"}')


def _defaults(facts: Facts) -> Iterator[Diagnostic]:
    """Hold the defaults that the pipeline itself gives against the texts; what a template declares may be unused."""
    known = facts.definition.origin.parameters
    given = [name for name, one in known.items() if one.default is not None and not one.meaning]
    mentioned = parameters_of(facts.definition) if given else {}
    for name in given:
        if name not in mentioned:
            hint = did_you_mean(name, mentioned) or f'mention it with pk.Parameter("{name}"), or leave the default out'
            message = f"there is a default of the parameter {name[:40]!r}, which nothing mentions"
            yield found("PK144", facts.at("parameters"), message, hint)
