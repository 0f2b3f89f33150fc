"""Reading AppSpecs for servers, and writing them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelinekit.codedeploy.appspec import AppSpec, Hook
from pipelinekit.codedeploy.config import HALF_AT_A_TIME, DeploymentConfig
from pipelinekit.codedeploy.document import (
    appspec_text,
    deployment_group_input,
    examine_appspec,
    read_appspec,
    read_deployment_group_input,
)
from pipelinekit.codedeploy.group import DeploymentGroup
from pipelinekit.codedeploy.permissions import matches_glob, normal_mode
from pipelinekit.diagnostics import InvalidDocument, Severity
from strategies import appspecs

HEAD = "version: 0.0\nos: linux\n"


def errors_of(text: str) -> list[str]:
    return [d.code for d in examine_appspec(text, "appspec.yml")[1].errors]


def warnings_of(text: str) -> list[str]:
    return [d.code for d in examine_appspec(text, "appspec.yml")[1].warnings]


def test_the_version_is_zero_as_a_number(vectors: dict[str, Any]) -> None:
    for case in vectors["appspec_parse"]["version"]:
        assert (errors_of(f"version: {case['text']}\nos: linux\n") == []) == case["ok"], case


def test_the_version_of_the_guide_in_quotes_is_refused_with_the_way_to_write_it() -> None:
    _, report = examine_appspec('version: "0.0"\nos: linux\n', "appspec.yml")

    assert str(report) == (
        'appspec.yml:1:10: version: the version is 0.0 and nothing else, not "0.0" [PK702]\n'
        "  hint: write version: 0.0, without quotes"
    )


def test_the_os_is_linux_or_windows_in_lower_case(vectors: dict[str, Any]) -> None:
    for case in vectors["appspec_parse"]["os_on_linux_agent"]:
        expected = case["ok"] or case["text"] == "windows"  # a Linux agent refuses that one, the document is sound
        assert (errors_of(f"version: 0.0\nos: {case['text']}\n") == []) == expected, case


def test_a_timeout_is_what_the_agents_ruby_makes_of_it(vectors: dict[str, Any]) -> None:
    for case in vectors["appspec_parse"]["timeout"]:
        text = f"{HEAD}hooks:\n  BeforeInstall:\n    - location: x\n      timeout: {case['text']}\n"
        appspec, report = examine_appspec(text, "appspec.yml")

        if case.get("ok", True):
            assert appspec is not None, report
            assert (appspec.hooks["BeforeInstall"][0].timeout or 3600) == case["seconds"], case
        else:
            assert report.codes == ("PK711",), case


def test_file_exists_behavior_is_upper_case_only(vectors: dict[str, Any]) -> None:
    for case in vectors["appspec_parse"]["file_exists_behavior"]:
        codes = errors_of(f"{HEAD}file_exists_behavior: {case['text']}\n")
        assert codes == ([] if case["ok"] else ["PK704"]), case


def test_every_structure_the_agent_refuses_is_refused_with_a_line(vectors: dict[str, Any]) -> None:
    for case in vectors["appspec_parse"]["structure"]:
        appspec, report = examine_appspec(HEAD + case["text"] if case["text"] else "", "appspec.yml")

        assert (appspec is not None) == case["ok"], case
        assert all(d.where.place is not None and d.where.place.line for d in report), case
        if appspec is not None and "files" in case:
            assert len(appspec.files) == case["files"], case


def test_a_mode_is_what_yaml_and_the_agent_make_of_it(vectors: dict[str, Any]) -> None:
    for case in vectors["modes"]["cases"]:
        text = f"{HEAD}permissions:\n  - object: /x\n    mode: {case['text']}\n"
        appspec, report = examine_appspec(text, "appspec.yml")

        if case.get("error"):
            assert report.codes == ("PK716",), case
        else:
            assert appspec is not None, (case, report)
            mode = appspec.permissions[0].mode
            assert (None if mode is None else normal_mode(mode)) == case["mode"], case


def test_an_unquoted_mode_with_a_leading_zero_is_named_as_the_trap_it_is() -> None:
    text = HEAD + "permissions:\n  - object: /x\n    mode: 0755\n  - object: /y\n    mode: 0644\n"

    _, report = examine_appspec(text, "appspec.yml")

    assert [(d.severity, d.where.place and d.where.place.line) for d in report] == [
        (Severity.ERROR, 5),
        (Severity.WARNING, 7),
    ]
    assert "YAML takes the unquoted 0755 for the number 493" in report.diagnostics[0].message
    assert report.diagnostics[0].hint == 'write it in quotes: mode: "0755"'
    assert "420" in report.diagnostics[1].message


def test_a_pattern_reaches_one_level_deep_and_only_the_star_is_special(vectors: dict[str, Any]) -> None:
    for case in vectors["globs"]["cases"]:
        matched = case["pattern"] == "**" or matches_glob(case["pattern"], case["path"])
        assert matched == case["match"], case


@given(st.text("a*", max_size=8), st.text("a/b", max_size=8))
def test_a_pattern_matches_as_the_regular_expression_of_its_stars_would(pattern: str, name: str) -> None:
    import re

    expression = "[^/]*".join(map(re.escape, pattern.split("*")))

    assert matches_glob(pattern, name) == ("/" not in name and re.fullmatch(expression, name) is not None)


def test_all_findings_come_at_once_in_the_order_of_the_source() -> None:
    text = "version: 1\nos: Linux\nfiles:\n  - source: a\nhooks:\n  ApplicationStart:\n    - timeout: 0\n"

    with pytest.raises(InvalidDocument) as caught:
        read_appspec(text, "appspec.yml")

    places = [(d.code, d.where.place and d.where.place.line) for d in caught.value.diagnostics]
    assert places == [("PK702", 1), ("PK703", 2), ("PK705", 4), ("PK708", 7)]


def test_unknown_keys_are_ignored_with_a_warning_that_says_what_may_be_meant() -> None:
    text = HEAD + "permission:\n  - object: /\nfiles:\n  - source: /\n    destination: /srv\n    overwrite: true\n"

    appspec, report = examine_appspec(text, "appspec.yml")

    assert appspec == AppSpec.server(files={"/": "/srv"})
    assert [(d.code, d.severity, d.hint) for d in report] == [
        ("PK740", Severity.WARNING, "did you mean permissions?"),
        (
            "PK740",
            Severity.WARNING,
            "write file_exists_behavior: OVERWRITE beside files, once for all of them",
        ),
    ]


def test_of_a_key_that_stands_twice_the_last_one_counts_with_a_warning() -> None:
    text = HEAD + "hooks:\n  BeforeInstall:\n    - location: a\n  BeforeInstall:\n    - location: b\n"

    assert read_appspec(text, "appspec.yml").hooks == {"BeforeInstall": (Hook("b"),)}
    assert warnings_of(text) == ["PK741"]


def test_an_event_with_a_typing_error_is_warned_of_with_the_one_that_was_meant() -> None:
    _, report = examine_appspec(HEAD + "hooks:\n  ApplicationStrat:\n    - location: a\n", "appspec.yml")

    assert [(d.code, d.hint) for d in report] == [("PK712", "did you mean ApplicationStart?")]


def test_an_event_of_the_agents_own_is_warned_of() -> None:
    assert warnings_of(HEAD + "hooks:\n  Install:\n    - location: a\n") == ["PK713"]


def test_aliases_are_refused_as_the_agent_does_while_an_anchor_alone_is_not() -> None:
    alias = HEAD + "hooks:\n  BeforeInstall: &s\n    - location: a\n  AfterInstall: *s\n"

    assert set(errors_of(alias)) == {"PK701"}
    assert errors_of(alias.replace("*s", "[]")) == []


@pytest.mark.parametrize(
    ("kind", "name"), [("AWS::Lambda::Function", "AWS Lambda"), ("AWS::ECS::Service", "Amazon ECS")]
)
def test_an_appspec_of_another_platform_is_recognised(kind: str, name: str) -> None:
    text = f"version: 0.0\nResources:\n  - It:\n      Type: {kind}\n"

    _, report = examine_appspec(text, "appspec.yml")

    assert report.codes == ("PK724",)
    assert f"for {name}, not a server AppSpec" in str(report)


def test_permissions_are_for_linux_only() -> None:
    assert errors_of("version: 0.0\nos: windows\npermissions:\n  - object: /x\n") == ["PK714"]


def test_an_exception_that_is_no_list_is_refused_with_the_way_to_write_it() -> None:
    _, report = examine_appspec(HEAD + "permissions:\n  - object: /x\n    except: a.txt\n", "appspec.yml")

    assert [(d.code, d.hint) for d in report] == [("PK715", "write [a.txt]")]


@pytest.mark.parametrize(
    ("entry", "sound"),
    [
        ("u:bob:rw", True),
        ("bob:6", True),
        ("d:g:staff:r-x", True),
        ("d:u::rwx", True),
        ("m::rx", True),
        ("mask:7", True),
        ("u::rw", False),
        ("m:bob:rw", False),
        ("x:bob:rw", False),
        ("u:bob:rwz", False),
        ("u:bob:8", False),
        ("u:d:bob:rw", False),
        ("rw", False),
    ],
)
def test_acl_entries_are_judged_as_the_agent_does(entry: str, sound: bool) -> None:
    codes = errors_of(HEAD + f"permissions:\n  - object: /x\n    acls: ['{entry}']\n")

    assert codes == ([] if sound else ["PK717"])


@pytest.mark.parametrize(
    ("level", "sound"),
    [("s0", True), ("s0-s3:c0.c5,c9", True), ("s3-s0", False), ("s0:c1,c1", False), ("s0:c1024", False), ("0", False)],
)
def test_selinux_ranges_are_judged_as_the_agent_does(level: str, sound: bool) -> None:
    codes = errors_of(HEAD + f"permissions:\n  - object: /x\n    context: {{type: t, range: '{level}'}}\n")

    assert codes == ([] if sound else ["PK717"])


def test_every_real_appspec_reads_or_gives_a_diagnostic_with_a_line(shared: Path) -> None:
    read = 0
    for file in sorted((shared / "corpus/appspec").iterdir()):
        appspec, report = examine_appspec(file.read_text(encoding="utf-8-sig"), file.name)

        assert (appspec is None) == bool(report.errors), file.name
        assert all(d.where.place is not None and d.where.place.line > 0 for d in report), (file.name, str(report))
        if appspec is not None:
            assert read_appspec(appspec_text(appspec), file.name) == appspec, file.name
            read += 1
    assert read > 40


@given(st.text(max_size=300))
def test_whatever_the_text_it_reads_or_gives_diagnostics(text: str) -> None:
    appspec, report = examine_appspec(text, "appspec.yml")

    assert (appspec is None) == bool(report.errors)


@given(st.text("ab:-&* {}[]\n'\"0~", max_size=60))
def test_whatever_the_yaml_it_reads_or_gives_diagnostics(text: str) -> None:
    appspec, report = examine_appspec(HEAD + text, "appspec.yml")

    assert (appspec is None) == bool(report.errors)


@given(appspecs())
def test_an_appspec_reads_back_as_it_was_written(appspec: AppSpec) -> None:
    assert read_appspec(appspec_text(appspec), "appspec.yml") == appspec


def test_a_deployment_group_reads_back_as_it_was_written() -> None:
    config = DeploymentConfig("Six", type="HOST_COUNT", value=6)
    group = DeploymentGroup("web", application="shop", tags={"role": "web", "env": "prod"}, config=config)

    assert read_deployment_group_input(deployment_group_input(group), [config]) == group


def test_a_deployment_group_with_a_configuration_of_aws_needs_nothing_else() -> None:
    group = DeploymentGroup("web", application="shop", config=HALF_AT_A_TIME)

    assert read_deployment_group_input(deployment_group_input(group)) == group


def test_what_a_deployment_group_cannot_hold_is_refused_all_at_once() -> None:
    data = {
        "deploymentGroupName": "web",
        "deploymentConfigName": "Nobodys",
        "ec2TagFilters": [{"Key": "a", "Type": "KEY_ONLY"}],
        "loadBalancerInfo": {},
    }

    with pytest.raises(InvalidDocument) as caught:
        read_deployment_group_input(data)

    assert [d.where.path for d in caught.value.diagnostics] == [
        ("loadBalancerInfo",),
        ("applicationName",),
        ("deploymentConfigName",),
        ("ec2TagFilters", "0"),
    ]
