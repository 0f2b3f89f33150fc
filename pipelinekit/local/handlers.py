"""Handlers of Lambda functions: where one lies, and whether it can be called here; its file is not run for that."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from pipelinekit.local.bindings import LambdaFunction

_OTHER_LANGUAGES = (".js", ".mjs", ".cjs", ".ts", ".rb", ".java", ".class", ".jar", ".go", ".cs", ".dll", ".zip", ".sh")


@frozen
class Code:
    """Where a handler is: *module* and its name below the directory *root*, which Lambda calls the task root."""

    root: str
    module: str
    name: str

    @property
    def handler(self) -> str:
        """The handler as Lambda's configuration has it: ``app.handler``."""
        return f"{self.module}.{self.name}"


def code(function: LambdaFunction) -> Code:
    """Find the task root of a handler: the directory of its file, or the one above the packages the file is in."""
    directory, file = os.path.split(os.path.abspath(function.file))
    names = [file.removesuffix(".py")]
    while os.path.isfile(os.path.join(directory, "__init__.py")):
        directory, package = os.path.split(directory)
        names.insert(0, package)
    return Code(directory, ".".join(names), function.name)


def unusable(function: LambdaFunction) -> Iterator[str]:
    """Say why a handler cannot be called here, as the end of a sentence, without running its file."""
    if function.handler.startswith("arn:"):
        yield f"is {function.handler}: functions at AWS are not called from here"
    elif not function.file or not function.name.isidentifier():
        yield f"is {function.handler!r}: write its file and its name there, such as app.py:handler"
    elif not function.file.endswith(".py"):
        other = os.path.splitext(function.file)[1] in _OTHER_LANGUAGES
        yield f"is {function.handler}: " + ("only Python is run here" if other else "its file is to be a .py file")
    elif not os.path.isfile(function.file):
        yield f"is in {function.file}, which is not there"
    else:
        yield from _unusable_file(function)


def _unusable_file(function: LambdaFunction) -> Iterator[str]:
    try:
        tree = ast.parse(Path(function.file).read_bytes(), function.file)
    except (SyntaxError, ValueError, OSError) as error:
        yield f"is in {function.file}, which cannot be read as Python: {error}"
        return
    names = set(_defined(tree))
    if function.name not in names and "*" not in names:
        yield f"is {function.name} in {function.file}, which defines no such name"
    elif _is_coroutine(tree, function.name):
        yield f"is {function.name} in {function.file}, a coroutine function: Lambda calls plain functions"


def _is_coroutine(tree: ast.Module, name: str) -> bool:
    return any(isinstance(node, ast.AsyncFunctionDef) and node.name == name for node in tree.body)


def _defined(tree: ast.Module) -> Iterator[str]:
    """Yield the names that a module defines, in whichever branch; ``*`` where it takes all those of another."""
    waiting: list[ast.AST] = [*tree.body]
    while waiting:
        match waiting.pop():
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from (alias.asname or alias.name for alias in names)
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case node:
                waiting += ast.iter_child_nodes(node)
