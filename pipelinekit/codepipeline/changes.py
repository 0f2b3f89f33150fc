"""What can differ between two pipelines: each kind of change as a value that says itself in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import attrs
from attrs import field, frozen

Path = tuple[str, ...]
"""Where: a stage, a stage and an action, or a kind of thing and its name, such as ``("project", "shop-unit")``."""


@frozen(kw_only=True)
class Change:
    """One difference. ``path`` is where it is; () is the pipeline itself."""

    sign: ClassVar[str] = "~"
    """``+`` there is more, ``-`` less, ``~`` something else, ``=`` without effect, ``!`` somebody should look."""

    path: Path = field(kw_only=False)

    @property
    def where(self) -> str:
        """The path as people write it."""
        return "/".join(self.path) if self.path else "the pipeline"

    def sentence(self) -> str:
        """Say it."""
        raise NotImplementedError

    def __str__(self) -> str:
        said = f"{self.sign} {self.sentence()}"
        return said if said.isprintable() else "".join(c if c.isprintable() or c == "\n" else "?" for c in said)

    def as_data(self) -> dict[str, Any]:
        """Give it as JSON has it: its kind, its fields, and the sentence."""
        members = {a.name: getattr(self, a.name) for a in attrs.fields(type(self))}
        return {"change": type(self).__name__, **_plain(members), "sign": self.sign, "sentence": self.sentence()}


def _plain(members: dict[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in members.items()}


@frozen(kw_only=True)
class Added(Change):
    """Something is there that was not. ``what`` is stage, action, approval, project, deployment group, rule ..."""

    sign: ClassVar[str] = "+"
    what: str
    detail: str = ""

    def sentence(self) -> str:
        """Say it."""
        return f"{self.what} {self.where} added{self.detail and f': {self.detail}'}"


@frozen(kw_only=True)
class Removed(Change):
    """Something that was there is not any more."""

    sign: ClassVar[str] = "-"
    what: str
    detail: str = ""

    def sentence(self) -> str:
        """Say it."""
        return f"{self.what} {self.where} removed{self.detail and f': {self.detail}'}"


@frozen(kw_only=True)
class GateLost(Change):
    """Actions that had to wait for a manual approval do so no longer: it was removed, or comes beside or after them."""

    sign: ClassVar[str] = "!"
    removed: bool
    actions: tuple[str, ...]
    """``Stage/Action`` of each that the approval held up."""

    def sentence(self) -> str:
        """Say it."""
        how = "removed" if self.removed else "no longer comes first"
        return f"APPROVAL {self.where} {how}: {_several(self.actions)} no longer wait{_s(self.actions)} for it"


@frozen(kw_only=True)
class RuleLost(Change):
    """A stage is no longer held to a rule. ``member`` is where that stood, such as ``beforeEntry``."""

    sign: ClassVar[str] = "!"
    member: str
    rule: str
    provider: str

    def sentence(self) -> str:
        """Say it."""
        return f"RULE {self.rule} ({self.provider}) of {self.where} {self.member} removed"


@frozen(kw_only=True)
class Moved(Change):
    """Something stands elsewhere: a stage, an action in another stage. ``before`` and ``after`` say where."""

    what: str
    before: str
    after: str

    def sentence(self) -> str:
        """Say it."""
        return f"{self.what} {self.where} moved from {self.before} to {self.after}"


@frozen(kw_only=True)
class Renamed(Change):
    """The same thing has another name. ``path`` has the old one."""

    what: str
    name: str

    def sentence(self) -> str:
        """Say it."""
        return f"{self.what} {self.where} renamed {self.name}"


@frozen(kw_only=True)
class RunOrderChanged(Change):
    """An action runs before, beside or after others than it did."""

    before: int
    after: int

    def sentence(self) -> str:
        """Say it."""
        return f"action {self.where} moved from run order {self.before} to {self.after}"


@frozen(kw_only=True)
class RunOrdersRenumbered(Change):
    """Run orders of a stage are other numbers, and the order is what it was."""

    sign: ClassVar[str] = "="
    before: tuple[int, ...]
    after: tuple[int, ...]

    def sentence(self) -> str:
        """Say it."""
        numbers = f"{_listed(self.before)} -> {_listed(self.after)}"
        return f"run orders of {self.where} renumbered, {numbers}: the order is the same"


@frozen(kw_only=True)
class Reordered(Change):
    """Things are written in another order, which has no effect."""

    sign: ClassVar[str] = "="
    what: str

    def sentence(self) -> str:
        """Say it."""
        return f"{self.what} of {self.where} written in another order: without effect"


@frozen(kw_only=True)
class Rewired(Change):
    """An action or a rule reads other artifacts. Each is ``artifact (of Stage/Action)``."""

    before: tuple[str, ...]
    after: tuple[str, ...]

    def sentence(self) -> str:
        """Say it."""
        return f"{self.where} reads {_listed(self.before) or 'nothing'} -> {_listed(self.after) or 'nothing'}"


@frozen(kw_only=True)
class TransitionDisabled(Change):
    """The entrance of a stage is closed now."""

    sign: ClassVar[str] = "!"
    reason: str

    def sentence(self) -> str:
        """Say it."""
        return f"the transition into {self.where} is disabled now: {self.reason or 'no reason given'}"


@frozen(kw_only=True)
class TransitionEnabled(Change):
    """The entrance of a stage is open again."""

    sign: ClassVar[str] = "!"
    reason: str
    """Why it was closed."""

    def sentence(self) -> str:
        """Say it."""
        return f"the transition into {self.where} is enabled again; it was disabled: {self.reason or 'no reason given'}"


@frozen(kw_only=True)
class Changed(Change):
    """A member has another value; None where it has none. ``member`` is as AWS spells it: ``configuration.BranchName``.

    Values that look like secrets are ``***``.
    """

    member: str
    before: str | None
    after: str | None

    def sentence(self) -> str:
        """Say it."""
        return f"{self.where} {self.member}: {_value(self.before)} -> {_value(self.after)}"


@frozen(kw_only=True)
class Rewritten(Change):
    """A text is written in another way and says the same."""

    sign: ClassVar[str] = "="
    member: str

    def sentence(self) -> str:
        """Say it."""
        return f"{self.where} {self.member} is written in another way and says the same"


@frozen(kw_only=True)
class LinesChanged(Change):
    """A list of texts, such as the commands of a phase, has other lines: ``-`` or ``+`` and the line."""

    member: str
    lines: tuple[str, ...]

    def sentence(self) -> str:
        """Say it."""
        lines = "".join(f"\n    {line}" for text in self.lines for line in _indented(text))
        return f"{self.where} {self.member}:{lines}"


def _indented(text: str) -> Iterator[str]:
    first, *rest = text.splitlines() or [""]
    yield first
    yield from (f"  {line}" for line in rest)


def _value(value: str | None) -> str:
    if value is None:
        return "(nothing)"
    return f'"{value}"' if value.isprintable() else repr(value)


def _listed(values: Iterable[object]) -> str:
    return ", ".join(map(str, values))


def _several(names: tuple[str, ...]) -> str:
    *first, last = list(names) if len(names) <= 4 else [*names[:3], f"{len(names) - 3} more"]
    return f"{', '.join(first)} and {last}" if first else last


def _s(names: tuple[str, ...]) -> str:
    return "s" if len(names) == 1 else ""


@frozen
class Differences:
    """All that differs between two pipelines; what should be looked at comes first."""

    changes: tuple[Change, ...] = ()

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)

    def __str__(self) -> str:
        return "\n".join(map(str, self.changes)) or "no differences"

    @property
    def without_effect(self) -> bool:
        """Whether nothing of it changes what is done, or in which order."""
        return all(change.sign == "=" for change in self.changes)

    def as_data(self) -> list[dict[str, Any]]:
        """Give them as JSON has them."""
        return [change.as_data() for change in self.changes]
