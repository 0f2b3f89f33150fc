"""What AWS leaves open about deployments to servers, each decided once, here; a real account may say otherwise."""

from __future__ import annotations

OUTPUTS_LEFT_OPEN_IS_SHOWN_AS = "UnknownError"
"""The agent's error codes 6 and 7 have no name in the API's LifecycleErrorCode; the service most likely shows this."""

UNKNOWN_EVENTS_FAIL_INSTALL = True
"""The agent refuses hooks of events it does not know at Install, if the service tells it which ones there are.

Whether it does is not documented; codedeploy-local always does.
"""


def healthy_at_start(fleet: int) -> int:
    """Give how many hosts count as healthy when a deployment begins: all of them.

    Every published example reckons so, a first deployment included. For a group that begins below its minimum the
    User Guide only says that unhealthy hosts are tried first, which `rollout.instance_order` does.
    """
    return fleet


def may_start(fleet: int, minimum: int, running: int, failed: int) -> int:
    """Give how many more hosts may be deployed to: a window that slides, so that no host waits for a whole batch.

    The principle is documented (as many as cannot take the fleet below its minimum), the formula is derived from it
    and agrees with all published examples. HalfAtATime on a single host can by it never begin.
    """
    return max(0, fleet - minimum - running - failed)


def is_over(waiting: int, running: int) -> bool:
    """Tell whether a deployment is over: no host waits, and none is being deployed to.

    So after a stop, when too many hosts failed, those being deployed to still come to their end; only the ones that
    wait are skipped. What becomes of hosts in flight is not documented.
    """
    return waiting == 0 and running == 0
