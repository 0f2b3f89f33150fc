from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest
from attrs import evolve, frozen
from hypothesis import given
from hypothesis import strategies as st

from pipelinekit.codebuild.assumptions import ASSUMED, Assumptions
from pipelinekit.codebuild.on_failure import OnFailure, OnFailureAction, on_failure
from pipelinekit.codebuild.phases import (
    DONE,
    Build,
    Downloaded,
    DownloadSource,
    Ended,
    Enter,
    ExportVariables,
    Finished,
    PhaseType,
    Result,
    RunCommand,
    Status,
    UploadArtifacts,
    after,
    begin,
    command_failed,
    is_last_command,
    next_step,
)
from pipelinekit.codebuild.spec import BuildSpec, Phase

FAILED = Ended(status=Status.FAILED, code="CLIENT_ERROR", message="no")


@frozen(kw_only=True)
class Story:
    """A build that was walked to its end, and what was done on the way."""

    build: Build
    commands: list[str]
    succeeding: dict[str, bool]
    uploaded: bool
    last: list[str]

    @property
    def states(self) -> dict[str, str]:
        """The phases of the buildspec and after it, with how each ended."""
        return {r.type.value: r.status.value for r in self.build.phases[3:] if r.status is not None}


def walk(
    spec: BuildSpec,
    failing: Iterable[str] = (),
    *,
    results: Mapping[str, Result] | None = None,
    download: Result | None = None,
    upload: Result = DONE,
    assumptions: Assumptions = ASSUMED,
) -> Story:
    build = begin(assumptions)
    commands: list[str] = []
    succeeding: dict[str, bool] = {}
    uploaded = False
    last: list[str] = []
    given = {**{c: command_failed(c, "exit status 1") for c in failing}, **(results or {})}
    while not isinstance(step := next_step(build), Finished):
        result: Result = DONE
        match step:
            case DownloadSource():
                result = download or Downloaded(spec)
            case RunCommand(command=command):
                commands.append(command)
                succeeding[command] = step.succeeding
                last += [command] if is_last_command(build) else []
                result = given.get(command, DONE)
            case UploadArtifacts():
                uploaded, result = True, upload
        build = after(build, result)
    return Story(build=build, commands=commands, succeeding=succeeding, uploaded=uploaded, last=last)


ALL = BuildSpec(install=["i"], pre_build=["p1", "p2"], build=["b"], post_build=["z"])


def test_a_build_that_succeeds_goes_through_all_phases_in_order() -> None:
    story = walk(ALL)

    assert story.commands == ["i", "p1", "p2", "b", "z"]
    assert [record.type for record in story.build.phases] == list(PhaseType)
    assert story.build.status is Status.SUCCEEDED
    assert story.build.phases[-1].status is None
    assert story.build.cause is None


def test_phases_that_the_buildspec_leaves_out_succeed_with_nothing_to_do() -> None:
    story = walk(BuildSpec(build=["b"]))

    assert story.commands == ["b"]
    assert story.states["INSTALL"] == story.states["POST_BUILD"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("failing", "commands", "uploaded"),
    [
        ("i", ["i"], False),
        ("p1", ["i", "p1"], False),
        ("b", ["i", "p1", "p2", "b", "z"], True),
        ("z", ["i", "p1", "p2", "b", "z"], True),
    ],
)
def test_post_build_and_upload_run_if_build_was_entered(failing: str, commands: list[str], uploaded: bool) -> None:
    story = walk(ALL, [failing])

    assert story.commands == commands
    assert story.uploaded is uploaded
    assert story.build.status is Status.FAILED
    assert story.build.phases[-2].type is PhaseType.FINALIZING


def test_a_failed_source_leads_to_finalizing_at_once() -> None:
    story = walk(ALL, download=FAILED)

    assert story.commands == []
    assert story.states == {"DOWNLOAD_SOURCE": "FAILED", "FINALIZING": "SUCCEEDED"}
    assert story.build.cause == story.build.phases[3]


def test_a_failed_upload_fails_a_green_build() -> None:
    story = walk(ALL, upload=FAILED)

    assert story.build.status is Status.FAILED
    assert story.states["UPLOAD_ARTIFACTS"] == "FAILED"


def test_the_cause_is_the_phase_that_failed_first() -> None:
    story = walk(ALL, ["b"], upload=FAILED)

    assert story.build.cause is not None
    assert (story.build.cause.type, story.build.cause.code) == (PhaseType.BUILD, "COMMAND_EXECUTION_ERROR")
    assert story.build.cause.message == "Error while executing command: b. Reason: exit status 1"


