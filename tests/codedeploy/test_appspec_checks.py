"""Checks of AppSpecs and deployment groups by themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import pipelinekit as pk
from pipelinekit.codedeploy.appspec import AppSpec, FileMapping, Permission
from pipelinekit.codedeploy.checks import check_appspec, check_group
from pipelinekit.codedeploy.config import PREDEFINED, DeploymentConfig
from pipelinekit.codedeploy.document import examine_appspec
from pipelinekit.codedeploy.group import DeploymentGroup
from places import at


def codes(appspec: AppSpec) -> list[str]:
    return [finding.code for finding in check_appspec(appspec, at)]


@pytest.mark.parametrize(
    "files",
    [
        [("app", "/srv"), ("app/", "/srv/")],
        [("web/app.conf", "/etc/shop"), ("api/app.conf", "/etc/shop")],
        [("/", "/srv"), ("app.py", "/srv")],
    ],
)
def test_two_sources_of_one_file_are_refused(files: list[tuple[str, str]]) -> None:
    appspec = AppSpec.server(files=[FileMapping(source=source, destination=to) for source, to in files])

    assert codes(appspec) == ["PK706"]


@pytest.mark.parametrize(
    "files",
    [
        [("web", "/srv"), ("api", "/srv")],
        [("web/conf.d", "/etc/shop"), ("api/conf.d", "/etc/shop")],
        [("/", "/srv"), ("config/app.conf", "/srv")],
        [("/", "/srv"), ("scripts", "/srv")],
        [("app.conf", "/etc/a"), ("app.conf", "/etc/b")],
    ],
)
def test_sources_that_may_well_go_together_are_left_alone(files: list[tuple[str, str]]) -> None:
    appspec = AppSpec.server(files=[FileMapping(source=source, destination=to) for source, to in files])

    assert codes(appspec) == []


def test_permissions_of_one_object_may_differ_in_pattern_type_and_exceptions() -> None:
    both = [
        Permission(object="/srv", type=["file"], mode="0644"),
        Permission(object="/srv", type=["directory"], mode="0755"),
        Permission(object="/srv", pattern="*.sh", mode="0755"),
        Permission(object="/srv", exclude=["*.sh"], owner="root"),
    ]

    assert codes(AppSpec.server(files={"app": "/srv"}, permissions=both)) == []


@pytest.mark.parametrize("mode", ["7", "644", "0644", "4755"])
def test_a_mode_of_octal_digits_is_taken(mode: str) -> None:
    assert codes(AppSpec.server(permissions=[Permission(object="/srv", mode=mode)])) == []


@pytest.mark.parametrize("mode", ["", "888", "u+x", "0o755", "00755"])
def test_another_mode_is_refused(mode: str) -> None:
    assert codes(AppSpec.server(permissions=[Permission(object="/srv", mode=mode)])) == ["PK716"]


def test_scripts_without_a_timeout_of_their_own_are_not_summed_up() -> None:
    assert codes(AppSpec.server(hooks={"AfterInstall": ["a.sh", "b.sh", "c.sh"]})) == []


def test_a_windows_path_is_a_full_path() -> None:
    assert codes(AppSpec.server(os="windows", files={"app": "C:\\shop", "site": "\\\\share\\site"})) == []


@pytest.mark.parametrize("config", PREDEFINED.values(), ids=PREDEFINED)
def test_the_configurations_of_aws_are_taken_as_they_are(config: DeploymentConfig) -> None:
    assert list(check_group(DeploymentGroup("web", application="shop", config=config), at)) == []


@pytest.mark.parametrize(
    "config",
    [
        DeploymentConfig("CodeDeployDefault.Mine", type="HOST_COUNT", value=1),
        DeploymentConfig("Mine", type="MOST_CONCURRENCY", value=1),
        DeploymentConfig("Mine", type="HOST_COUNT", value=-1),
        DeploymentConfig("Mine", type="FLEET_PERCENT", value=100),
        DeploymentConfig("CodeDeployDefault.AllAtOnce", type="HOST_COUNT", value=3),
    ],
)
def test_a_configuration_that_aws_would_not_make_is_refused(config: DeploymentConfig) -> None:
    group = DeploymentGroup("web", application="shop", config=config)

    assert [finding.code for finding in check_group(group, at)] == ["PK726"]


def test_real_appspecs_have_only_the_mistakes_that_they_have(shared: Path) -> None:
    found: set[tuple[str, str]] = set()
    read = 0
    for path in sorted((shared / "corpus" / "appspec").iterdir()):
        appspec, _ = examine_appspec(path.read_text(encoding="utf-8-sig"), path.name)
        if appspec is not None:
            read += 1
            found |= {(path.name.partition("__")[0], code) for code in codes(appspec)}

    assert read > 40
    assert found == {
        ("BielosX", "PK712"),  # an event that only ECS has
        ("aws", "PK712"),  # an event of one's own, which only codedeploy-local can be asked for
        ("aws-samples", "PK732"),  # templates that hold a word in place of the path
        ("mario21ic", "PK746"),  # files go to /tmp/tmp_web, and permissions to /tmp/web
        ("bitwalker", "PK725"),  # an event whose two scripts may take 65 minutes
    }


def two_groups(
    first: AppSpec, second: AppSpec, *, tags: dict[str, str] | None = None, region: str | None = None
) -> tuple[str, ...]:
    """Give the codes of a pipeline that deploys to two groups, one after the other."""
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
    web = pk.DeploymentGroup("web", application="shop", tags={"role": "web"})
    other = pk.DeploymentGroup("other", application="shop", tags={"role": "web"} if tags is None else tags)
    one = pk.deploy.CodeDeploy("One", input=checkout.output, group=web, appspec=first)
    two = pk.deploy.CodeDeploy("Two", input=checkout.output, group=other, appspec=second, region=region)
    return pk.check(pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Deploy", one >> two)])).codes


def test_a_file_that_two_groups_install_on_the_same_hosts_is_told() -> None:
    app = AppSpec.server(files={"dist": "/srv/app"})

    assert "PK749" in two_groups(app, AppSpec.server(files={"dist": "/srv/app/"}))


@pytest.mark.parametrize(
    "said",
    [
        {"tags": {"role": "admin"}},
        {"tags": {}},
        {"region": "eu-west-1"},
        {"second": AppSpec.server(files={"dist": "/srv/admin"})},
        {"second": AppSpec.server(files={"tools": "/srv/app"})},
        {"second": AppSpec.server(files={"dist": "/srv/app"}, file_exists_behavior="OVERWRITE")},
    ],
)
def test_groups_whose_files_do_not_meet_are_left_alone(said: dict[str, Any]) -> None:
    app = AppSpec.server(files={"dist": "/srv/app"})

    assert "PK749" not in two_groups(app, **{"second": app, **said})
