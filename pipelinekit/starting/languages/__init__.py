"""Which languages a tree is written in, and how each is tested and built."""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve, frozen

from pipelinekit.starting.languages import compiled, java, node, python, scripted
from pipelinekit.starting.toolchain import Toolchain
from pipelinekit.starting.tree import Tree


@frozen(kw_only=True)
class Language:
    """One language: what looks for it, the files to read for that, and what its sources are called."""

    look: Callable[[Tree], Toolchain | None]
    manifests: tuple[str, ...]
    sources: tuple[str, ...]


LANGUAGES = (
    Language(
        look=python.look,
        manifests=(*python.MANIFESTS, *python.REQUIREMENTS, ".python-version", "pytest.ini", "runtime.txt"),
        sources=python.SOURCES,
    ),
    Language(look=node.look, manifests=node.MANIFESTS, sources=node.SOURCES),
    Language(look=compiled.look_go, manifests=compiled.GO_MANIFESTS, sources=compiled.GO_SOURCES),
    Language(look=java.look, manifests=java.MANIFESTS, sources=java.SOURCES),
    Language(look=compiled.look_rust, manifests=compiled.RUST_MANIFESTS, sources=compiled.RUST_SOURCES),
    Language(
        look=compiled.look_dotnet,
        manifests=(*compiled.DOTNET_MANIFESTS, *compiled.DOTNET_PROJECTS),
        sources=compiled.DOTNET_SOURCES,
    ),
    Language(look=scripted.look_ruby, manifests=scripted.RUBY_MANIFESTS, sources=scripted.RUBY_SOURCES),
    Language(look=scripted.look_php, manifests=scripted.PHP_MANIFESTS, sources=scripted.PHP_SOURCES),
)


def look(tree: Tree) -> tuple[Toolchain, ...]:
    """Give how a tree is tested and built, the language that most of its sources are written in first.

    A Makefile is asked for what the language's own tools do not say. Python files alone count where nothing else does.
    """
    found = [(language, toolchain) for language in LANGUAGES if (toolchain := language.look(tree)) is not None]
    found.sort(key=lambda pair: -_sources(tree, pair[0]))
    make = scripted.look_make(tree)
    if not found:
        alone = make or python.look_loose(tree)
        return (alone,) if alone is not None else ()
    first, *others = (toolchain for _, toolchain in found)
    return (first if make is None else _with_make(first, make), *others)


def _sources(tree: Tree, language: Language) -> int:
    endings = tuple(pattern[pattern.rindex(".") :] for pattern in language.sources)
    return sum(file.endswith(endings) for file in tree.files)


def _with_make(toolchain: Toolchain, make: Toolchain) -> Toolchain:
    if toolchain.test is not None or make.test is None:
        return toolchain
    return evolve(
        toolchain,
        test=make.test,
        because=(*toolchain.because, *make.because),
        programs=(*toolchain.programs, *make.programs),
    )
