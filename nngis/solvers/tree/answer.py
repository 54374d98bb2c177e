"""A tree on a graph: its arcs, where each node leads, what it costs."""

from dataclasses import dataclass
from typing import Literal

from nngis.arrays import Floats
from nngis.solvers.tree._network import Ints
from nngis.text import Text

Status = Literal["optimal", "within_gap", "feasible"]


@dataclass(frozen=True, eq=False)
class Tree:
    """A tree that joins terminals to roots.

    Parameters
    ----------
    arcs : (k,) int array
        Its arcs, sorted. Each leads from a node to its parent where the tree runs towards the
        root, and from the parent to the node otherwise.
    edges : (k,) int array
        The edge of each arc.
    arc_cost : (k,) float array
        What each arc costs, 0 for free ones; adds up to `cost`.
    parent : (n,) int array
        The next node on the way to the root, for each node of the graph; -1 for roots and for
        nodes outside.
    parent_arc : (n,) int array
        The arc between each node and its parent; -1 where there is none.
    terminals, roots : int array
        As they were given.
    unreached : int array
        Terminals that the tree does not join, sorted, each once.
    """

    arcs: Ints
    edges: Ints
    arc_cost: Floats
    parent: Ints
    parent_arc: Ints
    terminals: Ints
    roots: Ints
    unreached: Ints

    @property
    def cost(self) -> float:
        """Sum of the costs of the arcs."""
        return float(self.arc_cost.sum())


@dataclass(frozen=True, eq=False)
class TreeAnswer(Tree):
    """A tree, and how much cheaper another one could be at most.

    Parameters
    ----------
    bound : float
        No tree that joins the same terminals costs less.
    status : {"optimal", "within_gap", "feasible"}
        Proved to be cheapest; not proved, but no farther from it than was asked for; neither.
    notes : tuple of Text
        What an outside engine claimed and was discarded because it cannot be.
    """

    bound: float
    status: Status
    notes: tuple[Text, ...] = ()

    @property
    def gap(self) -> float:
        """Share of the cost by which another tree could be cheaper at most."""
        return max(0.0, (self.cost - self.bound) / self.cost) if self.cost > 0 else 0.0
