"""What a buildspec is (CodeBuild User Guide, build-spec-ref)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import field, frozen

from pipelinekit.values import FrozenMap, Text, frozen_map, optional_text, reasons, text_map, texts

PHASES = ("install", "pre_build", "build", "post_build")
"""The phases a buildspec may have, in the order they run."""


@frozen(kw_only=True)
class Phase:
    """One phase: its commands in order, and what comes after them (build-spec-ref, ``phases``).

    ``finally_commands`` run whether the commands succeeded or not (key ``finally``).
    ``on_failure`` is ABORT, CONTINUE or RETRY[-count][-regex]. ``runtime_versions`` belongs to install only.
    """

    commands: tuple[str, ...] = field(default=(), converter=texts, kw_only=False)
    finally_commands: tuple[str, ...] = field(default=(), converter=texts)
    on_failure: str | None = field(default=None, converter=optional_text)
    run_as: str | None = field(default=None, converter=optional_text)
    runtime_versions: FrozenMap[str] = field(factory=FrozenMap, converter=text_map)


def phase(given: Phase | Iterable[Text] | None) -> Phase | None:
    """Take a `Phase`, or the list of its commands."""
    return given if given is None or isinstance(given, Phase) else Phase(texts(given))


@frozen(kw_only=True)
class Artifacts:
    """Which files a build gives away (build-spec-ref, ``artifacts``).

    ``files`` are globs relative to ``base_directory`` (default: the source directory). ``secondary`` maps
    an artifact identifier to its own `Artifacts`; with CodePipeline it is the name of an output artifact.
    """

    files: tuple[str, ...] = field(default=(), converter=texts, kw_only=False)
    name: str | None = field(default=None, converter=optional_text)
    base_directory: str | None = field(default=None, converter=optional_text)
    discard_paths: bool = False
    exclude_paths: tuple[str, ...] = field(default=(), converter=texts)
    enable_symlinks: bool = False
    s3_prefix: str | None = field(default=None, converter=optional_text)
    secondary: FrozenMap[Artifacts] = field(factory=FrozenMap, converter=frozen_map)


def artifacts(given: Artifacts | Iterable[Text] | None) -> Artifacts | None:
    """Take `Artifacts`, or the list of its file globs."""
    return given if given is None or isinstance(given, Artifacts) else Artifacts(texts(given))


@frozen(kw_only=True)
class BuildSpec:
    """A buildspec: what CodeBuild runs, phase by phase, and what it keeps (build-spec-ref).

    A phase is a `Phase` or the list of its commands; ``artifacts`` likewise. ``exported_variables`` become
    output variables of the pipeline action. ``sections`` holds top-level keys that are kept as they are
    written (``reports``, ``cache``, ``batch``, ``proxy``).

        >>> BuildSpec(build=["make dist"], artifacts=["dist/**/*"]).build.commands
        ('make dist',)
    """

    install: Phase | None = field(default=None, converter=phase)
    pre_build: Phase | None = field(default=None, converter=phase)
    build: Phase | None = field(default=None, converter=phase)
    post_build: Phase | None = field(default=None, converter=phase)
    artifacts: Artifacts | None = field(default=None, converter=artifacts)
    variables: FrozenMap[str] = field(factory=FrozenMap, converter=text_map)
    parameter_store: FrozenMap[str] = field(factory=FrozenMap, converter=text_map)
    secrets_manager: FrozenMap[str] = field(factory=FrozenMap, converter=text_map)
    exported_variables: tuple[str, ...] = field(default=(), converter=texts)
    shell: str | None = field(default=None, converter=optional_text)
    git_credential_helper: bool | None = None
    run_as: str | None = field(default=None, converter=optional_text)
    version: str = field(default="0.2", converter=str)
    # Not part of the hash, since plain lists and dicts stand in it.
    sections: FrozenMap[Any] = field(factory=FrozenMap, converter=frozen_map, hash=False)
    ignore: FrozenMap[str] = field(factory=FrozenMap, converter=reasons, eq=False, repr=False)
    """Codes of findings that are ignored on it, each with the reason."""

    def phases(self) -> Mapping[str, Phase]:
        """Give the phases that are there, by name, in the order they run."""
        given = {name: getattr(self, name) for name in PHASES}
        return {name: phase for name, phase in given.items() if phase is not None}
