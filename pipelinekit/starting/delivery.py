"""What a tree says of its own delivery: buildspec, AppSpec, CloudFormation template, Dockerfile, a static site."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from attrs import frozen

from pipelinekit.codebuild.document import read_buildspec_with_findings
from pipelinekit.codebuild.globs import select
from pipelinekit.codebuild.limits import IDENTIFIER_MAX, IDENTIFIER_PATTERN
from pipelinekit.codebuild.spec import Artifacts, BuildSpec
from pipelinekit.codedeploy.appspec import AppSpec
from pipelinekit.codedeploy.document import examine_appspec
from pipelinekit.diagnostics import Diagnostic, InvalidDocument
from pipelinekit.documents import Entries, Node, read
from pipelinekit.starting.languages import node
from pipelinekit.starting.toolchain import Commands
from pipelinekit.starting.tree import Tree, is_plain
from pipelinekit.values import matches

BUILDSPECS = (
    "buildspec.yml",
    "buildspec.yaml",
    "*buildspec*.yml",
    "*buildspec*.yaml",
    "**/*buildspec*.yml",
    "**/*buildspec*.yaml",
)
APPSPEC = "appspec.yml"
APPSPECS = (APPSPEC, "appspec.yaml", "appspec.json")
DOCKERFILES = ("Dockerfile", "docker/Dockerfile")
TEMPLATES = (
    "template.yaml",
    "template.yml",
    "template.json",
    "sam.yaml",
    "sam.yml",
    "serverless.template",
    "*template*.yaml",
    "*template*.yml",
    "*cloudformation*.yaml",
    "*cloudformation*.yml",
    "*cloudformation*.json",
    "cloudformation/*.yaml",
    "cloudformation/*.yml",
    "cloudformation/*.json",
    "cfn/*.yaml",
    "cfn/*.yml",
    "infra*/*.yaml",
    "infra*/*.yml",
    "templates/*.template",
    "*.template",
)
SITES = ("mkdocs.yml", "hugo.toml", "hugo.yaml", "config.toml", "_config.yml")

_BEFORE_A_COMMAND = (
    r"(?:^|[;&|(`!]|\b(?:sudo|then|do|else|if|while|exec|time|env|nohup)\b)[ \t]{0,40}"
    r"(?:-\S{1,80}[ \t]{1,9}|\w{1,80}=\S{0,200}[ \t]{1,9}){0,5}(?:/[\w./-]{0,80}/)?"
)
"""Where a shell looks for the name of a command, as far as a pattern can tell; bounded, since texts may be hostile."""

_REACHES_OUT = re.compile(
    _BEFORE_A_COMMAND
    + r"(aws|docker|docker-compose|sam|cdk|terraform|tofu|kubectl|helm|eb|ecs-cli|copilot|serverless|sls"
    r"|pulumi|twine|npm publish|npx (?:cdk|sls|serverless)|git push)(?=[ \t;]|$)",
    re.MULTILINE,
)
"""Commands that change something beyond the build: an account, a registry, a cluster."""

_CHANGES_THE_MACHINE = re.compile(
    _BEFORE_A_COMMAND + r"(systemctl|service|yum|dnf|apt|apt-get|amazon-linux-extras|apk|snap|useradd|usermod|groupadd"
    r"|crontab|iptables|nginx|httpd|apachectl|pm2|supervisorctl|initctl|update-rc\.d|chkconfig|reboot|docker"
    r"|docker-compose|npm (?:i|install) (?:-g|--global))(?=[ \t;]|$)",
    re.MULTILINE,
)
"""Commands that change the machine they run on: here they would change this one."""

_PLACE_OF_THE_MACHINE = re.compile(
    r"(?:^|[\s\"'=(])(/(?:var|etc|opt|home|srv|root|mnt|data|app|www|run|usr/(?:local|share|lib))\b[^\s\"';)]{0,60})",
    re.MULTILINE,
)
"""Full paths that a script speaks of: on a directory that plays a host they are still this machine's own."""

OUTPUTS_MAX = 5


@frozen(kw_only=True)
class FoundBuildSpec:
    """A buildspec of the tree. ``outputs`` are the output artifacts of an action that runs it.

    ``reaches_out`` says what keeps it from being run here as it is: what it changes elsewhere, or the secrets it wants.
    """

    path: str
    outputs: tuple[str, ...] = ()
    reaches_out: str = ""
    has_appspec: bool = True
    """Whether its artifact can hold the tree's ``appspec.yml``, as far as that is known."""
    notes: tuple[str, ...] = ()


@frozen(kw_only=True)
class FoundAppSpec:
    """The ``appspec.yml`` of the tree, for servers. ``wanted`` are globs for what it takes from the revision.

    ``missing`` are what it names and what is not in the tree, so that a build must make it. ``not_here`` says what
    keeps it from being followed on this machine: what would change the machine itself, another user, another system.
    """

    path: str
    wanted: tuple[str, ...]
    missing: tuple[str, ...] = ()
    not_here: str = ""
    notes: tuple[str, ...] = ()


