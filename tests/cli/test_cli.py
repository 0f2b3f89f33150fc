from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = """
import pipelinekit as pk

checkout = pk.source.S3("Checkout", bucket="sources", object_key="app.zip")
bundle = pk.build.Commands("Bundle", input=checkout.output, commands=["cat page.txt", "VERSION=7"],
                           output_variables=["VERSION"])
go_live = pk.approval.Manual("GoLive", message=f"Ship {bundle.variable('VERSION')}?")
site = pk.Pipeline("site", [pk.Stage("Source", checkout), pk.Stage("Build", bundle), pk.Stage("Live", go_live)])
LOCAL = pk.local.Bindings(sources={"Checkout": "source"})
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "page.txt").write_text("hello\n")
    (tmp_path / "pipeline.py").write_text(GOOD)
    return tmp_path


def pipelinekit(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIPELINEKIT")}
    return subprocess.run(
        [sys.executable, "-m", "pipelinekit", *arguments],
        cwd=home,
        capture_output=True,
        text=True,
        timeout=60,
        env={**kept, **environment},
        stdin=subprocess.DEVNULL,
    )


def assert_sentence(done: subprocess.CompletedProcess[str], status: int, *parts: str) -> None:
    """It ended with *status* and said all *parts*, without a traceback of ours."""
    assert done.returncode == status, done.stdout + done.stderr
    for part in parts:
        assert part in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "fault of pipelinekit" not in done.stderr


def test_a_clean_pipeline_checks_with_0(home: Path) -> None:
    assert_sentence(pipelinekit(home, "check", "pipeline.py"), 0, "no errors")


def test_a_wrong_pipeline_checks_with_1_and_is_pointed_at(home: Path) -> None:
    (home / "pipeline.py").write_text(GOOD.replace('"GoLive"', '"Go Live"'))

    assert_sentence(pipelinekit(home, "check", "pipeline.py"), 1, "pipeline.py:7", "PK107", "hint:")


def test_findings_come_as_json_too(home: Path) -> None:
    (home / "pipeline.py").write_text(GOOD.replace('"GoLive"', '"Go Live"'))

    (found,) = json.loads(pipelinekit(home, "check", "pipeline.py", "--format", "json").stdout)

    assert (found["code"], found["line"], found["path"]) == ("PK107", 7, ["site", "Live", "Go Live"])


@pytest.mark.parametrize(
    "arguments", [["check"], ["check", "--no-such"], ["frobnicate"], ["run", "p.py", "--jobs", "0"]]
)
def test_wrong_usage_ends_with_2(home: Path, arguments: list[str]) -> None:
    assert_sentence(pipelinekit(home, *arguments), 2, "Usage:")


def test_a_graph_is_drawn(home: Path) -> None:
    assert_sentence(pipelinekit(home, "graph", "pipeline.py"), 0, "Bundle", "GoLive")
    assert_sentence(pipelinekit(home, "graph", "pipeline.py", "--format", "mermaid"), 0, "flowchart")


def test_a_run_waits_for_a_person_with_3_and_tells_what_goes_on(home: Path) -> None:
    done = pipelinekit(home, "run", "pipeline.py")

    assert_sentence(done, 3, "GoLive waits for an answer: Ship 7?", "pipelinekit approve", "&& pipelinekit resume")


def test_the_printed_commands_finish_the_run(home: Path) -> None:
    waiting = pipelinekit(home, "run", "pipeline.py", "--state", "kept")
    command = next(line for line in waiting.stdout.splitlines() if "pipelinekit approve" in line).strip()
    approve, resume = (part.split()[1:] for part in command.split("&&"))

    assert_sentence(pipelinekit(home, *approve), 0, "approved", "Succeeded")
    assert_sentence(pipelinekit(home, *resume), 0, "Succeeded")


def test_a_run_with_its_approvals_succeeds_with_0(home: Path) -> None:
    assert_sentence(pipelinekit(home, "run", "pipeline.py", "--approve", "all"), 0, "Succeeded")


def test_what_is_shown_as_json_has_the_promised_members(home: Path) -> None:
    pipelinekit(home, "run", "pipeline.py", "--approve", "Live/GoLive")

    shown = json.loads(pipelinekit(home, "show", "--json").stdout)
    stage = shown["stages"][1]
    action = stage["actions"][0]

    assert {"pipelineName", "pipelineExecutionId", "status", "stages"} <= set(shown)
    assert (shown["pipelineName"], shown["status"], stage["name"], stage["status"]) == (
        "site",
        "Succeeded",
        "Build",
        "Succeeded",
    )
    assert {"name", "status", "runOrder", "startTime", "lastStatusChange", "outputVariables"} <= set(action)
    assert action["outputVariables"] == {"VERSION": "7"}


def test_a_failed_run_ends_with_its_last_lines_and_what_to_do_next(home: Path) -> None:
    (home / "pipeline.py").write_text(GOOD.replace('"VERSION=7"', '"echo before the fall", "false"'))

    done = pipelinekit(home, "run", "pipeline.py", "--approve", "all")

    assert_sentence(done, 1, "Build/Bundle failed", "| before the fall", "pipelinekit logs")


BUILT = """
import pipelinekit as pk

