"""The lifecycle events of a deployment to servers: their order, whose scripts they run, and how they end.

(CodeDeploy User Guide, reference-appspec-file-structure-hooks; what only the agent decides is as in version 1.8.1.)
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence

from attrs import frozen

from pipelinekit.codedeploy import assumptions

IN_PLACE = (
    "ApplicationStop",
    "DownloadBundle",
    "BeforeInstall",
    "Install",
    "AfterInstall",
    "ApplicationStart",
    "ValidateService",
)
_BLOCK = ("BeforeBlockTraffic", "BlockTraffic", "AfterBlockTraffic")
_ALLOW = ("BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic")

EVENTS: tuple[str, ...] = (*_BLOCK, *IN_PLACE, *_ALLOW)
"""Every lifecycle event of servers, in their order behind a load balancer."""
RESERVED = frozenset({"DownloadBundle", "Install", "BlockTraffic", "AllowTraffic"})
"""Events that are the agent's or the service's own: they run no scripts."""
SCRIPTED = tuple(event for event in EVENTS if event not in RESERVED)
"""Events that an AppSpec can tie scripts to, in their order."""
IGNORABLE = frozenset({"ApplicationStop", "BeforeBlockTraffic", "AfterBlockTraffic"})
"""Events whose failure ``ignoreApplicationStopFailures`` lets pass (API: CreateDeployment)."""

EVENT_LIMIT_SECONDS = 3600
"""After so long the service fails an event, whatever its scripts' own timeouts are (User Guide, limits); also a
script's default."""


def in_place(*, load_balancer: bool = False) -> tuple[str, ...]:
    """Give the events of an in-place deployment, in order. The traffic events exist only behind a load balancer."""
    return EVENTS if load_balancer else IN_PLACE


def scriptable(event: str) -> bool:
    """Whether an AppSpec can tie scripts to this event."""
    return event in SCRIPTED


def unknown_events(events: Iterable[str]) -> list[str]:
    """Give those that are no lifecycle events of servers, for which the agent fails Install."""
    return [event for event in events if event not in EVENTS] if assumptions.UNKNOWN_EVENTS_FAIL_INSTALL else []


class Revision(enum.Enum):
    """Which revision an event's scripts come from."""

    CURRENT = "current"
    PREVIOUS = "previous"
    """The last one whose Install succeeded, even if its deployment failed later."""
    MOST_RECENT = "most recent"
    """The last one that was downloaded."""


def script_revision(event: str, *, blue_green_rollback: bool = False) -> Revision:
    """Tell which revision the scripts of an event come from, as long as the current one is not downloaded."""
    if event == "ApplicationStop":
        return Revision.PREVIOUS
    if event in _BLOCK:
        return Revision.MOST_RECENT if blue_green_rollback else Revision.PREVIOUS
    if event in _ALLOW and blue_green_rollback:
        return Revision.PREVIOUS
    return Revision.CURRENT


def scripts_from(
    event: str, *, current: str, previous: str | None, most_recent: str | None = None, downloaded: bool
) -> str | None:
    """Give the deployment whose scripts an event runs; None when there is none yet, so that it does nothing.

    Once the current revision is *downloaded*, it is the one for every event.
    """
    if downloaded:
        return current
    match script_revision(event):
        case Revision.CURRENT:
            return current
        case Revision.PREVIOUS:
            return previous
        case Revision.MOST_RECENT:
            return most_recent


class Status(enum.StrEnum):
    """How an event ended on one host (API: LifecycleEventStatus)."""

    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    SKIPPED = "Skipped"


class ErrorCode(enum.IntEnum):
    """The agent's error codes, as they stand in an event's diagnostics."""

    SUCCESS = 0
    SCRIPT_MISSING = 1
    SCRIPT_NOT_EXECUTABLE = 2
    SCRIPT_TIMED_OUT = 3
    SCRIPT_FAILED = 4
    UNKNOWN_ERROR = 5
    OUTPUTS_LEFT_OPEN = 6
    FAILED_AFTER_RESTART = 7

    @property
    def api_name(self) -> str:
        """What the API calls it (LifecycleErrorCode)."""
        if self > ErrorCode.UNKNOWN_ERROR:
            return assumptions.OUTPUTS_LEFT_OPEN_IS_SHOWN_AS
        return "".join(word.capitalize() for word in self.name.split("_"))


@frozen(kw_only=True)
class Diagnostics:
    """Why an event failed (API: Diagnostics). ``log`` holds the last 2,048 characters of its scripts' output."""

    error_code: ErrorCode
    message: str
    script_name: str = ""
    log: str = ""


@frozen
class EventResult:
    """How one event ended on one host."""

    event: str
    status: Status
    diagnostics: Diagnostics | None = None


def next_event(
    events: Sequence[str], results: Sequence[EventResult], *, ignore_application_stop_failures: bool = False
) -> str | None:
    """Give the event to run after *results*; None when the host is done, or failed."""
    if failure(results, ignore_application_stop_failures=ignore_application_stop_failures) is not None:
        return None
    return events[len(results)] if len(results) < len(events) else None


def failure(results: Iterable[EventResult], *, ignore_application_stop_failures: bool = False) -> EventResult | None:
    """Give the result that made the host fail, if one did."""
    for result in results:
        ignored = ignore_application_stop_failures and result.event in IGNORABLE
        if result.status is Status.FAILED and not ignored:
            return result
    return None


def with_skipped(events: Sequence[str], results: Sequence[EventResult]) -> tuple[EventResult, ...]:
    """Give the results of all events: those that were not reached are Skipped."""
    return (*results, *(EventResult(event, Status.SKIPPED) for event in events[len(results) :]))
