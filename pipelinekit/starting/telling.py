"""What `pipelinekit init` says: what it found, what it could not tell, what stands in."""

from __future__ import annotations

from collections.abc import Iterator

from pipelinekit.starting.choices import Choices, suggested_deploy
from pipelinekit.starting.composing import Composed
from pipelinekit.starting.findings import Findings


def found(findings: Findings) -> Iterator[tuple[str, str]]:
    """Yield what was found: what it is about, and a sentence."""
    yield "source", _source(findings)
    toolchain, buildspec = findings.toolchain, findings.buildspec
    if toolchain is not None:
        yield "language", f"{toolchain.language} ({', '.join(toolchain.because[:3])})"
    if toolchain is not None and buildspec is None:
        yield "tests", toolchain.test.by if toolchain.test is not None else "none found"
        yield "build", toolchain.build.by if toolchain.build is not None else "nothing to build"
    if toolchain is None and buildspec is None and findings.site is None:
        yield "language", "none that is known"
    if buildspec is not None:
        yield "buildspec", f"{buildspec.path}, which is used as it is"
    if findings.appspec is not None:
        yield "appspec", f"{findings.appspec.path}, which is used as it is"
    if findings.template is not None:
        yield "template", f"{findings.template.path}{' (SAM)' if findings.template.is_sam else ''}"
    if findings.dockerfile is not None:
        yield "image", findings.dockerfile
    if findings.site is not None:
        yield "site", findings.site.by


def _source(findings: Findings) -> str:
    repository, git = findings.repository, findings.git
    where = f", in {git.prefix}/" if git is not None and git.prefix else ""
    if repository is not None:
        host = f" at {repository.host}" if repository.host else " in CodeCommit"
        return f"{repository.name}{host}, branch {findings.branch or 'unknown'}{where}"
    if git is None:
        return "a directory, in no git repository"
    return f"a git repository without a remote that AWS reads, branch {findings.branch or 'unknown'}{where}"


def notes(findings: Findings, choices: Choices, composed: Composed) -> Iterator[str]:
    """Yield what the reader should know before anything runs."""
    yield from findings.notes
    if choices.source != "s3" and choices.repository is None:
        yield "the repository is not known: it is the parameter Repository until you write it down"
    if choices.source != "s3" and choices.branch is None:
        yield "the branch is not known: main is assumed"
    yield from _about_builds(findings, choices)
    if choices.deploy == "none" and suggested_deploy(findings) == "none":
        yield "nothing says where it is deployed, so it is not: --deploy adds that"
    for key, reason in composed.stood_in:
        yield f"{key} is not done here, since {reason}: a stand-in says so in its place"
    if findings.git is not None and not findings.git.has_commit:
        yield "nothing is committed yet, and a source is a commit: run `git add .` and `git commit` first"


def _about_builds(findings: Findings, choices: Choices) -> Iterator[str]:
    toolchain, buildspec = findings.toolchain, findings.buildspec
    if choices.build == "codebuild" and buildspec is not None:
        yield from (f"{buildspec.path}: {note}" for note in buildspec.notes)
        return
    if choices.build == "none":
        return
    if toolchain is None:
        if findings.site is None and choices.deploy == "none":
            yield "nothing says how it is built or tested: put your commands into the action Build"
        return
    yield from toolchain.notes
    if toolchain.test is None:
        yield "no tests were found"
    if findings.missing_programs:
        yield f"{', '.join(findings.missing_programs)}: not on this machine; without it a run here ends there"
