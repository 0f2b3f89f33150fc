"""Node: the scripts of ``package.json``, by npm, pnpm, Yarn or Bun."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from pipelinekit.starting.toolchain import Commands, Outputs, Toolchain, with_runtime
from pipelinekit.starting.tree import Tree, string, strings, table

MANIFEST = "package.json"
MANIFESTS = (MANIFEST, ".nvmrc", ".node-version", ".yarnrc.yml")
SOURCES = ("*.js", "*.ts", "*.mjs", "*.cjs", "*.jsx", "*.tsx", "*.vue", "*.svelte")

_SITES = {
    "react-scripts": "build",
    "gatsby": "public",
    "@11ty/eleventy": "_site",
    "@docusaurus/core": "build",
    "astro": "dist",
    "vitepress": ".vitepress/dist",
    "@vue/cli-service": "dist",
    "@angular/cli": "dist",
    "vite": "dist",
    "parcel": "dist",
}
"""What builds a site, and the directory it builds it into when nothing else is said."""

_ALSO_FOR_LIBRARIES = ("vite", "parcel")

_DIRECTORIES = ("dist", "build", "lib", "out", "public")
_VERSION = re.compile(r"\d+(?:\.\d+){0,2}(?:-[0-9A-Za-z.-]+)?")


def look(tree: Tree) -> Toolchain | None:
    """Say how a Node tree is tested and built; None when it is none."""
    if not tree.has(MANIFEST):
        return None
    data = tree.json(MANIFEST)
    manager = _manager(tree, data)
    scripts = {name: string(text) for name, text in table(data, "scripts").items()}
    outputs = Outputs(base_directory=directory) if (directory := _built(data)) else None
    toolchain = Toolchain(
        language="Node",
        because=(MANIFEST, *tree.present(manager.lock)),
        programs=("node", "npm"),
        test=_script(manager, "test") if _is_test(scripts.get("test", "")) else None,
        build=_script(manager, "build") if scripts.get("build") else None,
        outputs=outputs,
        vendor=(manager.install_to_run,),
        leaves=("node_modules",),
        notes=tuple(_notes(scripts, outputs)),
    )
    return with_runtime(toolchain, "nodejs", *_pinned(tree, data))


def site_directory(tree: Tree) -> str | None:
    """Give the directory of the site that this tree builds; None when it builds none that is known."""
    data = tree.json(MANIFEST)
    if not string(table(data, "scripts").get("build")):
        return None
    found = next((name for name in _SITES if name in _needs(data)), None)
    if found in _ALSO_FOR_LIBRARIES and not tree.has("index.html"):
        return None
    return _SITES[found] if found is not None else None


def _needs(data: Mapping[str, Any]) -> set[str]:
    return {*table(data, "dependencies"), *table(data, "devDependencies")}


def _is_test(script: str) -> bool:
    """Whether it is a test, and not what ``npm init`` writes."""
    return bool(script.strip()) and "no test specified" not in script


@frozen(kw_only=True)
class _Manager:
    name: str
    lock: str
    install: str
    install_to_run: str
    run: str


def _manager(tree: Tree, data: Mapping[str, Any]) -> _Manager:
    """Say which package manager it is: by ``packageManager``, else by the lock file. npx brings what is not npm."""
    wanted, _, version = string(data.get("packageManager")).partition("@")
    version = version.partition("+")[0]
    pinned = f"@{version}" if _VERSION.fullmatch(version) else ""
    if wanted == "pnpm" or (not wanted and tree.has("pnpm-lock.yaml")):
        return _by("pnpm", f"npx --yes pnpm{pinned}", "pnpm-lock.yaml", "--frozen-lockfile", "--prod", tree)
    if wanted == "yarn" or (not wanted and tree.has("yarn.lock")):
        return _yarn(pinned, tree)
    if wanted == "bun" or (not wanted and tree.matching("bun.lock", "bun.lockb")):
        lock = "bun.lock" if tree.has("bun.lock") else "bun.lockb"
        return _by("bun", f"npx --yes bun{pinned}", lock, "--frozen-lockfile", "--production", tree)
    lock = next(iter(tree.present("package-lock.json", "npm-shrinkwrap.json")), "package-lock.json")
    install = "npm ci" if tree.has(lock) else "npm install"
    return _Manager(name="npm", lock=lock, install=install, install_to_run=f"{install} --omit=dev", run="npm")


def _by(name: str, program: str, lock: str, frozen_lock: str, production: str, tree: Tree) -> _Manager:
    install = f"{program} install {frozen_lock}" if tree.has(lock) else f"{program} install"
    return _Manager(name=name, lock=lock, install=install, install_to_run=f"{install} {production}", run=program)


def _yarn(pinned: str, tree: Tree) -> _Manager:
    if tree.has(".yarnrc.yml") or (pinned and not pinned.startswith("@1.")):
        program = f"npx --yes --package=@yarnpkg/cli-dist{pinned} yarn"
        install = f"{program} install --immutable"
        return _Manager(name="Yarn", lock="yarn.lock", install=install, install_to_run=install, run=program)
    return _by("Yarn", f"npx --yes yarn{pinned or '@1'}", "yarn.lock", "--frozen-lockfile", "--production", tree)


def _script(manager: _Manager, name: str) -> Commands:
    command = f"{manager.run} test" if (manager.name, name) == ("npm", "test") else f"{manager.run} run {name}"
    return Commands(by=f"`{command}`", setup=(manager.install,), commands=(command,))


def _built(data: Mapping[str, Any]) -> str:
    """Give the directory that the build script fills: the site's, else where the package says that its files are."""
    known = next((directory for name, directory in _SITES.items() if name in _needs(data)), "")
    told = [*strings(data.get("files")), *(string(data.get(key)) for key in ("main", "module", "types"))]
    first = [path.removeprefix("./").partition("/")[0] for path in told]
    return next((directory for directory in _DIRECTORIES if directory in first), known)


def _pinned(tree: Tree, data: Mapping[str, Any]) -> tuple[str, str]:
    told = [(tree.text(path).strip(), path) for path in (".nvmrc", ".node-version")]
    told.append((string(table(data, "engines").get("node")).removesuffix(".x"), f"{MANIFEST} (engines)"))
    for text, path in told:
        if found := re.fullmatch(r"v?(\d{1,3})(?:\.\d+){0,2}", text):
            return found[1], path
    return "", ""


def _notes(scripts: Mapping[str, str], outputs: Outputs | None) -> Iterator[str]:
    if scripts.get("build") and outputs is None:
        yield "nothing says which directory `build` fills: everything is kept"