@frozen(kw_only=True)
class FoundTemplate:
    """A CloudFormation template. ``parameters`` are those without a default; one for SAM must be packaged first."""

    path: str
    is_sam: bool = False
    capabilities: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()


@frozen(kw_only=True)
class FoundSite:
    """A static site: where it lies, and how it is built; ``build`` is None for one that lies there as it is."""

    by: str
    directory: str
    build: Commands | None = None
    programs: tuple[str, ...] = ()
    from_toolchain: bool = False
    """Whether the build of the tree's own toolchain makes it."""


def find_buildspec(tree: Tree) -> FoundBuildSpec | None:
    """Give the buildspec that CodeBuild would take, else the likeliest."""
    found = tree.matching(*BUILDSPECS)
    if not found:
        return None
    path, *others = found
    several = (f"there are other buildspecs: {', '.join(others[:5])}",) if others else ()
    try:
        spec, _ = read_buildspec_with_findings(tree.text(path), path)
    except InvalidDocument as error:
        wrong = _first(error.diagnostics)
        return FoundBuildSpec(path=path, notes=(f"{wrong}; CodeBuild will refuse it", *several))
    outputs, notes = _outputs(spec)
    return FoundBuildSpec(
        path=path,
        outputs=outputs,
        reaches_out=_reaches_out(spec),
        has_appspec=_has_appspec(tree, spec.artifacts),
        notes=(*notes, *several),
    )


def _first(diagnostics: tuple[Diagnostic, ...]) -> str:
    """Say a finding in one line, without its hint."""
    first = diagnostics[0]
    place = f"{first.where.place}: " if first.where.place else ""
    path = f"{first.where}: " if first.where.path else ""
    return f"{place}{path}{first.message}"


def _outputs(spec: BuildSpec) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the output artifacts that a buildspec fills, and what could not be told of them."""
    if spec.artifacts is None:
        return (), ()
    secondary = tuple(spec.artifacts.secondary)
    if len(secondary) < 2:
        return ("BuildOutput",), ()
    fit = tuple(
        name for name in secondary if len(name) <= min(100, IDENTIFIER_MAX) and matches(IDENTIFIER_PATTERN, name)
    )
    if fit != secondary or len(fit) > OUTPUTS_MAX:
        return ("BuildOutput",), (
            "not all of its secondary artifacts can be outputs of an action: only the first is kept",
        )
    return fit, (f"it makes several artifacts; {fit[0]} is taken for the one to deploy",)


def _reaches_out(spec: BuildSpec) -> str:
    for phase in spec.phases().values():
        for command in (*phase.commands, *phase.finally_commands):
            if found := _REACHES_OUT.search(command):
                return f"it calls {found[1]}"
            if found := _CHANGES_THE_MACHINE.search(command):
                return f"it calls {found[1]}, which would change this machine itself"
    wanted = [*spec.parameter_store.values(), *spec.secrets_manager.values()]
    return f"it wants the secret {_short(wanted[0])}" if wanted else ""


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def _has_appspec(tree: Tree, artifacts: Artifacts | None) -> bool:
    if artifacts is None or artifacts.base_directory not in (None, "", "."):
        return True  # nothing is known of a directory that a build makes
    return bool(select([APPSPEC], artifacts.files, artifacts.exclude_paths).files) or not tree.has(APPSPEC)


def find_appspec(tree: Tree) -> tuple[FoundAppSpec | None, tuple[str, ...]]:
    """Give the AppSpec for servers, and sentences about one that is of no use."""
    if not tree.has(APPSPEC):
        others = tree.present(*APPSPECS)
        return None, tuple(f"{path} is not used: a deployment to servers wants {APPSPEC}" for path in others)
    appspec, report = examine_appspec(tree.text(APPSPEC), APPSPEC)
    if appspec is None:
        return None, (f"{_first(report.errors)}; so it is not used",)
    found = FoundAppSpec(
        path=APPSPEC,
        wanted=tuple(dict.fromkeys(path for path in _wanted(tree, appspec) if is_plain(path))),
        missing=tuple(_missing(tree, appspec)),
        not_here=next(_not_here(tree, appspec), ""),
    )
    return found, ()


def scripts_of(tree: Tree) -> tuple[str, ...]:
    """Give the scripts that the tree's AppSpec runs, as far as they are there."""
    appspec, _ = examine_appspec(tree.text(APPSPEC), APPSPEC) if tree.has(APPSPEC) else (None, None)
    return () if appspec is None else tree.present(*_locations(appspec))


def _locations(appspec: AppSpec) -> tuple[str, ...]:
    found = (hook.location.strip() for hooks in appspec.hooks.values() for hook in hooks)
    return tuple(dict.fromkeys(posixpath.normpath(location) for location in found if location))


def _sources(appspec: AppSpec) -> Iterator[str]:
    """Yield what the AppSpec copies, relative to the revision; ``""`` is all of it."""
    for mapping in appspec.files:
        path = posixpath.normpath(mapping.source.replace("\\", "/").strip()).strip("/")
        yield "" if path == "." else path


