"""The text of ``pipeline.py``, from what was found and what was chosen."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from attrs import frozen

from pipelinekit.codepipeline.python.expressions import (
    INDENT,
    Call,
    Expression,
    Name,
    assignment,
    call,
    comment,
    mapping,
)
from pipelinekit.starting.building import BuildAction, build_actions
from pipelinekit.starting.choices import Choices
from pipelinekit.starting.findings import Findings
from pipelinekit.starting.releasing import Release, release

HOSTS = ".pipelinekit/hosts"
"""Where the directories that play hosts lie: `pipelinekit` keeps git away from there."""


@frozen(kw_only=True)
class Composed:
    """The text of a pipeline file. ``stood_in`` maps an action that this machine cannot do to the reason."""

    text: str
    actions: tuple[str, ...]
    """``Stage/Action`` of all of them, in order."""
    stood_in: tuple[tuple[str, str], ...] = ()


def compose(findings: Findings, choices: Choices, *, file: str = "pipeline.py", source: str = ".") -> Composed:
    """Write the pipeline.

    *file* is the path of the file that gets the text, relative to the directory that was looked at; *source* that of
    the repository's top, relative to the file.
    """
    built = build_actions(findings, choices, file)
    plan = _Plan(
        choices=choices, findings=findings, built=built, released=release(findings, choices, built), source=source
    )
    copies = any(action.stand_in for action in built)
    imports = "import shutil\n\nimport pipelinekit as pk" if copies else "import pipelinekit as pk"
    parts = [_docstring(choices, file), imports, *_statements(plan)]
    return Composed(
        text="\n\n".join(parts) + "\n",
        actions=tuple(_keys(plan)),
        stood_in=tuple(_stood_in(plan)),
    )


@frozen(kw_only=True)
class _Plan:
    """All that was decided."""

    choices: Choices
    findings: Findings
    built: tuple[BuildAction, ...]
    released: Release | None
    source: str

    @property
    def build_stage(self) -> str:
        """What the stage of the builds is called."""
        return "Test" if all(action.category == "test" for action in self.built) else "Build"


def _keys(plan: _Plan) -> Iterator[str]:
    yield "Source/Checkout"
    yield from (f"{plan.build_stage}/{action.name}" for action in plan.built)
    if plan.released is not None:
        yield from ["Production/GoLive"] if plan.choices.approval else []
        yield f"Production/{plan.released.name}"


def _stood_in(plan: _Plan) -> Iterator[tuple[str, str]]:
    yield from ((f"{plan.build_stage}/{a.name}", a.stand_in) for a in plan.built if a.stand_in)
    if plan.released is not None and plan.released.stand_in:
        yield f"Production/{plan.released.name}", plan.released.stand_in


def _docstring(choices: Choices, file: str) -> str:
    base = posixpath.basename(file)
    shown = base if re.fullmatch(r"[\w.-]+", base, re.ASCII) else "pipeline.py"
    verbs = [
        (f"pipelinekit check {shown}", "tells what is wrong with it"),
        (f"pipelinekit run {shown}{' --approve all' if choices.approval else ''}", "runs it on this machine"),
        (f"pipelinekit emit {shown} -o emitted", "writes it for AWS"),
    ]
    width = max(len(verb) for verb, _ in verbs)
    return "\n".join(
        [
            f'"""The pipeline of {choices.name}, begun by `pipelinekit init`.',
            "",
            "It is yours: change what you like. From the shell,",
            "",
            *(f"{INDENT}{verb:<{width}}    {what}" for verb, what in verbs),
            '"""',
        ]
    )


def _statements(plan: _Plan) -> Iterator[str]:
    yield _checkout(plan)
    yield from (_build_statement(action, plan) for action in plan.built)
    yield from _production(plan)
    yield _pipeline(plan)
    yield from _local(plan)


def _said(comments: Iterable[str], *statements: str) -> str:
    """Put a comment over statements."""
    return "\n".join(filter(None, (comment(*comments), *statements)))


# The source.


