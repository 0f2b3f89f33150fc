"""Retention: what executions that are over left behind is removed after a time, and the journal shrinks.

The state of a pipeline is made from its events, so an execution goes as a whole, and only one that no state depends on.
What is removed is decided first (`plan_gc`) and done then, some executions at a time. Each time, one transaction takes
them out of the journal and notes what of them lies on disk; then that is removed, and then the note. Killed in between,
it leaves a journal that is whole, and directories that the next `gc` removes.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

from attrs import frozen

from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.execution import events as happened
from pipelinekit.local import guardian, places
from pipelinekit.local.bindings import PathLike
from pipelinekit.local.cleaning import remove_directory
from pipelinekit.local.journal import Journal, JournalError
from pipelinekit.local.listing import need_pipeline
from pipelinekit.local.ownership import is_driven
from pipelinekit.local.periods import Moment, moment
from pipelinekit.local.records import existing_state
from pipelinekit.local.removals import note_removal

_AT_ONCE = 100
"""How many executions go in one transaction: others write in between."""
_WORTH_SHRINKING = 0.05
_ROLLBACKS = ("ManualRollback", "AutomatedRollback")
_REMOVING = "CREATE TABLE IF NOT EXISTS removing (id TEXT PRIMARY KEY, jobs TEXT NOT NULL) WITHOUT ROWID"
Reasons: TypeAlias = dict[str, str]


@frozen(kw_only=True)
class Old:
    """An execution that is to be removed. Times are seconds since 1970."""

    pipeline: str
    execution: str
    changed: float


@frozen(kw_only=True)
class Removable:
    """What `gc` would remove: executions, in the order in which they go; ``bytes`` is what they have on disk.

    ``kept`` counts the executions that are old too and stay, by the reason for that.
    """

    before: float
    executions: tuple[Old, ...]
    kept: Mapping[str, int]
    bytes: int


@frozen(kw_only=True)
class Collected:
    """What `gc` did: the executions it removed, and the bytes it freed, of which the journal's are a part.

    ``unshrunk`` is why the journal has free space inside that could not be given back to the disk; empty where it has
    none.
    """

    executions: int
    bytes: int
    unshrunk: str = ""

    @property
    def shrunk(self) -> bool:
        """Whether the journal is as small as it can be."""
        return not self.unshrunk


def plan_gc(
    *, older_than: Moment, keep: int = 0, pipeline: str | None = None, state: PathLike | None = None
) -> Removable:
    """Tell what `gc` with the same arguments would remove now. Nothing is changed.

    Raises:
        PipelineKitError: for a pipeline that did not run here, and a time that is none.
    """
    directory = existing_state(state)
    with closing(Journal(directory)) as journal:
        before, gone, kept = _plan(journal, directory, older_than, keep, pipeline)
        size = sum(_size(place) for old in gone for place in _places(directory, old.execution, _jobs(journal, old)))
    return Removable(before=before, executions=tuple(gone), kept=Counter(kept.values()), bytes=size)


def gc(*, older_than: Moment, keep: int = 0, pipeline: str | None = None, state: PathLike | None = None) -> Collected:
    """Remove events, artifacts, logs and work directories of executions that ended before a time.

    *older_than* is a date or how long ago (``90d``); *keep* is how many of each pipeline's newest executions stay
    whatever their age. These stay as well: executions that go on, can be retried or are driven, or whose processes
    still run; in each stage the newest that succeeded and the one before it, which a rollback goes back to; and those
    that one which stays depends on.

    Raises:
        PipelineKitError: for a pipeline that did not run here, and a time that is none.
    """
    directory = existing_state(state)
    with closing(Journal(directory)) as journal:
        size = _journal_size(journal)
        with journal.writing():
            journal.write(_REMOVING)
        freed = _remove_noted(journal, directory)
        before, gone, _ = _plan(journal, directory, older_than, keep, pipeline)
        number = 0
        for start in range(0, len(gone), _AT_ONCE):
            number += _forget(journal, gone[start : start + _AT_ONCE], before)
            freed += _remove_noted(journal, directory)
        unshrunk = _shrink(journal, directory)
        freed += max(0, size - _journal_size(journal))
    return Collected(executions=number, bytes=freed, unshrunk=unshrunk)


# Deciding -------------------------------------------------------------------------------------------------------------


def _plan(
    journal: Journal, directory: Path, older_than: Moment, keep: int, pipeline: str | None
) -> tuple[float, list[Old], Reasons]:
    """Give the time, the executions that go, in their order, and why others that are as old stay."""
    if keep < 0:
        raise PipelineKitError(f"the number of executions to keep is 0 or more, not {keep}")
    if pipeline is not None:
        need_pipeline(journal, pipeline)
    before = moment(older_than, time.time())
    rows = journal.query(
        "SELECT id, pipeline, changed FROM executions WHERE changed < ? AND (? IS NULL OR pipeline = ?)",
        (before, pipeline, pipeline),
    )
    old = {row["id"]: Old(pipeline=row["pipeline"], execution=row["id"], changed=row["changed"]) for row in rows}
    needed = _needed(journal, directory, old, keep)
    kept = {execution: reason for execution, reason in needed.items() if execution in old}
    last = _last_events(journal, [execution for execution in old if execution not in kept])
    return before, [old[execution] for execution in sorted(last, key=last.__getitem__)], kept


def _needed(journal: Journal, directory: Path, old: Iterable[str], keep: int) -> Reasons:
    """Give the executions that must stay, each with the reason; the first reason counts."""
    needed: Reasons = {}

    def need(executions: Iterable[str], reason: str) -> None:
        for execution in executions:
            needed.setdefault(execution, reason)

    live = [row["id"] for row in journal.query("SELECT id FROM executions WHERE live")]
    need(live, "goes on, or can be retried or gone back to")
    need((one for one in old if is_driven(directory, one)), "is driven by a process")
    need(_newest(journal, keep), f"is one of the newest {keep}")
    need(_succeeded(journal), "is what a stage has now, or had before it")
    need(_taken_from(journal, live), "gives its outputs to one that goes on")
    need(_serving(journal), "has processes that still run")
    need(_last(journal), "is the last that anything happened to")
    # That an execution can no longer be retried is told by an event of the one that came after it into its stage.
    replaced = _replaced(journal)
    waiting = list(needed)
    while waiting:
        by = replaced.get(waiting.pop())
        if by is not None and by not in needed:
            needed[by] = "tells of one that stays that it cannot be retried"
            waiting.append(by)
    return needed


def _newest(journal: Journal, keep: int) -> list[str]:
    return _ids(
        journal,
        "SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY pipeline ORDER BY started DESC, id DESC) AS n"
        f" FROM executions) WHERE n <= {keep:d}",
    )


def _succeeded(journal: Journal) -> list[str]:
    """Find for each stage who put there what it has now, and the two newest that a rollback may go back to.

    A rollback goes back to an execution that is none itself (API: PipelineExecution, executionType STANDARD).
    """
    newest = (
        "SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY pipeline, stage ORDER BY stages.changed DESC) AS n"
        " FROM stages JOIN executions ON id = execution WHERE stages.status = 'Succeeded' AND trigger NOT IN ({}))"
        " WHERE n <= {}"
    )
    rollbacks = ", ".join(f"'{trigger}'" for trigger in _ROLLBACKS)
    return [*_ids(journal, newest.format(rollbacks, 2)), *_ids(journal, newest.format("''", 1))]


def _ids(journal: Journal, sql: str) -> list[str]:
    return [row["id"] for row in journal.query(sql)]


def _taken_from(journal: Journal, live: Iterable[str]) -> Iterator[str]:
    """Yield the executions that live ones, begun in the middle of their pipelines, take outputs from."""
    for execution in live:
        for event in journal.events(execution):
            if isinstance(event, happened.ExecutionBound):
                of = event.bindings.get("reuse", {}).get("of")
                if of is not None:
                    yield of


def _serving(journal: Journal) -> list[str]:
    """Find the executions whose processes still run: `clean` finds these by what the journal knows of them."""
    tags = guardian.running_tags()
    if not tags:
        return []
    rows = (row for table in _tables(journal, "job") for row in journal.rows(f"SELECT job, execution FROM {table}"))
    return [row["execution"] for row in rows if row["job"] in tags]


def _last(journal: Journal) -> list[str]:
    """Find whose event is the last one: its number must not be given again, since others may have read so far."""
    rows = journal.query("SELECT execution FROM events ORDER BY seq DESC LIMIT 1")
    return [row["execution"] for row in rows if row["execution"] is not None]


def _replaced(journal: Journal) -> dict[str, str]:
    """Give for each execution that was dropped from its stage the one that entered it then."""
    rows = journal.rows(
        "SELECT execution, json_extract(body, '$.dropped') AS dropped FROM events WHERE body LIKE '%\"dropped\":%'"
        " AND execution IS NOT NULL AND json_type(body, '$.dropped') = 'array'"
    )
    return {gone: row["execution"] for row in rows for gone in json.loads(row["dropped"])}


def _last_events(journal: Journal, executions: Iterable[str]) -> dict[str, int]:
    """Give the number of each execution's last event. Who was dropped from a stage comes before who entered it then."""
    last = {}
    for execution in executions:
        found = journal.query("SELECT max(seq) AS seq FROM events WHERE execution = ?", (execution,))
        last[execution] = found[0]["seq"] or 0
    return last