def _wanted(tree: Tree, appspec: AppSpec) -> Iterator[str]:
    yield APPSPEC
    for source in _sources(appspec):
        if not source:
            yield "**/*"
        elif tree.has(source):
            yield source
        elif tree.has_directory(source):
            yield f"{source}/**/*"
        else:  # the build makes it, a file or a directory
            yield source
            yield f"{source}/**/*"
    yield from _locations(appspec)


def _missing(tree: Tree, appspec: AppSpec) -> Iterator[str]:
    for path in (*_sources(appspec), *_locations(appspec)):
        if path and not tree.has(path) and not tree.has_directory(path):
            yield path


def _not_here(tree: Tree, appspec: AppSpec) -> Iterator[str]:
    """Say what keeps an AppSpec from being followed here."""
    if appspec.os != "linux":
        yield f"its AppSpec is for {appspec.os}"
    for hook in (hook for hooks in appspec.hooks.values() for hook in hooks):
        if hook.sudo or hook.runas not in (None, "root"):
            yield f"{hook.location} runs {'with sudo' if hook.sudo else f'as {hook.runas}'}"
    for permission in appspec.permissions:
        if permission.owner or permission.group or permission.acls or permission.context:
            yield f"its AppSpec gives {permission.object} to other users"
    for location in _locations(appspec):
        if found := _CHANGES_THE_MACHINE.search(tree.text(location)):
            yield f"{location} calls {found[1]}, which would change this machine itself"
        if found := _PLACE_OF_THE_MACHINE.search(tree.text(location)):
            yield f"{location} speaks of {found[1]}, which is this machine's own and not the host's"


def find_dockerfile(tree: Tree) -> str | None:
    """Give the Dockerfile."""
    return next(iter(tree.present(*DOCKERFILES)), None)


def find_template(tree: Tree) -> FoundTemplate | None:
    """Give the CloudFormation template, one for SAM before others."""
    found = [template for path in tree.matching(*TEMPLATES) if (template := _template(path, tree.text(path)))]
    return min(found, key=lambda template: not template.is_sam, default=None)


def _template(path: str, text: str) -> FoundTemplate | None:
    if "AWSTemplateFormatVersion" not in text and "AWS::" not in text:
        return None
    try:
        root = read(text, path)
    except InvalidDocument:
        return None
    if not isinstance(root, Entries) or not isinstance(root.get("Resources"), Entries):
        return None
    is_sam = "AWS::Serverless-2016-10-31" in text
    # NAMED_IAM covers IAM as well; SAM makes roles by itself, and its transform is a macro.
    iam = ("CAPABILITY_NAMED_IAM",) if is_sam or "AWS::IAM::" in text else ()
    macros = ("CAPABILITY_AUTO_EXPAND",) if is_sam or root.get("Transform") is not None else ()
    return FoundTemplate(
        path=path,
        is_sam=is_sam,
        capabilities=(*iam, *macros),
        parameters=tuple(_without_default(root.get("Parameters"))),
    )


def _without_default(parameters: Node | None) -> Iterator[str]:
    for name, parameter in parameters if isinstance(parameters, Entries) else ():
        has_default = isinstance(parameter, Entries) and parameter.get("Default") is not None
        if not has_default and re.fullmatch(r"[A-Za-z0-9]{1,255}", name):
            yield name


def find_site(tree: Tree) -> FoundSite | None:
    """Give the static site: one that a generator builds, else one that lies there as it is."""
    if directory := node.site_directory(tree):
        return FoundSite(by="package.json", directory=directory, from_toolchain=True)
    if tree.has("mkdocs.yml") and not tree.matching("pyproject.toml", "setup.py"):
        return FoundSite(by="mkdocs.yml", directory="site", build=_mkdocs(tree), programs=("python3",))
    hugo = next(iter(tree.present("hugo.toml", "hugo.yaml", "config.toml")), None)
    if hugo is not None and tree.has_directory("content"):
        build = Commands(by="Hugo", commands=("hugo --minify",))
        return FoundSite(by=hugo, directory="public", build=build, programs=("hugo",))
    if tree.has("_config.yml") and tree.has("Gemfile") and "jekyll" in tree.text("Gemfile"):
        return FoundSite(by="_config.yml", directory="_site", build=_jekyll(), programs=("ruby", "bundle"))
    for directory in ("", "public", "site", "www"):
        index = f"{directory}/index.html" if directory else "index.html"
        if tree.has(index):
            return FoundSite(by=index, directory=directory)
    return None


def _mkdocs(tree: Tree) -> Commands:
    needs = "-r requirements.txt" if tree.has("requirements.txt") else "mkdocs"
    setup = ("python3 -m venv .venv", ". .venv/bin/activate", f"pip install -q {needs}")
    return Commands(by="MkDocs", setup=setup, commands=("mkdocs build --strict",))


def _jekyll() -> Commands:
    setup = ("bundle config set --local path vendor/bundle", "bundle install --quiet")
    return Commands(by="Jekyll", setup=setup, commands=("bundle exec jekyll build",))
