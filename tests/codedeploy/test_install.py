"""Planning Install over a listing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelinekit.codedeploy.appspec import AppSpec, FileMapping, Permission
from pipelinekit.codedeploy.install import (
    CannotInstall,
    ChangeAcl,
    ChangeMode,
    ChangeOwner,
    CopyFile,
    MakeDirectory,
    MakeLink,
    Plan,
    install_json,
    plan_install,
    read_cleanup,
)
from pipelinekit.codedeploy.listing import Kind, Link, Tree

REVISION = "/revision"


def entry(content: Any) -> Kind | Link:
    if content is None:
        return "directory"
    return Link(content["link"]) if isinstance(content, dict) else "file"


def tree(bundle: Mapping[str, Any], host: Mapping[str, Any] | None = None) -> Tree:
    entries: dict[str, Kind | Link] = {f"{REVISION}/{path}": entry(content) for path, content in bundle.items()}
    return Tree({REVISION: "directory", **entries, **{f"/{path}": entry(c) for path, c in (host or {}).items()}})


def server(**said: Any) -> AppSpec:
    files = [FileMapping(**one) for one in said.pop("files", ())]
    return AppSpec.server(files=files, permissions=[permission(**one) for one in said.pop("permissions", ())], **said)


def permission(**said: Any) -> Permission:
    if "mode" in said:
        said["mode"] = str(said["mode"])
    return Permission(exclude=said.pop("except", ()), **said)


# Errors of the vectors that only show when the instructions are carried out.
WHILE_DOING = ("Not a directory", "File exists", "No such file or directory")


def plan_or_refusal(appspec: AppSpec, listing: Tree, behavior: str = "DISALLOW") -> Plan | str:
    try:
        return plan_install(appspec, REVISION, listing, behavior)
    except CannotInstall as error:
        return str(error)


def test_what_is_planned_is_what_the_agent_plans(vectors: dict[str, Any]) -> None:
    for case in vectors["files"]:
        appspec = server(files=case["files"], file_exists_behavior=case.get("appspec_behavior"))

        plan = plan_or_refusal(appspec, tree(case["bundle"], case["host"]), case.get("behavior", "DISALLOW"))

        error = case.get("error")
        if isinstance(plan, str):
            assert error is not None, (case, plan)
            assert error in plan, case
            continue
        assert error is None or error in WHILE_DOING, case
        if "cleanup" in case:
            assert list(plan.cleanup) == [f"/{path}" for path in case["cleanup"]], case
        if "cleanup_set" in case:
            assert set(plan.cleanup) == {f"/{path}" for path in case["cleanup_set"]}, case


def test_permissions_change_what_the_agent_changes(vectors: dict[str, Any]) -> None:
    data = vectors["permissions"]
    for case in data["cases"]:
        plan = plan_or_refusal(server(files=data["files"], permissions=case["permissions"]), tree(data["bundle"]))

        if isinstance(plan, str):
            assert case.get("error", "no error") in plan, case
        else:
            changes = {i.path.lstrip("/"): i.mode for i in plan.instructions if isinstance(i, ChangeMode)}
            assert changes == case["changed"], case


def test_instructions_come_in_the_agents_order() -> None:
    appspec = server(
        files=[{"source": "d", "destination": "/srv/shop"}],
        permissions=[{"object": "/srv/shop", "type": ["file"], "mode": "640", "owner": "www", "group": "www"}],
    )

    plan = plan_install(appspec, REVISION, tree({"d/run": "", "d/latest": {"link": "run"}, "d/empty": None}))

    assert plan.instructions == (
        MakeDirectory("/srv"),
        MakeDirectory("/srv/shop"),
        MakeDirectory("/srv/shop/empty"),
        MakeLink(f"{REVISION}/d/latest", "run", "/srv/shop/latest"),
        CopyFile(f"{REVISION}/d/run", "/srv/shop/run"),
        ChangeMode("/srv/shop/latest", "640"),
        ChangeOwner("/srv/shop/latest", "www", "www"),
        ChangeMode("/srv/shop/run", "640"),
        ChangeOwner("/srv/shop/run", "www", "www"),
    )


def test_a_destination_cannot_climb_above_the_host() -> None:
    plan = plan_install(
        server(files=[{"source": "f", "destination": "/../../srv/./x/../shop"}]), REVISION, tree({"f": ""})
    )

    assert plan.cleanup == ("/srv", "/srv/shop", "/srv/shop/f")


def test_a_conflict_says_where_and_what_may_be_said_about_it() -> None:
    with pytest.raises(CannotInstall) as caught:
        plan_install(
            server(files=[{"source": "f", "destination": "/srv"}]), REVISION, tree({"f": ""}, {"srv/f": "old"})
        )

    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.code, diagnostic.where.path) == ("PK721", ("files", "0"))
    assert diagnostic.message == "a specified file already exists at this location: /srv/f"
    assert diagnostic.hint == "file_exists_behavior: OVERWRITE replaces it, RETAIN keeps it"


def test_what_the_deployment_says_counts_in_any_case_and_only_when_something_is_in_the_way() -> None:
    appspec = server(files=[{"source": "f", "destination": "/srv"}])

    assert plan_install(appspec, REVISION, tree({"f": ""}, {"srv/f": ""}), "overwrite").cleanup == ("/srv/f",)
    assert plan_install(appspec, REVISION, tree({"f": ""}, {"srv": None}), "merge").cleanup == ("/srv/f",)
    with pytest.raises(CannotInstall, match="'MERGE' is no file_exists_behavior"):
        plan_install(appspec, REVISION, tree({"f": ""}, {"srv/f": ""}), "merge")


def test_a_plan_tells_which_files_stay_somebody_elses_and_which_it_takes_over() -> None:
    listing = tree({"d/x": "", "d/y": ""}, {"srv/x": "old"})
    files = [{"source": "d", "destination": "/srv"}]

    retained = plan_install(server(files=files), REVISION, listing, "RETAIN")
    overwritten = plan_install(server(files=files), REVISION, listing, "OVERWRITE")

    assert (retained.kept, retained.replaced) == (("/srv/x",), ())
    assert (overwritten.kept, overwritten.replaced) == ((), ("/srv/x",))


def test_links_that_lead_round_in_a_circle_are_refused() -> None:
    with pytest.raises(CannotInstall, match="round in a circle"):
        plan_install(
            server(files=[{"source": "d", "destination": "/srv"}]),
            REVISION,
            tree({"d/f": "", "d/again": {"link": "../d"}}),
        )


def test_default_acl_entries_are_for_directories_only() -> None:
    files = [{"source": "d", "destination": "/srv"}]
    one = {"object": "/srv", "acls": ["d:u:bob:rw"]}

    with pytest.raises(CannotInstall, match="only directories"):
        plan_install(server(files=files, permissions=[one]), REVISION, tree({"d/f": ""}))
    plan = plan_install(
        server(files=files, permissions=[{**one, "type": ["directory"]}]), REVISION, tree({"d/s/f": ""})
    )
    assert ChangeAcl("/srv/s", ("d:u:bob:rw",)) in plan.instructions


def test_the_instructions_are_written_as_the_agent_writes_them() -> None:
    plan = plan_install(
        server(
            files=[{"source": "f", "destination": "/srv"}],
            permissions=[{"object": "/srv/f", "mode": "7", "group": "g"}],
        ),
        REVISION,
        tree({"f": ""}),
    )

    assert json.loads(install_json(plan)) == {
        "instructions": [
            {"type": "mkdir", "directory": "/srv"},
            {"type": "copy", "source": f"{REVISION}/f", "destination": "/srv/f"},
            {"type": "chmod", "mode": "007", "file": "/srv/f"},
            {"type": "chown", "owner": None, "group": "g", "file": "/srv/f"},
        ]
    }


def test_a_cleanup_file_is_read_backwards_without_a_line_that_was_cut_off() -> None:
    assert read_cleanup("/srv\n/srv/shop\nsemanage\0/srv/shop\n/srv/shop/a b \n/srv/sh") == [
        "/srv/shop/a b ",
        "/srv/shop",
        "/srv",
    ]
    assert read_cleanup("") == read_cleanup("/sr") == []


names = st.sampled_from(["a", "b", "c"])
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
bundles = st.dictionaries(paths, st.sampled_from(["file", "directory"]), min_size=1, max_size=5)


@given(bundles, bundles, paths, paths, st.sampled_from(["DISALLOW", "OVERWRITE", "RETAIN"]))
def test_a_plan_makes_each_place_once_and_after_the_directory_above_it(
    bundle: dict[str, Kind], host: dict[str, Kind], source: str, destination: str, behavior: str
) -> None:
    listing = Tree(
        {**{f"{REVISION}/{p}": kind for p, kind in bundle.items()}, **{f"/{p}": kind for p, kind in host.items()}}
    )
    try:
        plan = plan_install(
            server(files=[{"source": source, "destination": f"/{destination}"}]), REVISION, listing, behavior
        )
    except CannotInstall:
        assert behavior == "DISALLOW"
        return

    assert len(set(plan.cleanup)) == len(plan.cleanup)
    made = set()
    for path in plan.cleanup:
        parent = path.rpartition("/")[0] or "/"
        assert parent in made or listing.kind(parent) is not None
        made.add(path)
