"""The journal: every event of every pipeline in one SQLite file, and the state that follows from them.

One decision is one transaction. Any process may decide: it takes the write lock, reads what others appended since,
decides on that, and appends. Survives ``kill -9`` (WAL, ``synchronous=NORMAL``); not meant for network file systems.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any

from attrs import frozen

from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.execution.commands import Command
from pipelinekit.execution.decide import decide
from pipelinekit.execution.events import Event, ExecutionEvent, from_record, to_record
from pipelinekit.execution.evolve import evolve, without
from pipelinekit.execution.state import State
from pipelinekit.local import projections

VERSION = 1
"""Of the file's layout (``PRAGMA user_version``); events have versions of their own."""

_META = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""

_EVENTS = """
CREATE TABLE events (
    seq INTEGER PRIMARY KEY, pipeline TEXT NOT NULL, execution TEXT, at REAL NOT NULL, type TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX events_of_execution ON events (execution, seq);
CREATE INDEX events_of_pipelines ON events (pipeline, seq) WHERE execution IS NULL;
"""


class JournalError(PipelineKitError):
    """The journal cannot be read or written; says why and what to do."""


@frozen
class Recorded:
    """What a `submit` led to: ``own`` by this decision, ``others`` by other processes since the last look before it."""

    others: tuple[Event, ...]
    own: tuple[Event, ...]


_MANY = 10_000
_JSON = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


@frozen
class _Known:
    seq: int
    state: State


