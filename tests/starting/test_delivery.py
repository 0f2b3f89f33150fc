from __future__ import annotations

from pathlib import Path

import pytest

from markers import APPSPEC, BUILDSPEC, tree, tree_of
from pipelinekit.starting.delivery import (
    FoundAppSpec,
    FoundBuildSpec,
    FoundTemplate,
    find_appspec,
    find_buildspec,
    find_site,
    find_template,
    scripts_of,
)


def buildspec(text: str, **more: str) -> FoundBuildSpec:
    found = find_buildspec(tree_of({"buildspec.yml": text, **more}))
    assert found is not None
    return found


def appspec(text: str = APPSPEC, **more: str) -> FoundAppSpec:
    given = {"appspec.yml": text, **{name.replace("_", "/", 1) + ".sh": script for name, script in more.items()}}
    found, _ = find_appspec(tree_of(given))
    assert found is not None
    return found


def commands(*given: str) -> str:
    return "version: 0.2\nphases:\n  build:\n    commands:\n" + "".join(f"      - {command!r}\n" for command in given)


# Buildspecs.


def test_the_buildspec_that_codebuild_takes_comes_before_others_which_are_named() -> None:
    found = find_buildspec(tree("ci/other-buildspec.yml", "buildspec.yml"))

    assert found is not None
    assert (found.path, found.notes) == ("buildspec.yml", ("there are other buildspecs: ci/other-buildspec.yml",))


def test_a_buildspec_that_keeps_files_has_an_output() -> None:
    assert buildspec(BUILDSPEC).outputs == ("BuildOutput",)
    assert buildspec(commands("make")).outputs == ()


def test_secondary_artifacts_are_the_outputs_where_an_action_can_have_them() -> None:
    several = "  secondary-artifacts:\n    {}:\n      files: [x]\n    two:\n      files: [y]\n"

    assert buildspec(BUILDSPEC + several.format("one")).outputs == ("one", "two")
    assert buildspec(BUILDSPEC + several.format("o-ne")).outputs == ("BuildOutput",)


def test_a_buildspec_that_codebuild_refuses_is_said_with_its_line() -> None:
    found = buildspec("version: 0.2\nphases:\n  test:\n    commands: [make]\n")

    assert "buildspec.yml:3:3" in found.notes[0]
    assert "CodeBuild will refuse it" in found.notes[0]


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("aws s3 sync dist s3://site", "it calls aws"),
        ("make && docker push shop", "it calls docker"),
        ("sudo apt-get install -y jq", "it calls apt-get, which would change this machine itself"),
        ("FOO=1 /usr/local/bin/terraform apply", "it calls terraform"),
        ("TOKEN=$(aws ecr get-login-password)", "it calls aws"),
        ("npm install -g serverless", "it calls npm install -g, which would change this machine itself"),
    ],
)
def test_a_command_that_changes_something_elsewhere_is_not_run_here(command: str, reason: str) -> None:
    assert buildspec(commands("make", command)).reaches_out == reason


@pytest.mark.parametrize("command", ["make aws", "echo docker", "./aws.sh", "npm install", "pip install awscli"])
def test_a_command_that_only_speaks_of_it_is_run_here(command: str) -> None:
    assert buildspec(commands(command)).reaches_out == ""


def test_a_buildspec_that_wants_a_secret_is_not_run_here() -> None:
    text = BUILDSPEC + "env:\n  parameter-store:\n    TOKEN: /shop/token\n"

    assert buildspec(text).reaches_out == "it wants the secret /shop/token"


def test_artifacts_that_leave_the_appspec_out_are_noticed() -> None:
    text = BUILDSPEC.replace('"**/*"', "dist/**/*")
    files = {"buildspec.yml": text, "appspec.yml": APPSPEC}
    found = find_buildspec(tree_of(files))

    assert found is not None
    assert not found.has_appspec
    assert buildspec(BUILDSPEC).has_appspec


# AppSpecs.


def test_an_appspec_tells_what_it_wants_from_the_revision() -> None:
    found, _ = find_appspec(tree("appspec.yml", "app/page.txt", "scripts/start.sh"))

    assert found is not None
    assert found.wanted == ("appspec.yml", "app/**/*", "scripts/start.sh")


def test_what_a_build_makes_may_be_a_file_or_a_directory() -> None:
    assert appspec().wanted[1:3] == ("app", "app/**/*")


def test_an_appspec_for_the_whole_revision_wants_everything() -> None:
    assert "**/*" in appspec(APPSPEC.replace("source: app", "source: /")).wanted


def test_an_appspec_for_a_function_is_not_used_and_said() -> None:
    text = "version: 0.0\nResources:\n  - f:\n      Type: AWS::Lambda::Function\n      Properties: {Name: f}\n"

    assert find_appspec(tree_of({"appspec.yml": text}))[0] is None
    assert "so it is not used" in find_appspec(tree_of({"appspec.yml": text}))[1][0]


