"""The permissions that a pipeline needs: iam."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelinekit.cli.definitions import parameter_option, region_option

if TYPE_CHECKING:
    from pipelinekit.cloudformation.iam import Role
    from pipelinekit.cloudformation.matching import Comparison, Missing
    from pipelinekit.cloudformation.needs import Reason


@click.command()
@click.argument("pipeline")
@click.option(
    "--role", "wanted", metavar="ROLE", help="Only this role: pipeline, project/NAME, codedeploy, events, an ARN."
)
@click.option(
    "--against",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Tell what the policies in this file lack for the role (that of the pipeline, unless --role says another).",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@region_option
@click.option("--account", metavar="ACCOUNT", help="The account the pipeline stands in.")
@parameter_option
def iam(
    pipeline: str,
    wanted: str | None,
    against: tuple[Path, ...],
    as_json: bool,
    region: str | None,
    account: str | None,
    parameters: dict[str, str],
) -> int:
    """Print the IAM policies that PIPELINE needs, and why each statement is there.

    With --against ends with 1 when a permission is missing.
    """
    roles = _roles(pipeline, parameters, region, account)
    if against:
        return _compare(_role(roles, wanted or "pipeline"), against, as_json)
    chosen = [_role(roles, wanted)] if wanted else roles
    if as_json:
        click.echo(json.dumps([_as_data(role) for role in chosen], indent=2))
    else:
        click.echo("\n\n".join("\n".join(_lines(role)) for role in chosen))
    return 0


def _roles(pipeline: str, parameters: dict[str, str], region: str | None, account: str | None) -> list[Role]:
    from pipelinekit.cloudformation.iam import located, policies
    from pipelinekit.codepipeline.define import compile_pipeline
    from pipelinekit.codepipeline.definition import Definition
    from pipelinekit.codepipeline.parameters import with_parameters
    from pipelinekit.files import open_pipeline

    opened = open_pipeline(pipeline).value
    definition = opened if isinstance(opened, Definition) else compile_pipeline(opened)
    roles = policies(with_parameters(definition, parameters))
    return [located(role, region=region, account=account) for role in roles]


def _role(roles: Sequence[Role], wanted: str) -> Role:
    for role in roles:
        if wanted in (role.name, role.name.removeprefix("project/")):
            return role
    raise click.UsageError(f"there is no role {wanted!r}: it is one of {', '.join(role.name for role in roles)}")


# Policies ------------------------------------------------------------------------------------------------------------


def _lines(role: Role) -> Iterator[str]:
    given = f", which is {role.arn}" if role.arn is not None and role.arn != role.name else ""
    yield f"{click.style(role.name, bold=True)}: the role that {role.principal} takes{given}"
    yield json.dumps(role.policy, indent=2)
    for number, statement in enumerate(role.statements, start=1):
        yield f"{number}. {', '.join(statement.actions)}"
        yield from _why(statement.reasons)


def _why(reasons: Iterable[Reason]) -> Iterator[str]:
    for reason in reasons:
        yield f"   {reason.who}: {reason.why} ({reason.source})"


def _as_data(role: Role) -> dict[str, Any]:
    return {
        "role": role.name,
        "principal": role.principal,
        "arn": role.arn,
        "policy": role.policy,
        "why": [_reasons(statement.reasons) for statement in role.statements],
    }


def _reasons(reasons: Iterable[Reason]) -> list[dict[str, str]]:
    return [{"who": reason.who, "why": reason.why, "source": reason.source} for reason in reasons]


# Comparing -----------------------------------------------------------------------------------------------------------


def _compare(role: Role, files: Iterable[Path], as_json: bool) -> int:
    from pipelinekit.cloudformation.matching import compare, read_policies

    documents = [document for file in files for document in read_policies(file.read_text("utf-8"), str(file))]
    compared = compare(role, documents)
    if as_json:
        click.echo(json.dumps(_comparison(role, compared), indent=2))
    else:
        for line in _told(role, compared):
            click.echo(line)
    return 1 if compared.missing else 0


def _comparison(role: Role, compared: Comparison) -> dict[str, Any]:
    return {
        "role": role.name,
        "missing": [
            {
                "actions": list(missing.actions),
                "resource": missing.resource,
                "denied": missing.denied,
                "why": _reasons(missing.reasons),
            }
            for missing in compared.missing
        ],
        "conditionsNotEvaluated": {
            "allow": compared.allowed_under_conditions,
            "deny": compared.denied_under_conditions,
        },
    }


def _told(role: Role, compared: Comparison) -> Iterator[str]:
    for missing in compared.missing:
        yield f"{_verb(missing)}: {', '.join(missing.actions)} on {missing.resource}"
        yield from _why(missing.reasons)
    yield _count(sum(len(missing.actions) for missing in compared.missing), role.name)
    if compared.allowed_under_conditions:
        yield f"note: {compared.allowed_under_conditions} allow under a condition, which counts as if it were met"
    if compared.denied_under_conditions:
        yield f"note: {compared.denied_under_conditions} deny under a condition, and do not count"


def _verb(missing: Missing) -> str:
    return click.style("denied" if missing.denied else "missing", fg="red")


def _count(number: int, role: str) -> str:
    if not number:
        return f"nothing is missing for {role}"
    return f"{number} permission{'s are' if number > 1 else ' is'} missing for {role}"
