"""Hypothesis strategies: pipelines that AWS would take, of most action types, and values of documents.

A strategy that only one test makes sense of stands in that test.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias, get_args

from attrs import define, evolve
from hypothesis import strategies as st

import pipelinekit as pk
from pipelinekit.codedeploy.config import PREDEFINED
from pipelinekit.codedeploy.lifecycle import EVENTS
from pipelinekit.codedeploy.limits import FILE_EXISTS_BEHAVIORS, SYSTEMS
from pipelinekit.codepipeline.action import Flow
from pipelinekit.codepipeline.condition import Result
from pipelinekit.codepipeline.declaration import (
    ActionDeclaration,
    ConditionDeclaration,
    FailureConditions,
    FilterCriteria,
    OutputArtifact,
    PipelineDeclaration,
    PipelineVariableDeclaration,
    PullRequestFilter,
    PushFilter,
    RuleDeclaration,
    RuleTypeId,
    StageDeclaration,
    TriggerDeclaration,
)
from pipelinekit.codepipeline.limits import EXECUTION_MODES, PIPELINE_TYPES

_LETTERS = "abcXYZ019_.@"
_WORDS = st.text(_LETTERS, min_size=1, max_size=8)
_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="#$\x00"), min_size=1, max_size=40).filter(str.strip)
_COMMANDS = st.sampled_from(["make test", "make dist", "echo done", "pytest -q", "export VERSION=$(cat VERSION)"])
_Mode: TypeAlias = Literal["SUPERSEDED", "QUEUED", "PARALLEL"]
_FILES = st.sampled_from(["dist/**/*", "README.md", "*.zip"])
_READ_LATER = ("**/*",)
"""What keeps every file that a deployment may read out of an artifact, whatever else is in it."""
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
    """Draw a pipeline without errors: sources, then up to four stages wired by artifacts, variables and flows.

    Stages may have conditions, and the pipeline variables and triggers.
    """
    site = _Site([], [])
    sources = [_source(draw, site) for _ in range(draw(st.integers(1, 3)))]
    stages = [pk.Stage(site.name(draw(_WORDS)), sources)]
    variables = [
        pk.PipelineVariable(name, default=draw(st.none() | _TEXTS), description=draw(st.none() | st.just("") | _TEXTS))
        for name in draw(st.lists(st.text("abXY01_@-", min_size=1, max_size=8), max_size=2, unique=True))
    ]
    site.variables += variables
    mode: _Mode = draw(st.sampled_from(get_args(_Mode)))
    for _ in range(draw(st.integers(1, 4))):
        before_entry = draw(st.none() | _conditions(site, "FAIL"))
        actions = [_action(draw, site) for _ in range(draw(st.integers(1, 4)))]
        stages.append(
            pk.Stage(
                site.name(draw(_WORDS)),
                _arranged(draw, actions),
                before_entry=before_entry,
                on_success=draw(st.none() | _conditions(site, "FAIL" if mode == "PARALLEL" else "ROLLBACK")),
                on_failure=draw(st.sampled_from([None, pk.OnFailure(), pk.Retry(), pk.Retry("ALL_ACTIONS")])),
            )
        )
    return pk.Pipeline(
        f"p{draw(_WORDS)}",
        stages,
        execution_mode=mode,
        transitions=[pk.Transition(into=stage, enabled=False, reason="Change freeze") for stage in stages[2:3]],
        variables=variables,
        triggers=[
            pk.Trigger(source, push=draw(st.lists(_PUSHES, max_size=2, unique=True)))
            for source in sources
            if isinstance(source, pk.source.CodeConnections) and draw(st.booleans())
        ],
        tags=draw(st.dictionaries(_WORDS, _WORDS | st.just(""), max_size=2)),
    )


_PUSHES = st.sampled_from(
    [
        pk.Push(tags=["v*"]),
        pk.Push(tags=["beta-*"], branches=[], file_paths=pk.FilterCriteria()),
        pk.Push(branches=["main", "release/**"]),
        pk.Push(branches=["**"], file_paths=pk.FilterCriteria(includes=["src/**"], excludes=["src/docs/**"])),
    ]
)


@st.composite
def _conditions(draw: st.DrawFn, site: _Site, result: Result) -> pk.Condition:
    """Draw a condition of rules that read what has been made so far."""
    return pk.Condition(
        [draw(st.sampled_from(_RULE_KINDS))(draw, site, site.name("Rule")) for _ in range(draw(st.integers(1, 2)))],
        result=result,
    )


_RULE_KINDS: list[Callable[[st.DrawFn, _Site, str], pk.rule.Rule]] = [
    lambda draw, site, name: pk.rule.CloudWatchAlarm(name, alarm="errors", wait_minutes=draw(st.none() | st.just(5))),
    lambda draw, site, name: pk.rule.VariableCheck(
        name, variable=draw(st.sampled_from(site.variables)), operator="NE", value="none"
    ),
    lambda draw, site, name: pk.rule.DeploymentWindow(name, cron="* * 9-17 ? * MON-FRI", time_zone="Europe/Berlin"),
    lambda draw, site, name: pk.rule.LambdaInvoke(name, function="ready", user_parameters=_text(draw, site)),
    lambda draw, site, name: pk.rule.Commands(name, commands=["make ready"], input=_artifact(draw, site)),
    lambda draw, site, name: pk.rule.CodeBuild(name, project="ready", input=_inputs(draw, site), timeout_minutes=30),
]


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
        [*draw(st.lists(_FILES, min_size=1, max_size=2)), *_READ_LATER],
        secondary={f"Part_{site.count}_{n}": pk.Artifacts(["dist/**/*", *_READ_LATER]) for n in range(secondary)},
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
        files=[*draw(st.lists(_FILES, max_size=2)), *_READ_LATER],
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
    images = [artifact for artifact in site.artifacts if not isinstance(artifact.producer, pk.source.ECR)]
    if not images:  # of an ECR source's two files a standard deployment reads neither
        return _approvals(draw, site, name)
    return pk.deploy.ECS(name, input=draw(st.sampled_from(images)), cluster="shop", service="web")


def _functions(draw: st.DrawFn, site: _Site, name: str) -> pk.Action:
    return pk.invoke.Lambda(name, function="smoke-test", user_parameters=_text(draw, site))


def _state_machines(draw: st.DrawFn, site: _Site, name: str) -> pk.Action:
    machine = pk.invoke.StepFunctions(
        name, state_machine="arn:aws:states:eu-west-1:111122223333:stateMachine:migrate", state_input="{}"
    )
    site.variables.append(machine.variable("ExecutionArn"))
    return machine


def _others(draw: st.DrawFn, site: _Site, name: str) -> pk.Action:
    return draw(st.sampled_from(_OTHERS))(name, _artifact(draw, site), _text(draw, site))


_OTHERS: tuple[Callable[[str, pk.Artifact, str], pk.Action], ...] = (
    lambda name, files, _: pk.build.ECRBuildAndPublish(name, input=files, repository="shop"),
    lambda name, files, _: pk.build.Jenkins(name, input=files, provider="OurJenkins", project="shop"),
    lambda name, files, text: pk.test.BlazeMeter(name, input=files, configuration={"Note": text}),
    lambda name, files, _: pk.deploy.CloudFormationStackSet(name, stack_set_name="shop", template=files.at("t.yml")),
    lambda name, _, text: pk.deploy.CloudFormationStackInstances(
        name, stack_set_name="shop", regions=["eu-west-1"], region_concurrency_type=text
    ),
    lambda name, files, _: pk.deploy.CodeDeployToECS(
        name, application="shop", group="web", task_definition=files, appspec=files, images={"IMAGE1_NAME": files}
    ),
    lambda name, files, text: pk.deploy.EC2(
        name, input=files, tag_key="role", tag_value=text, instance_type="EC2", deploy_spec="deployspec.yml"
    ),
    lambda name, files, text: pk.deploy.EKS(
        name, input=files, cluster="shop", manifest_files=["app.yml"], environment={"NOTE": text}
    ),
    lambda name, files, _: pk.deploy.Lambda(name, input=files, function="shop", alias="live"),
    lambda name, files, _: pk.deploy.ElasticBeanstalk(
        name, input=files, application_name="shop", environment_name="beta"
    ),
    lambda name, files, _: pk.deploy.AppConfig(
        name,
        input=files,
        application_id="a",
        environment_id="e",
        configuration_profile_id="p",
        configuration_path="f.json",
    ),
    lambda name, files, _: pk.deploy.ServiceCatalog(
        name, input=files, product_id="prod-1", configuration_file_path="product.json"
    ),
    lambda name, _, text: pk.invoke.CodePipeline(name, pipeline="shop-live", variables={"NOTE": text}),
    lambda name, files, _: pk.invoke.InspectorScan.of_source(name, input=files, critical_threshold=0),
)


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
    _others,
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


def ignoring(pipeline: pk.Pipeline) -> pk.Pipeline:
    """Give a pipeline that ignores something, for reasons that can be told apart, in every place."""
    stages = [
        evolve(stage, steps=[_ignoring_step(step, stage.name) for step in stage.steps], ignore={"PK104": stage.name})
        for stage in pipeline.stages
    ]
    return evolve(pipeline, stages=stages, ignore={"PK101": "the pipeline's"})


def _ignoring_step(step: pk.Step, stage: str) -> pk.Step:
    match step:
        case Flow(before, after):
            return Flow(_ignoring_step(before, stage), _ignoring_step(after, stage))
        case pk.Action():
            return evolve(step, ignore={"PK335": f"{stage}/{step.name}"})
    return step


# Values that documents are written from. They are of the right shape, not sound: nothing is left out that can be read
# back.

words = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=8)
"""Letters and digits."""


def texts(least: int = 0, most: int = 20, *, without: str = "") -> st.SearchStrategy[str]:
    """Draw a text of any characters."""
    return st.text(st.characters(exclude_categories=["Cs"], exclude_characters=without), min_size=least, max_size=most)


_YAML_TEXTS = texts(without="\0")
_TEXT_MAPS = st.dictionaries(words, _YAML_TEXTS, max_size=3)
_POLICIES = st.sampled_from([None, "ABORT", "CONTINUE", "RETRY", "RETRY-3", "Retry-8-invalid+", "RETRY-no such"])
_PHASES = st.builds(
    pk.Phase,
    st.lists(_YAML_TEXTS, min_size=1, max_size=3),
    finally_commands=st.lists(_YAML_TEXTS, max_size=2),
    on_failure=_POLICIES,
    run_as=st.none() | _YAML_TEXTS,
    runtime_versions=_TEXT_MAPS,
)


def _artifacts(secondary: st.SearchStrategy[dict[str, pk.Artifacts]]) -> st.SearchStrategy[pk.Artifacts]:
    return st.builds(
        pk.Artifacts,
        st.lists(_YAML_TEXTS, min_size=1, max_size=3),
        name=st.none() | _YAML_TEXTS,
        base_directory=st.none() | _YAML_TEXTS,
        discard_paths=st.booleans(),
        exclude_paths=st.lists(_YAML_TEXTS, max_size=2),
        enable_symlinks=st.booleans(),
        s3_prefix=st.none() | _YAML_TEXTS,
        secondary=secondary,
    )


_PLAIN_DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | _YAML_TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
buildspecs = st.builds(
    pk.BuildSpec,
    install=st.none() | _PHASES,
    build=_PHASES,
    post_build=st.none() | _PHASES,
    artifacts=st.none() | _artifacts(st.dictionaries(words, _artifacts(st.just({})), max_size=2)),
    variables=_TEXT_MAPS,
    parameter_store=_TEXT_MAPS,
    secrets_manager=_TEXT_MAPS,
    exported_variables=st.lists(_YAML_TEXTS, max_size=2),
    shell=st.none() | _YAML_TEXTS,
    git_credential_helper=st.none() | st.booleans(),
    run_as=st.none() | _YAML_TEXTS,
    version=st.sampled_from(["0.1", "0.2"]),
    sections=st.dictionaries(
        st.sampled_from(["reports", "cache", "batch", "proxy", "x-ours"]), _PLAIN_DATA, max_size=3
    ),
)
projects = st.builds(
    pk.Project,
    words,
    buildspec=st.none() | buildspecs | words,
    image=words,
    compute_type=words,
    environment_type=words,
    environment=st.lists(st.builds(pk.EnvironmentVariable, name=words, value=_YAML_TEXTS, type=words), max_size=2),
    privileged=st.booleans(),
    role=words,
    description=st.none() | words,
    timeout_minutes=st.none() | st.integers(5, 2160),
    queued_timeout_minutes=st.none() | st.integers(5, 480),
    encryption_key=st.none() | words,
    tags=_TEXT_MAPS,
)

_LINES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
_TRIMMED = _LINES.map(str.strip).filter(bool)
_PERMISSIONS = st.builds(
    pk.Permission,
    object=_TRIMMED,
    pattern=_LINES,
    exclude=st.lists(_LINES, max_size=2),
    owner=st.none() | _LINES,
    group=st.none() | _LINES,
    mode=st.none() | st.text("01234567", max_size=4),
    type=st.lists(st.sampled_from(["file", "directory"]), max_size=2),
    acls=st.lists(st.builds("u:{}:{}".format, words, st.text("rwx-", max_size=3)), max_size=2),
    context=st.just({}) | st.fixed_dictionaries({"type": words, "range": st.just("s0:c1")}, optional={"name": words}),
)
_HOOKS = st.builds(
    pk.Hook,
    _TRIMMED,
    timeout=st.none() | st.integers(1, 100_000),
    runas=st.none() | _TRIMMED,
    sudo=st.booleans(),
)


@st.composite
def appspecs(draw: st.DrawFn) -> pk.AppSpec:
    """Draw an AppSpec."""
    system = draw(st.sampled_from(SYSTEMS))
    return pk.AppSpec(
        os=system,
        files=draw(st.lists(st.builds(pk.FileMapping, source=_LINES, destination=_LINES), max_size=3)),
        file_exists_behavior=draw(st.sampled_from([None, *FILE_EXISTS_BEHAVIORS])),
        permissions=tuple(draw(st.lists(_PERMISSIONS, max_size=2 if system == "linux" else 0))),
        hooks=draw(st.dictionaries(st.sampled_from(EVENTS), st.lists(_HOOKS, max_size=2), max_size=3)),
    )


deployment_groups = st.builds(
    pk.DeploymentGroup,
    words,
    application=st.sampled_from(["shop", "blog"]),
    tags=_TEXT_MAPS,
    config=st.sampled_from([*PREDEFINED.values(), pk.DeploymentConfig("Most", type="FLEET_PERCENT", value=75)]),
    role=words,
)

_NAMES = st.text("abcXYZ019._-@", min_size=1, max_size=8)
_SHORT = texts(1, 8)
_SHORTS = st.lists(_SHORT, max_size=2).map(tuple)


def _unknown() -> st.SearchStrategy[dict[str, object]]:
    """Draw a member that no part of a pipeline has."""
    values = st.recursive(
        st.none() | st.booleans() | st.integers(-99, 99) | _SHORT,
        lambda inside: st.lists(inside, max_size=2) | st.dictionaries(words, inside, max_size=2),
        max_leaves=3,
    )
    return st.dictionaries(st.sampled_from(["new", "newer"]), values, min_size=1, max_size=1)


_MORE: st.SearchStrategy[dict[str, object]] = st.just({}) | _unknown()
_MAYBE = st.none() | texts(0, 8)
"""A text that may be missing or, what comes to the same, empty."""

_REGIONS_AND_ROLES = {"role_arn": _MAYBE, "region": _MAYBE}
_ACTIONS = st.builds(
    ActionDeclaration,
    _SHORT,
    action_type_id=st.builds(pk.ActionTypeId, _NAMES, _NAMES, _NAMES, _NAMES),
    run_order=st.integers(1, 999),
    configuration=st.dictionaries(_SHORT, _SHORT, max_size=3),
    commands=st.lists(texts(0, 8), max_size=2).map(tuple),
    output_artifacts=st.lists(st.builds(OutputArtifact, _SHORT, files=st.lists(_SHORT).map(tuple)), max_size=2).map(
        tuple
    ),
    input_artifacts=_SHORTS,
    output_variables=_SHORTS,
    **_REGIONS_AND_ROLES,
    namespace=_MAYBE,
    timeout_in_minutes=st.none() | st.integers(5, 86400),
    environment_variables=st.lists(
        st.builds(pk.EnvironmentVariable, name=_NAMES, value=_SHORT, type=st.sampled_from(["PLAINTEXT", "X"])),
        max_size=2,
    ).map(tuple),
    more=_MORE,
)
_RULES = st.builds(
    RuleDeclaration,
    _SHORT,
    rule_type_id=st.builds(RuleTypeId, _NAMES, _MAYBE, _MAYBE, _NAMES),
    configuration=st.dictionaries(_SHORT, _SHORT, max_size=2),
    commands=_SHORTS,
    input_artifacts=_SHORTS,
    **_REGIONS_AND_ROLES,
    timeout_in_minutes=st.none() | st.integers(5, 86400),
    more=_MORE,
)
_RESULTS = st.sampled_from([None, "", "ROLLBACK", "FAIL", "RETRY", "SKIP", "else"])
_CONDITIONS = st.lists(
    st.builds(ConditionDeclaration, result=_RESULTS, rules=st.lists(_RULES, max_size=2).map(tuple), more=_MORE),
    max_size=2,
).map(tuple)
_FAILURES = st.builds(
    FailureConditions,
    result=_RESULTS,
    retry_mode=st.sampled_from([None, "", "FAILED_ACTIONS", "ALL_ACTIONS"]),
    conditions=_CONDITIONS,
    more=_MORE,
)
_STAGES = st.builds(
    StageDeclaration,
    _SHORT,
    actions=st.lists(_ACTIONS, max_size=2).map(tuple),
    before_entry=_CONDITIONS,
    on_success=_CONDITIONS,
    on_failure=st.none() | _FAILURES,
    more=_MORE,
)
_CRITERIA = st.none() | st.builds(FilterCriteria, includes=_SHORTS, excludes=_SHORTS)
_TRIGGERS = st.builds(
    TriggerDeclaration,
    _SHORT,
    push=st.lists(
        st.builds(PushFilter, branches=_CRITERIA, tags=_CRITERIA, file_paths=_CRITERIA, more=_MORE), max_size=2
    ).map(tuple),
    pull_request=st.lists(
        st.builds(PullRequestFilter, events=_SHORTS, branches=_CRITERIA, file_paths=_CRITERIA, more=_MORE), max_size=2
    ).map(tuple),
    provider_type=_NAMES,
    more=_MORE,
)
_VARIABLES = st.builds(
    PipelineVariableDeclaration,
    _SHORT,
    default_value=st.none() | _SHORT,
    description=_MAYBE,
    more=_MORE,
)
_STORES = st.builds(pk.ArtifactStore, _SHORT, encryption_key=_MAYBE, more=_MORE)
declarations = st.builds(
    PipelineDeclaration,
    _SHORT,
    role_arn=_SHORT,
    artifact_store=st.none() | _STORES,
    artifact_stores=st.dictionaries(_NAMES, _STORES, max_size=2),
    stages=st.lists(_STAGES, max_size=2).map(tuple),
    execution_mode=st.sampled_from(EXECUTION_MODES),
    pipeline_type=st.sampled_from(PIPELINE_TYPES),
    variables=st.lists(_VARIABLES, max_size=2).map(tuple),
    triggers=st.lists(_TRIGGERS, max_size=2).map(tuple),
    more=_MORE,
)
"""Of the right shape, not sound: nothing is left out that can be read back."""
