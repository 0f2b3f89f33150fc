"""Which pipelines a push or a pull request starts."""

from __future__ import annotations

from typing import Any

import pytest

import pipelinekit as pk
from pipelinekit.execution.triggers import FilesNeeded, PullRequestEvent, PushEvent, judge, starts

CONNECTION = "arn:aws:codestar-connections:eu-west-1:111122223333:connection/x"


def shop(*triggers: pk.Trigger, source: Any = None) -> pk.Definition:
    checkout = source or pk.source.CodeConnections(
        "Checkout", repository="acme/shop", branch="main", connection=CONNECTION
    )
    unit = pk.test.CodeBuild("Unit", input=checkout.output, project="unit")
    return pk.define(pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", unit)], triggers=triggers))


def on(*, push: Any = (), pull_request: Any = ()) -> pk.Definition:
    return shop(pk.Trigger("Checkout", push=push, pull_request=pull_request))


def but(*excludes: str, includes: tuple[str, ...] = ()) -> pk.FilterCriteria:
    return pk.FilterCriteria(includes=includes, excludes=excludes)


@pytest.mark.parametrize(
    ("push", "event", "expected"),
    [
        (pk.Push(branches=["main"]), PushEvent(branch="main"), True),
        (pk.Push(branches=["main"]), PushEvent(branch="refs/heads/main"), True),
        (pk.Push(branches=["main"]), PushEvent(branch="develop"), False),
        (pk.Push(branches=["*"]), PushEvent(branch="feature/x"), False),
        (pk.Push(branches=["**"]), PushEvent(branch="feature/x"), True),
        (pk.Push(branches=["release/{1,2}.?"]), PushEvent(branch="release/2.4"), True),
        (pk.Push(branches=but("release/old", includes=("release/*",))), PushEvent(branch="release/old"), False),
        (pk.Push(branches=but("release/old", includes=("release/*",))), PushEvent(branch="release/new"), True),
        (pk.Push(branches=but("wip/**")), PushEvent(branch="main"), True),
        (pk.Push(branches=but("wip/**")), PushEvent(branch="wip/a/b"), False),
        (pk.Push(branches=["main"]), PushEvent(tag="v1"), False),
        (pk.Push(tags=["v*"]), PushEvent(tag="v1"), True),
        (pk.Push(tags=["v*"]), PushEvent(branch="v1"), False),
        (pk.Push(branches=["main"], file_paths=["src/**"]), PushEvent(branch="main", files=["src/a/b.py"]), True),
        (pk.Push(branches=["main"], file_paths=["src/**"]), PushEvent(branch="main", files=["docs/a.md"]), False),
        (pk.Push(branches=["main"], file_paths=["src/**"]), PushEvent(branch="main", files=["x", "src/a"]), True),
        (pk.Push(branches=["main"], file_paths=but("**.md")), PushEvent(branch="main", files=["a.md", "b.py"]), True),
        (pk.Push(branches=["main"], file_paths=but("**.md")), PushEvent(branch="main", files=["a.md"]), False),
        (pk.Push(branches=["main"], file_paths=["**"]), PushEvent(branch="main", files=["a"], is_new=True), False),
        (pk.Push(branches=["main"], file_paths=["**"]), PushEvent(branch="main", files=[]), False),
        ([pk.Push(branches=["main"]), pk.Push(tags=["v*"])], PushEvent(tag="v1"), True),
    ],
)
def test_a_push_starts_what_one_of_the_filters_asks_for(push: Any, event: PushEvent, expected: bool) -> None:
    assert starts(on(push=push), event) is expected


@pytest.mark.parametrize(
    ("request_", "event", "expected"),
    [
        (pk.PullRequest(branches=["main"]), PullRequestEvent(branch="main", action="CLOSED"), True),
        (pk.PullRequest(events=["OPEN"], branches=["main"]), PullRequestEvent(branch="main"), True),
        (pk.PullRequest(events=["OPEN"], branches=["main"]), PullRequestEvent(branch="main", action="UPDATED"), False),
        (pk.PullRequest(events=["OPEN"], branches=["main"]), PullRequestEvent(branch="develop"), False),
        (
            pk.PullRequest(branches=["main"], file_paths=["src/**"]),
            PullRequestEvent(branch="main", files=["src/a"]),
            True,
        ),
    ],
)
def test_a_pull_request_starts_what_asks_for_its_event_and_destination(
    request_: pk.PullRequest, event: PullRequestEvent, expected: bool
) -> None:
    assert starts(on(pull_request=request_), event) is expected


def test_a_trigger_for_pushes_is_not_for_pull_requests() -> None:
    (verdict,) = judge(on(push=pk.Push(branches=["main"])), PullRequestEvent(branch="main"))

    assert verdict.reasons == ("its trigger has no filter for pull requests",)


def test_of_files_only_the_first_hundred_are_looked_at() -> None:
    definition = on(push=pk.Push(branches=["main"], file_paths=["src/**"]))
    files = [f"docs/{number}.md" for number in range(100)]

    (verdict,) = judge(definition, PushEvent(branch="main", files=[*files, "src/a"]))

    assert not verdict.starts
    assert verdict.reasons[0].endswith("(1 more are not looked at: AWS sees 100)")
    assert starts(definition, PushEvent(branch="main", files=["src/a", *files]))


def test_a_filter_by_files_needs_to_know_them() -> None:
    with pytest.raises(FilesNeeded, match="shop: push filter 1 of its trigger filters by file paths"):
        judge(on(push=pk.Push(branches=["main"], file_paths=["src/**"])), PushEvent(branch="main"))


def test_files_are_not_asked_for_where_the_branch_decides() -> None:
    assert not starts(on(push=pk.Push(branches=["main"], file_paths=["src/**"])), PushEvent(branch="develop"))


@pytest.mark.parametrize(
    ("source", "trigger_type"),
    [
        (pk.source.CodeConnections("Checkout", repository="a/b", branch="main", connection=CONNECTION), "Webhook"),
        (
            pk.source.CodeConnections(
                "Checkout", repository="a/b", branch="main", connection=CONNECTION, detect_changes=False
            ),
            None,
        ),
        (pk.source.CodeCommit("Checkout", repository="shop", branch="main"), "PollForSourceChanges"),
        (
            pk.source.CodeCommit("Checkout", repository="shop", branch="main", poll_for_source_changes=False),
            "CloudWatchEvent",
        ),
        (pk.source.CodeCommit("Checkout", repository="shop", branch="develop"), None),
        (pk.source.S3("Checkout", bucket="b", object_key="k"), None),
    ],
)
def test_a_source_without_a_trigger_notices_pushes_to_its_own_branch(source: Any, trigger_type: str | None) -> None:
    (verdict,) = judge(shop(source=source), PushEvent(branch="main"))

    assert verdict.trigger_type == trigger_type


def test_a_trigger_turns_the_sources_own_way_off() -> None:
    assert not starts(on(push=pk.Push(tags=["v*"])), PushEvent(branch="main"))


def test_a_tag_or_a_pull_request_starts_nothing_that_has_no_trigger() -> None:
    assert not starts(shop(), PushEvent(tag="v1"))
    assert not starts(shop(), PullRequestEvent(branch="main"))


def test_a_push_to_another_repository_starts_nothing() -> None:
    (verdict,) = judge(on(push=pk.Push(branches=["main"])), PushEvent(branch="main", repository="acme/blog"))

    assert verdict.reasons == ("reads the repository acme/shop, not acme/blog",)


def test_the_reasons_name_the_globs() -> None:
    definition = on(push=[pk.Push(branches=but("main", includes=("m*",))), pk.Push(tags=["v*"])])

    (verdict,) = judge(definition, PushEvent(branch="main"))

    assert verdict.reasons == (
        "push filter 1: branch main is excluded by main",
        "push filter 2: it asks for a tag, and there is none",
    )


@pytest.mark.parametrize("given", [{}, {"branch": "main", "tag": "v1"}])
def test_a_push_is_to_a_branch_or_of_a_tag(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="say branch= or tag="):
        PushEvent(**given)  # type: ignore[arg-type]


def test_files_are_not_asked_for_where_another_filter_starts_it_anyway() -> None:
    definition = on(push=[pk.Push(branches=["main"]), pk.Push(branches=["m*"], file_paths=["src/**"])])

    assert starts(definition, PushEvent(branch="main"))
