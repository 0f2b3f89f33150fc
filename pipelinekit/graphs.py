"""Graphs: levels, cycles and the longest path. The one home of networkx.

It takes as long to load as all the rest of a process that defines, checks and emits; so who asks for a graph imports
this module only then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import networkx as nx

N = TypeVar("N", bound="str | tuple[str, ...]")


def graph(nodes: Iterable[N], edges: Iterable[tuple[N, N]]) -> nx.DiGraph[N]:
    """Make a graph whose answers do not depend on the order in which its parts were made: it keeps that of *nodes*."""
    made: nx.DiGraph[N] = nx.DiGraph()
    made.add_nodes_from(nodes)
    made.add_edges_from(edges)
    return made


def levels(nodes: Sequence[N], edges: Iterable[tuple[N, N]], at_least: Mapping[N, int] | None = None) -> dict[N, int]:
    """Give each node the smallest level, from 1, above the levels of all it depends on.

    *at_least* pins nodes to a level: they keep it, whatever they depend on. The members of a cycle share one level.
    """
    pinned = at_least or {}
    flow = graph(nodes, edges)
    together = nx.condensation(flow)
    level: dict[N, int] = {}
    for component in nx.topological_sort(together):
        members = together.nodes[component]["members"]
        before = [level[p] for m in members for p in flow.predecessors(m) if p not in members]
        smallest = max(before, default=0) + 1
        level.update({member: pinned.get(member, smallest) for member in members})
    return {node: level[node] for node in nodes}


def knots(nodes: Sequence[N], edges: Iterable[tuple[N, N]]) -> list[frozenset[N]]:
    """Give the groups of nodes that wait for each other, or one for itself."""
    flow = graph(nodes, edges)
    components = nx.strongly_connected_components(flow)
    return [frozenset(knot) for knot in components if len(knot) > 1 or any(flow.has_edge(n, n) for n in knot)]


def cycles(nodes: Sequence[N], edges: Iterable[tuple[N, N]]) -> list[list[N]]:
    """Give one loop for each knot of nodes that wait for each other, beginning with the node that was named first."""
    flow = graph(nodes, edges)
    position = {node: index for index, node in enumerate(flow.nodes)}
    found = []
    for knot in knots(nodes, flow.edges):
        first = min(knot, key=position.__getitem__)
        found.append(_shortest_loop(flow.subgraph(knot), first, position))
    return sorted(found, key=lambda loop: position[loop[0]])


def _shortest_loop(knot: nx.DiGraph[N], start: N, position: Mapping[N, int]) -> list[N]:
    if knot.has_edge(start, start):
        return [start]
    ways = nx.single_source_shortest_path(knot, start)
    back = min(knot.predecessors(start), key=lambda node: (len(ways[node]), position[node]))
    return list(ways[back])


def longest_path(nodes: Sequence[N], edges: Iterable[tuple[N, N]]) -> list[N]:
    """Give the longest chain of nodes; of several, the one whose nodes come first. Cycles are left out."""
    flow = graph(nodes, edges)
    knots = [knot for knot in nx.strongly_connected_components(flow) if len(knot) > 1]
    flow.remove_nodes_from([node for knot in knots for node in knot])
    flow.remove_edges_from([(node, node) for node in list(flow) if flow.has_edge(node, node)])
    position = {node: index for index, node in enumerate(nodes)}
    best: dict[N, tuple[int, N | None]] = {}
    for node in nx.lexicographical_topological_sort(flow, key=position.__getitem__):
        before = min(flow.predecessors(node), key=lambda p: (-best[p][0], position[p]), default=None)
        best[node] = (1, None) if before is None else (best[before][0] + 1, before)
    if not best:
        return []
    end: N | None = min(best, key=lambda node: (-best[node][0], position[node]))
    chain = []
    while end is not None:
        chain.append(end)
        end = best[end][1]
    return chain[::-1]
