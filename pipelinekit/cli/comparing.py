"""From a document to Python, and what differs between two pipelines: import and diff."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command("import")
@click.argument("file", metavar="FILE")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="PIPELINE.py",
    help="Write it there instead of printing it.",
)
@click.option("--force", is_flag=True, help="Replace the file when it is there.")
def import_(file: str, output: Path | None, force: bool) -> int:
    """Write FILE as Python: a pipeline document, or whatever else can be loaded, such as a directory emit wrote.

    What is written defines exactly what was read; what the language cannot say is refused. FILE may be what
    "aws codepipeline get-pipeline" prints, JSON or YAML.
    """
    from pipelinekit.codepipeline.python.cautions import possible_secrets
    from pipelinekit.codepipeline.python.source import to_python
    from pipelinekit.files.importing import load_with_reasons
    from pipelinekit.starting.writing import refuse_place, write_new

    if Path(file).suffix == ".py":
        raise click.BadParameter(f"{file}: is Python already", param_hint="FILE")
    if output is not None:
        if output.suffix != ".py":
            raise click.BadParameter(f"{output}: a pipeline's file ends in .py", param_hint="-o")
        refuse_place(output, over=force)
    definition = load_with_reasons(file)
    text = to_python(definition)
    for finding in definition.origin.findings:
        click.echo(str(finding), err=True)
    if output is None:
        click.echo(text, nl=False)
    else:
        write_new(output, text, over=force)
        click.echo(output)
    secrets = list(possible_secrets(definition))
    if secrets:
        click.echo(f"note: what may be a secret stands in it in plain text: {', '.join(secrets)}", err=True)
    return 0


@click.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--json", "as_json", is_flag=True, help="Print the changes as JSON.")
def diff(before: str, after: str, as_json: bool) -> int:
    """Tell what differs between the pipelines A and B: Python, documents, or directories that emit wrote.

    It speaks of the graph: stages and actions added, removed, moved; approvals that no longer hold anything up;
    configuration keys, artifacts, commands, deployment groups. What may be a secret is hidden.

    Each line begins with ! (look at it), + (added), - (removed), ~ (changed) or = (without effect). Ends with 0 when
    nothing differs, 1 when something does, 2 when one of them cannot be read, as diff(1) does.
    """
    from pipelinekit.codepipeline.differences import diff as compare
    from pipelinekit.diagnostics import PipelineKitError
    from pipelinekit.files import open_pipeline

    try:
        differences = compare(open_pipeline(before).value, open_pipeline(after).value)
    except (PipelineKitError, OSError) as error:
        click.echo(f"error: {error}", err=True)
        return 2
    if as_json:
        click.echo(json.dumps(differences.as_data(), indent=2))
    else:
        click.echo(str(differences))
    return 1 if differences else 0
