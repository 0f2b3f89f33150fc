"""Go, Rust and .NET: languages whose own tool does everything."""

from __future__ import annotations

import posixpath
import re
import shlex
from typing import Any, cast

from pipelinekit.starting.toolchain import Commands, Outputs, Toolchain, with_runtime
from pipelinekit.starting.tree import Tree, string, table

GO_MANIFESTS = ("go.mod", ".go-version")
GO_SOURCES = ("**/*.go",)
RUST_MANIFESTS = ("Cargo.toml",)
RUST_SOURCES = ("**/*.rs",)
DOTNET_MANIFESTS = ("global.json",)
DOTNET_PROJECTS = ("*.csproj", "*.fsproj", "*/*.csproj", "*/*.fsproj", "*/*/*.csproj", "*/*/*.fsproj")
DOTNET_SOURCES = ("**/*.cs", "**/*.fs")

RUST_IMAGE = "aws/codebuild/amazonlinux-x86_64-standard:6.0"
"""The newer of CodeBuild's standard images: it has Rust (aws/aws-codebuild-docker-images)."""

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


def look_go(tree: Tree) -> Toolchain | None:
    """Say how a Go module is tested and built; None when it is none."""
    if not tree.has("go.mod"):
        return None
    programs = bool(tree.matching("main.go", "cmd/**/*.go"))  # else it is a library, and there is nothing to build
    toolchain = Toolchain(
        language="Go",
        because=("go.mod",),
        programs=("go",),
        test=Commands(by="`go test`", commands=("go vet ./...", "go test ./...")),
        build=Commands(by="`go build`", commands=("go build -o build/ ./...",)) if programs else None,
        outputs=Outputs(base_directory="build") if programs else None,
    )
    found = re.match(r"\s{0,9}(\d+\.\d+)", tree.text(".go-version"))
    return with_runtime(toolchain, "golang", found[1] if found else "", ".go-version")


def look_rust(tree: Tree) -> Toolchain | None:
    """Say how a Cargo package or workspace is tested and built; None when it is none."""
    if not tree.has("Cargo.toml"):
        return None
    locked = " --locked" if tree.has("Cargo.lock") else ""
    programs = _rust_programs(tree)
    return Toolchain(
        language="Rust",
        because=("Cargo.toml",),
        programs=("cargo",),
        image=RUST_IMAGE,
        test=Commands(by="`cargo test`", commands=(f"cargo test{locked}",)),
        build=Commands(by="`cargo build`", commands=(f"cargo build --release{locked}",)) if programs else None,
        outputs=Outputs(files=programs, base_directory="target/release") if programs else None,
    )


def _rust_programs(tree: Tree) -> tuple[str, ...]:
    """Give the names of the programs that a package makes."""
    data = tree.toml("Cargo.toml")
    given = data.get("bin")
    named = [
        string(cast("dict[str, Any]", one).get("name"))
        for one in (given if isinstance(given, list) else ())
        if isinstance(one, dict)
    ]
    if tree.has("src/main.rs") and not named:
        named.append(string(table(data, "package").get("name")))
    named += [posixpath.basename(path).removesuffix(".rs") for path in tree.matching("src/bin/*.rs")]
    return tuple(dict.fromkeys(name for name in named if _WORD.fullmatch(name)))


def look_dotnet(tree: Tree) -> Toolchain | None:
    """Say how a .NET solution or project is tested and built; None when neither lies at the top."""
    tops, projects = tree.matching("*.sln", "*.slnx", "*.csproj", "*.fsproj"), tree.matching(*DOTNET_PROJECTS)
    if not tops:
        return None
    tested = [path for path in projects if _is_test_project(tree.text(path))]
    published = _published(tree, [path for path in projects if path not in tested])
    publish = f"dotnet publish {shlex.quote(published)} -c Release -o out" if published else "dotnet build -c Release"
    toolchain = Toolchain(
        language=".NET",
        because=tops[:1],
        programs=("dotnet",),
        test=Commands(by="`dotnet test`", commands=("dotnet test",)) if tested else None,
        build=Commands(by="`dotnet publish`" if published else "`dotnet build`", commands=(publish,)),
        outputs=Outputs(base_directory="out") if published else Outputs(files=("**/bin/Release/**/*",)),
    )
    return with_runtime(toolchain, "dotnet", *_dotnet_version(tree, published))


def _is_test_project(text: str) -> bool:
    return "Microsoft.NET.Test.Sdk" in text or "<IsTestProject>true" in text


def _published(tree: Tree, projects: list[str]) -> str | None:
    """Give the project that is a program; the only one, where there is but one."""
    programs = [path for path in projects if re.search(r"Sdk\.(?:Web|Worker)\"|<OutputType>Exe", tree.text(path))]
    return next(iter(programs or (projects if len(projects) == 1 else [])), None)


def _dotnet_version(tree: Tree, project: str | None) -> tuple[str, str]:
    pinned = re.match(r"(\d+)\.", string(table(tree.json("global.json"), "sdk").get("version")))
    if pinned:
        return f"{pinned[1]}.0", "global.json"
    target = re.search(r"<TargetFramework>net(\d+\.\d+)<", tree.text(project or ""))
    return (target[1], project or "") if target else ("", "")
