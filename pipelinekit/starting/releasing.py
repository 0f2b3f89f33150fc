"""How the pipeline deploys: a decision, as values."""

from __future__ import annotations

import posixpath

from attrs import frozen

from pipelinekit.codepipeline.python.expressions import Call, Expression, Name, call, mapping
from pipelinekit.starting.building import BuildAction
from pipelinekit.starting.choices import Choices
from pipelinekit.starting.findings import Findings

OVERRIDES_MAX = 10
"""Template parameters that are passed on: all overrides together are a kilobyte at most."""


@frozen(kw_only=True)
class Release:
    """The action that deploys: its Python name, the expression that makes it, what is assigned before it.

    ``hosts`` are the directories that play the hosts of ``group``. ``stand_in`` says why this machine cannot do it.
    """

    variable: str
    name: str
    expression: Call
    before: tuple[tuple[str, Call], ...] = ()
    group: str = ""
    hosts: tuple[str, ...] = ()
    stand_in: str = ""
    comments: tuple[str, ...] = ()


def release(findings: Findings, choices: Choices, built: tuple[BuildAction, ...]) -> Release | None:
    """Decide the deployment; None when there is none."""
    made = [action.output for action in built if action.output is not None]
    artifact = Name(made[-1] if made else "checkout.output")
    last = built[-1] if built else None
    match choices.deploy:
        case "none":
            return None
        case "codedeploy":
            return _codedeploy(findings, choices, artifact, last if made else None)
        case "s3":
            return _s3(artifact)
        case "ecs":
            return _ecs(artifact, last if made else None)
        case "lambda":
            return _lambda(artifact)
        case "cloudformation":
            return _cloudformation(findings, choices, artifact, last if made else None)


def _codedeploy(findings: Findings, choices: Choices, artifact: Name, maker: BuildAction | None) -> Release:
    name = choices.name
    group = call(
        "pk.DeploymentGroup",
        "production",
        application=name,
        tags=mapping({"application": name}),
        config=Name("pk.ALL_AT_ONCE" if choices.hosts == 1 else "pk.HALF_AT_A_TIME"),
    )
    appspec: Expression | None = None
    comments = [
        f"The deployment group: the EC2 instances that have the tag application={name}.",
    ]
    if findings.appspec is None:
        appspec = call("pk.AppSpec.server", files=mapping({"/": f"/srv/{name}"}))
        comments.append(
            f"There is no appspec.yml, so the revision gets this one: the files go to /srv/{name}. "
            'Add hooks={"ApplicationStart": "scripts/start.sh"} to start what was deployed.'
        )
    return Release(
        variable="release",
        name="Release",
        before=(("production_hosts", group),),
        expression=call(
            "pk.deploy.CodeDeploy", "Release", input=artifact, group=Name("production_hosts"), appspec=appspec
        ),
        group="production",
        hosts=tuple(f"production-{number}" for number in range(1, choices.hosts + 1)),
        stand_in=_not_deployed_because(findings, maker),
        comments=tuple(comments),
    )


def _not_deployed_because(findings: Findings, maker: BuildAction | None) -> str:
    """Say why a deployment to the hosts of this machine would not go well; nothing where it would."""
    if maker is not None and maker.stand_in:
        return "what it deploys is not built here"
    if findings.appspec is None:
        return ""
    if maker is None and findings.appspec.missing:
        return f"{findings.appspec.missing[0]}, which appspec.yml names, is not there"
    return findings.appspec.not_here


def _s3(artifact: Name) -> Release:
    return Release(
        variable="publish",
        name="Publish",
        expression=call("pk.deploy.S3", "Publish", input=artifact, bucket=Name('pk.Parameter("SiteBucket")')),
        stand_in="it writes to a bucket",
        comments=("The artifact is unpacked into the bucket.",),
    )


def _ecs(artifact: Name, maker: BuildAction | None) -> Release:
    holds = "holds" if maker is not None and maker.privileged else "is to hold"
    return Release(
        variable="release",
        name="Release",
        expression=call(
            "pk.deploy.ECS",
            "Release",
            input=artifact,
            cluster=Name('pk.Parameter("EcsCluster")'),
            service=Name('pk.Parameter("EcsService")'),
        ),
        stand_in="it updates an ECS service",
        comments=(f"The artifact {holds} imagedefinitions.json, which names the image of each container.",),
    )


def _lambda(artifact: Name) -> Release:
    return Release(
        variable="release",
        name="Release",
        expression=call(
            "pk.CustomAction",
            "Release",
            action_type=call("pk.ActionTypeId", "Deploy", "AWS", "Lambda"),
            configuration={"FunctionName": Name('pk.Parameter("FunctionName")')},
            input=artifact,
        ),
        stand_in="it updates a Lambda function",
        comments=("The artifact is the code of a function that exists; the action updates it.",),
    )


def _cloudformation(findings: Findings, choices: Choices, artifact: Name, maker: BuildAction | None) -> Release:
    template = findings.template
    path = posixpath.join(findings.prefix, template.path if template is not None else "template.yml")
    packaged = template is not None and template.is_sam and maker is not None
    source = f'{artifact.text}.at("packaged.yml")' if packaged else None
    comments = ["The role that CloudFormation assumes is a parameter too."]
    if template is None:
        comments.append("No template was found: this is where it is looked for.")
    if packaged and maker is not None and maker.buildspec is not None:
        comments.append(f"{maker.buildspec} is taken to write the packaged template to packaged.yml.")
    parameters = template.parameters if template is not None else ()
    if len(parameters) > OVERRIDES_MAX:
        comments.append(f"The template wants {len(parameters)} parameters: give them by template_configuration=.")
        parameters = ()
    overrides: dict[str, Expression] = {name: Name(f'pk.Parameter("{name}")') for name in parameters}
    capabilities: list[Expression] = [*template.capabilities] if template is not None else []
    return Release(
        variable="release",
        name="Release",
        expression=call(
            "pk.deploy.CloudFormation",
            "Release",
            stack_name=choices.name,
            template=Name(source) if source is not None else call("checkout.output.at", path),
            capabilities=capabilities or None,
            parameter_overrides=overrides or None,
            stack_role=Name('pk.Parameter("CloudFormationRoleArn")'),
        ),
        stand_in="it updates a CloudFormation stack",
        comments=tuple(comments),
    )
