"""The measurements of ``nox -s bench``: each beside a reference in the same run, with its budget.

``python bench/run.py [--markdown FILE] [--only NAME]...``
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import json
import os
import platform
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from measure import Row, milliseconds, process_seconds, python, seconds

import pipelinekit as pk
from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.codepipeline.define import compile_pipeline
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.limits import LOCAL
from pipelinekit.codepipeline.parameters import with_parameters
from pipelinekit.execution import commands as asked
from pipelinekit.execution import events as happened
from pipelinekit.execution.decide import decide
from pipelinekit.execution.jobs import Job
from pipelinekit.execution.state import State
from pipelinekit.files.layout import lay_out
from pipelinekit.local import artifacts
from pipelinekit.local.bindings import Bindings
from pipelinekit.local.engine import Engine, drive
from pipelinekit.local.journal import Journal
from pipelinekit.local.worker import ActionResult, Context, succeeded
from pipelinekit.testing import Simulation, simulate, succeed

SHOP = textwrap.dedent("""
    import pipelinekit as pk
    checkout = pk.source.CodeConnections("Checkout", repository="acme/shop", branch="main", connection="arn:aws:codeconnections:eu-west-1:111122223333:connection/1")
    unit = pk.test.CodeBuild("Unit", input=checkout.output, buildspec=pk.BuildSpec(build=["pytest -q"]))
    package = pk.build.CodeBuild("Package", input=checkout.output, buildspec=pk.BuildSpec(
        build=["make dist"], artifacts=["dist/**/*", "appspec.yml", "scripts/*"], exported_variables=["VERSION"]))
    go_live = pk.approval.Manual("GoLive", message=f"Ship {package.variable('VERSION')} ({checkout.commit_id})?")
    web = pk.DeploymentGroup("web", application="shop", tags={"role": "web"}, config=pk.HALF_AT_A_TIME)
    release = pk.deploy.CodeDeploy("Release", input=package.output, group=web)
    shop = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Build", [unit, package]),
                                pk.Stage("Production", go_live >> release)])
""")
EMIT = SHOP + textwrap.dedent("""
    definition = pk.define(shop)
    assert pk.check(definition).ok
    role = "arn:aws:iam::111122223333:role/r"
    pk.emit(definition, "out", parameters={"PipelineRoleArn": role, "ArtifactBucket": "bucket", "CodeBuildRoleArn": role,
                                           "CodeDeployRoleArn": role})
""")


def imports() -> Iterator[Row]:
    nothing, ours, attrs = python("pass", 21), python("import pipelinekit", 21), python("import attrs", 21)
    ratio = (ours - nothing) / (attrs - nothing)
    yield Row(
        "import pipelinekit",
        milliseconds(ours - nothing),
        f"import attrs: {milliseconds(attrs - nothing)}",
        f"{ratio:.2f}",
        "<= 1.5 x import attrs",
        ratio <= 1.5,
    )
    built = python(SHOP)
    yield Row(
        "the shop's definition built, whole process",
        milliseconds(built),
        f"python -c pass: {milliseconds(nothing)}",
        f"{built / nothing:.1f}",
        "<= 0.12 s",
        built <= 0.12,
    )


def emission() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as directory:
        whole = python(EMIT, cwd=directory)
    networkx = python("import networkx")
    yield Row(
        "define + check + emit 3 stages, whole process",
        milliseconds(whole),
        f"import networkx alone: {milliseconds(networkx)}",
        f"{whole / networkx:.1f}",
        "<= 2 x import networkx (0.30 s where that takes 0.15)",
        whole <= 2 * networkx,
    )
    yield from _growth("define + check + lay out for AWS", _define_check_and_lay_out)
    yield from _growth("check, every action reads what nobody makes", lambda number: pk.check(_broken(number)))


def _growth(what: str, work: Callable[[int], object]) -> Iterator[Row]:
    """Measure *work* from 100 to 10,000 actions; each step is held against the one before it."""
    before = 0.0
    for number in (100, 1_000, 10_000):
        taken = _processor_seconds(work, number)
        growth = taken / before if before else 0.0
        yield Row(
            f"{what}, {number:,} actions",
            milliseconds(taken),
            f"a tenth of them: {milliseconds(before)}" if before else "",
            f"{growth:.1f}" if before else "",
            "linear: <= 13 for 10 x" if before else "",
            growth <= 13 if before else None,
        )
        before = taken


def _processor_seconds(work: Callable[[int], object], number: int) -> float:
    """Give the time of the processor, which what else runs on the machine lengthens less than the clock's."""
    begin = time.process_time()
    work(number)
    return time.process_time() - begin


