"""pipelinekit: a pipeline is a value; checking, emitting, running and drawing are functions of it.

    >>> import pipelinekit as pk
    >>> checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
    >>> str(checkout.commit_id)
    '#{Checkout.CommitId}'

Names are loaded when they are first used, so that ``import pipelinekit`` is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

__version__ = "0.1.0"

_MODULES = {
    "source": "codepipeline.source",
    "build": "codepipeline.build",
    "test": "codepipeline.test",
    "approval": "codepipeline.approval",
    "deploy": "codepipeline.deploy",
    "invoke": "codepipeline.invoke",
    "rule": "codepipeline.rule",
    "edit": "codepipeline.edit",
}

_NAMES = {
    "Pipeline": "codepipeline.pipeline",
    "Stage": "codepipeline.pipeline",
    "Transition": "codepipeline.pipeline",
    "Condition": "codepipeline.condition",
    "OnFailure": "codepipeline.condition",
    "Retry": "codepipeline.condition",
    "Rollback": "codepipeline.condition",
    "Trigger": "codepipeline.trigger",
    "Push": "codepipeline.trigger",
    "PullRequest": "codepipeline.trigger",
    "FilterCriteria": "codepipeline.declaration",
    "PipelineVariable": "codepipeline.variable",
    "RuleTypeId": "codepipeline.declaration",
    "Action": "codepipeline.action",
    "ActionTypeId": "codepipeline.declaration",
    "Artifact": "codepipeline.action",
    "ArtifactStore": "codepipeline.declaration",
    "CustomAction": "codepipeline.action",
    "Step": "codepipeline.action",
    "parallel": "codepipeline.action",
    "Parameter": "values",
    "Variable": "values",
    "BuildSpec": "codebuild.spec",
    "Phase": "codebuild.spec",
    "Artifacts": "codebuild.spec",
    "EnvironmentVariable": "codebuild.project",
    "Project": "codebuild.project",
    "AppSpec": "codedeploy.appspec",
    "FileMapping": "codedeploy.appspec",
    "Hook": "codedeploy.appspec",
    "Permission": "codedeploy.appspec",
    "DeploymentGroup": "codedeploy.group",
    "DeploymentConfig": "codedeploy.config",
    "ALL_AT_ONCE": "codedeploy.config",
    "HALF_AT_A_TIME": "codedeploy.config",
    "ONE_AT_A_TIME": "codedeploy.config",
    "Definition": "codepipeline.definition",
    "Order": "codepipeline.order",
    "define": "codepipeline.define",
    "order": "codepipeline.define",
    "check": "codepipeline.checks",
    "diff": "codepipeline.differences",
    "to_python": "codepipeline.python.source",
    "emit": "files",
    "load": "files",
    "to_template": "cloudformation.template",
    "template_text": "cloudformation.document",
    "policies": "cloudformation.iam",
    "draw": "drawing",
    "judge": "execution.triggers",
    "starts": "execution.triggers",
    "PushEvent": "execution.triggers",
    "PullRequestEvent": "execution.triggers",
    "run": "local",
    "Diagnostic": "diagnostics",
    "Location": "diagnostics",
    "Place": "diagnostics",
    "Report": "diagnostics",
    "Severity": "diagnostics",
    "PipelineKitError": "diagnostics",
    "InvalidPipeline": "diagnostics",
    "InvalidDocument": "diagnostics",
}

__all__ = ["__version__", "local", "testing", *_MODULES, *_NAMES]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    if name in ("local", "testing"):
        return importlib.import_module(f"pipelinekit.{name}")
    if name in _MODULES:
        value: object = importlib.import_module(f"pipelinekit.{_MODULES[name]}")
    elif name in _NAMES:
        value = getattr(importlib.import_module(f"pipelinekit.{_NAMES[name]}"), name)
    else:
        raise AttributeError(f"pipelinekit has no {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


if TYPE_CHECKING:
    from pipelinekit import local as local
    from pipelinekit import testing as testing
    from pipelinekit.cloudformation.document import template_text as template_text
    from pipelinekit.cloudformation.iam import policies as policies
    from pipelinekit.cloudformation.template import to_template as to_template
    from pipelinekit.codebuild.project import EnvironmentVariable as EnvironmentVariable
    from pipelinekit.codebuild.project import Project as Project
    from pipelinekit.codebuild.spec import Artifacts as Artifacts
    from pipelinekit.codebuild.spec import BuildSpec as BuildSpec
    from pipelinekit.codebuild.spec import Phase as Phase
    from pipelinekit.codedeploy.appspec import AppSpec as AppSpec
    from pipelinekit.codedeploy.appspec import FileMapping as FileMapping
    from pipelinekit.codedeploy.appspec import Hook as Hook
    from pipelinekit.codedeploy.appspec import Permission as Permission
    from pipelinekit.codedeploy.config import ALL_AT_ONCE as ALL_AT_ONCE
    from pipelinekit.codedeploy.config import HALF_AT_A_TIME as HALF_AT_A_TIME
    from pipelinekit.codedeploy.config import ONE_AT_A_TIME as ONE_AT_A_TIME
    from pipelinekit.codedeploy.config import DeploymentConfig as DeploymentConfig
    from pipelinekit.codedeploy.group import DeploymentGroup as DeploymentGroup
    from pipelinekit.codepipeline import approval as approval
    from pipelinekit.codepipeline import build as build
    from pipelinekit.codepipeline import deploy as deploy
    from pipelinekit.codepipeline import edit as edit
    from pipelinekit.codepipeline import invoke as invoke
    from pipelinekit.codepipeline import rule as rule
    from pipelinekit.codepipeline import source as source
    from pipelinekit.codepipeline import test as test
    from pipelinekit.codepipeline.action import Action as Action
    from pipelinekit.codepipeline.action import Artifact as Artifact
    from pipelinekit.codepipeline.action import CustomAction as CustomAction
    from pipelinekit.codepipeline.action import Step as Step
    from pipelinekit.codepipeline.action import parallel as parallel
    from pipelinekit.codepipeline.checks import check as check
    from pipelinekit.codepipeline.condition import Condition as Condition
    from pipelinekit.codepipeline.condition import OnFailure as OnFailure
    from pipelinekit.codepipeline.condition import Retry as Retry
    from pipelinekit.codepipeline.condition import Rollback as Rollback
    from pipelinekit.codepipeline.declaration import ActionTypeId as ActionTypeId
    from pipelinekit.codepipeline.declaration import ArtifactStore as ArtifactStore
    from pipelinekit.codepipeline.declaration import FilterCriteria as FilterCriteria
    from pipelinekit.codepipeline.declaration import RuleTypeId as RuleTypeId
    from pipelinekit.codepipeline.define import define as define
    from pipelinekit.codepipeline.define import order as order
    from pipelinekit.codepipeline.definition import Definition as Definition
    from pipelinekit.codepipeline.differences import diff as diff
    from pipelinekit.codepipeline.order import Order as Order
    from pipelinekit.codepipeline.pipeline import Pipeline as Pipeline
    from pipelinekit.codepipeline.pipeline import Stage as Stage
    from pipelinekit.codepipeline.pipeline import Transition as Transition
    from pipelinekit.codepipeline.python.source import to_python as to_python
    from pipelinekit.codepipeline.trigger import PullRequest as PullRequest
    from pipelinekit.codepipeline.trigger import Push as Push
    from pipelinekit.codepipeline.trigger import Trigger as Trigger
    from pipelinekit.codepipeline.variable import PipelineVariable as PipelineVariable
    from pipelinekit.diagnostics import Diagnostic as Diagnostic
    from pipelinekit.diagnostics import InvalidDocument as InvalidDocument
    from pipelinekit.diagnostics import InvalidPipeline as InvalidPipeline
    from pipelinekit.diagnostics import Location as Location
    from pipelinekit.diagnostics import PipelineKitError as PipelineKitError
    from pipelinekit.diagnostics import Place as Place
    from pipelinekit.diagnostics import Report as Report
    from pipelinekit.diagnostics import Severity as Severity
    from pipelinekit.drawing import draw as draw
    from pipelinekit.execution.triggers import PullRequestEvent as PullRequestEvent
    from pipelinekit.execution.triggers import PushEvent as PushEvent
    from pipelinekit.execution.triggers import judge as judge
    from pipelinekit.execution.triggers import starts as starts
    from pipelinekit.files import emit as emit
    from pipelinekit.files import load as load
    from pipelinekit.local import run as run
    from pipelinekit.values import Parameter as Parameter
    from pipelinekit.values import Variable as Variable