def _checkout(plan: _Plan) -> str:
    choices = plan.choices
    match choices.source:
        case "codeconnections":
            return _said(
                ("ConnectionArn is the connection that you authorised in the AWS console.", *_not_known(plan)),
                assignment(
                    "checkout", _git_source("pk.source.CodeConnections", plan, connection=_parameter("ConnectionArn"))
                ),
            )
        case "codecommit":
            return _said(_not_known(plan), assignment("checkout", _git_source("pk.source.CodeCommit", plan)))
        case "s3":
            bucket, _, key = (choices.repository or "").partition("/")
            source = call(
                "pk.source.S3",
                "Checkout",
                bucket=bucket or _parameter("SourceBucket"),
                object_key=key or f"{choices.name}.zip",
            )
            return _said(("The source is a zip file in a bucket that keeps versions.",), assignment("checkout", source))


def _git_source(function: str, plan: _Plan, **more: Expression) -> Call:
    choices = plan.choices
    return call(
        function,
        "Checkout",
        repository=choices.repository or _parameter("Repository"),
        branch=choices.branch or "main",
        **more,
    )


def _not_known(plan: _Plan) -> Iterator[str]:
    choices = plan.choices
    if choices.repository is None:
        wanted = "OWNER/NAME" if choices.source == "codeconnections" else "its name"
        yield f"No repository is known yet, so it is a parameter: write {wanted} here."
    if choices.branch is None:
        yield "No branch is known, so main is assumed."


def _parameter(name: str) -> Name:
    return Name(f'pk.Parameter("{name}")')


# Builds.


def _build_statement(action: BuildAction, plan: _Plan) -> str:
    by_commands = plan.choices.build == "commands" and not action.codebuild_only
    comments = list(action.comments)
    keeps = action.keeps
    if by_commands and keeps is not None and keeps.base_directory:
        comments.append(f"The files keep {keeps.base_directory}/ in their names: Commands knows no base directory.")
    return _said(
        comments, assignment(action.variable, _by_commands(action) if by_commands else _by_codebuild(action, plan))
    )


def _by_commands(action: BuildAction) -> Call:
    keeps = action.keeps
    variables: dict[str, Expression] = {**mapping(action.variables), **action.environment}
    files = [posixpath.join(keeps.base_directory, file) for file in keeps.files] if keeps is not None else []
    return call(
        "pk.build.Commands",
        action.name,
        input=Name("checkout.output"),
        commands=_list(action.setup + action.commands),
        environment=variables or None,
        files=_list(files) or None,
    )


def _by_codebuild(action: BuildAction, plan: _Plan) -> Call:
    buildspec: Expression = action.buildspec if action.buildspec is not None else _buildspec(action)
    project = None
    if action.image is not None or action.privileged:
        project = call(
            "pk.Project",
            f"{plan.choices.name}-{action.name.lower()}",
            image=action.image,
            privileged=True if action.privileged else None,
            buildspec=buildspec,
        )
    return call(
        f"pk.{action.category}.CodeBuild",
        action.name,
        input=Name("checkout.output"),
        project=project,
        buildspec=None if project is not None else buildspec,
        environment=dict(action.environment) or None,
        outputs=_list(action.outputs) or None,
    )


def _buildspec(action: BuildAction) -> Call:
    keeps = action.keeps
    return call(
        "pk.BuildSpec",
        variables=mapping(action.variables) or None,
        install=_install(action),
        build=_list(action.commands),
        artifacts=None if keeps is None else _artifacts(keeps.files, keeps.base_directory, keeps.exclude),
    )


def _install(action: BuildAction) -> Expression | None:
    if action.runtime is None:
        return _list(action.setup) or None
    runtimes = mapping({action.runtime.name: action.runtime.version})
    commands = [_list(action.setup)] if action.setup else []
    return call("pk.Phase", *commands, runtime_versions=runtimes)


def _artifacts(files: tuple[str, ...], base_directory: str, exclude: tuple[str, ...]) -> Expression:
    if not base_directory and not exclude:
        return _list(files)
    return call(
        "pk.Artifacts", _list(files), base_directory=base_directory or None, exclude_paths=_list(exclude) or None
    )


def _list(texts: Iterable[str]) -> list[Expression]:
    return [*texts]


# The deployment, and the pipeline.


