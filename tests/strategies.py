"""Hypothesis strategies: pipelines that AWS would take, of every action type that has a class."""

from __future__ import annotations

from attrs import define
from hypothesis import strategies as st

import pipelinekit as pk

_LETTERS = "abcXYZ019_.@"
_WORDS = st.text(_LETTERS, min_size=1, max_size=8)
_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="#$\x00"), min_size=1, max_size=40).filter(str.strip)
_COMMANDS = st.sampled_from(["make test", "make dist", "echo done", "pytest -q", "export VERSION=$(cat VERSION)"])
_FILES = st.sampled_from(["dist/**/*", "README.md", "*.zip"])
_VERSION = "VERSION"


@define
class _Site:
    """What has been made so far, for later actions to use."""

    artifacts: list[pk.Artifact]
    variables: list[pk.Variable]
    count: int = 0

    def name(self, word: str) -> str:
        """Make a name that nobody else has, not even when what AWS forbids elsewhere is replaced."""
        self.count += 1
        return f"{word}_{self.count}"


@st.composite
def pipelines(draw: st.DrawFn) -> pk.Pipeline:
    """Draw a pipeline without errors: sources, then up to four stages wired by artifacts, variables and flows."""
    site = _Site([], [])
    sources = [_source(draw, site) for _ in range(draw(st.integers(1, 3)))]
    stages = [pk.Stage(site.name(draw(_WORDS)), sources)]
    for _ in range(draw(st.integers(1, 4))):
        actions = [_action(draw, site) for _ in range(draw(st.integers(1, 4)))]
        stages.append(pk.Stage(site.name(draw(_WORDS)), _arranged(draw, actions)))
    return pk.Pipeline(
        f"p{draw(_WORDS)}",
        stages,
        execution_mode=draw(st.sampled_from(["SUPERSEDED", "QUEUED", "PARALLEL"])),
        transitions=[pk.Transition(into=stage, enabled=False, reason="Change freeze") for stage in stages[2:3]],
    )


def _source(draw: st.DrawFn, site: _Site) -> pk.Action:
    name = site.name(draw(_WORDS))
    source: pk.Action
    match draw(st.integers(0, 3)):
        case 0:
            source = pk.source.CodeCommit(name, repository="shop", branch="main")
        case 1:
            source = pk.source.CodeConnections(
                name, repository="acme/shop", branch="main", connection=pk.Parameter("ConnectionArn")
            )
        case 2:
            source = pk.source.S3(name, bucket="shop-source", object_key="shop.zip")
        case _:
            source = pk.source.ECR(name, repository="shop")
    site.artifacts.append(source.output)
    site.variables.append(source.variable(_FIXED[type(source).__name__]))
    return source


_FIXED = {"CodeCommit": "CommitId", "CodeConnections": "CommitId", "S3": "ETag", "ECR": "ImageDigest"}


def _action(draw: st.DrawFn, site: _Site) -> pk.Action:
    name = site.name(draw(_WORDS))
    action = draw(st.sampled_from(_KINDS))(draw, site, name)
    if action.output_names:
        site.artifacts += [action.artifact(output) for output in action.output_names]
    return action


def _artifact(draw: st.DrawFn, site: _Site) -> pk.Artifact:
    return draw(st.sampled_from(site.artifacts))


def _text(draw: st.DrawFn, site: _Site) -> str:
    words = [draw(_TEXTS), *map(str, draw(st.lists(st.sampled_from(site.variables), max_size=2)))]
    return " ".join(words)


def _inputs(draw: st.DrawFn, site: _Site) -> list[pk.Artifact]:
    return draw(st.lists(st.sampled_from(site.artifacts), min_size=1, max_size=3, unique_by=str))


def _tests(draw: st.DrawFn, site: _Site, name: str) -> pk.Action:
    return pk.test.CodeBuild(
        name,
        input=_inputs(draw, site),
        buildspec=pk.BuildSpec(build=draw(st.lists(_COMMANDS, min_size=1, max_size=3))),
        environment={"LABEL": _text(draw, site)},
    )


