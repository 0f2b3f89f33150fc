"""What the keys of one action type ask of each other and of its artifacts (PK315, PK317, PK333, PK334, PK337)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from pipelinekit.codepipeline.checks.facts import Facts, setting
from pipelinekit.codepipeline.declaration import ActionDeclaration, ActionTypeId, StageDeclaration
from pipelinekit.codepipeline.limits import IMAGES_MAX
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic
from pipelinekit.values import is_settled

_IMAGE = re.compile(r"Image(\d{1,9})(ArtifactName|ContainerName)")

Problem = tuple[str, str, str, str]
"""Code, the member it is about, message and hint."""


def check_kind(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    """Yield what is wrong between the keys of an action."""
    kind = action.action_type_id
    check = _CHECKS.get((kind.category, kind.owner, kind.provider))
    if check is not None:
        for code, member, message, hint in check(action):
            yield found(code, facts.at(stage.name, action.name, member), message, hint)


def is_about_an_image(type_id: ActionTypeId, key: str) -> bool:
    """Whether a key is one of the numbered ones of a blue/green deployment, however large its number."""
    return type_id.provider == "CodeDeployToECS" and _IMAGE.fullmatch(key) is not None


def _missing(key: str, why: str, hint: str) -> Problem:
    return "PK333", f"configuration.{key}", f"lacks {key}, {why}", hint


def _idle(key: str, message: str, hint: str) -> Problem:
    return "PK334", f"configuration.{key}", message, hint


def _unread(message: str, hint: str) -> Problem:
    return "PK337", "inputs", message, hint


def _is_given(action: ActionDeclaration, key: str) -> bool:
    return key in action.configuration


# Builds --------------------------------------------------------------------------------------------------------------


def _codebuild(action: ActionDeclaration) -> Iterator[Problem]:
    if setting(action, "CombineArtifacts") == "true" and setting(action, "BatchEnabled") in ("", "false"):
        yield _idle(
            "CombineArtifacts",
            "combines the artifacts of a batch, and is no batch build",
            "write batch=True too, or leave combine_artifacts out",
        )


# Deployments ---------------------------------------------------------------------------------------------------------


def _upload(action: ActionDeclaration) -> Iterator[Problem]:
    if setting(action, "Extract") == "false" and not _is_given(action, "ObjectKey"):
        yield (
            "PK317",
            "configuration.ObjectKey",
            "uploads its artifact as one object, which has no key",
            'write object_key="releases/app.zip", or extract=True',
        )


def _stack_set(action: ActionDeclaration) -> Iterator[Problem]:
    for key, other, hint in (
        ("Regions", "DeploymentTargets", 'write regions=["eu-west-1"]'),
        ("DeploymentTargets", "Regions", 'write deployment_targets=["111122223333"]'),
    ):
        if _is_given(action, other) and not _is_given(action, key):
            yield _missing(key, f"which {other} needs", hint)
    yield from _models(action)
    yield from _targets(action, "Parameters", "DeploymentTargets")


def _models(action: ActionDeclaration) -> Iterator[Problem]:
    model = setting(action, "PermissionModel") or "SELF_MANAGED"
    own = {
        "SELF_MANAGED": ("AdministrationRoleArn", "ExecutionRoleName"),
        "SERVICE_MANAGED": ("OrganizationsAutoDeployment", "CallAs"),
    }
    for other in own.keys() - {model} if model in own else ():
        for key in own[other]:
            if _is_given(action, key) and setting(action, key) not in ("Disabled", "SELF"):
                yield _idle(
                    key,
                    f"has {key}, which is for the permission model {other}, and has the model {model}",
                    f'leave it out, or write permission_model="{other}"',
                )


def _stack_instances(action: ActionDeclaration) -> Iterator[Problem]:
    return _targets(action, "ParameterOverrides", "DeploymentTargets")


def _targets(action: ActionDeclaration, *keys: str) -> Iterator[Problem]:
    """Yield the keys that may point into an artifact, and point into none of the inputs."""
    for key in keys:
        match = re.fullmatch(r"([A-Za-z0-9_\-]+)::[^\s,=]+", setting(action, key))
        if match is not None and match[1] not in action.input_artifacts:
            yield (
                "PK307",
                f"configuration.{key}",
                f"{match[0]!r} points into the artifact {match[1]!r}, which is none of its inputs",
                f"add {match[1]} to its inputs",
            )


def _blue_green(action: ActionDeclaration) -> Iterator[Problem]:
    for key in action.configuration:
        match = _IMAGE.fullmatch(key)
        if match is None:
            continue
        number, half = match.groups()
        other = f"Image{number}{'ContainerName' if half == 'ArtifactName' else 'ArtifactName'}"
        if not 1 <= int(number) <= IMAGES_MAX:
            yield (
                "PK315",
                f"configuration.{key}",
                f"{key} is about image {int(number)}, where AWS takes images 1 to {IMAGES_MAX}",
                "write that image into the task definition itself",
            )
        elif not _is_given(action, other):
            yield _idle(key, f"has {key} without {other}", f"write {other} too, or leave {key} out")


def _instances(action: ActionDeclaration) -> Iterator[Problem]:
    if _is_given(action, "DeploySpec"):
        return
    for key, hint in (
        ("TargetDirectory", 'write target_directory="/srv/shop"'),
        ("PostScript", 'write post_script="scripts/start.sh"'),
    ):
        if not _is_given(action, key):
            yield _missing(
                key, "which is needed where no deploy spec says it", f'{hint}, or deploy_spec="deployspec.yml"'
            )


def _cluster(action: ActionDeclaration) -> Iterator[Problem]:
    helm = ("HelmReleaseName", "HelmChartLocation")
    given = [key for key in helm if _is_given(action, key)]
    if len(given) == 1:
        other = helm[1 - helm.index(given[0])]
        hint = "helm_chart_location" if other == "HelmChartLocation" else "helm_release_name"
        yield _missing(other, f"which {given[0]} needs", f'write {hint}="shop"')
    elif not given and not _is_given(action, "ManifestFiles"):
        yield _missing(
            "ManifestFiles",
            "and no chart for Helm either",
            'write manifest_files=["deploy.yml"], or helm_release_name="shop" and helm_chart_location="chart"',
        )


def _function(action: ActionDeclaration) -> Iterator[Problem]:
    if not action.input_artifacts and not _is_given(action, "PublishedTargetVersion"):
        yield _missing(
            "PublishedTargetVersion",
            "and no artifact with the function's code either",
            'write input=build.output, or published_target_version="7"',
        )
    if _is_given(action, "DeployStrategy") and not _is_given(action, "FunctionAlias"):
        yield _idle(
            "DeployStrategy", "shifts traffic, and has no alias to shift it on", 'write alias="live", or leave it out'
        )


def _product(action: ActionDeclaration) -> Iterator[Problem]:
    if _is_given(action, "ConfigurationFilePath"):
        return
    for key, hint in (
        ("TemplateFilePath", 'template_file_path="template.yml"'),
        ("ProductVersionName", 'product_version_name="1.0"'),
        ("ProductType", 'product_type="CLOUD_FORMATION_TEMPLATE"'),
    ):
        if not _is_given(action, key):
            yield _missing(key, "which is needed where no configuration file says it", f"write {hint}")


# Invocations ---------------------------------------------------------------------------------------------------------


def _state_machine(action: ActionDeclaration) -> Iterator[Problem]:
    if setting(action, "InputType") != "FilePath":
        return
    if not _is_given(action, "Input"):
        yield _missing("Input", "which InputType FilePath needs", 'write state_input="input.json"')
    if not action.input_artifacts:
        yield _unread("takes its input from a file, and has no artifact to read it from", "write input=build.output")


def _scan(action: ActionDeclaration) -> Iterator[Problem]:
    mode = setting(action, "InspectorRunMode")
    if mode == "ECRImageScan" and not _is_given(action, "ECRRepositoryName"):
        yield _missing("ECRRepositoryName", "which the scan of an image needs", 'write repository="shop"')
    if mode == "SourceCodeScan" and not action.input_artifacts:
        yield _unread("scans source, and has no artifact to read it from", "write input=checkout.output")


def _pipeline(action: ActionDeclaration) -> Iterator[Problem]:
    for key, members, hint in (
        (
            "SourceRevisions",
            ("actionName", "revisionType", "revisionValue"),
            'write source_revisions={"Checkout": ("COMMIT_ID", "...")}',
        ),
        ("Variables", ("name", "value"), 'write variables={"NAME": "value"}'),
    ):
        text = setting(action, key)
        if text and is_settled(text) and not _lists(text, members):
            yield (
                "PK335",
                f"configuration.{key}",
                f"{text[:40]!r} is not a JSON list of objects with {', '.join(members)}",
                hint,
            )


def _lists(text: str, members: tuple[str, ...]) -> bool:
    """Whether a text is JSON: a list of objects that have these members as texts."""
    try:
        items = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(items, list) and all(
        isinstance(item, dict) and all(isinstance(item.get(member), str) for member in members) for item in items
    )


_CHECKS: dict[tuple[str, str, str], Callable[[ActionDeclaration], Iterator[Problem]]] = {
    ("Build", "AWS", "CodeBuild"): _codebuild,
    ("Test", "AWS", "CodeBuild"): _codebuild,
    ("Deploy", "AWS", "S3"): _upload,
    ("Deploy", "AWS", "CloudFormationStackSet"): _stack_set,
    ("Deploy", "AWS", "CloudFormationStackInstances"): _stack_instances,
    ("Deploy", "AWS", "CodeDeployToECS"): _blue_green,
    ("Deploy", "AWS", "EC2"): _instances,
    ("Deploy", "AWS", "EKS"): _cluster,
    ("Deploy", "AWS", "Lambda"): _function,
    ("Deploy", "AWS", "ServiceCatalog"): _product,
    ("Invoke", "AWS", "StepFunctions"): _state_machine,
    ("Invoke", "AWS", "InspectorScan"): _scan,
    ("Invoke", "AWS", "CodePipeline"): _pipeline,
}
