"""Whatever a document says, it is read or refused, kept, and judged: never a traceback."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import pipelinekit as pk
from pipelinekit.codepipeline.declaration import PipelineDeclaration
from pipelinekit.codepipeline.document import pipeline_input, read_pipeline
from pipelinekit.diagnostics import InvalidDocument
from pipelinekit.documents import structure, to_json, unstructure
from strategies import declarations

EVERYTHING = (Path(__file__).parent / "everything.json").read_text()
_ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, -1, 1.5, "", "x", "#{", "#{a.b}", "${Parameter.A}", "\0", [], {}, [[]], [None]]
)


def ways(data: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [*([path] if path else []), *(way for key, value in inside for way in ways(value, (*path, key)))]


WAYS = ways(json.loads(EVERYTHING))


def changed(way: tuple[str | int, ...], value: Any) -> str:
    document = copy.deepcopy(json.loads(EVERYTHING))
    *parents, last = way
    inside = document
    for key in parents:
        inside = inside[key]
    inside[last] = value
    return json.dumps(document)


@given(st.sampled_from(WAYS), _ODD)
@settings(max_examples=300, deadline=None)
def test_a_document_with_an_odd_value_anywhere_is_refused_with_a_place_or_read_and_judged(
    way: tuple[str | int, ...], value: Any
) -> None:
    try:
        declaration = read_pipeline(changed(way, value), "p.json")
    except InvalidDocument as error:
        findings = error.diagnostics
    else:
        report = pk.check(pk.Definition(pipeline=declaration))
        findings = ()
        assert all(finding.hint for finding in report)
        assert not report.ok or read_pipeline(to_json(pipeline_input(declaration))) == declaration

    assert all(finding.where.place is not None for finding in findings)


@given(st.integers(0, len(EVERYTHING)))
def test_a_document_that_was_cut_is_refused_with_a_place(length: int) -> None:
    try:
        read_pipeline(EVERYTHING[:length], "p.json")
    except InvalidDocument as error:
        whole, findings = False, error.diagnostics
    else:
        whole, findings = True, ()

    assert whole is (length >= len(EVERYTHING.rstrip()))
    assert all(finding.where.place is not None for finding in findings)


@given(declarations)
def test_whatever_is_declared_is_judged_and_comes_back_from_the_journal(declaration: PipelineDeclaration) -> None:
    definition = pk.Definition(pipeline=declaration)
    report = pk.check(definition)

    assert all(finding.message for finding in report)
    assert structure(json.loads(json.dumps(unstructure(definition))), pk.Definition) == definition