class Journal:
    """A journal that is open. *directory* is the state directory; it is made when it is not there.

    *patience* is how many seconds to wait while another process writes.
    """

    def __init__(self, directory: Path, *, patience: float = 30.0) -> None:
        self.place = directory / "journal.db"
        self._known: dict[str, _Known] = {}
        self._unheard: dict[str, list[Event]] = {}
        self._errors = _NamedErrors(self.place)
        with self._errors:
            directory.mkdir(parents=True, exist_ok=True)
            ignore = directory / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n")
            self._database = sqlite3.connect(self.place, timeout=patience, isolation_level=None)
            self._transaction = _Transaction(self._database, self.place)
            self._use_wal(patience)
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._prepare()
            self._data_version = self._read_data_version()

    def _use_wal(self, patience: float) -> None:
        """Turn to the write-ahead log. Of several processes that do so to a new file at once, SQLite lets none wait."""
        end = time.monotonic() + patience
        while True:
            try:
                self._database.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > end:
                    raise
                time.sleep(0.01)
            else:
                return

    def _prepare(self) -> None:
        version = self._database.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise JournalError(
                f"{self.place}: was written by a newer pipelinekit (layout {version}); update pipelinekit, "
                "or use another --state directory"
            )
        if version == 0:
            with self._transaction:
                if self._database.execute("PRAGMA user_version").fetchone()[0] == 0:  # nobody made it meanwhile
                    self._must_be_new()
                    for statement in (_META + _EVENTS + projections.TABLES).split(";"):
                        self._database.execute(statement)
                    self._note_projections()
                    self._database.execute(f"PRAGMA user_version = {VERSION}")
        self._database.execute(_META.strip().rstrip(";"))
        known = self._database.execute("SELECT value FROM meta WHERE key = 'projections'").fetchone()
        if known is None or known[0] != projections.SHAPE:  # of another release: made again from the events
            self.rebuild()

    def _must_be_new(self) -> None:
        """See to it that an empty file is the beginning of a journal, and not what is left of one."""
        executions = self.place.parent / "executions"
        if executions.is_dir() and any(executions.iterdir()):
            raise JournalError(
                f"{self.place}: is damaged: it is empty, and executions stand beside it; put a copy of it back, "
                "or use another --state directory"
            )

    def _note_projections(self) -> None:
        self.note("projections", projections.SHAPE)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def changed(self) -> bool:
        """Tell, at the cost of 2 microseconds, whether another process has appended since the last look."""
        version = self._read_data_version()
        changed, self._data_version = version != self._data_version, version
        return changed

    def _read_data_version(self) -> int:
        version: int = self._database.execute("PRAGMA data_version").fetchone()[0]
        return version

    def pipelines(self) -> list[str]:
        """Give the names of the pipelines in it."""
        with self._errors:
            return [
                row[0]
                for row in self._database.execute(
                    "SELECT DISTINCT pipeline FROM events WHERE execution IS NULL ORDER BY 1"  # each was created once
                )
            ]

    def state(self, pipeline: str) -> State:
        """Give a pipeline's state as of now. What others appended is still news to `catch_up`."""
        with self._errors:
            self._read_new(pipeline)
        return self._known[pipeline].state

    def known(self, pipeline: str) -> State:
        """Give a pipeline's state as of the last look at it, without another one."""
        known = self._known.get(pipeline)
        return self.state(pipeline) if known is None else known.state

    def catch_up(self, pipeline: str) -> tuple[Event, ...]:
        """Give what other processes appended to a pipeline that nobody here has been told of yet."""
        with self._errors:
            self._read_new(pipeline)
        return tuple(self._unheard.pop(pipeline, ()))

    def _read_new(self, pipeline: str) -> None:
        known = self._known.get(pipeline)
        if known is None:
            self._known[pipeline] = self._read_first(pipeline)
            return
        rows = list(self._rows_since(pipeline, known.seq))
        if not rows:
            return
        state, last = known.state, known.seq
        new = []
        for seq, event in rows:
            state, last = evolve(state, event), seq
            new.append(event)
        self._known[pipeline] = _Known(last, state)
        self._unheard.setdefault(pipeline, []).extend(new)

    def _read_first(self, pipeline: str) -> _Known:
        """Read what the state depends on, and how far the journal goes: both as of one moment.

        What was there before the first look is history, not news, and events that no state depends on are not read
        later either.
        """
        alone = not self._database.in_transaction
        if alone:
            self._database.execute("BEGIN")
        try:
            state = State()
            for _, event in self._rows_of_live(pipeline):
                state = evolve(state, event)
            state = without(state, self._remembered(pipeline))
            last = self._database.execute("SELECT max(seq) FROM events").fetchone()[0]
        finally:
            if alone:
                self._database.execute("COMMIT")
        return _Known(last or 0, state)

    def _rows_of_live(self, pipeline: str) -> Iterator[tuple[int, Event]]:
        """Give the events that the state of now depends on: those of the pipeline and of what it knows."""
        return self._read(
            "pipeline = ? AND (execution IS NULL"
            " OR execution IN (SELECT id FROM executions WHERE pipeline = ? AND live))",
            (pipeline, pipeline),
        )

    def _remembered(self, pipeline: str) -> list[str]:
        """Give the executions that are over, whose events are read as a rollback can go back to them."""
        rows = self._database.execute(
            # "live" by itself as well: by that SQLite sees that the index of those that live has all of them
            "SELECT id FROM executions WHERE pipeline = ? AND live AND live = ?",
            (pipeline, projections.REMEMBERED),
        )
        return [row[0] for row in rows.fetchall()]

    def _rows_since(self, pipeline: str, seq: int) -> Iterator[tuple[int, Event]]:
        return self._read("pipeline = ? AND seq > ?", (pipeline, seq))

    def _read(self, where: str, values: Sequence[Any]) -> Iterator[tuple[int, Event]]:
        rows = self._database.execute(
            f"SELECT seq, execution, at, type, body FROM events WHERE {where} ORDER BY seq", values
        )
        for seq, execution, at, kind, body in rows.fetchall():
            try:
                yield seq, from_record(kind, json.loads(body), at=at, execution=execution)
            except (KeyError, TypeError, ValueError) as error:
                raise JournalError(f"{self.place}: event {seq} ({kind}) cannot be read: {error}") from None

    def submit(self, pipeline: str, commands: Iterable[Command], now: float) -> Recorded:
        """Decide *commands*, one after the other, on the newest state, and append all their events at once.

        Raises:
            Refused: when one of them is refused; then nothing is appended.
            JournalError: when the file cannot be written.
        """
        with self._transaction:
            self._read_new(pipeline)
            known = self._known[pipeline]
            state = known.state
            events: list[Event] = []
            for command in commands:
                decision = decide(state, command, now)
                state = decision.state
                events += decision.events
            seq = self._append(pipeline, events, state) if events else known.seq
        self._known[pipeline] = _Known(seq, state)
        return Recorded(tuple(self._unheard.pop(pipeline, ())), tuple(events))

    def append(self, pipeline: str, events: Sequence[Event], state: State) -> None:
        """Append events that were decided elsewhere, all at once; *state* is the pipeline's after them.

        For histories that are made: nobody else may append to the pipeline in the meantime.
        """
        with self._transaction:
            self._known[pipeline] = _Known(self._append(pipeline, events, state), state)

    def _append(self, pipeline: str, events: Sequence[Event], state: State) -> int:
        seq = 0
        touched: set[str] = set()
        for event in events:
            execution = event.execution if isinstance(event, ExecutionEvent) else None
            row = (pipeline, execution, event.at, type(event).__name__, _JSON.encode(to_record(event)))
            cursor = self._database.execute(
                "INSERT INTO events (pipeline, execution, at, type, body) VALUES (?, ?, ?, ?, ?)", row
            )
            seq = cursor.lastrowid or 0
            projections.project(self._database, pipeline, event)
            if isinstance(event, ExecutionEvent):
                touched.update((event.execution, *getattr(event, "dropped", ())))
        before = self._known[pipeline].state
        if before.past is not state.past:
            touched.update(before.past)
        for execution in touched:
            if execution not in state.executions:
                live = projections.REMEMBERED if execution in state.past else projections.GONE
                self._database.execute("UPDATE executions SET live = ? WHERE id = ?", (live, execution))
        return seq

    def query(self, sql: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Ask the projections."""
        with self._errors:
            cursor = self._database.cursor()
            cursor.row_factory = sqlite3.Row
            return cursor.execute(sql, values).fetchall()

    def rows(self, sql: str, values: Sequence[Any] = ()) -> Iterator[sqlite3.Row]:
        """Ask the projections for many rows, which are given one after the other and not kept."""
        with self._errors:
            cursor = self._database.cursor()
            cursor.row_factory = sqlite3.Row
            yield from cursor.execute(sql, values)

    def writing(self) -> AbstractContextManager[None]:
        """Hold the write lock: what is written inside is there as a whole after it, or not at all."""
        return self._transaction

    def write(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Write something that is no event, within `writing`."""
        self._database.execute(sql, values)

    def note(self, key: str, value: str) -> None:
        """Keep a text beside the events, within `writing`."""
        self.write("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def shrink(self) -> None:
        """Give the disk what is free in the file. Takes a moment for each 100 MB, in which nobody can write."""
        with self._errors:
            self._database.execute("VACUUM")
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def free_share(self) -> float:
        """Give which share of the file is free, from 0 to 1."""
        with self._errors:
            free, pages = (
                self._database.execute(f"PRAGMA {n}").fetchone()[0] for n in ("freelist_count", "page_count")
            )
        return float(free / max(1, pages))

    def events(self, execution: str) -> list[Event]:
        """Give all events of one execution, oldest first."""
        with self._errors:
            return [event for _, event in self._read("execution = ?", (execution,))]

    def definition_event(self, pipeline: str, version: int) -> Event | None:
        """Give the event that brought a version of a pipeline's definition."""
        with self._errors:
            found = self._read(
                "pipeline = ? AND execution IS NULL AND type IN ('PipelineCreated', 'PipelineUpdated')"
                " AND json_extract(body, '$.version') = ?",
                (pipeline, version),
            )
            return next((event for _, event in found), None)

    def _read_all(self) -> Iterator[tuple[str, Event]]:
        """Yield every event with its pipeline, without having all of them at hand at once."""
        last = self._database.execute("SELECT max(seq) FROM events").fetchone()[0] or 0
        for begin in range(0, last, _MANY):
            part = (begin, begin + _MANY)
            pipelines = dict(
                self._database.execute("SELECT seq, pipeline FROM events WHERE seq > ? AND seq <= ?", part).fetchall()
            )
            for seq, event in self._read("seq > ? AND seq <= ?", part):
                yield pipelines[seq], event

    def rebuild(self) -> None:
        """Drop the projections and make them again from the events."""
        with self._transaction:
            for statement in (projections.DROP + projections.TABLES).split(";"):
                self._database.execute(statement)
            self._note_projections()
            states: dict[str, State] = {}
            for pipeline, event in self._read_all():
                states[pipeline] = evolve(states.get(pipeline, State()), event)
                projections.project(self._database, pipeline, event)
            for pipeline, state in states.items():
                live = list(state.executions)
                marks = ", ".join("?" * len(live))
                self._database.execute(
                    f"UPDATE executions SET live = {projections.GONE} WHERE pipeline = ? AND id NOT IN ({marks})",
                    (pipeline, *live),
                )
                self._database.executemany(
                    f"UPDATE executions SET live = {projections.REMEMBERED} WHERE id = ?",
                    [(execution,) for execution in state.past if execution not in state.executions],
                )


class _NamedErrors:
    """Turns what SQLite and the system say into a sentence. (These two are classes, since a generator costs thrice.)"""

    def __init__(self, place: Path) -> None:
        self._place = place

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: TracebackType | None) -> None:
        if error is not None:
            named = _named(self._place, error)
            if named is not None:
                raise named from None


class _Transaction(_NamedErrors):
    """Holds the write lock; what was written inside is there as a whole after it, or not at all."""

    def __init__(self, database: sqlite3.Connection, place: Path) -> None:
        super().__init__(place)
        self._database = database

    def __enter__(self) -> None:
        with _NamedErrors(self._place):
            self._database.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, error: BaseException | None, traceback: TracebackType | None) -> None:
        with _NamedErrors(self._place):
            try:
                if error is None:
                    self._database.execute("COMMIT")
            finally:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
        super().__exit__(kind, error, traceback)


def _named(place: Path, error: BaseException) -> JournalError | None:
    match error:
        case sqlite3.OperationalError():
            return JournalError(_explain(place, str(error)))
        case sqlite3.DatabaseError():
            return JournalError(
                f"{place}: is damaged ({error}); keep a copy of it, and go on with another --state directory"
            )
        case OSError():
            return JournalError(f"{error.filename or place}: {error.strerror}; choose another --state directory")
    return None


def _explain(place: Path, error: str) -> str:
    known: dict[str, Callable[[], str]] = {
        "locked": lambda: "another process has kept it locked; end that process, or try again",
        "readonly": lambda: (
            "cannot be written: give yourself the right to write there, or use another --state directory"
        ),
        "unable to open": lambda: "cannot be opened: use a --state directory you can write to",
        "full": lambda: "the disk is full: free some space, then run `pipelinekit resume`",
    }
    for part, hint in known.items():
        if part in error:
            return f"{place}: {hint()}"
    return f"{place}: {error}"
