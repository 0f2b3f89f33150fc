"""What can be done with a pipeline without running it: check and emit."""

from __future__ import annotations

import json
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

variable_option = click.option(
    "--variable",
    "variables",
    multiple=True,
    callback=pairs,
    metavar="NAME=VALUE",
    help="The value of a pipeline variable for this start.",
)


@click.command()
@click.argument("pipeline")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def check(pipeline: str, form: str) -> int:
    """Tell everything that is wrong with PIPELINE.

    Ends with 0 when nothing is an error, 1 when something is, 2 when it was asked wrongly.
    """
    from pipelinekit.codepipeline.checks import check as check_pipeline
    from pipelinekit.files import open_pipeline

    report = check_pipeline(open_pipeline(pipeline).value)
    if form == "json":
        click.echo(json.dumps([as_data(diagnostic) for diagnostic in report], indent=2))
    else:
        for diagnostic in report:
            click.echo(str(diagnostic))
        click.echo(_count(len(report.errors), len(report.warnings)))
    return 0 if report.ok else 1


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


def _count(errors: int, warnings: int) -> str:
    def number(count: int, noun: str) -> str:
        return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"

    return f"{number(errors, 'error')}, {number(warnings, 'warning')}"


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
