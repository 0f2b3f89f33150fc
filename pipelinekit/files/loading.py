"""Definitions from the disk: an emitted directory, or a pipeline document of somebody else."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import attrs

from pipelinekit.codebuild.document import buildspec_text, read_project_input
from pipelinekit.codebuild.project import Project
from pipelinekit.codebuild.spec import BuildSpec
from pipelinekit.codedeploy.appspec import AppSpec
from pipelinekit.codedeploy.config import DeploymentConfig
from pipelinekit.codedeploy.config_document import read_deployment_config_input
from pipelinekit.codedeploy.document import read_appspec, read_deployment_group_input
from pipelinekit.codedeploy.group import DeploymentGroup
from pipelinekit.codepipeline.definition import Definition, DisabledTransition, Origin
from pipelinekit.codepipeline.document import read_pipeline_document, read_tags
from pipelinekit.codepipeline.revisions import without_appspecs
from pipelinekit.diagnostics import Diagnostic, InvalidDocument, Location, Place, Severity
from pipelinekit.documents import MAX_CHARACTERS, plain, read
from pipelinekit.files.layout import PIPELINE
from pipelinekit.files.manifest import MANIFEST, Manifest, read_manifest
from pipelinekit.files.writing import CannotWrite, below


def load(path: str | os.PathLike[str]) -> Definition:
    """Read a definition: an emitted directory, its ``pipeline.json``, a pipeline document, a CloudFormation template.

    What `emit` wrote is read with the neighbours that its manifest names, and is equal to what was emitted. Of a
    pipeline document only the pipeline itself is known: its projects and deployment groups are described elsewhere.
    A template is read as `pipelinekit.cloudformation.reading.read_template` does; of several pipelines in it
    ``template.yml#LogicalId`` picks one.

    A deployment group's configuration is AWS's own or stands in ``deployment-configs/``; a group with a configuration
    that cannot be known from the files is refused.

    Raises:
        InvalidDocument: when a file cannot be read, with line and column where there is one.
    """
    given, logical_id = split_logical_id(path)
    directory = given if given.is_dir() else given.parent
    manifest = _manifest(directory)
    if given.is_dir() and manifest is None:
        if not (given / PIPELINE).is_file():
            hint = f"emit writes {MANIFEST}; a pipeline document of somebody else is given by its own name"
            raise _unreadable(given, f"holds neither {MANIFEST} nor {PIPELINE}", hint)
        given = given / PIPELINE
    if manifest is not None and (given.is_dir() or given.name in (manifest.file, MANIFEST)):
        return _emitted(directory, manifest)
    return _bare(given, logical_id)


def split_logical_id(path: str | os.PathLike[str]) -> tuple[Path, str | None]:
    """Split ``template.yml#LogicalId``; a file that is called like that, with the mark, is itself."""
    given = Path(path)
    file, mark, logical_id = os.fspath(given).rpartition("#")
    return (given, None) if not mark or given.exists() else (Path(file), logical_id)


def _bare(file: Path, logical_id: str | None = None) -> Definition:
    return load_text(_text(file), str(file), logical_id)


def load_text(text: str, name: str, logical_id: str | None = None) -> Definition:
    """Read a pipeline document or a template that is at hand as text; *name* is what findings call it.

    Raises:
        InvalidDocument: when it cannot be read.
    """
    from pipelinekit.cloudformation.reading import (
        is_template,
        read_template,
    )  # a dozen ms, which `emit` need not wait for

    root = read(text, name)
    if is_template(root):
        return read_template(text, name, logical_id, root)
    if logical_id is not None:
        raise _unreadable(Path(name), f"is no CloudFormation template, of which #{logical_id} could pick a pipeline")
    document = read_pipeline_document(root)
    return Definition(
        pipeline=document.declaration,
        tags=document.tags,
        origin=Origin(places=document.places, findings=document.findings),
    )


def _manifest(directory: Path) -> Manifest | None:
    file = directory / MANIFEST
    return read_manifest(_text(file), str(file)) if file.is_file() else None