def test_post_build_sees_that_the_build_has_failed() -> None:
    story = walk(ALL, ["b"])

    assert story.succeeding == {"i": True, "p1": True, "p2": True, "b": True, "z": False}


def test_finally_runs_after_success_and_after_failure() -> None:
    spec = BuildSpec(build=Phase(["b1", "b2"], finally_commands=["f1", "f2"]))

    assert walk(spec).commands == ["b1", "b2", "f1", "f2"]
    assert walk(spec, ["b1"]).commands == ["b1", "f1", "f2"]
    assert walk(spec, ["b1"]).succeeding["f1"] is True


def test_a_failing_finally_fails_the_phase_and_ends_the_list() -> None:
    spec = BuildSpec(build=Phase(["b"], finally_commands=["f1", "f2"]))

    story = walk(spec, ["f1"])

    assert story.commands == ["b", "f1"]
    assert story.states["BUILD"] == "FAILED"


def test_finally_of_install_runs_although_no_later_phase_does() -> None:
    spec = BuildSpec(install=Phase(["i"], finally_commands=["f"]), build=["b"])

    assert walk(spec, ["i"]).commands == ["i", "f"]


def with_policy(phase: str, policy: str) -> BuildSpec:
    return evolve(ALL, **{phase: evolve(getattr(ALL, phase), on_failure=policy)})


def test_abort_after_build_skips_post_build_and_upload() -> None:
    story = walk(with_policy("build", "ABORT"), ["b"])

    assert story.commands[-1] == "b"
    assert not story.uploaded
    assert story.build.status is Status.FAILED


@pytest.mark.parametrize("phase", ["install", "pre_build"])
def test_continue_goes_on_with_a_build_that_no_longer_succeeds(phase: str) -> None:
    failing = {"install": "i", "pre_build": "p1"}[phase]

    story = walk(with_policy(phase, "CONTINUE"), [failing])

    assert story.commands[-2:] == ["b", "z"]
    assert story.succeeding["b"] is False
    assert story.build.status is Status.FAILED


def test_a_retry_runs_the_phase_again_as_often_as_it_says() -> None:
    story = walk(with_policy("pre_build", "RETRY-2"), ["p2"])

    assert story.commands == ["i", *["p1", "p2"] * 3]
    assert [r.status for r in story.build.phases if r.type is PhaseType.PRE_BUILD] == [Status.FAILED] * 3


def test_a_retry_that_succeeds_leaves_a_build_that_succeeds() -> None:
    build = after(begin(), Downloaded(with_policy("build", "RETRY")))
    attempts = 0
    while not isinstance(step := next_step(build), Finished):
        failing = isinstance(step, RunCommand) and step.command == "b" and attempts < 2
        attempts += failing
        build = after(build, command_failed("b", "exit status 1") if failing else DONE)

    assert attempts == 2
    assert build.status is Status.SUCCEEDED


def test_a_retry_waits_for_an_error_that_matches() -> None:
    assert walk(with_policy("build", "RETRY-2-exit status 1"), ["b"]).commands.count("b") == 3
    assert walk(with_policy("build", "RETRY-2-network"), ["b"]).commands.count("b") == 1


def test_a_retry_of_build_that_is_used_up_goes_on_as_build_does() -> None:
    story = walk(with_policy("build", "RETRY-1"), ["b"])

    assert story.commands[-3:] == ["b", "b", "z"]


@pytest.mark.parametrize("status", [Status.TIMED_OUT, Status.STOPPED])
def test_what_is_stopped_is_completed_directly(status: Status) -> None:
    spec = BuildSpec(build=Phase(["b"], finally_commands=["f"], on_failure="RETRY"), post_build=["z"])

    story = walk(spec, results={"b": Ended(status=status, code="C", message="m")})

    assert story.commands == ["b"]
    assert story.build.status is status
    assert [record.type for record in story.build.phases[-2:]] == [PhaseType.BUILD, PhaseType.COMPLETED]
    assert story.build.phases[-2].code == ("C" if status is Status.TIMED_OUT else "")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("ABORT", OnFailure(action=OnFailureAction.ABORT)),
        ("CONTINUE", OnFailure(action=OnFailureAction.CONTINUE)),
        ("RETRY", OnFailure(action=OnFailureAction.RETRY, count=3)),
        ("RETRY-0", OnFailure(action=OnFailureAction.RETRY, count=0)),
        ("RETRY-100", OnFailure(action=OnFailureAction.RETRY, count=100)),
        ("Retry-5", OnFailure(action=OnFailureAction.RETRY, count=5)),
        ("RETRY-8-invalid+", OnFailure(action=OnFailureAction.RETRY, count=8, pattern="invalid+")),
        ("RETRY-.*x-y", OnFailure(action=OnFailureAction.RETRY, count=3, pattern=".*x-y")),
        ("RETRY-5xx", OnFailure(action=OnFailureAction.RETRY, count=3, pattern="5xx")),
    ],
)
def test_on_failure_is_read_in_all_its_forms(text: str, read: OnFailure) -> None:
    assert on_failure(text) == read


