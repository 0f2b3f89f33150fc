"""What an action reads out of an artifact, and whether the build that makes the artifact can have put it there.

Nobody can see the files here. But the buildspec says which ones it keeps, and a file that none of its patterns can mean
is not in the artifact (PK221-PK223, PK709, PK728).
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from pipelinekit.codebuild import globs
from pipelinekit.codedeploy.appspec import AppSpec
from pipelinekit.codepipeline.checks.facts import Facts, is_codebuild, is_compute, setting
from pipelinekit.codepipeline.declaration import ActionDeclaration, StageDeclaration
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic
from pipelinekit.values import is_settled

IMAGE_DEFINITIONS, IMAGE_DETAIL = "imagedefinitions.json", "imageDetail.json"
_IN_AN_INPUT = {  # keys that name a file as Artifact::path
    ("Deploy", "CloudFormation"): ("TemplatePath", "TemplateConfiguration"),
    ("Deploy", "CloudFormationStackSet"): ("TemplatePath",),
}
_IN_THE_INPUT = {  # keys that name a file of the only input
    ("Deploy", "AppConfig"): ("InputArtifactConfigurationPath",),
    ("Deploy", "ServiceCatalog"): ("TemplateFilePath", "ConfigurationFilePath"),
}
_OF_A_NAMED_INPUT = {  # keys that name an artifact -> the key with the file in it, and what it is by default
    "TaskDefinitionTemplateArtifact": ("TaskDefinitionTemplatePath", "taskdef.json"),
    "AppSpecTemplateArtifact": ("AppSpecTemplatePath", "appspec.yaml"),
}
_IMAGES = tuple(f"Image{number}ArtifactName" for number in range(1, 5))


@frozen
class Taken:
    """Which files an artifact can hold: the patterns of the build that makes it."""

    files: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    discard_paths: bool = False

    def may_hold(self, path: str) -> bool:
        """Whether *path* may be in it."""
        return globs.may_take(path, self.files, self.exclude, discard_paths=self.discard_paths)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """Yield each file that an action reads from an artifact in which it cannot be."""
    for stage, action in facts.actions:
        if not action.input_artifacts:
            continue
        for field, artifact, path in _files_read(action):
            yield from _missing(facts, stage, action, field, artifact, path)
        yield from _images(facts, stage, action)
        yield from _buildspec(facts, stage, action)
    for key, appspec in facts.definition.appspecs.items():
        stage_name, _, name = key.partition("/")
        yield from _revision(facts, stage_name, name, appspec)


def taken(facts: Facts, artifact: str) -> Taken | None:
    """Tell which files an artifact can hold, or None where that is not known."""
    maker = facts.by_key.get(facts.makers.get(artifact, ("", "")))
    if maker is None:
        return None
    if is_compute(maker):
        files = next(made.files for made in maker.output_artifacts if made.name == artifact)
        return _settled(Taken(files)) if files else None
    spec = facts.buildspec_of(maker) if is_codebuild(maker) else None
    if spec is None or spec.artifacts is None:
        return None
    several = len(maker.output_artifacts) > 1
    kept = spec.artifacts.secondary.get(artifact) if several else spec.artifacts
    if kept is None or not kept.files:
        return None
    return _settled(Taken(kept.files, kept.exclude_paths, kept.discard_paths))


def _settled(given: Taken) -> Taken | None:
    return given if all(map(is_settled, (*given.files, *given.exclude))) else None


def _files_read(action: ActionDeclaration) -> Iterator[tuple[str, str, str]]:
    """Yield (key of the configuration, artifact, path in it) for each file that an action names."""
    kind = action.action_type_id
    if kind.owner != "AWS":
        return
    for key in _IN_AN_INPUT.get((kind.category, kind.provider), ()):
        artifact, separator, path = setting(action, key).partition("::")
        if separator and artifact in action.input_artifacts:
            yield key, artifact, path
    for key in _IN_THE_INPUT.get((kind.category, kind.provider), ()):
        if setting(action, key):
            yield key, action.input_artifacts[0], setting(action, key)
    if kind.provider == "CodeDeployToECS":
        for key, (path_key, default) in _OF_A_NAMED_INPUT.items():
            if setting(action, key) in action.input_artifacts:
                yield path_key, setting(action, key), setting(action, path_key) or default


def _missing(
    facts: Facts, stage: StageDeclaration, action: ActionDeclaration, field: str, artifact: str, path: str
) -> Iterator[Diagnostic]:
    kept = taken(facts, artifact)
    if kept is None or not path or not is_settled(path) or "#{" in path or kept.may_hold(path):
        return
    yield found(
        "PK221",
        facts.at(stage.name, action.name, f"configuration.{field}"),
        f"reads {path!r} from the artifact {artifact!r}, and {_maker(facts, artifact)} does not keep that file",
        f'add it there: artifacts=["{path}", ...]',
    )


def _maker(facts: Facts, artifact: str) -> str:
    return "/".join(facts.makers[artifact])


def _images(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    kind = action.action_type_id
    if (kind.category, kind.owner) != ("Deploy", "AWS"):
        return
    if kind.provider == "ECS":
        file = setting(action, "FileName") or IMAGE_DEFINITIONS
        yield from _image_file(facts, stage, action, "FileName", action.input_artifacts[0], file, IMAGE_DETAIL)
    elif kind.provider == "CodeDeployToECS":
        for key in _IMAGES:
            if setting(action, key) in action.input_artifacts:
                artifact = setting(action, key)
                yield from _image_file(facts, stage, action, key, artifact, IMAGE_DETAIL, IMAGE_DEFINITIONS)


def _image_file(
    facts: Facts, stage: StageDeclaration, action: ActionDeclaration, key: str, artifact: str, file: str, other: str
) -> Iterator[Diagnostic]:
    maker = facts.by_key.get(facts.makers.get(artifact, ("", "")))
    kept = taken(facts, artifact)
    of_ecr = maker is not None and (maker.action_type_id.category, maker.action_type_id.provider) == ("Source", "ECR")
    if of_ecr:
        kept = Taken((IMAGE_DETAIL,))
    if kept is None or not is_settled(file) or "#{" in file or kept.may_hold(file):
        return
    holds_other = kept.may_hold(other)
    yield found(
        "PK222" if holds_other else "PK221",
        facts.at(stage.name, action.name, f"configuration.{key}"),
        f"reads {file} from the artifact {artifact!r}, and {_maker(facts, artifact)} "
        + (f"puts {other} there, which is another file" if holds_other else "does not keep that file"),
        f"let a build write {file} and keep it"
        if of_ecr or not holds_other
        else f'write {file} in the build, and keep it: artifacts=["{file}"]',
    )


def _buildspec(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    if not is_codebuild(action):
        return
    override = setting(action, "BuildspecOverride")
    project = facts.project_of(action)
    path = override or (project.buildspec or "buildspec.yml" if project is not None else "")
    if not isinstance(path, str) or not path or "\n" in path or path.startswith("arn:"):
        return
    primary = setting(action, "PrimarySource") or action.input_artifacts[0]
    kept = taken(facts, primary)
    if kept is None or not is_settled(path) or "#{" in path or kept.may_hold(path):
        return
    yield found(
        "PK223",
        facts.at(stage.name, action.name, "buildspec"),
        f"reads its buildspec {path!r} from the artifact {primary!r}, and {_maker(facts, primary)} does not keep it",
        f'add it there, artifacts=["{path}", ...], or write buildspec=pk.BuildSpec(...)',
    )


def _revision(facts: Facts, stage: str, name: str, appspec: AppSpec) -> Iterator[Diagnostic]:
    action = facts.by_key.get((stage, name))
    if action is None or len(action.input_artifacts) != 1:
        return
    artifact = action.input_artifacts[0]
    kept = taken(facts, artifact)
    if kept is None:
        return
    for index, mapping in enumerate(appspec.files):
        path = mapping.source.replace("\\", "/").strip("/")
        if not _is_plain(path) or kept.may_hold(path):
            continue
        yield found(
            "PK728",
            facts.at(stage, name, "appspec", f"files[{index}]"),
            f"the source {mapping.source!r} is not in the revision: {_maker(facts, artifact)} does not keep it",
            f'add it there: artifacts=["{path}/**/*", ...], or "{path}" when it is a file',
        )
    for event, hooks in appspec.hooks.items():
        for index, hook in enumerate(hooks):
            path = hook.location.strip().replace("\\", "/").strip("/")
            if not _is_plain(path) or " " in path or kept.may_hold(path):
                continue
            yield found(
                "PK709",
                facts.at(stage, name, "appspec", f"hooks.{event}[{index}]"),
                f"the script {hook.location!r} is not in the revision: {_maker(facts, artifact)} does not keep it",
                f'add it there: artifacts=["{path}", ...]',
            )


def _is_plain(path: str) -> bool:
    """Whether it is a path that can be looked for: not empty, no wildcard, nothing that a parameter brings."""
    return bool(path) and is_settled(path) and not globs.is_pattern(path) and ".." not in path