def _builds(draw: st.DrawFn, site: _Site, name: str) -> pk.Action:
    secondary = draw(st.integers(2, 3)) if draw(st.booleans()) else 0
    artifacts = pk.Artifacts(
        draw(st.lists(_FILES, min_size=1, max_size=2)),
        secondary={f"Part_{site.count}_{n}": pk.Artifacts(["dist/**/*"]) for n in range(secondary)},
    )
    spec = pk.BuildSpec(build=["make dist"], artifacts=artifacts, exported_variables=[_VERSION])
    build = pk.build.CodeBuild(name, input=_inputs(draw, site), buildspec=spec)
    site.variables.append(build.variable(_VERSION))
    return build


def _commands(draw: st.DrawFn, site: _Site, name: str) -> pk.Action:
    commands = pk.build.Commands(
        name,
        input=_inputs(draw, site),
        commands=draw(st.lists(_COMMANDS, min_size=1, max_size=3)),
        files=draw(st.lists(_FILES, max_size=2)),
        output_variables=[_VERSION],
        environment={"LABEL": _text(draw, site)},
    )
    site.variables.append(commands.variable(_VERSION))
    return commands


def _approvals(draw: st.DrawFn, site: _Site, name: str) -> pk.Action:
    return pk.approval.Manual(name, message=_text(draw, site), timeout_minutes=draw(st.none() | st.integers(5, 86400)))


def _s3_deployments(draw: st.DrawFn, site: _Site, name: str) -> pk.Action:
    extract = draw(st.booleans())
    return pk.deploy.S3(
        name, input=_artifact(draw, site), bucket="site", extract=extract, object_key=None if extract else "site.zip"
    )


def _deployments(draw: st.DrawFn, site: _Site, name: str) -> pk.Action:
    appspec = pk.AppSpec.server(
        files={"dist": "/srv/shop"},
        hooks={draw(st.sampled_from(["AfterInstall", "ApplicationStart"])): "scripts/run.sh"},
        permissions=[pk.Permission(object="/srv/shop", mode="0644")],
    )
    group = pk.DeploymentGroup(
        f"web{site.count}",
        application="shop",
        tags={"role": "web"},
        config=draw(st.sampled_from([pk.ALL_AT_ONCE, pk.HALF_AT_A_TIME, pk.ONE_AT_A_TIME])),
    )
    return pk.deploy.CodeDeploy(
        name, input=_artifact(draw, site), group=group, appspec=appspec if draw(st.booleans()) else None
    )


def _stacks(draw: st.DrawFn, site: _Site, name: str) -> pk.Action:
    return pk.deploy.CloudFormation(
        name,
        stack_name="shop",
        stack_role=pk.Parameter("StackRoleArn"),
        template=_artifact(draw, site).at("template.yml"),
        capabilities=draw(st.sampled_from([(), ("CAPABILITY_IAM",), ("CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND")])),
        parameter_overrides={
            "Label": draw(st.sampled_from(site.variables)),
            "Code": {"Fn::GetArtifactAtt": [_artifact(draw, site), "URL"]},
        },
    )


def _services(draw: st.DrawFn, site: _Site, name: str) -> pk.Action:
    return pk.deploy.ECS(name, input=_artifact(draw, site), cluster="shop", service="web")


def _functions(draw: st.DrawFn, site: _Site, name: str) -> pk.Action:
    return pk.invoke.Lambda(name, function="smoke-test", user_parameters=_text(draw, site))


def _state_machines(draw: st.DrawFn, site: _Site, name: str) -> pk.Action:
    machine = pk.invoke.StepFunctions(
        name, state_machine="arn:aws:states:eu-west-1:111122223333:stateMachine:migrate", state_input="{}"
    )
    site.variables.append(machine.variable("ExecutionArn"))
    return machine


_KINDS = (
    _tests,
    _builds,
    _commands,
    _approvals,
    _s3_deployments,
    _deployments,
    _stacks,
    _services,
    _functions,
    _state_machines,
)


def _arranged(draw: st.DrawFn, actions: list[pk.Action]) -> list[pk.Step]:
    """Let some actions of a stage wait for the one before them; what is wired already cannot run against that."""
    steps: list[pk.Step] = []
    for action in actions:
        waits = draw(st.booleans())
        if steps and waits:
            steps[-1] = steps[-1] >> action
        else:
            steps.append(action)
    return steps