checkout = pk.source.S3("Checkout", bucket="sources", object_key="app.zip")
spec = pk.BuildSpec(build=["echo before the fall", "false"], post_build=["seq 100 199"])
bundle = pk.build.CodeBuild("Bundle", input=checkout.output, buildspec=spec)
site = pk.Pipeline("site", [pk.Stage("Source", checkout), pk.Stage("Build", bundle)])
LOCAL = pk.local.Bindings(sources={"Checkout": "source"})
"""


def test_what_phases_after_the_failed_one_write_does_not_hide_why_it_failed(home: Path) -> None:
    (home / "pipeline.py").write_text(BUILT)

    done = pipelinekit(home, "run", "pipeline.py")

    assert_sentence(done, 1, "| before the fall", "Reason: exit status 1")
    assert "| 199" not in done.stdout


def test_logs_are_printed_by_action(home: Path) -> None:
    pipelinekit(home, "run", "pipeline.py", "--approve", "all")

    assert "hello" in pipelinekit(home, "logs", "latest", "Build/Bundle").stdout
    assert_sentence(pipelinekit(home, "logs", "latest", "Build/Bundel"), 1, "has started no 'Build/Bundel'")


def test_json_gives_an_event_a_line_and_what_is_shown_last(home: Path) -> None:
    done = pipelinekit(home, "run", "pipeline.py", "--approve", "all", "--json")

    *events, shown = (json.loads(line) for line in done.stdout.splitlines())
    assert shown["status"] == "Succeeded"
    assert {event["source"] for event in events} == {"aws.codepipeline"}
    assert [e["detail"]["state"] for e in events if "Pipeline" in e["detail-type"].split()[1]] == [
        "STARTED",
        "SUCCEEDED",
    ]


# Wrong input


def test_a_missing_file_is_named(home: Path) -> None:
    assert_sentence(pipelinekit(home, "run", "pipelne.py"), 1, "pipelne.py")


def test_a_directory_without_git_has_no_commit(home: Path) -> None:
    done = pipelinekit(home, "run", "pipeline.py", "--source", "Checkout=source@main")

    assert_sentence(done, 1, "is no git repository, so it has no 'main'")


def test_a_commit_id_that_a_directory_without_git_cannot_give_is_told_by_name(home: Path) -> None:
    text = GOOD.replace(
        'pk.source.S3("Checkout", bucket="sources", object_key="app.zip")',
        'pk.source.CodeCommit("Checkout", repository="r", branch="main")',
    )
    (home / "pipeline.py").write_text(text.replace("Ship {bundle", "Ship {checkout.commit_id} {bundle"))

    assert_sentence(pipelinekit(home, "run", "pipeline.py"), 1, "#{Checkout.CommitId} has no value")


def test_a_tab_in_yaml_has_its_line(home: Path) -> None:
    (home / "source" / "buildspec.yml").write_text("version: 0.2\nphases:\n\tbuild:\n")
    (home / "pipeline.py").write_text(
        GOOD.replace(
            """pk.build.Commands("Bundle", input=checkout.output, commands=["cat page.txt", "VERSION=7"],
                           output_variables=["VERSION"])""",
            'pk.build.CodeBuild("Bundle", input=checkout.output)',
        )
    )

    done = pipelinekit(home, "run", "pipeline.py")

    assert_sentence(done, 1, "buildspec.yml:3", "YAML allows no tab")


def test_an_exception_in_the_pipeline_s_file_has_its_place(home: Path) -> None:
    (home / "pipeline.py").write_text(GOOD + "\nprint(1 / 0)\n")

    assert_sentence(pipelinekit(home, "check", "pipeline.py"), 1, "pipeline.py:11", "division by zero")


def test_a_syntax_error_in_the_pipeline_s_file_has_its_place(home: Path) -> None:
    (home / "pipeline.py").write_text("import pipelinekit as pk\nshop = pk.Pipeline(\n")

    assert_sentence(pipelinekit(home, "check", "pipeline.py"), 1, "pipeline.py:2")


def test_an_unknown_stage_is_named(home: Path) -> None:
    pipelinekit(home, "run", "pipeline.py")

    assert_sentence(pipelinekit(home, "approve", "latest", "Lve/GoLive"), 1, "no stage 'Lve'", "Source, Build, Live")


def test_an_unknown_execution_is_named(home: Path) -> None:
    pipelinekit(home, "run", "pipeline.py")

    assert_sentence(pipelinekit(home, "show", "zzz"), 1, "no execution 'zzz'")


def test_where_nothing_was_run_it_says_so(home: Path) -> None:
    assert_sentence(pipelinekit(home, "show"), 1, "nothing was run here yet")


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_a_read_only_state_directory_is_named(home: Path) -> None:
    (home / "locked").mkdir(mode=0o500)

    assert_sentence(pipelinekit(home, "run", "pipeline.py", "--state", "locked/state"), 1, "locked", "--state")


def test_a_state_directory_that_is_a_file_is_named(home: Path) -> None:
    (home / "kept").write_text("mine")

    done = pipelinekit(home, "run", "pipeline.py", PIPELINEKIT_STATE="kept")

    assert_sentence(done, 1, "kept")
    assert (home / "kept").read_text() == "mine"


def test_a_full_state_directory_is_named_and_loses_nothing(home: Path) -> None:
    """A limit on the size of files does what a full disk does, and needs no root."""
    pipelinekit(home, "run", "pipeline.py", "--approve", "all")
    journal = home / ".pipelinekit" / "journal.db"
    small = (
        f"import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({journal.stat().st_size // 2},) * 2);"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "sys.argv = ['pipelinekit', 'run', 'pipeline.py']; from pipelinekit.cli import main; main()"
    )

    full = subprocess.run([sys.executable, "-c", small], cwd=home, capture_output=True, text=True, timeout=60)
    after = pipelinekit(home, "show", "latest")

    assert_sentence(full, 1, "error:", ".pipelinekit")
    assert_sentence(after, 0, "Succeeded")


@pytest.mark.parametrize("kilobytes", [0, 8, 24, 48, 64, 80, 96, 112, 128, 160])
def test_wherever_the_disk_fills_up_the_run_ends_with_a_sentence_and_goes_on_later(home: Path, kilobytes: int) -> None:
    (home / "source" / "large.txt").write_text("x" * 40_000)
    limited = (
        f"import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({kilobytes * 1024},) * 2);"
        "sys.argv = ['pipelinekit', 'run', 'pipeline.py', '--approve', 'all'];"
        "from pipelinekit.cli import main; main()"
    )

    full = subprocess.run([sys.executable, "-c", limited], cwd=home, capture_output=True, text=True, timeout=60)
    after = pipelinekit(home, "run", "pipeline.py", "--approve", "all", "--wait", "--state", "elsewhere")

    assert full.returncode in (0, 1), full.stderr
    assert "Traceback" not in full.stdout + full.stderr
    assert "fault of pipelinekit" not in full.stderr
    assert after.returncode == 0


@pytest.mark.parametrize("reader", ["head -1", "true", "cat > /dev/full"])
def test_a_run_ends_as_it_would_although_nobody_reads_what_it_prints(home: Path, reader: str) -> None:
    command = f"{sys.executable} -m pipelinekit run pipeline.py --approve all | {reader}"

    subprocess.run(["/bin/sh", "-c", command], cwd=home, capture_output=True, timeout=60)

    assert "Succeeded" in pipelinekit(home, "show").stdout


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-", "> /dev/full"])
def test_a_run_needs_none_of_its_streams(home: Path, closed: str) -> None:
    command = f"{sys.executable} -m pipelinekit run pipeline.py --approve all {closed}"

    done = subprocess.run(["/bin/sh", "-c", command], cwd=home, capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stderr
    assert "Succeeded" in pipelinekit(home, "show").stdout


def test_a_host_that_is_missing_is_told_before_anything_runs(home: Path) -> None:
    deployment = """