def _wide(number: int) -> pk.Pipeline:
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
    spec = pk.BuildSpec(build=["make"], artifacts=["dist/**/*"])
    several = [pk.build.CodeBuild(f"B{n}", input=checkout.output, buildspec=spec) for n in range(number)]
    stages = [pk.Stage(f"S{n}", several[n : n + 40]) for n in range(0, number, 40)]
    return pk.Pipeline("wide", [pk.Stage("Source", checkout), *stages])


def _broken(number: int) -> pk.Pipeline:
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
    spec = pk.BuildSpec(build=["make"], artifacts=["dist/**/*"])
    several = [pk.build.CodeBuild(f"B{n}", input=pk.Artifact(f"B{n}Outpt"), buildspec=spec) for n in range(number)]
    stages = [pk.Stage(f"S{n}", several[n : n + 40]) for n in range(0, number, 40)]
    return pk.Pipeline("broken", [pk.Stage("Source", checkout), *stages])


def _define_check_and_lay_out(number: int) -> None:
    """Do all that `emit` does but write the files: AWS's quotas, of which 10,000 is ten times, are no errors here."""
    role = "arn:aws:iam::111122223333:role/r"
    values = {"PipelineRoleArn": role, "ArtifactBucket": "bucket", "CodeBuildRoleArn": role}
    definition = with_parameters(pk.define(_wide(number)), values)
    pk.check(definition, profile=LOCAL)
    lay_out(definition)


class Nothing:
    """A worker that does nothing."""

    repeatable = True
    leaves_processes = False

    def check(self, definition: Definition, stage: str, action: ActionDeclaration, bindings: Bindings) -> Iterator[Any]:
        return iter(())

    async def run(self, job: Job, context: Context) -> ActionResult:
        return succeeded({"x": "1"})


def engine() -> Iterator[Row]:
    reference = _bare_transactions()
    measured = {}
    for number in (100, 1_000, 10_000):
        for shape in ("wide", "chain"):
            measured[number, shape] = each = _engine_seconds(number, shape) / number
            yield Row(
                f"engine, no-op worker, {number:,} actions, {shape}",
                f"{milliseconds(each)} an action",
                f"two bare SQLite transactions of four rows: {milliseconds(reference)}",
                f"{each / reference:.1f}",
                "<= 0.3 ms an action",
                each <= 0.0003,
            )
    flat = measured[10_000, "wide"] / measured[1_000, "wide"]
    yield Row("the same, 10,000 beside 1,000", "", "", f"{flat:.2f}", "flat: <= 1.3", flat <= 1.3)


def _bare_transactions() -> float:
    with (
        tempfile.TemporaryDirectory() as directory,
        closing(sqlite3.connect(Path(directory) / "x.db", isolation_level=None)) as database,
    ):
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, body TEXT)")

        def two() -> None:
            for _ in range(2):
                database.execute("BEGIN IMMEDIATE")
                for _ in range(2):
                    database.execute("INSERT INTO t (body) VALUES (?)", ("x" * 300,))
                database.execute("COMMIT")

        def many() -> None:
            for _ in range(500):
                two()

        return seconds(many, 3) / 500


def _engine_seconds(number: int, shape: str) -> float:
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
    kind = pk.ActionTypeId("Test", "Custom", "T")
    actions = [
        pk.CustomAction(f"A{n}", action_type=kind, input=checkout.output, run_order=n + 1 if shape == "chain" else None)
        for n in range(number)
    ]
    pipeline = pk.Pipeline("p", [pk.Stage("Source", checkout), pk.Stage("Test", actions)])
    definition = compile_pipeline(pipeline)
    bindings = Bindings(workers={"Checkout": Nothing(), "Test/Custom/T": Nothing()})

    def run() -> float:
        with tempfile.TemporaryDirectory() as directory, Engine(Path(directory) / "state") as made:
            made.own("E", "p", bindings, {})
            begin = time.perf_counter()
            made.submit("p", asked.CreatePipeline(definition=definition), asked.StartExecution(execution="E"))
            status = drive(made, "E", "p", wait=lambda: False)
            assert status == "Succeeded"
            return time.perf_counter() - begin

    return min(run() for _ in range(3 if number < 10_000 else 1))


