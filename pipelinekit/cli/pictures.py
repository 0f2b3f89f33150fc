"""Pictures of pipelines and of their executions: graph, timeline."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelinekit.cli.executions import state_option

if TYPE_CHECKING:
    from pipelinekit.codepipeline.definition import Definition
    from pipelinekit.drawing import Format

_FORMATS: tuple[Format, ...] = ("text", "mermaid", "dot", "svg")
_SUFFIXES: Mapping[str, Format] = {".mmd": "mermaid", ".dot": "dot", ".gv": "dot", ".svg": "svg"}


@click.command()
@click.argument("pipeline", required=False)
@click.option("--execution", metavar="EXECUTION", help="Show how this execution stands.")
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    help="Default: what FILE ends with (.svg, .mmd, .dot), else text.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the picture there instead of printing it.",
)
@state_option
def graph(
    pipeline: str | None, execution: str | None, form: Format | None, output: Path | None, state: Path | None
) -> int:
    """Draw PIPELINE, or how an EXECUTION of it stands.

    With --execution PIPELINE may be left out: the picture is that of the definition which the execution runs by.
    """
    from pipelinekit.drawing import draw
    from pipelinekit.files import open_pipeline

    if pipeline is None and execution is None:
        raise click.UsageError("name a PIPELINE, or an --execution")
    shown, ran = _execution(execution, state) if execution is not None else (None, None)
    given = open_pipeline(pipeline).value if pipeline is not None else ran
    assert given is not None
    suffix = output.suffix.lower() if output is not None else ""
    drawn = draw(given, form or _SUFFIXES.get(suffix, "text"), execution=shown)
    _write(drawn, output)
    return 0


@click.command()
@click.argument("execution", default="latest")
@click.option("--format", "form", type=click.Choice(["text", "svg"]), help="Default: svg for FILE.svg, else text.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it there instead."
)
@state_option
def timeline(execution: str, form: str | None, output: Path | None, state: Path | None) -> int:
    """Draw what of EXECUTION ran when, what its end waited for, and what would make it shorter."""
    from pipelinekit.drawing.timeline import as_svg, as_text
    from pipelinekit.local.timelines import timeline as timeline_of

    is_svg = form == "svg" or (form is None and output is not None and output.suffix.lower() == ".svg")
    found = timeline_of(execution, state=state)
    _write(as_svg(found) if is_svg else as_text(found), output)
    return 0


def _write(drawn: str, output: Path | None) -> None:
    if output is None:
        click.echo(drawn, nl=False)
    else:
        output.write_text(drawn, encoding="utf-8")
        click.echo(output)


def _execution(reference: str, state: Path | None) -> tuple[Mapping[str, Any], Definition]:
    """Give how an execution stands, and the definition it runs by, with the transitions that are disabled now."""
    from attrs import evolve

    from pipelinekit.codepipeline.definition import DisabledTransition
    from pipelinekit.local.journal import Journal
    from pipelinekit.local.records import existing_state
    from pipelinekit.local.show import definition_of, find_execution, show

    with closing(Journal(existing_state(state))) as journal:
        found = find_execution(journal, reference)
        definition = definition_of(journal, found)
        gates = journal.state(definition.name).gates
        disabled = [DisabledTransition(stage, gate.reason) for stage, gate in gates.items() if not gate.enabled]
        return show(journal, found), evolve(definition, disabled_transitions=tuple(disabled))