# Doing ----------------------------------------------------------------------------------------------------------------


def _forget(journal: Journal, gone: Iterable[Old], before: float) -> int:
    """Take executions out of the journal, and note what of them lies on disk: all of it, or nothing."""
    with journal.writing():
        left = [old for old in gone if _may_go(journal, old)]
        tables = _tables(journal)
        for old in left:
            jobs = json.dumps(_jobs(journal, old))
            journal.write("INSERT INTO removing VALUES (?, ?)", (old.execution, jobs))
            for table in tables:
                journal.write(f"DELETE FROM {table} WHERE execution = ?", (old.execution,))
            journal.write("DELETE FROM executions WHERE id = ?", (old.execution,))
        for pipeline in {old.pipeline for old in left}:
            note_removal(journal, pipeline, before)
    return len(left)


def _may_go(journal: Journal, old: Old) -> bool:
    """Whether it is still there, and not the last in the journal: other retention may have been here since the plan."""
    there = journal.query("SELECT 1 FROM executions WHERE id = ? AND NOT live", (old.execution,))
    return bool(there) and old.execution not in _last(journal)


def _tables(journal: Journal, column: str = "execution") -> list[str]:
    """Find every table that has rows of executions, or of jobs: the events, and what is projected from them."""
    rows = journal.query(
        "SELECT m.name AS name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c"
        " WHERE m.type = 'table' AND c.name = ? ORDER BY 1",
        (column,),
    )
    return [row["name"] for row in rows]