web = pk.DeploymentGroup("web", application="site")
release = pk.deploy.CodeDeploy("Release", input=checkout.output, group=web)
site = pk.Pipeline("site", [pk.Stage("Source", checkout), pk.Stage("Live", release)])
"""
    (home / "pipeline.py").write_text(GOOD + deployment)

    assert_sentence(pipelinekit(home, "run", "pipeline.py"), 1, "--host web=DIR")
    assert not (home / ".pipelinekit").exists()


def test_a_parameter_that_is_executed_needs_a_value(home: Path) -> None:
    (home / "pipeline.py").write_text(GOOD.replace('"cat page.txt"', '"echo " + str(pk.Parameter("Name"))'))

    assert_sentence(pipelinekit(home, "run", "pipeline.py"), 1, "--parameter Name=...")
    assert_sentence(pipelinekit(home, "run", "pipeline.py", "--parameter", "Name=me", "--approve", "all"), 0)


def test_a_parameter_that_nobody_mentions_is_an_error(home: Path) -> None:
    assert_sentence(pipelinekit(home, "run", "pipeline.py", "--parameter", "Nmae=me"), 1, "no parameter 'Nmae'")


def test_secrets_of_a_wrong_file_are_named(home: Path) -> None:
    (home / "secrets").write_text("TOKEN\n")

    assert_sentence(pipelinekit(home, "run", "pipeline.py", "--secrets", "secrets"), 1, "secrets:1", "NAME=VALUE")


def test_abandoning_says_what_goes_on_at_aws(home: Path) -> None:
    pipelinekit(home, "run", "pipeline.py")

    assert_sentence(
        pipelinekit(home, "stop", "latest", "--abandon"),
        0,
        "Stopped, and what ran here with it; at AWS the builds, stacks and deployments under way go on",
    )


def test_disabling_a_transition_says_for_how_long_anybody_waits_there(home: Path) -> None:
    pipelinekit(home, "run", "pipeline.py")

    disabled = pipelinekit(home, "transition", "site", "Live", "disable", "--reason", "late")
    enabled = pipelinekit(home, "transition", "site", "Live", "enable")

    assert_sentence(disabled, 0, "the transition into Live is disabled", "what waits there for 30 days does not go on")
    assert_sentence(enabled, 0, "the transition into Live is enabled")
    assert "30 days" not in enabled.stdout