def commands() -> Iterator[Row]:
    number = 200
    with tempfile.TemporaryDirectory(dir=_memory()) as text:  # a disk takes from a tenth to all of it, by its mood
        directory = Path(text)
        shell = process_seconds(["/bin/sh", "-c", f"for i in $(seq {number}); do sh -c true; done"], 5) / number
        (directory / "Makefile").write_text(
            "all: "
            + " ".join(f"t{n}" for n in range(number))
            + "\n"
            + "".join(f"t{n}:\n\t@true;\n" for n in range(number))
        )
        make = process_seconds(["make", "-s", "-j1"], 5, text) / number if shutil.which("make") else None
        (directory / "dodo.py").write_text(
            f"def task_t():\n    for n in range({number}):\n        yield {{'name': str(n), 'actions': ['true']}}\n"
        )
        doit = process_seconds([sys.executable, "-m", "doit"], 3, text) / number if _has("doit") else None
        ours = _commands_seconds(number, directory) / number
    bare = _bare_seconds(number) / number
    beyond = ours - bare
    others = [f"that shell alone: {milliseconds(bare)}", f"sh loop: {milliseconds(shell)}"]
    others += [f"make: {milliseconds(make)}"] if make is not None else []
    others += [f"doit: {milliseconds(doit)}"] if doit is not None else []
    yield Row(
        f"Commands of one `true`, {number} actions one after the other, state in memory",
        f"{milliseconds(ours)} an action",
        ", ".join(others),
        f"{ours / bare:.1f}",
        f"<= 0.6 ms beyond the shell it starts (here {milliseconds(beyond)})",
        beyond <= 0.0006,
    )


def _has(module: str) -> bool:
    try:
        importlib.metadata.version(module)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _bare_seconds(number: int) -> float:
    """Start the shell that such an action starts, as often, with a pipe to write to, and do nothing else."""
    script = "cd / || exit\n:\nset -a\ntrue\nCODEBUILD_LAST_EXIT=$?\n:\nexit $CODEBUILD_LAST_EXIT\n"
    environment = {**os.environ, **{f"CODEBUILD_{n}": "x" * 40 for n in range(20)}}

    def once() -> None:
        for _ in range(number):
            reads, writes = os.pipe()
            actions = [(os.POSIX_SPAWN_DUP2, writes, 1), (os.POSIX_SPAWN_DUP2, writes, 2)]
            argv = ["/bin/sh", "-c", script, "script.sh"]
            os.waitpid(os.posix_spawn(argv[0], argv, environment, file_actions=actions, setsid=True), 0)
            os.close(writes)
            os.close(reads)

    return seconds(once)


def _commands_seconds(number: int, directory: Path) -> float:
    (directory / "source").mkdir()
    (directory / "source" / "file").write_text("x")
    checkout = pk.source.S3("Checkout", bucket="b", object_key="k.zip")
    several = [
        pk.build.Commands(f"C{n}", input=checkout.output, commands=["true"], run_order=n + 1) for n in range(number)
    ]
    pipeline = pk.Pipeline("p", [pk.Stage("Source", checkout), pk.Stage("Build", several)])
    definition = compile_pipeline(pipeline)
    bindings = Bindings(sources={"Checkout": directory / "source"})

    def run(attempt: int) -> float:
        """From the first action to the end: the making of the pipeline and its source are no part of an action."""
        moments: dict[str, float] = {}

        def listen(event: happened.Event) -> None:
            kind = event.stage if isinstance(event, happened.StageEntered) else type(event).__name__
            moments[kind] = time.perf_counter()

        with Engine(directory / f"state{attempt}", listener=listen) as made:
            made.own("E", "p", bindings, {})
            made.submit("p", asked.CreatePipeline(definition=definition), asked.StartExecution(execution="E"))
            assert drive(made, "E", "p", wait=lambda: False) == "Succeeded"
        return moments["ExecutionSucceeded"] - moments["Build"]

    return min(run(attempt) for attempt in range(5))