def _jobs(journal: Journal, old: Old) -> list[str]:
    """Give the jobs of an execution, of actions and of whatever else has some."""
    select = " UNION ".join(f"SELECT job FROM {table} WHERE execution = ?1" for table in _tables(journal, "job"))
    return [row["job"] for row in journal.query(select, (old.execution,))]


def _places(directory: Path, execution: str, jobs: Iterable[str]) -> list[Path]:
    return [places.execution_directory(directory, execution), *(places.work(directory, job) for job in jobs)]


def _remove_noted(journal: Journal, directory: Path) -> int:
    """Remove what is noted to be removed, also by one that was killed, and give its size.

    What cannot be removed now stays noted, for the next time.
    """
    freed = 0
    done = []
    for row in journal.query("SELECT id, jobs FROM removing"):
        if is_driven(directory, row["id"]):
            continue
        found = [place for place in _places(directory, row["id"], json.loads(row["jobs"])) if place.exists()]
        freed += sum(remove_directory(place) for place in found)
        if not any(place.exists() for place in found):
            done.append(row["id"])
    with journal.writing():
        for execution in done:
            journal.write("DELETE FROM removing WHERE id = ?", (execution,))
    return freed


def _shrink(journal: Journal, directory: Path) -> str:
    """Give the disk what is free in the journal, or tell why not: what runs would have to wait.

    It takes as much space as the journal will have in the end, which a full disk does not give.
    """
    if journal.free_share() < _WORTH_SHRINKING:
        return ""
    for row in journal.query("SELECT id FROM executions WHERE live"):
        if is_driven(directory, row["id"]):
            return f"execution {row['id'][:8]} runs"
    try:
        journal.shrink()
    except JournalError as error:
        return str(error)
    return ""


def _journal_size(journal: Journal) -> int:
    files = [journal.place, journal.place.with_name(f"{journal.place.name}-wal")]
    return sum(file.stat().st_size for file in files if file.exists())


def _size(place: Path) -> int:
    return sum(
        os.lstat(os.path.join(directory, name)).st_size for directory, _, files in os.walk(place) for name in files
    )
