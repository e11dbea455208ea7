"""Where the nodes of a graph go: in columns from left to right, with few crossings.

The method of Sugiyama, Tagawa and Toda (1981): columns by depth; a stand-in wherever an edge
passes a column; in each column, nodes in the order of the mean height of their neighbours.
"""

import statistics
from dataclasses import dataclass

SWEEPS = 12  # passes to the right and back; small graphs settle after a few
THIN = 0.55  # the height of a stand-in, which is only a line, where that of a node is 1


@dataclass
class Layout:
    """The column and height of each node, and the heights at which edges pass columns."""

    columns: list[int]
    heights: list[float]
    routes: dict[tuple[int, int], list[tuple[int, float]]]


def place(parents: list[list[int]]) -> Layout:
    """Place the nodes 0, 1, 2, …, each after all of its `parents`.

    Heights grow upwards, from about 0; neighbours in a column are at least 1 apart.
    """
    columns = _columns(parents)
    members: list[list[tuple]] = [[] for _ in range(max(columns) + 1)]  # (node,) or a stand-in
    left: dict[tuple, list[tuple]] = {}  # the neighbours of each in the column to the left
    for node, above in enumerate(parents):
        members[columns[node]].append((node,))
        left[(node,)] = []
        for parent in dict.fromkeys(above):
            last = (parent,)
            for column in range(columns[parent] + 1, columns[node]):
                stand_in = (parent, column)  # shared by all the edges of this parent
                if stand_in not in left:
                    left[stand_in] = [last]
                    members[column].append(stand_in)
                last = stand_in
            left[(node,)].append(last)
    heights = _heights(members, left)
    return Layout(
        columns,
        [heights[(node,)] for node in range(len(parents))],
        {
            (parent, node): [
                (column, heights[(parent, column)])
                for column in range(columns[parent] + 1, columns[node])
            ]
            for node, above in enumerate(parents)
            for parent in above
        },
    )


def _columns(parents: list[list[int]]) -> list[int]:
    """Put results as far left as they can be, and leaves just before their first use."""
    columns = [0] * len(parents)
    for node, above in enumerate(parents):
        columns[node] = 1 + max((columns[parent] for parent in above), default=-1)
    for node, above in enumerate(parents):
        if not above:
            uses = [columns[child] for child, its in enumerate(parents) if node in its]
            columns[node] = min(uses, default=1) - 1
    return columns


def _heights(members: list[list[tuple]], left: dict[tuple, list[tuple]]) -> dict[tuple, float]:
    """Move every column to the mean of its neighbours, again and again, without overlaps."""
    right: dict[tuple, list[tuple]] = {item: [] for item in left}
    for item, neighbours in left.items():
        for neighbour in neighbours:
            right[neighbour].append(item)
    heights = {item: -float(i) for column in members for i, item in enumerate(column)}
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        for column in members if forward else reversed(members):
            near = left if forward else right
            wanted = {
                item: statistics.fmean(heights[n] for n in near[item])
                if near[item]
                else heights[item]
                for item in column
            }
            column.sort(key=lambda item: -wanted[item])
            _stack(column, wanted, heights)
    return heights


def _stack(column: list[tuple], wanted: dict[tuple, float], heights: dict[tuple, float]) -> None:
    """Give the items of a column heights near those wanted, in their order, without overlaps."""
    floor, size_above = float("inf"), 0.0
    for item in column:
        size = 1.0 if len(item) == 1 else THIN
        heights[item] = min(wanted[item], floor - (size_above + size) / 2)
        floor, size_above = heights[item], size
    shift = statistics.fmean(wanted[item] - heights[item] for item in column)
    for item in column:
        heights[item] += shift
