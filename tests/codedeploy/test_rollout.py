"""How a deployment goes over its hosts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelinekit.codedeploy.config import ALL_AT_ONCE, ONE_AT_A_TIME, PREDEFINED, DeploymentConfig
from pipelinekit.codedeploy.rollout import Host, Rollout, ended, instance_order, outcome, plan, ready, started


def config_of(given: str | dict[str, Any]) -> DeploymentConfig:
    return PREDEFINED[given] if isinstance(given, str) else DeploymentConfig("Own", **given)


def fleet(size: int) -> list[str]:
    return [f"host-{n}" for n in range(size)]


def begin_all(rollout: Rollout) -> Rollout:
    for host in ready(rollout):
        rollout = started(rollout, host)
    return rollout


def deploy(rollout: Rollout, results: str) -> Rollout:
    """Let the hosts that are under way longest end one after another: S or F."""
    for result in results:
        rollout = begin_all(rollout)
        rollout = ended(rollout, rollout.with_status("InProgress")[0], succeeded=result == "S")
    return rollout


def test_how_many_hosts_are_deployed_to_at_a_time(vectors: dict[str, Any]) -> None:
    for case in vectors["minimum_healthy_hosts"]:
        rollout = plan(config_of(case["config"]), fleet(case["fleet"]))

        if "immediate" in case:
            end = outcome(rollout)
            assert end is not None, case
            assert (end.status, end.error_code) == (case["immediate"], case["error"]), case
            assert ready(rollout) == [], case
        else:
            assert rollout.minimum == case["min_healthy"], case
            assert len(ready(rollout)) == rollout.concurrency == case["max_in_flight"], case


def test_the_failure_that_is_one_too_many_stops_the_deployment(vectors: dict[str, Any]) -> None:
    for case in vectors["minimum_healthy_hosts"]:
        if "immediate" in case:
            continue
        rollout = plan(config_of(case["config"]), fleet(case["fleet"]))
        stopped_at = None
        for failures in range(1, case["fleet"] + 1):
            rollout = begin_all(rollout)
            under_way = rollout.with_status("InProgress")
            if not under_way:
                break
            rollout = ended(rollout, under_way[0], succeeded=False)
            if rollout.with_status("Skipped"):
                stopped_at = failures
                break

        assert stopped_at == case["fails_at_failure"], case


def test_the_least_successes_that_a_deployment_needs(vectors: dict[str, Any]) -> None:
    for case in vectors["minimum_healthy_hosts"]:
        if "immediate" in case:
            continue
        needed, size = case["min_successes"], case["fleet"]
        just = outcome(deploy(plan(config_of(case["config"]), fleet(size)), "S" * needed + "F" * (size - needed)))

        assert just is not None, case
        assert just.status == "Succeeded", case
        if needed > 1:
            rollout = plan(config_of(case["config"]), fleet(size))
            for result in "S" * (needed - 1) + "F" * size:
                rollout = begin_all(rollout)
                if not rollout.with_status("InProgress"):
                    break
                rollout = ended(rollout, rollout.with_status("InProgress")[0], succeeded=result == "S")
            short = outcome(rollout)
            assert short is not None, case
            assert (short.status, short.error_code) == ("Failed", "HEALTH_CONSTRAINTS"), case


def test_deployments_end_as_published(vectors: dict[str, Any]) -> None:
    for case in vectors["deployment_outcomes"]:
        rollout = deploy(plan(config_of(case["config"]), fleet(case["fleet"])), case["results"])
        end = outcome(rollout)

        assert end is not None, case
        assert (end.status, end.error_code) == (case["overall"], case.get("error", "")), case
        assert rollout.overview["Skipped"] == case["skipped"], case
        assert sum(rollout.overview.values()) == case["fleet"], case


def test_hosts_are_ordered_unhealthy_first_then_by_their_revision(vectors: dict[str, Any]) -> None:
    by_rank = {
        "instance_health_unhealthy": Host("a", healthy=False, revision="current"),
        "revision_unknown": Host("b", healthy=True, revision="unknown"),
        "revision_old": Host("c", healthy=True, revision="old"),
        "revision_current": Host("d", healthy=True, revision="current"),
    }
    expected = [by_rank[rank] for rank in vectors["instance_order"]["priority"]]

    assert instance_order(reversed(expected)) == expected


def test_hosts_that_are_alike_stay_in_the_order_given() -> None:
    hosts = [Host(name) for name in ("web-2", "web-1", "web-3")]

    assert instance_order(hosts) == hosts
    assert list(plan(ONE_AT_A_TIME, hosts).hosts) == ["web-2", "web-1", "web-3"]


def test_a_host_that_is_free_starts_at_once_without_waiting_for_a_batch() -> None:
    rollout = begin_all(plan(DeploymentConfig("Two", type="HOST_COUNT", value=2), fleet(4)))

    rollout = ended(rollout, "host-1", succeeded=True)

    assert ready(rollout) == ["host-2"]


def test_a_failed_host_keeps_its_place_among_those_that_may_be_down() -> None:
    rollout = begin_all(plan(DeploymentConfig("Two", type="HOST_COUNT", value=2), fleet(4)))

    rollout = ended(rollout, "host-1", succeeded=False)

    assert ready(rollout) == []
    assert outcome(rollout) is None


def test_hosts_under_way_come_to_their_end_after_a_stop() -> None:
    rollout = begin_all(plan(DeploymentConfig("One", type="HOST_COUNT", value=1), fleet(4)))
    assert rollout.with_status("InProgress") == ["host-0", "host-1", "host-2"]

    for host in ("host-0", "host-1"):
        rollout = ended(rollout, host, succeeded=False)
    assert outcome(rollout) is None
    rollout = ended(rollout, "host-2", succeeded=False)

    end = outcome(rollout)
    assert end is not None
    assert end.error_code == "HEALTH_CONSTRAINTS"
    assert rollout.with_status("Skipped") == ["host-3"]


def test_a_host_given_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="stands twice"):
        plan(ALL_AT_ONCE, ["a", "a"])


@given(
    st.integers(1, 12),
    st.one_of(
        st.builds(DeploymentConfig, st.just("Own"), type=st.just("HOST_COUNT"), value=st.integers(0, 12)),
        st.builds(DeploymentConfig, st.just("Own"), type=st.just("FLEET_PERCENT"), value=st.integers(0, 99)),
        st.just(ONE_AT_A_TIME),
    ),
    st.lists(st.tuples(st.booleans(), st.integers(0, 11)), min_size=12, max_size=12),
)
def test_never_are_fewer_hosts_in_service_than_must_be(
    size: int, config: DeploymentConfig, results: list[tuple[bool, int]]
) -> None:
    rollout = plan(config, fleet(size))
    for succeeds, which in results:
        rollout = begin_all(rollout)
        under_way = rollout.with_status("InProgress")
        if not under_way:
            break
        assert size - len(under_way) - rollout.overview["Failed"] >= rollout.minimum
        rollout = ended(rollout, under_way[which % len(under_way)], succeeded=succeeds)

    end = outcome(rollout)
    assert end is not None
    assert (end.status == "Succeeded") == (rollout.overview["Succeeded"] >= max(rollout.minimum, 1))
    assert rollout.overview["Pending"] == 0