@pytest.mark.parametrize(
    "text", ["", "abort", "STOP", "RETRY-", "RETRY3", "RETRY-101", "RETRY-(", "RETRY-a{99999999999}"]
)
def test_an_on_failure_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"none of|at most|no regular expression"):
        on_failure(text)


# What is assumed can be assumed otherwise.


def test_continue_can_leave_the_build_succeeded() -> None:
    lenient = evolve(ASSUMED, continue_leaves_build_failed=False)
    spec = with_policy("install", "CONTINUE")

    assert walk(spec, ["i"], assumptions=lenient).build.status is Status.SUCCEEDED
    assert walk(spec, ["i", "b"], assumptions=lenient).build.status is Status.FAILED


def test_abort_can_lead_to_the_upload() -> None:
    otherwise = evolve(ASSUMED, abort_skips_upload=False)

    assert walk(with_policy("build", "ABORT"), ["b"], assumptions=otherwise).uploaded
    assert not walk(with_policy("install", "ABORT"), ["i"], assumptions=otherwise).uploaded


def test_a_retry_can_repeat_the_whole_build() -> None:
    otherwise = evolve(ASSUMED, retry_scope="build")

    story = walk(with_policy("build", "RETRY-1"), ["b"], assumptions=otherwise)

    assert story.commands == ["i", "p1", "p2", "b", "i", "p1", "p2", "b", "z"]


def test_finally_can_go_on_after_a_failure_and_see_the_phase_fail() -> None:
    otherwise = evolve(ASSUMED, failing_finally_stops_the_rest=False, finally_sees_failure=True)
    spec = BuildSpec(build=Phase(["b"], finally_commands=["f1", "f2"]))

    story = walk(spec, ["b", "f1"], assumptions=otherwise)

    assert story.commands == ["b", "f1", "f2"]
    assert story.succeeding == {"b": True, "f1": False, "f2": False}


# Invariants.

phases = st.none() | st.builds(
    Phase,
    st.lists(st.sampled_from("abcd"), min_size=1, max_size=3),
    finally_commands=st.lists(st.sampled_from("wxyz"), max_size=2),
    on_failure=st.sampled_from([None, "ABORT", "CONTINUE", "RETRY-2", "RETRY-1-status 2"]),
)
specs = st.builds(BuildSpec, install=phases, pre_build=phases, build=phases, post_build=phases)


@given(specs, st.sets(st.sampled_from("abcdwxyz")))
def test_every_build_ends_and_a_failed_phase_that_was_not_retried_fails_it(spec: BuildSpec, failing: set[str]) -> None:
    story = walk(spec, failing)

    finals = {record.type: record.status for record in story.build.phases}
    assert story.build.phases[-1].type is PhaseType.COMPLETED
    assert (story.build.status is Status.FAILED) == (Status.FAILED in finals.values())
    assert story.uploaded == (PhaseType.UPLOAD_ARTIFACTS in finals)


@given(specs, st.sets(st.sampled_from("abcdwxyz")))
def test_after_the_last_command_there_is_none(spec: BuildSpec, failing: set[str]) -> None:
    story = walk(spec, failing)

    assert len(story.last) <= 1
    assert not story.last or story.last == story.commands[-1:]


def test_a_finished_build_stays_as_it_is() -> None:
    story = walk(ALL)

    assert after(story.build) is story.build
    assert next_step(story.build) == Finished(Status.SUCCEEDED)


def test_variables_are_exported_after_post_build_and_before_the_upload() -> None:
    build = after(begin(), Downloaded(ALL))
    kinds = []
    while not isinstance(step := next_step(build), Finished):
        kinds.append(type(step))
        build = after(build)

    assert kinds.index(ExportVariables) == kinds.index(UploadArtifacts) - 1
    assert kinds.count(Enter) == 4
    assert RunCommand not in kinds[kinds.index(ExportVariables) :]
