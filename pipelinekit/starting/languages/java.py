"""Java and Kotlin: Maven or Gradle, by its wrapper where there is one."""

from __future__ import annotations

import re

from pipelinekit.starting.toolchain import Commands, Outputs, Toolchain, with_runtime
from pipelinekit.starting.tree import Tree

MANIFESTS = (
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "settings.gradle",
    "settings.gradle.kts",
    ".java-version",
    "mvnw",
    "gradlew",
)
SOURCES = ("src/**/*.java", "src/**/*.kt", "*/src/**/*.java", "*/src/**/*.kt")

_LEVEL = re.compile(
    r"<(?:maven\.compiler\.(?:release|source)|java\.version|release)>\s{0,9}(?:1\.)?(\d{1,2})\s{0,9}<"
    r"|JavaLanguageVersion\.of\((\d{1,2})\)"
    r"|jvmToolchain\((\d{1,2})\)"
    r"|sourceCompatibility\s{0,9}=\s{0,9}(?:JavaVersion\.VERSION_)?[\"']?(?:1[._])?(\d{1,2})\b"
)


def look(tree: Tree) -> Toolchain | None:
    """Say how a tree of Maven or Gradle is tested and built; None when it is none."""
    if tree.has("pom.xml"):
        return _maven(tree)
    if tree.matching("build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"):
        return _gradle(tree)
    return None


def _maven(tree: Tree) -> Toolchain:
    pom = tree.text("pom.xml")
    program, programs = _program(tree, "mvnw", "mvn")
    packaging = found[1] if (found := re.search(r"<packaging>\s{0,9}(\w{1,20})\s{0,9}<", pom)) else "jar"
    ending = packaging if packaging in ("war", "ear") else "jar"
    where = "**/target" if "<modules>" in pom else "target"
    toolchain = Toolchain(
        language="Java",
        because=("pom.xml", *tree.present("mvnw")),
        programs=programs,
        test=Commands(by="Maven", commands=(f"{program} -B test",)) if _has_tests(tree) else None,
        build=Commands(by="Maven", commands=(f"{program} -B -DskipTests package",)),
        outputs=Outputs(files=(f"{where}/*.{ending}",)),
    )
    return with_runtime(toolchain, "java", *_level(tree, "pom.xml"))


def _gradle(tree: Tree) -> Toolchain:
    told = tree.present("build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts")
    program, programs = _program(tree, "gradlew", "gradle")
    several = any("include" in tree.text(path) for path in told if path.startswith("settings"))
    # A daemon would go on running after the build.
    toolchain = Toolchain(
        language="Java",
        because=(told[0], *tree.present("gradlew")),
        programs=programs,
        test=Commands(by="Gradle", commands=(f"{program} --no-daemon test",)) if _has_tests(tree) else None,
        build=Commands(by="Gradle", commands=(f"{program} --no-daemon assemble",)),
        outputs=Outputs(files=("**/build/libs/*",) if several else ("build/libs/*",)),
    )
    return with_runtime(toolchain, "java", *_level(tree, told[0]))


def _program(tree: Tree, wrapper: str, program: str) -> tuple[str, tuple[str, ...]]:
    """Give what starts the build: the wrapper, by sh where it may not be executed, else the program itself."""
    if not tree.has(wrapper):
        return program, ("java", program)
    return (f"./{wrapper}" if wrapper in tree.executables else f"sh ./{wrapper}"), ("java",)


def _has_tests(tree: Tree) -> bool:
    return bool(tree.matching("src/test/**/*", "**/src/test/**/*"))


def _level(tree: Tree, manifest: str) -> tuple[str, str]:
    """Give the runtime whose level the sources are written for."""
    if found := re.match(r"\s{0,9}(?:1\.)?(\d{1,2})\b", tree.text(".java-version")):
        return f"corretto{found[1]}", ".java-version"
    if found := _LEVEL.search(tree.text(manifest)):
        return f"corretto{next(filter(None, found.groups()))}", manifest
    return "", ""
