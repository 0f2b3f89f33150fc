"""Which worker does which action type here; imported only when one is wanted."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Iterator

from pipelinekit.codepipeline.declaration import ActionDeclaration, ActionTypeId
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.parameters import parameters_of
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic
from pipelinekit.execution.dispatch import RuleToDo, rules_to_do
from pipelinekit.local.bindings import Bindings
from pipelinekit.local.standins import worker_of
from pipelinekit.local.worker import Worker

_WORKERS = {
    ("Source", "AWS", "CodeStarSourceConnection"): "source:SourceWorker",
    ("Source", "AWS", "CodeCommit"): "source:SourceWorker",
    ("Source", "AWS", "S3"): "s3_source:S3SourceWorker",
    ("Source", "AWS", "ECR"): "source:SourceWorker",
    ("Source", "ThirdParty", "GitHub"): "source:SourceWorker",
    ("Build", "AWS", "CodeBuild"): "codebuild:CodeBuildWorker",
    ("Test", "AWS", "CodeBuild"): "codebuild:CodeBuildWorker",
    ("Compute", "AWS", "Commands"): "commands:CommandsWorker",
    ("Deploy", "AWS", "CodeDeploy"): "codedeploy:CodeDeployWorker",
    ("Deploy", "AWS", "S3"): "s3_deploy:S3DeployWorker",
}
"""What is real here. Manual approvals are answered by people and need no worker."""

_LAMBDA = ActionTypeId("Invoke", "AWS", "Lambda")


def find_worker(stage: str, action: ActionDeclaration, bindings: Bindings) -> Worker | None:
    """Give the worker of an action: a stand-in for it or for its type, else the one of its type, else None."""
    kind = action.action_type_id
    for key in (f"{stage}/{action.name}", action.name, f"{kind.category}/{kind.owner}/{kind.provider}"):
        if key in bindings.workers:
            return worker_of(bindings.workers[key])
    if kind == _LAMBDA:
        from pipelinekit.local.workers import lambda_invoke

        return lambda_invoke.worker(action, bindings)  # what the function says decides whether it is repeatable
    return _built_in(kind)


@functools.cache
def _built_in(kind: ActionTypeId) -> Worker | None:
    name = _WORKERS.get((kind.category, kind.owner, kind.provider))
    if name is None:
        return None
    module, _, attribute = name.partition(":")
    worker: Worker = getattr(importlib.import_module(f"pipelinekit.local.workers.{module}"), attribute)()
    return worker


_EXECUTED = (
    "buildspec",
    "environment",
    "commands",
    "environment_variables",
    "configuration.EnvironmentVariables",
    "configuration.BuildspecOverride",
    "appspec",
    "default_value",
)
"""Members of a definition whose text is executed here; a role or a bucket without a value hurts nobody."""


def _missing_parameters(definition: Definition) -> Iterator[Diagnostic]:
    for name, places in parameters_of(definition).items():
        executed = next((place for place in places if place.path[-1].startswith(_EXECUTED)), None)
        if executed is not None:
            yield found(
                "PK903",
                executed,
                f"the parameter {name} has no value",
                f'give it with --parameter {name}=..., or parameters={{"{name}": ...}} from Python',
            )


def is_done_here(kind: ActionTypeId) -> bool:
    """Whether actions of a type are real on this machine, without a stand-in."""
    done = (kind.category, kind.owner, kind.provider) in _WORKERS
    return done or kind == _LAMBDA or kind.category == "Approval"


def needs_worker(action: ActionDeclaration) -> bool:
    """Whether somebody other than a person does it."""
    return action.action_type_id.category != "Approval"


def check_workers(definition: Definition, bindings: Bindings) -> Iterator[Diagnostic]:
    """Yield, before anything runs, what keeps an action from running on this machine."""
    yield from _missing_parameters(definition)
    for stage, action in definition.actions():
        if not needs_worker(action):
            continue
        worker = find_worker(stage.name, action, bindings)
        if worker is not None:
            yield from worker.check(definition, stage.name, action, bindings)
        else:
            yield found(
                "PK900",
                definition.location(stage.name, action.name),
                f"{action.action_type_id} cannot be done on this machine",
                f"give a stand-in, a function of (job, work): "
                f'LOCAL = pk.local.Bindings(workers={{"{stage.name}/{action.name}": function}}), or workers= of pk.run',
            )
    for rule in rules_to_do(definition):
        yield from _check_rule(definition, rule, bindings)


def _check_rule(definition: Definition, rule: RuleToDo, bindings: Bindings) -> Iterator[Diagnostic]:
    worker = find_worker(rule.where, rule.action, bindings)
    if worker is not None:
        yield from worker.check(definition, rule.stage, rule.action, bindings)
    else:
        yield found(
            "PK900",
            definition.location(rule.stage, rule.hook, rule.action.name),
            f"{rule.action.action_type_id} cannot be evaluated on this machine",
            f"give a stand-in, a function of (job, work) that answers pk.local.succeeded() or pk.local.failed(...): "
            f'workers={{"{rule.key}": function}}',
        )
