"""What a directory is: where its source comes from, how it is tested and built, and what it says of its delivery."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterator

from attrs import frozen

from pipelinekit.starting.delivery import (
    FoundAppSpec,
    FoundBuildSpec,
    FoundSite,
    FoundTemplate,
    find_appspec,
    find_buildspec,
    find_dockerfile,
    find_site,
    find_template,
)
from pipelinekit.starting.languages import look
from pipelinekit.starting.toolchain import Toolchain
from pipelinekit.starting.tree import Git, Tree, is_plain, unreadable


@frozen(kw_only=True)
class Repository:
    """A remote repository. ``provider`` is codeconnections or codecommit, ``name`` as that provider wants it."""

    provider: str
    host: str
    name: str


@frozen(kw_only=True)
class Findings:
    """What is known of a directory; None for what nobody could tell.

    ``notes`` are sentences about what could not be told, and what else the reader should know.
    """

    name: str
    git: Git | None = None
    repository: Repository | None = None
    branch: str | None = None
    toolchain: Toolchain | None = None
    buildspec: FoundBuildSpec | None = None
    appspec: FoundAppSpec | None = None
    template: FoundTemplate | None = None
    dockerfile: str | None = None
    site: FoundSite | None = None
    missing_programs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def prefix(self) -> str:
        """Where the directory lies in its repository, ``""`` at the top."""
        return self.git.prefix if self.git is not None else ""


def find(tree: Tree) -> Findings:
    """Say what a tree is."""
    toolchains = look(tree)
    toolchain = next(iter(toolchains), None)
    site = find_site(tree)
    appspec, about_appspec = find_appspec(tree)
    repository = parse_remote(tree.git.remote) if tree.git is not None and tree.git.remote else None
    return Findings(
        name=name_for(repository.name if repository is not None and not _is_below(tree.git) else tree.name),
        git=tree.git,
        repository=repository,
        branch=_usable(tree.git.branch) if tree.git is not None else None,
        toolchain=toolchain,
        buildspec=find_buildspec(tree),
        appspec=appspec,
        template=find_template(tree),
        dockerfile=find_dockerfile(tree),
        site=site,
        missing_programs=tuple(p for p in _programs(toolchain, site) if p not in tree.programs),
        notes=(*tree.notes, *_about(tree, toolchains), *about_appspec),
    )


def _is_below(git: Git | None) -> bool:
    return git is not None and bool(git.prefix)


def _programs(toolchain: Toolchain | None, site: FoundSite | None) -> list[str]:
    wanted = [] if toolchain is None else [*toolchain.programs]
    return list(dict.fromkeys([*wanted, *(site.programs if site is not None else ())]))


def _about(tree: Tree, toolchains: tuple[Toolchain, ...]) -> Iterator[str]:
    for path in unreadable(tree):
        yield f"{path} cannot be read, so nothing was taken from it"
    for other in toolchains[1:]:
        yield f"there is {other.language} too ({other.because[0]}): the pipeline does not test it"
    if not toolchains:
        below = sorted({file.rpartition("/")[0] for file in tree.files if _MANIFEST.search(file)})
        if below:
            yield f"projects lie in {', '.join(below[:5])}: `pipelinekit init` there writes a pipeline for one of them"


_MANIFEST = re.compile(
    r"/(?:pyproject\.toml|setup\.py|requirements\.txt|package\.json|go\.mod|pom\.xml|build\.gradle|Cargo\.toml|Gemfile"
    r"|composer\.json|[^/]+\.(?:cs|fs)proj|Dockerfile)$"
)


def name_for(given: str) -> str:
    """Make a name that pipelines, CodeBuild projects and CodeDeploy applications may have."""
    last = given.rstrip("/").rpartition("/")[2].removesuffix(".git")
    return re.sub(r"[^A-Za-z0-9_-]+", "-", last).strip("-_")[:60].strip("-_") or "app"


_SCP = re.compile(r"(?:[^@/\s]+@)?([^:/\s]+):(?!/)(\S+)")
_CODECOMMIT = re.compile(r"git-codecommit\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?")


def parse_remote(url: str) -> Repository | None:
    """Read the URL of a remote repository; None where it names none that a pipeline can read. Credentials are dropped.

    >>> parse_remote("git@github.com:acme/shop.git").name
    'acme/shop'
    """
    if url.startswith("codecommit:"):  # git-remote-codecommit: codecommit::eu-west-1://profile@shop
        return _codecommit(url.rpartition("/")[2].rpartition("@")[2])
    host, path = _host_and_path(url)
    name = path.strip("/").removesuffix(".git").strip("/")
    if not host or not name:
        return None
    if _CODECOMMIT.fullmatch(host):
        return _codecommit(name.rpartition("/")[2])
    if "/" not in name or "/_git/" in f"/{name}" or not _usable(name):  # how Azure DevOps names it is not in its URL
        return None
    return Repository(provider="codeconnections", host=host, name=name)


def _host_and_path(url: str) -> tuple[str, str]:
    if "://" in url:
        try:
            parts = urllib.parse.urlsplit(url)
            scheme, host, path = parts.scheme, parts.hostname or "", urllib.parse.unquote(parts.path)
        except ValueError:
            return "", ""
        return (host, path) if scheme in ("https", "http", "ssh", "git", "git+ssh") else ("", "")
    match = _SCP.fullmatch(url)
    return (match[1].lower(), match[2]) if match else ("", "")


def _codecommit(name: str) -> Repository | None:
    if not re.fullmatch(r"[\w.-]{1,100}", name, re.ASCII):
        return None
    return Repository(provider="codecommit", host="", name=name)


def _usable(text: str | None) -> str | None:
    """Give a text that may stand in a pipeline as it is; None for any other."""
    return text if text and is_plain(text) and len(text) <= 255 else None