def _emitted(directory: Path, manifest: Manifest) -> Definition:
    bare = _bare(_inside(directory, manifest.file))
    configs = [_config(_inside(directory, entry.file)) for entry in manifest.deployment_configs]
    groups = [_group(_inside(directory, entry.file), configs) for entry in manifest.deployment_groups]
    definition = attrs.evolve(
        bare,
        projects=tuple(_project(_inside(directory, entry.file)) for entry in manifest.projects),
        deployment_groups=tuple(groups),
        appspecs={entry.action: _appspec(_inside(directory, entry.file)) for entry in manifest.appspecs},
        disabled_transitions=_transitions(directory, manifest),
        tags=bare.tags if manifest.tags is None else _tags(_inside(directory, manifest.tags)),
    )
    origin = attrs.evolve(bare.origin, findings=(*bare.origin.findings, *_differing(directory, manifest, definition)))
    writers = {entry.action: entry.written_by for entry in manifest.appspecs if entry.written_by is not None}
    return without_appspecs(attrs.evolve(definition, origin=origin), writers)


def _project(file: Path) -> Project:
    return attrs.evolve(read_project_input(_mapping(file), str(file)), where=Place(str(file)))


def _differing(directory: Path, manifest: Manifest, definition: Definition) -> Iterator[Diagnostic]:
    """Warn of a buildspec that was changed beside its project: AWS gets the one inside."""
    for entry, project in zip(manifest.projects, definition.projects, strict=True):
        beside = None if entry.buildspec is None else _inside(directory, entry.buildspec)
        if beside is None or not isinstance(project.buildspec, BuildSpec) or not beside.is_file():
            continue
        if _text(beside) != buildspec_text(project.buildspec):
            yield Diagnostic(
                code="PK100",
                message=f"differs from the buildspec in {entry.file}, which is the one that is read and that AWS gets",
                where=Location((manifest.pipeline, "project", entry.name), Place(str(beside))),
                hint="change the pipeline and emit it again",
                severity=Severity.WARNING,
            )


def _config(file: Path) -> DeploymentConfig:
    return read_deployment_config_input(_mapping(file), str(file))


def _group(file: Path, configs: Iterable[DeploymentConfig]) -> DeploymentGroup:
    group = read_deployment_group_input(_mapping(file), configs, file=str(file))
    return attrs.evolve(group, where=Place(str(file)))


def _appspec(file: Path) -> AppSpec:
    return attrs.evolve(read_appspec(_text(file), str(file)), where=Place(str(file)))


def _transitions(directory: Path, manifest: Manifest) -> tuple[DisabledTransition, ...]:
    if manifest.transitions is None:
        return ()
    file = _inside(directory, manifest.transitions)
    match plain(read(_text(file), str(file))):
        case list(inputs) if all(map(_is_transition, inputs)):
            return tuple(DisabledTransition(one["stageName"], one["reason"]) for one in inputs)
    raise _unreadable(file, "is not a list of disable-stage-transition inputs", "emit the pipeline again")


def _is_transition(data: object) -> bool:
    match data:
        case {"stageName": str(), "reason": str(), "transitionType": "Inbound"}:
            return True
        case _:
            return False


def _tags(file: Path) -> dict[str, str]:
    return read_tags(_text(file), str(file))


def _mapping(file: Path) -> dict[str, Any]:
    data = plain(read(_text(file), str(file)))
    if not isinstance(data, dict):
        raise _unreadable(file, "holds no mapping", "emit the pipeline again")
    return data


def _inside(directory: Path, path: str) -> Path:
    try:
        return below(directory, path)
    except CannotWrite as error:
        raise InvalidDocument(str(error)) from None


def _text(file: Path) -> str:
    try:
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):  # a pipe would be waited for, a device never ends
            raise _unreadable(file, "is no regular file")
        if found.st_size > 4 * MAX_CHARACTERS:
            raise _unreadable(file, f"is larger than {MAX_CHARACTERS:,} characters")
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable(file, f"is not UTF-8 (byte {error.start})", "save it as UTF-8") from None
    except OSError as error:
        raise _unreadable(file, f"cannot be read: {error.strerror or error}") from None


def _unreadable(file: Path, message: str, hint: str = "") -> InvalidDocument:
    where = Location((), Place(str(file)))
    return InvalidDocument(Diagnostic(code="PK100", message=message, where=where, hint=hint))
