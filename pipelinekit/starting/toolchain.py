"""How the sources of one language are tested and built: the commands, and what they leave."""

from __future__ import annotations

from attrs import evolve, field, frozen

from pipelinekit.values import FrozenMap, text_map


@frozen(kw_only=True)
class Runtime:
    """A runtime of CodeBuild's images, as ``runtime-versions`` names it (build-spec-ref)."""

    name: str
    version: str


@frozen(kw_only=True)
class Outputs:
    """What a build leaves: globs relative to ``base_directory``, which is ``""`` for the sources' own."""

    files: tuple[str, ...] = ("**/*",)
    base_directory: str = ""


@frozen(kw_only=True)
class Commands:
    """Something that is done by commands: what must be set up first, then the commands themselves.

    ``by`` names the tool for people, ``variables`` are environment variables for it.
    """

    by: str
    setup: tuple[str, ...] = ()
    commands: tuple[str, ...]
    variables: FrozenMap[str] = field(factory=FrozenMap, converter=text_map)


@frozen(kw_only=True)
class Toolchain:
    """How a tree of one language is tested and built; None for what nobody could tell.

    ``because`` are the files that told so, ``programs`` what must be on a machine to do it, ``leaves`` the directories
    that setting up leaves among the sources. ``vendor`` are commands that put what the program needs to run beside it.
    """

    language: str
    because: tuple[str, ...]
    programs: tuple[str, ...]
    runtime: Runtime | None = None
    image: str | None = None
    test: Commands | None = None
    build: Commands | None = None
    outputs: Outputs | None = None
    vendor: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()
    setup_note: str = ""
    """Why it is set up as it is, for the reader of the pipeline."""
    notes: tuple[str, ...] = ()
    """Sentences about what could not be told."""


IMAGE_RUNTIMES = {
    "java": ("corretto8", "corretto11", "corretto17", "corretto21", "corretto25"),
    "golang": ("1.20", "1.21", "1.22", "1.23", "1.24", "1.25", "1.26"),
    "python": ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14"),
    "php": ("8.2", "8.3", "8.4", "8.5"),
    "ruby": ("3.1", "3.2", "3.3", "3.4", "4.0"),
    "nodejs": ("18", "20", "22", "24"),
    "dotnet": ("6.0", "8.0", "10.0"),
}
"""Runtimes of ``aws/codebuild/amazonlinux-x86_64-standard:5.0``, the image of a project that names none
(aws/aws-codebuild-docker-images, ``runtimes.yml``)."""


def with_runtime(toolchain: Toolchain, name: str, version: str, said_by: str) -> Toolchain:
    """Choose the runtime that a file of the tree pins, or note that the image does not have it."""
    if not version:
        return toolchain
    if version in IMAGE_RUNTIMES[name]:
        return evolve(toolchain, runtime=Runtime(name=name, version=version))
    note = f"{said_by} asks for {name} {version}, which CodeBuild's standard image does not have: it will use its own"
    return evolve(toolchain, notes=(*toolchain.notes, note))
