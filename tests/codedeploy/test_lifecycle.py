"""The lifecycle events of a deployment to servers."""

from __future__ import annotations

from typing import Any

from pipelinekit.codedeploy.ids import deployment_group_id, deployment_id
from pipelinekit.codedeploy.lifecycle import (
    IN_PLACE,
    Diagnostics,
    ErrorCode,
    EventResult,
    Status,
    failure,
    in_place,
    next_event,
    script_revision,
    scriptable,
    scripts_from,
    unknown_events,
    with_skipped,
)
from pipelinekit.codedeploy.listing import nested_root


def test_the_events_come_in_the_documented_order(vectors: dict[str, Any]) -> None:
    orders = vectors["lifecycle_orders"]

    assert [e for e, _ in orders["in_place_without_load_balancer"]["events"]] == list(in_place())
    assert [e for e, _ in orders["in_place_with_load_balancer"]["events"]] == list(in_place(load_balancer=True))


def test_the_agents_and_the_services_own_events_run_no_scripts(vectors: dict[str, Any]) -> None:
    for name, order in vectors["lifecycle_orders"].items():
        for event, has_scripts in order["events"] if name not in ("lambda", "ecs") else ():
            assert scriptable(event) == has_scripts, (name, event)


def test_scripts_come_from_the_revision_the_agent_takes_them_from(vectors: dict[str, Any]) -> None:
    for key, rollback in (("normal", False), ("blue_green_rollback", True)):
        for event, revision in vectors["hook_revision"][key].items():
            assert script_revision(event, blue_green_rollback=rollback).name.lower() == revision, (key, event)


def test_which_scripts_run_depends_on_what_is_there(vectors: dict[str, Any]) -> None:
    for case in vectors["hook_revision"]["cases"]:
        there = case.get("previous_exists", True)
        ran = scripts_from(
            case["event"], current="current", previous="previous" if there else None, downloaded=case["archive_exists"]
        )

        # A dangling pointer still names a revision: that it is gone shows when its AppSpec is read.
        assert ran == {"nothing": None, "error": "previous"}.get(case["runs"], case["runs"]), case


def test_after_a_failed_event_the_rest_are_skipped(vectors: dict[str, Any]) -> None:
    expected = vectors["failed_instance_events"]
    why = Diagnostics(error_code=ErrorCode.UNKNOWN_ERROR, message="already exists")
    results = [EventResult(event, Status.SUCCEEDED) for event in IN_PLACE[:3]]
    results.append(EventResult("Install", Status.FAILED, why))

    assert next_event(IN_PLACE, results) is None
    assert {r.event: str(r.status) for r in with_skipped(IN_PLACE, results)} == expected["statuses"]
    assert why.error_code.api_name == expected["install_error_code"]


def test_only_the_failures_of_stopping_can_be_ignored() -> None:
    stop = [EventResult("ApplicationStop", Status.FAILED)]
    install = [EventResult(event, Status.FAILED) for event in IN_PLACE[:4]]

    assert next_event(IN_PLACE, stop) is None
    assert next_event(IN_PLACE, stop, ignore_application_stop_failures=True) == "DownloadBundle"
    broken = failure(install, ignore_application_stop_failures=True)
    assert broken is not None
    assert broken.event == "DownloadBundle"


def test_a_host_is_done_when_its_last_event_is() -> None:
    results = [EventResult(event, Status.SUCCEEDED) for event in IN_PLACE]

    assert [next_event(IN_PLACE, results[:n]) for n in range(len(results) + 1)] == [*IN_PLACE, None]
    assert failure(results) is None


def test_error_codes_are_numbered_and_named_as_the_agent_and_the_api_do() -> None:
    assert [(code.value, code.api_name) for code in ErrorCode] == [
        (0, "Success"),
        (1, "ScriptMissing"),
        (2, "ScriptNotExecutable"),
        (3, "ScriptTimedOut"),
        (4, "ScriptFailed"),
        (5, "UnknownError"),
        (6, "UnknownError"),
        (7, "UnknownError"),
    ]


def test_events_of_other_platforms_are_unknown_to_servers() -> None:
    assert unknown_events(["Install", "AfterAllowTestTraffic", "AllowTraffic", "Nope"]) == [
        "AfterAllowTestTraffic",
        "Nope",
    ]


def test_the_one_top_directory_of_a_bundle_is_stripped_when_the_appspec_is_in_it(vectors: dict[str, Any]) -> None:
    for case in vectors["unpack"]["cases"]:
        top = nested_root(case["members"])
        left = {m.removeprefix(f"{top}/").split("/")[0] for m in case["members"]}

        assert sorted(left) == sorted(case["archive_root"]), case


def test_ids_are_derived_and_look_like_codedeploys_own() -> None:
    import re

    assert re.fullmatch(r"d-[A-Z0-9]{9}", deployment_id("job"))
    assert deployment_id("job") == deployment_id("job") != deployment_id("another job")
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", deployment_group_id("shop", "web"))
    assert deployment_group_id("shop", "web") != deployment_group_id("blog", "web")