def _production(plan: _Plan) -> Iterator[str]:
    released = plan.released
    if released is None:
        return
    if plan.choices.approval:
        approval = call("pk.approval.Manual", "GoLive", message=_question(plan))
        yield _said(("A person says yes or no before anything is deployed.",), assignment("go_live", approval))
    before = [assignment(name, expression) for name, expression in released.before]
    yield _said(released.comments, *before, assignment(released.variable, released.expression))


def _question(plan: _Plan) -> Expression:
    """Ask with the version of the source, where the source knows one here as well."""
    name, git = plan.choices.name, plan.findings.git
    if plan.choices.source == "s3":
        return Name(f'f"Ship {name} ({{checkout.version_id}})?"')
    return Name(f'f"Ship {name} ({{checkout.commit_id}})?"') if git is not None else f"Ship {name}?"


def _pipeline(plan: _Plan) -> str:
    stages: list[Expression] = [call("pk.Stage", "Source", Name("checkout"))]
    comments = ["Stages run one after the other."]
    flow = [action.variable for action in plan.built]
    if flow:
        stages.append(call("pk.Stage", plan.build_stage, Name(" >> ".join(flow))))
    release_flow = []
    if plan.released is not None:
        release_flow = [*(["go_live"] if plan.choices.approval else []), plan.released.variable]
        stages.append(call("pk.Stage", "Production", Name(" >> ".join(release_flow))))
    if len(flow) > 1 or len(release_flow) > 1:
        first, second = flow[:2] if len(flow) > 1 else release_flow
        comments.append(f"`{first} >> {second}` is a flow: the second waits for the first.")
    return _said(comments, assignment("pipeline", call("pk.Pipeline", plan.choices.name, stages)))


# What stands for it here.


def _local(plan: _Plan) -> Iterator[str]:
    stood_in = dict(_stood_in(plan))
    builds = {key for key in stood_in if not key.startswith("Production/")}
    functions = [_HAND_ON] if builds else []
    blocks = [
        _said(
            (
                "What stands for all this on this machine, so that `pipelinekit run` works as it is.",
                *_reasons(stood_in, bool(plan.released and plan.released.hosts)),
            ),
            assignment("LOCAL", _bindings(plan, stood_in, builds)),
        )
    ]
    # Functions have two empty lines around them.
    yield "\n" * bool(functions) + "\n\n\n".join([*functions, *blocks])


def _reasons(stood_in: dict[str, str], hosts: bool) -> Iterator[str]:
    for key, reason in stood_in.items():
        can = key.startswith("Build/") or hosts
        yield f"{key} is not done here, since {reason}: a stand-in says so in its place."
        yield from ["Take its line in workers= away, and it is done for real."] if can else []


def _bindings(plan: _Plan, stood_in: dict[str, str], builds: set[str]) -> Call:
    released = plan.released
    hosts = {}
    if released is not None and released.hosts:
        hosts[released.group] = _list(f"{HOSTS}/{host}" for host in released.hosts)
    parameters = dict.fromkeys(_executed_parameters(plan), "not-used-here")
    workers: dict[str, Expression] = {
        key: Name("hand_on") if key in builds else call("pk.local.record") for key in stood_in
    }
    return call(
        "pk.local.Bindings",
        sources=mapping({"Checkout": plan.source}),
        hosts=dict(hosts) or None,
        parameters=mapping(parameters) or None,
        workers=workers or None,
    )


def _executed_parameters(plan: _Plan) -> Iterator[str]:
    """Yield the parameters in the environment of builds: a run wants a value for each, though its stand-in does not."""
    for action in plan.built:
        for value in action.environment.values():
            if isinstance(value, Name) and (found := re.search(r'"(\w+)"', value.text)):
                yield found[1]


def _function(head: str, docstring: str, *body: str) -> str:
    return "\n".join([head, f'{INDENT}"""{docstring}"""', *(INDENT + line for line in body)])


_HAND_ON = _function(
    "def hand_on(job, work):",
    "Stand in for a build that is not done here: hand its input on, and say so.",
    "for output in work.outputs.values():",
    "    for given in work.inputs.values():",
    "        shutil.copytree(given, output, symlinks=True, dirs_exist_ok=True)",
    'work.log(f"{job.action.name} is not done on this machine: its input was handed on")',
    'return pk.local.succeeded(summary="not done here: its input was handed on")',
)
