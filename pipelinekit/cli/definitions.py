"""What can be done with a pipeline without running it, beside checking it: emit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pipelinekit.diagnostics import Diagnostic


def pairs(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """Read ``NAME=VALUE`` options."""
    found = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{item!r} is not NAME=VALUE", context, parameter)
        found[name] = value
    return found


parameter_option = click.option(
    "--parameter", "parameters", multiple=True, callback=pairs, metavar="NAME=VALUE", help="A parameter's value."
)


def as_data(diagnostic: Diagnostic) -> dict[str, Any]:
    """Give a diagnostic as plain data."""
    place = diagnostic.where.place
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "path": list(diagnostic.where.path),
        "file": place.file if place else None,
        "line": place.line or None if place else None,
        "column": place.column or None if place else None,
    }


@click.command()
@click.argument("pipeline")
@click.option("-o", "--output", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@parameter_option
def emit(pipeline: str, output: Path, parameters: dict[str, str]) -> int:
    """Write PIPELINE down for AWS: pipeline.json, buildspecs, projects, appspecs, deployment groups, manifest.json."""
    from pipelinekit.files import emit as emit_pipeline
    from pipelinekit.files import open_pipeline

    emitted = emit_pipeline(open_pipeline(pipeline).value, output, parameters=parameters)
    for path in emitted.files:
        click.echo(output / path)
    for diagnostic in emitted.report:
        click.echo(str(diagnostic), err=True)
    return 0
