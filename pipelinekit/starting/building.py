"""Which build actions the pipeline gets: a decision, as values."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Iterable, Iterator
from typing import Literal

from attrs import evolve, field, frozen

from pipelinekit.codepipeline.limits import FILE_LENGTH_MAX, FILES_MAX
from pipelinekit.codepipeline.python.expressions import Expression, Name
from pipelinekit.starting.choices import Choices
from pipelinekit.starting.delivery import FoundBuildSpec, FoundSite
from pipelinekit.starting.findings import Findings
from pipelinekit.starting.toolchain import Commands, Outputs, Runtime, Toolchain
from pipelinekit.values import FrozenMap, frozen_map


@frozen(kw_only=True)
class Keeps:
    """What a build action keeps as its output artifact; ``base_directory`` is relative to the source."""

    files: tuple[str, ...]
    base_directory: str = ""
    exclude: tuple[str, ...] = ()


@frozen(kw_only=True)
class BuildAction:
    """One build action: its Python name, what it does, what it keeps, and why it is as it is.

    ``buildspec`` is the path of one in the source, and then ``outputs`` its output artifacts. ``stand_in`` says why
    this machine cannot do it; ``""`` when it can.
    """

    variable: str
    name: str
    category: Literal["test", "build"] = "build"
    codebuild_only: bool = False
    setup: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    variables: FrozenMap[str] = field(factory=FrozenMap, converter=frozen_map)
    environment: FrozenMap[Expression] = field(factory=FrozenMap, converter=frozen_map)
    runtime: Runtime | None = None
    image: str | None = None
    privileged: bool = False
    keeps: Keeps | None = None
    buildspec: str | None = None
    outputs: tuple[str, ...] = ()
    stand_in: str = ""
    comments: tuple[str, ...] = ()

    @property
    def output(self) -> str | None:
        """How its output artifact is written in Python; the first, where there are several."""
        if len(self.outputs) > 1:
            return f'{self.variable}.artifact("{self.outputs[0]}")'
        return f"{self.variable}.output" if self.outputs or self.keeps is not None else None


def build_actions(findings: Findings, choices: Choices, file: str) -> tuple[BuildAction, ...]:
    """Decide the build actions, in the order in which they wait for each other; *file* is the pipeline's own name."""
    if choices.build == "none":
        return ()
    if choices.build == "codebuild" and findings.buildspec is not None:
        return (_by_buildspec(findings.buildspec, findings.prefix),)
    deciding = _Deciding(findings, choices, file)
    found = [action for action in (deciding.unit(), deciding.package()) if action is not None] or [_that_looks()]
    first = evolve(found[0], comments=(*found[0].comments, *deciding.not_told()))
    return tuple(deciding.by_whom(deciding.at_its_place(action)) for action in (first, *found[1:]))


def _by_buildspec(found: FoundBuildSpec, prefix: str) -> BuildAction:
    notes = list(found.notes)
    if not found.has_appspec:
        notes.append("its artifacts leave appspec.yml out, which a deployment to servers needs: add it there")
    if prefix:
        notes.append("CodeBuild runs it from the top of the repository")
    return BuildAction(
        variable="build",
        name="Build",
        codebuild_only=True,
        buildspec=posixpath.join(prefix, found.path),
        outputs=found.outputs,
        stand_in=found.reaches_out,
        comments=(f"{found.path} says what is built, and stays the one place for it.", *_sentences(notes)),
    )


def _that_looks() -> BuildAction:
    return BuildAction(
        variable="build",
        name="Build",
        commands=("find . -type f | wc -l",),
        comments=("Nothing here says how it is built or tested. This only counts the files: put your commands there.",),
    )


