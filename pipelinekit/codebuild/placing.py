"""A buildspec that writes a small file into its own artifact, and the same buildspec without it again.

CodeBuild packs only what lies on its disk. A file that belongs to the definition, such as an AppSpec, gets into an
artifact when the build writes it: the last command of ``post_build``, marked so that it can be taken out exactly.
"""

from __future__ import annotations

import shlex

import attrs
from attrs import frozen

from pipelinekit.codebuild import globs
from pipelinekit.codebuild.spec import Artifacts, BuildSpec, Phase
from pipelinekit.values import FrozenMap

_SHELLS = (None, "sh", "/bin/sh", "bash", "/bin/bash")
_PATTERN_CHARACTERS = frozenset("*?[]{}!$`~%")


@frozen(kw_only=True)
class PlacedFile:
    """A file at the root of an artifact. ``owner`` says whose it is; ``artifact`` is a secondary one, None the primary.

    ``name`` is a plain file name, ``text`` ends with a newline.
    """

    name: str
    owner: str
    artifact: str | None = None
    text: str = ""


def obstacle(spec: BuildSpec, file: PlacedFile) -> str | None:
    """Say why a buildspec cannot write *file* into its artifact; None when it can."""
    artifacts = _artifacts(spec, file.artifact)
    section = _section(file.artifact)
    if spec.shell not in _SHELLS:
        return f"its shell is {spec.shell}"
    if artifacts is None:
        return f"its buildspec has no {section}"
    if _PATTERN_CHARACTERS & set(artifacts.base_directory or ""):
        return f"the base-directory of its {section} is a pattern, {artifacts.base_directory}"
    if any(globs.matches(pattern, file.name) for pattern in artifacts.exclude_paths):
        return f"the exclude-paths of its {section} leave {file.name} out"
    return None


def with_file(spec: BuildSpec, file: PlacedFile) -> BuildSpec:
    """Give the buildspec with a last ``post_build`` command that writes *file*, and *file* among the artifact's files.

    For a buildspec that has no `obstacle`.
    """
    artifacts = _artifacts(spec, file.artifact)
    if artifacts is None:
        raise ValueError(f"the buildspec has no {_section(file.artifact)}")
    named = not any(globs.matches(pattern, file.name) for pattern in artifacts.files)
    command = _command(file, place(spec, file), named=named)
    phase = spec.post_build or Phase()
    written = attrs.evolve(spec, post_build=attrs.evolve(phase, commands=(*phase.commands, command)))
    if not named:
        return written
    return _with_artifacts(written, file.artifact, attrs.evolve(artifacts, files=(*artifacts.files, file.name)))


def without_file(spec: BuildSpec, file: PlacedFile) -> BuildSpec:
    """Take out again what `with_file` put in; *file* is known by its name, owner and artifact.

    A buildspec whose last ``post_build`` command is not the marked one is given back as it is.
    """
    phase = spec.post_build
    if phase is None or not phase.commands:
        return spec
    lines = phase.commands[-1].split("\n")
    if lines[0] != _mark(file):
        return spec
    kept = attrs.evolve(phase, commands=phase.commands[:-1])
    without = attrs.evolve(spec, post_build=None if kept == Phase() else kept)
    artifacts = _artifacts(spec, file.artifact)
    if lines[1:2] != [_mark_named(file)] or artifacts is None or artifacts.files[-1:] != (file.name,):
        return without
    return _with_artifacts(without, file.artifact, attrs.evolve(artifacts, files=artifacts.files[:-1]))


def place(spec: BuildSpec, file: PlacedFile) -> str:
    """Give the path at which the build writes *file*, as a word of the shell: below the source directory."""
    artifacts = _artifacts(spec, file.artifact)
    base = ((artifacts and artifacts.base_directory) or "").removeprefix("./").rstrip("/")
    path = shlex.quote(f"{base}/{file.name}" if base not in ("", ".") else file.name)
    return path if base.startswith("/") else f'"$CODEBUILD_SRC_DIR"/{path}'


def _command(file: PlacedFile, path: str, *, named: bool) -> str:
    end = "PIPELINEKIT"
    while end in file.text.split("\n"):
        end += "_"
    marks = [_mark(file), _mark_named(file)] if named else [_mark(file)]
    return "\n".join([*marks, f"cat > {path} <<'{end}'", f"{file.text}{end}"])


def _mark(file: PlacedFile) -> str:
    return f"# pipelinekit: {file.name} of {file.owner}"


def _mark_named(file: PlacedFile) -> str:
    return f"# pipelinekit: named in the files of {_section(file.artifact)}"


def _section(artifact: str | None) -> str:
    return "artifacts" if artifact is None else f"secondary artifact {artifact}"


def _artifacts(spec: BuildSpec, artifact: str | None) -> Artifacts | None:
    if artifact is None or spec.artifacts is None:
        return spec.artifacts
    return spec.artifacts.secondary.get(artifact)


def _with_artifacts(spec: BuildSpec, artifact: str | None, changed: Artifacts) -> BuildSpec:
    if artifact is None or spec.artifacts is None:
        return attrs.evolve(spec, artifacts=changed)
    secondary = FrozenMap({**spec.artifacts.secondary, artifact: changed})
    return attrs.evolve(spec, artifacts=attrs.evolve(spec.artifacts, secondary=secondary))
