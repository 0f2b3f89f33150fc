"""What ``manifest.json`` says: which file of an emitted directory belongs to what, and how to apply it."""

from __future__ import annotations

import attrs
from attrs import frozen

from pipelinekit.diagnostics import Diagnostic, InvalidDocument, Location, Place
from pipelinekit.documents import plain, read, structure, to_json

MANIFEST = "manifest.json"
FORMAT = 1


@frozen(kw_only=True)
class ProjectFile:
    """A CodeBuild project: the input of CreateProject. ``buildspec`` is the same buildspec as in it, for people."""

    name: str
    file: str
    buildspec: str | None = None


@frozen(kw_only=True)
class ConfigFile:
    """A deployment configuration that is not AWS's own: the input of CreateDeploymentConfig."""

    name: str
    file: str


@frozen(kw_only=True)
class GroupFile:
    """A deployment group: the input of CreateDeploymentGroup."""

    application: str
    name: str
    file: str


@frozen(kw_only=True)
class AppSpecFile:
    """The AppSpec of a deployment (``Stage/Action``).

    ``artifact`` is its revision; ``written_by`` is the project whose buildspec writes it there, None where a person
    has to put it.
    """

    action: str
    file: str
    artifact: str | None = None
    written_by: str | None = None


@frozen(kw_only=True)
class Step:
    """One thing to do on AWS, from inside the directory; ``update`` is the command when it is there already."""

    what: str
    command: str
    update: str | None = None


@frozen(kw_only=True)
class Manifest:
    """An emitted directory. Paths are relative to it; ``apply`` is in the order in which it has to be done."""

    format: int
    pipeline: str
    file: str
    projects: tuple[ProjectFile, ...] = ()
    deployment_configs: tuple[ConfigFile, ...] = ()
    deployment_groups: tuple[GroupFile, ...] = ()
    appspecs: tuple[AppSpecFile, ...] = ()
    transitions: str | None = None
    tags: str | None = None
    apply: tuple[Step, ...] = ()
    warnings: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    """Every file that was written, this one not among them: what is here and not wanted any more is removed."""


def manifest_text(manifest: Manifest) -> str:
    """Write a manifest; what nobody said is left out."""
    return to_json(attrs.asdict(manifest, filter=lambda _, value: value not in (None, ())))


def read_manifest(text: str, file: str) -> Manifest | None:
    """Read a manifest; None when it is one of something else, such as a web app.

    Raises:
        InvalidDocument: ``PK600`` when it is not JSON, ``PK100`` when it is of a later format or was damaged.
    """
    data = plain(read(text, file))
    if not isinstance(data, dict) or not {"format", "pipeline", "file"} <= data.keys():
        return None
    if data["format"] != FORMAT:
        raise _unreadable(f"is of format {data['format']!r}, and this version knows format {FORMAT}", file)
    try:
        return structure(data, Manifest)
    except Exception as error:  # cattrs wraps whatever goes wrong in groups of its own
        raise _unreadable("is a manifest of pipelinekit that was damaged", file) from error


def _unreadable(message: str, file: str) -> InvalidDocument:
    hint = "emit the pipeline again, into an empty directory"
    return InvalidDocument(Diagnostic(code="PK100", message=message, where=Location((), Place(file)), hint=hint))