class _Deciding:
    """Decides the actions of a tree that has no buildspec."""

    def __init__(self, findings: Findings, choices: Choices, file: str) -> None:
        self.findings = findings
        self.choices = choices
        self.file = file
        self.toolchain = findings.toolchain

    def unit(self) -> BuildAction | None:
        """Decide what tests."""
        toolchain = self.toolchain
        if toolchain is None or toolchain.test is None:
            return None
        comment = f"Tested with {toolchain.test.by} ({', '.join(toolchain.because[:2])})."
        return self._done_by(
            toolchain.test,
            BuildAction(
                variable="unit", name="Unit", category="test", comments=(comment, *self._about_setup(toolchain))
            ),
        )

    def package(self) -> BuildAction | None:
        """Decide what makes that which is deployed or kept."""
        match self.choices.deploy:
            case "ecs":
                return self._image()
            case "s3":
                return self._site(self.findings.site) if self.findings.site is not None else self._built_or_whole()
            case "cloudformation" if self.findings.template is not None and self.findings.template.is_sam:
                return self._sam(self.findings.template.path)
            case "codedeploy" if self.findings.appspec is not None:
                return self._revision(self.findings.appspec.wanted)
            case "codedeploy" | "lambda":
                return self._built_or_whole()
            case _:
                return self._built(self._outputs())

    def not_told(self) -> tuple[str, ...]:
        """Say what nobody could tell of how the tree is tested and built."""
        toolchain = self.toolchain
        if toolchain is None:
            return ()
        tests = () if toolchain.test is not None else ("no tests were found: put an action with yours before this one",)
        return _sentences([*tests, *toolchain.notes])

    def at_its_place(self, action: BuildAction) -> BuildAction:
        """Let an action begin in the directory of the tree, where that is not the top of the repository."""
        prefix = self.findings.prefix
        if not prefix:
            return action
        keeps = action.keeps
        enter = f"cd {shlex.quote(prefix)}"
        inside = evolve(action, setup=(enter, *action.setup)) if action.setup else None
        return evolve(
            inside or evolve(action, commands=(enter, *action.commands)),
            keeps=None if keeps is None else evolve(keeps, base_directory=_joined(prefix, keeps.base_directory)),
        )

    def by_whom(self, action: BuildAction) -> BuildAction:
        """Leave to CodeBuild what Commands cannot do."""
        if self.choices.build != "commands" or action.codebuild_only or action.keeps is None:
            return action
        beyond = self._beyond_commands(action.keeps)
        if beyond is None:
            return action
        comments = (*action.comments, f"CodeBuild does it, since Commands {beyond}.")
        return evolve(action, codebuild_only=True, comments=comments)

    def _beyond_commands(self, keeps: Keeps) -> str | None:
        if keeps.exclude:
            return "cannot leave files out of an artifact"
        if len(keeps.files) > FILES_MAX or any(len(file) > FILE_LENGTH_MAX for file in keeps.files):
            return "takes fewer and shorter names of files"
        if keeps.base_directory and self.choices.deploy != "none":
            return f"would keep {keeps.base_directory}/ in the names of the files"
        return None

    def _done_by(self, commands: Commands, action: BuildAction) -> BuildAction:
        toolchain = self.toolchain
        return evolve(
            action,
            setup=commands.setup,
            commands=(*commands.commands, *action.commands),
            variables=commands.variables,
            runtime=toolchain.runtime if toolchain is not None else None,
            image=toolchain.image if toolchain is not None else None,
        )

    def _about_setup(self, toolchain: Toolchain) -> Iterator[str]:
        if toolchain.setup_note and toolchain.test is not None and toolchain.test.setup:
            yield toolchain.setup_note
        if toolchain.image is not None:
            yield (
                f"AWS's image for Commands has no {toolchain.language}: a CodeBuild action can choose one that has."
                if self.choices.build == "commands"
                else f"The image is the one of CodeBuild's own that has {toolchain.language}."
            )

    def _outputs(self) -> Outputs:
        return (
            self.toolchain.outputs if self.toolchain is not None and self.toolchain.outputs is not None else Outputs()
        )

    def _built(self, outputs: Outputs) -> BuildAction | None:
        """Build with the toolchain, and keep what that leaves."""
        toolchain = self.toolchain
        if toolchain is None or toolchain.build is None:
            return None
        where = f"{outputs.base_directory}/" if outputs.base_directory else ", ".join(outputs.files)
        keeps = Keeps(
            files=outputs.files,
            base_directory=outputs.base_directory,
            exclude=() if outputs != Outputs() else self._left_out(toolchain),
        )
        comment = f"Built with {toolchain.build.by}; the artifact is {where}"
        return self._done_by(
            toolchain.build,
            BuildAction(variable="package", name="Package", keeps=keeps, comments=_sentences([comment])),
        )

    def _left_out(self, toolchain: Toolchain) -> tuple[str, ...]:
        return tuple(f"{directory}/**/*" for directory in toolchain.leaves)

    def _built_or_whole(self) -> BuildAction:
        """Build, or take the tree as it is, with what it needs to run where a function is made of it."""
        built = self._built(self._outputs())
        if built is not None:
            return built
        vendor = self.toolchain.vendor if self.toolchain is not None and self.choices.deploy == "lambda" else ()
        return BuildAction(
            variable="package",
            name="Package",
            commands=(*vendor, 'echo "$CODEBUILD_RESOLVED_SOURCE_VERSION" > REVISION'),
            runtime=self.toolchain.runtime if vendor and self.toolchain is not None else None,
            keeps=Keeps(files=("**/*",)),
            comments=("Nothing is compiled here: the artifact is the source, and a file that tells which.",),
        )

    def _revision(self, wanted: tuple[str, ...]) -> BuildAction | None:
        """Build, and keep what the AppSpec wants; nothing where the source itself is the revision."""
        built = self._built(Outputs())
        if built is None and not self.findings.prefix:
            return None
        comment = "The artifact is the revision: what appspec.yml names, and appspec.yml itself."
        files = ("**/*",) if "**/*" in wanted else tuple(dict.fromkeys(wanted))
        if built is None:
            keeps = Keeps(files=files)
            return BuildAction(
                variable="package", name="Package", commands=("test -f appspec.yml",), keeps=keeps, comments=(comment,)
            )
        toolchain = self.toolchain
        exclude = self._left_out(toolchain) if toolchain is not None and files == ("**/*",) else ()
        return evolve(built, keeps=Keeps(files=files, exclude=exclude), comments=(comment,))

    def _site(self, site: FoundSite) -> BuildAction:
        """Build a site, or take one that lies there as it is, without what is no part of it."""
        if site.from_toolchain:
            built = self._built(Outputs(base_directory=site.directory))
            if built is not None:
                return built
        if site.build is not None:
            comment = f"The site is built with {site.build.by} ({site.by}); the artifact is {site.directory}/."
            return self._done_by(
                site.build,
                BuildAction(
                    variable="package",
                    name="Package",
                    keeps=Keeps(files=("**/*",), base_directory=site.directory),
                    comments=(comment,),
                ),
            )
        where = f"{site.directory}/" if site.directory else "the source without what is hidden and without this file"
        return BuildAction(
            variable="package",
            name="Package",
            commands=(f"test -f {shlex.quote(site.by)}",),
            keeps=self._as_it_is(site.directory),
            comments=(f"The site lies there as it is; the artifact is {where}.",),
        )

    def _as_it_is(self, directory: str) -> Keeps:
        if directory:
            return Keeps(files=("**/*",), base_directory=directory)
        itself = () if self.file.startswith("..") else (self.file,)
        return Keeps(files=("**/*",), exclude=(*itself, ".*", ".*/**/*"))

    def _image(self) -> BuildAction:
        file = self.findings.dockerfile
        which = "" if file in (None, "Dockerfile") else f"-f {shlex.quote(file or '')} "
        missing = () if file is not None else ("No Dockerfile was found: docker looks for one in the source.",)
        return BuildAction(
            variable="image",
            name="Image",
            codebuild_only=True,
            setup=(
                'IMAGE="$REPOSITORY_URI:$(echo "$CODEBUILD_RESOLVED_SOURCE_VERSION" | cut -c 1-12)"',
                'aws ecr get-login-password | docker login --username AWS --password-stdin "${REPOSITORY_URI%%/*}"',
            ),
            commands=(
                f'docker build {which}-t "$IMAGE" .',
                'docker push "$IMAGE"',
                f"""printf '[{{"name":"%s","imageUri":"%s"}}]' {self.choices.name} "$IMAGE" > imagedefinitions.json""",
            ),
            environment={"REPOSITORY_URI": Name('pk.Parameter("ImageRepositoryUri")')},
            privileged=True,  # Docker needs it (CodeBuild User Guide, sample-docker)
            keeps=Keeps(files=("imagedefinitions.json",)),
            stand_in="it pushes an image to a registry",
            comments=(
                "Builds the image, pushes it to ECR, and tells the deployment which image goes into which container. "
                f"The container of the task definition is taken to be called {self.choices.name!r}.",
                *missing,
            ),
        )

    def _sam(self, template: str) -> BuildAction:
        return BuildAction(
            variable="package",
            name="Package",
            setup=("python3 -m venv .venv", ". .venv/bin/activate", "pip install -q aws-sam-cli"),
            commands=(
                f"sam build --template {shlex.quote(template)}",
                'sam package --s3-bucket "$BUCKET" --output-template-file packaged.yml',
            ),
            environment={"BUCKET": Name('pk.Parameter("PackageBucket")')},
            keeps=Keeps(files=("packaged.yml",)),
            stand_in="it uploads to a bucket",
            comments=("Uploads the code of the functions, and writes the template that points at it.",),
        )


def _joined(prefix: str, directory: str) -> str:
    return f"{prefix}/{directory}" if directory else prefix


def _sentences(notes: Iterable[str]) -> tuple[str, ...]:
    """Make whole sentences of notes."""
    return tuple(f"{note[:1].upper()}{note[1:]}" + ("" if note.endswith((".", ":")) else ".") for note in notes)
