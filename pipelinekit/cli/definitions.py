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

variable_option = click.option(
    "--variable",
    "variables",
    multiple=True,
    callback=pairs,
    metavar="NAME=VALUE",
    help="The value of a pipeline variable for this start.",
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


region_option = click.option("--region", metavar="REGION", help="The Region the pipeline stands in.")


@click.command()
@click.argument("pipeline")
@click.option("--format", "form", type=click.Choice(["files", "cloudformation"]), default="files", show_default=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR|FILE",
    help="The directory of the files, or the file of the template; a template is printed without it.",
)
@click.option("--json", "as_json", is_flag=True, help="Write the template as JSON instead of YAML.")
@click.option(
    "--notify",
    multiple=True,
    metavar="ADDRESS",
    help="The template tells this e-mail address or SNS topic how it goes.",
)
@region_option
@parameter_option
def emit(
    pipeline: str,
    form: str,
    output: Path | None,
    as_json: bool,
    notify: tuple[str, ...],
    region: str | None,
    parameters: dict[str, str],
) -> int:
    """Write PIPELINE down for AWS.

    As files: pipeline.json, buildspecs, projects, appspecs, deployment groups, manifest.json. With --format
    cloudformation as one template, which makes the artifact bucket and the roles too.
    """
    if form == "cloudformation":
        return _emit_template(pipeline, output, as_json, notify, region, parameters)
    if output is None:
        raise click.UsageError("name the directory: -o DIR")
    if as_json or notify or region:
        raise click.UsageError("--json, --notify and --region belong to --format cloudformation")
    if output.is_file():
        raise click.UsageError(f"{output} is a file, and -o names a directory; a template is --format cloudformation")
    return _emit_files(pipeline, output, parameters)


def _emit_files(pipeline: str, output: Path, parameters: dict[str, str]) -> int:
    from pipelinekit.files import emit as emit_pipeline
    from pipelinekit.files import open_pipeline

    emitted = emit_pipeline(open_pipeline(pipeline).value, output, parameters=parameters)
    for path in emitted.files:
        click.echo(output / path)
    for diagnostic in emitted.report:
        click.echo(str(diagnostic), err=True)
    return 0


def _emit_template(
    pipeline: str,
    output: Path | None,
    as_json: bool,
    notify: tuple[str, ...],
    region: str | None,
    parameters: dict[str, str],
) -> int:
    from pipelinekit.cloudformation.document import template_text
    from pipelinekit.cloudformation.template import template_of
    from pipelinekit.files import open_pipeline

    template = template_of(open_pipeline(pipeline).value, parameters, notify=notify, region=region)
    json_file = output is not None and output.suffix.lower() == ".json"
    written = template_text(template.body, "json" if as_json or json_file else "yaml")
    if output is None:
        click.echo(written, nl=False)
    else:
        output.write_text(written, encoding="utf-8")
        click.echo(output)
    for diagnostic in template.report:
        click.echo(str(diagnostic), err=True)
    return 0