def machine() -> Iterator[Row]:
    shapes = {"10 stages of 10 actions": (10, 10), "one stage of 1,000": (1, 1_000), "one of 10,000": (1, 10_000)}
    for what, (stages, width) in shapes.items():
        each = min(_machine_seconds(stages, width) for _ in range(5))
        yield Row(
            f"the machine alone, in memory, {what}",
            f"{each * 1e6:.0f} us an action",
            "",
            f"{1 / each:,.0f} a second",
            ">= 20,000 a second",
            each <= 1 / 20_000,
        )


def _machine_seconds(stages: int, width: int) -> float:
    """Give the time that the machine takes for an action: its start, and the report of its success."""
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
    kind = pk.ActionTypeId("Test", "Custom", "T")
    several = [
        pk.Stage(
            f"S{stage}",
            [pk.CustomAction(f"A{stage}x{n}", action_type=kind, input=checkout.output) for n in range(width)],
        )
        for stage in range(stages)
    ]
    definition = compile_pipeline(pk.Pipeline("p", [pk.Stage("Source", checkout), *several]))
    state = decide(State(), asked.CreatePipeline(definition=definition), 1.0).state
    begin, done = time.process_time(), 0
    for number in range(max(1, 2_000 // (stages * width))):
        execution = f"E{number}"
        decision = decide(state, asked.StartExecution(execution=execution), 2.0)
        waiting = list(decision.events)
        while waiting:
            event = waiting.pop()
            if isinstance(event, happened.ActionStarted):
                report = asked.ReportAction(job=event.job, execution=execution, action=event.action, succeeded=True)
                decision = decide(decision.state, report, 3.0)
                waiting += decision.events
                done += 1
        state = decision.state
        assert execution not in state.executions
    return (time.process_time() - begin) / done


def packs() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as text:
        directory = Path(text)
        many = directory / "many"
        for n in range(5_000):
            place = many / f"d{n % 50}" / f"f{n}"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(os.urandom(2_048))
        with tempfile.TemporaryDirectory(dir=_memory()) as memory:  # a disk takes the same time of all three
            held = Path(memory)
            shutil.copytree(many, held / "many")
            yield from _pack_rows("5,000 files of 2 KB, out and in, in memory", held / "many", held, 1.5, 4.0)
        yield from _pack_rows("5,000 files of 2 KB, out and in, on disk", many, directory, None, None)
        one = directory / "one"
        one.mkdir()
        block = os.urandom(1 << 20)
        with open(one / "large", "wb") as file:
            for _ in range(500):
                file.write(block)
        yield from _pack_rows("one file of 500 MB, out and in", one, directory, None, None)


def _memory() -> str | None:
    """Give a directory whose files are in memory, where the system has one."""
    place = "/dev/shm"
    return place if os.access(place, os.W_OK) else None


def _pack_rows(
    what: str, tree: Path, directory: Path, against_cp: float | None, against_zip: float | None
) -> Iterator[Row]:
    def ours(n: int) -> None:
        artifacts.pack(tree, directory / f"{n}.pack")
        artifacts.unpack(directory / f"{n}.pack", directory / f"out{n}")

    def copied(n: int) -> None:
        subprocess.run(["cp", "-a", str(tree), str(directory / f"copy{n}")], check=True)

    def zipped(n: int) -> None:
        with zipfile.ZipFile(directory / f"{n}.zip", "w", zipfile.ZIP_DEFLATED) as made:
            for name in artifacts.walk(tree):
                made.write(tree / name, name)
        with zipfile.ZipFile(directory / f"{n}.zip") as read:
            read.extractall(directory / f"unzipped{n}")

    taken: dict[str, list[float]] = {"ours": [], "cp": [], "zip": []}
    for n in range(3):  # in turns, so that a slow moment of the disk meets all three
        for name, work in (("ours", ours), ("cp", copied), ("zip", zipped)):
            begin = time.perf_counter()
            work(n)
            taken[name].append(time.perf_counter() - begin)
    best = {name: min(values) for name, values in taken.items()}
    met = (
        None
        if against_cp is None or against_zip is None
        else (best["ours"] <= against_cp * best["cp"] and best["zip"] >= against_zip * best["ours"])
    )
    yield Row(
        f"artifact: {what}",
        milliseconds(best["ours"]),
        f"cp -a: {milliseconds(best['cp'])}, zip + unzip: {milliseconds(best['zip'])}",
        f"{best['ours'] / best['cp']:.2f} x cp, {best['zip'] / best['ours']:.1f} x quicker than zip",
        "" if against_cp is None else f"<= {against_cp} x cp -a, {against_zip:.0f} x quicker than zip",
        met,
    )


MEMORY = textwrap.dedent("""
    import resource, sys
    import pipelinekit as pk
    from pathlib import Path
    import pipelinekit.local.verbs, pipelinekit.local.workers.commands, pipelinekit.local.workers.source
    from pipelinekit.codepipeline import checks
    home = Path(sys.argv[1])
    checkout = pk.source.S3("Checkout", bucket="b", object_key="k.zip")
    make = pk.build.Commands("Make", input=checkout.output, files=["large"],
                             commands=["head -c {artifact} /dev/zero > large", "head -c {log} /dev/zero | tr '\\\\0' 'x' | fold -w 100"])
    use = pk.build.Commands("Use", input=make.output, commands=["ls -l large"])
    pipeline = pk.Pipeline("p", [pk.Stage("Source", checkout), pk.Stage("Build", make >> use)])
    pk.check(pipeline)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = pk.run(pipeline, sources={{"Checkout": home / "source"}}, state=home / "state")
    assert result.succeeded, result.shown
    print(before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
""")


def memory() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as text:
        (Path(text) / "source").mkdir()
        (Path(text) / "source" / "file").write_text("x")
        code = MEMORY.format(artifact=2 << 30, log=1 << 30)
        done = subprocess.run([sys.executable, "-c", code, text], capture_output=True, text=True, check=True)
    before, most = (int(number) / 1024 for number in done.stdout.split())
    yield Row(
        "memory of a run with an artifact of 2 GB and a log of 1 GB",
        f"{most:.0f} MB",
        f"Python and the libraries: {before:.0f} MB",
        f"+ {most - before:.0f} MB",
        "<= 80 MB beyond",
        most - before <= 80,
    )


def journal() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as text:
        state = Path(text) / "state"
        _long_journal(state, 2_000)
        with closing(Journal(state)) as made:
            events = made.query("SELECT count(*) AS n FROM events")[0]["n"]

        def load() -> None:
            with closing(Journal(state)) as made:
                assert made.state("p").version

        def read_all() -> None:
            with closing(sqlite3.connect(state / "journal.db")) as database:
                for _ in database.execute("SELECT * FROM events"):
                    pass

        ours, reference = seconds(load, 5), seconds(read_all, 3)
    yield Row(
        f"state of a pipeline with {events:,} events, to resume",
        milliseconds(ours),
        f"SELECT * of all events: {milliseconds(reference)}",
        f"{ours / reference:.2f}",
    )


def _long_journal(state: Path, executions: int) -> None:
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
    kind = pk.ActionTypeId("Test", "Custom", "T")
    actions = [pk.CustomAction(f"A{n}", action_type=kind, input=checkout.output) for n in range(10)]
    definition = compile_pipeline(pk.Pipeline("p", [pk.Stage("Source", checkout), pk.Stage("Test", actions)]))
    with closing(Journal(state)) as made:
        made.submit("p", [asked.CreatePipeline(definition=definition)], 1.0)
        for number in range(executions):
            execution = f"E{number}"
            made.submit("p", [asked.StartExecution(execution=execution)], 2.0)
            while made.state("p").executions.get(execution) is not None:
                runs = list(made.state("p").executions[execution].running.values())
                reports = [
                    asked.ReportAction(job=run.job, execution=execution, action=run.action, succeeded=True)
                    for run in runs
                ]
                made.submit("p", reports, 3.0)
        made.submit("p", [asked.StartExecution(execution="last")], 4.0)


def simulation() -> Iterator[Row]:
    executions = 200
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
    kind = pk.ActionTypeId("Test", "Custom", "T")
    actions = [
        pk.CustomAction(f"A{n}", action_type=kind, input=checkout.output, run_order=n // 3 + 1) for n in range(9)
    ]
    definition = compile_pipeline(pk.Pipeline("p", [pk.Stage("Source", checkout), pk.Stage("Test", actions)]))

    def simulated() -> Simulation:
        sim = simulate(definition, {"*": succeed()})
        for _ in range(executions):
            sim.start()
            sim.run()
        return sim

    made = simulated()
    events = [event for event in made.history if isinstance(event, (happened.ActionStarted, happened.ActionSucceeded))]

    def written() -> None:
        for event in events:
            json.dumps(happened.to_record(event))

    taken: dict[str, list[float]] = {"ours": [], "reference": []}
    for _ in range(7):  # in turns, so that a slow moment meets both
        for name, work in (("ours", simulated), ("reference", written)):
            begin = time.process_time()
            work()
            taken[name].append(time.process_time() - begin)
    number = executions * 10
    ours, reference = min(taken["ours"]) / number, min(taken["reference"]) / number
    yield Row(
        f"simulate, {number:,} actions in {executions} executions",
        f"{1 / ours:,.0f} actions a second of one core",
        f"the two events of an action as JSON: {1_000_000 * reference:.0f} us",
        f"{ours / reference:.1f}",
        ">= 20,000 a second",
        ours <= 1 / 20_000,
    )


def history() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as text:
        directory = Path(text)
        (directory / "source").mkdir()
        (directory / "source" / "file").write_text("x")
        executions = 100_000
        _year(directory / "year", executions)
        nothing = python("pass")
        lists = {
            "history": ["history"],
            "history p --status Failed --since 30d": ["history", "p", "--status", "Failed", "--since", "30d"],
            "history p --status Stopped, of which there is none": ["history", "p", "--status", "Stopped"],
            "history p --succeeded-in Test": ["history", "p", "--succeeded-in", "Test"],
            "history p --actions": ["history", "p", "--actions"],
            "history --execution latest": ["history", "--execution", "latest"],
        }
        for what, arguments in lists.items():
            argv = [sys.executable, "-m", "pipelinekit", *arguments, "--state", str(directory / "year")]
            ours = process_seconds(argv, 7)
            yield Row(
                f"{what}, {executions:,} executions, whole process",
                milliseconds(ours),
                f"python -c pass: {milliseconds(nothing)}",
                f"{ours / nothing:.1f}",
                "<= 0.3 s",
                ours <= 0.3,
            )
        _year(directory / "empty", 0)
        empty, full = _start_seconds(directory)
    yield Row(
        f"a run of one action with {executions:,} executions in the journal",
        milliseconds(full),
        f"with none: {milliseconds(empty)}",
        f"{full / empty:.2f}",
        "<= 1.2",
        full <= 1.2 * empty,
    )


def _year(state: Path, executions: int) -> None:
    """Write a year of history by the machine's own events, in transactions of many."""
    definition = compile_pipeline(_one_action())
    now = time.time()
    with closing(Journal(state)) as made:
        created = made.submit("p", [asked.CreatePipeline(definition=definition)], now - 366 * 86_400.0)
        machine = made.state("p")
        assert created.own
        for begin in range(0, executions, 1_000):
            events: list[happened.Event] = []
            for number in range(begin, min(begin + 1_000, executions)):
                at = now - 365 * 86_400.0 * (1 - number / executions)
                machine = _carry_out(machine, f"{number:08x}-0000-4000-8000-000000000000", at, number % 7 != 0, events)
            made.append("p", events, machine)


def _carry_out(state: State, execution: str, at: float, succeeds: bool, events: list[happened.Event]) -> State:
    """Start an execution and let its actions succeed, or the last of them fail; keep the events."""
    decision = decide(state, asked.StartExecution(execution=execution), at)
    events += decision.events
    for took in (20.0, 95.0):
        for run in list(decision.state.executions[execution].running.values()):
            succeeded = succeeds or took == 20.0
            report = asked.ReportAction(
                job=run.job, execution=execution, action=run.action, succeeded=succeeded, message="1 test failed"
            )
            decision = decide(decision.state, report, at + took)
            events += decision.events
    return decision.state


def _one_action() -> pk.Pipeline:
    checkout = pk.source.S3("Checkout", bucket="b", object_key="k.zip")
    work = pk.CustomAction("Work", action_type=pk.ActionTypeId("Test", "Custom", "T"), input=checkout.output)
    return pk.Pipeline("p", [pk.Stage("Source", checkout), pk.Stage("Test", work)])


def _start_seconds(directory: Path) -> tuple[float, float]:
    """Give the times of a run, with an empty journal and with a full one, in turns."""
    code = textwrap.dedent("""
        import sys, time
        sys.path.insert(0, sys.argv[2])
        import run
        import pipelinekit as pk
        from pathlib import Path
        pipeline = run._one_action()
        begin = time.perf_counter()
        options = {"sources": {"Checkout": Path(sys.argv[1]).parent / "source"}, "workers": {"Work": lambda job, work: None}}
        assert pk.run(pipeline, state=sys.argv[1], **options).succeeded
        print(time.perf_counter() - begin)
    """)
    taken: dict[str, list[float]] = {"empty": [], "year": []}
    for _ in range(9):
        for name, times in taken.items():
            argv = [sys.executable, "-c", code, str(directory / name), str(Path(__file__).parent)]
            times.append(float(subprocess.run(argv, check=True, capture_output=True, text=True).stdout))
    return statistics.median(taken["empty"]), statistics.median(taken["year"])


LATENCY = textwrap.dedent("""
    import sys, time
    import pipelinekit as pk
    from pipelinekit.local import control
    control.approve(sys.argv[1], "Live/GoLive", state=sys.argv[2])
    print(time.time())
""")


def latency() -> Iterator[Row]:
    checkout = pk.source.S3("Checkout", bucket="b", object_key="k.zip")
    go_live = pk.approval.Manual("GoLive")
    after = pk.CustomAction("After", action_type=pk.ActionTypeId("Test", "Custom", "T"), input=checkout.output)
    pipeline = pk.Pipeline("p", [pk.Stage("Source", checkout), pk.Stage("Live", go_live >> after)])
    taken = []
    for _ in range(5):
        with tempfile.TemporaryDirectory() as text:
            (Path(text) / "source").mkdir()
            (Path(text) / "source" / "file").write_text("x")
            state = Path(text) / "state"
            moved: list[float] = []
            others: list[subprocess.Popen[str]] = []

            def listen(event: Any, others: Any = others, state: Path = state) -> None:
                if type(event).__name__ == "ApprovalOpened":
                    argv = [sys.executable, "-c", LATENCY, event.execution, str(state)]
                    others.append(subprocess.Popen(argv, stdout=subprocess.PIPE, text=True))

            def work(job: Job, work: Any, moved: list[float] = moved) -> None:
                moved.append(time.time())

            pk.run(
                pipeline,
                sources={"Checkout": Path(text) / "source"},
                workers={"After": work},
                state=state,
                wait=True,
                listener=listen,
            )
            taken.append(moved[0] - float(others[0].communicate()[0]))
    worst = max(taken)
    yield Row(
        "an approval from another process moves a waiting run, worst of 5",
        milliseconds(worst),
        "looked for every 20 ms",
        "",
        "<= 100 ms",
        worst <= 0.1,
    )


GROUPS: dict[str, Callable[[], Iterator[Row]]] = {
    "imports": imports,
    "emission": emission,
    "engine": engine,
    "commands": commands,
    "machine": machine,
    "packs": packs,
    "memory": memory,
    "journal": journal,
    "history": history,
    "latency": latency,
    "simulation": simulation,
}


def table(rows: list[Row]) -> str:
    lines = ["| what | pipelinekit | beside it | ratio | budget | |", "| --- | --- | --- | --- | --- | --- |"]
    for row in rows:
        mark = {True: "met", False: "**missed**", None: ""}[row.met]
        lines.append(f"| {row.what} | {row.ours} | {row.reference} | {row.ratio} | {row.budget} | {mark} |")
    return "\n".join(lines)


def circumstances() -> str:
    names = ("attrs", "networkx", "PyYAML", "cattrs", "click", "rich", "boto3")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    return (
        f"{datetime.date.today().isoformat()}, pipelinekit {pk.__version__}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores; {versions}."
    )


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--only", action="append", choices=list(GROUPS))
    options = parser.parse_args()
    rows: list[Row] = []
    for name in options.only or GROUPS:
        for row in GROUPS[name]():
            rows.append(row)
            mark = {True: "met", False: "MISSED", None: ""}[row.met]
            print(f"{row.what}: {row.ours}  [{row.reference}]  {row.ratio}  {row.budget} {mark}", flush=True)
    if options.markdown is not None:
        text = HEADER + table(rows) + f"\n\nMeasured {circumstances()}\n"
        options.markdown.write_text(text)
    usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n{circumstances()} The bench itself used {usage:.0f} MB.")
    return 0


HEADER = """# Performance

``nox -s bench`` measures this, each figure beside a reference in the same run: a ratio says more than seconds, which
depend on the machine. Medians of several runs; the engine and the artifacts: the best of several.

"""

if __name__ == "__main__":
    sys.exit(main())