def test_an_appspec_of_another_name_is_said() -> None:
    assert find_appspec(tree_of({"appspec.yaml": APPSPEC})) == (
        None,
        ("appspec.yaml is not used: a deployment to servers wants appspec.yml",),
    )


def test_the_scripts_of_the_appspec_are_named() -> None:
    assert scripts_of(tree("appspec.yml", "scripts/start.sh")) == ("scripts/start.sh",)
    assert scripts_of(tree("appspec.yml")) == ()


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("#!/bin/sh\nsystemctl restart shop\n", "calls systemctl, which would change this machine itself"),
        ("if true; then sudo service shop stop; fi", "calls service, which would change this machine itself"),
        ("rm -rf /var/www/html/*", "speaks of /var/www/html/*, which is this machine's own and not the host's"),
    ],
)
def test_a_script_that_would_change_this_machine_is_told(script: str, reason: str) -> None:
    assert appspec(scripts_start=script).not_here == f"scripts/start.sh {reason}"


@pytest.mark.parametrize(
    "script",
    [
        '#!/bin/sh\nroot="${PIPELINEKIT_HOST_ROOT:-}"\ncd "$root/srv/shop" && nohup ./shop &\n',
        "# start the service of /bin/sh\necho started > /dev/null\n",
    ],
)
def test_a_script_that_stays_on_its_host_is_run(script: str) -> None:
    assert appspec(scripts_start=script).not_here == ""


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("      runas: deploy\n", "scripts/start.sh runs as deploy"),
        ("      sudo: true\n", "scripts/start.sh runs with sudo"),
        ("permissions:\n  - object: /srv\n    owner: www\n", "its AppSpec gives /srv to other users"),
        ("      runas: root\n", ""),
    ],
)
def test_an_appspec_that_wants_other_users_is_not_followed_here(more: str, reason: str) -> None:
    assert appspec(APPSPEC + more).not_here == reason


def test_an_appspec_for_another_system_is_not_followed_here() -> None:
    assert appspec(APPSPEC.replace("linux", "windows")).not_here == "its AppSpec is for windows"


def test_what_an_appspec_names_and_nobody_has_is_missing() -> None:
    found, _ = find_appspec(tree("appspec.yml", "app/page.txt"))

    assert found is not None
    assert found.missing == ("scripts/start.sh",)


def test_a_path_that_would_be_resolved_is_not_taken_into_the_pipeline() -> None:
    assert appspec(APPSPEC.replace("source: app", 'source: "#{a.b}"')).wanted == ("appspec.yml", "scripts/start.sh")


# Templates and sites.


def test_a_template_tells_its_parameters_and_what_it_is_capable_of() -> None:
    assert find_template(tree("template.yaml")) == FoundTemplate(
        path="template.yaml",
        is_sam=True,
        capabilities=("CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"),
        parameters=("Level",),
    )


@pytest.mark.parametrize("text", ["", "AWS::", "Resources: 1\nAWSTemplateFormatVersion: x", "Resources: {a: [AWS::\n"])
def test_a_file_that_is_no_template_is_none(text: str) -> None:
    assert find_template(tree_of({"template.yaml": text})) is None


@pytest.mark.parametrize(
    ("files", "by", "directory", "builds"),
    [
        (["index.html"], "index.html", "", False),
        (["public/index.html"], "public/index.html", "public", False),
        (["mkdocs.yml"], "mkdocs.yml", "site", True),
        (["hugo.toml", "content/first.md"], "hugo.toml", "public", True),
        (["_config.yml", "Gemfile"], "_config.yml", "_site", True),
        (["package.json", "index.html"], "package.json", "dist", False),
    ],
)
def test_a_site_is_found_where_it_lies_or_is_built(files: list[str], by: str, directory: str, builds: bool) -> None:
    site = find_site(tree(*files))

    assert site is not None
    assert (site.by, site.directory, site.build is not None) == (by, directory, builds)


def test_a_library_that_is_built_by_vite_is_no_site() -> None:
    assert find_site(tree("package.json")) is None


def test_every_real_buildspec_and_appspec_can_be_looked_at(shared: Path) -> None:
    specs = [path.read_text(errors="replace") for path in sorted((shared / "corpus" / "buildspec").glob("*.y*ml"))]
    appspecs = [path.read_text(errors="replace") for path in sorted((shared / "corpus" / "appspec").glob("*.y*ml"))]

    found = [buildspec(text) for text in specs]
    used = [find_appspec(tree_of({"appspec.yml": text})) for text in appspecs]

    assert sum(bool(one.outputs) for one in found) > len(found) / 3
    assert all((one is None) == bool(why) for one, why in used)
