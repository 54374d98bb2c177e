"""Directed Steiner trees: which arcs join all terminals to a root at least cost."""

from nngis.solvers.tree.answer import Tree, TreeAnswer
from nngis.solvers.tree.prune import PrunedTree, accumulate, prune_unprofitable
from nngis.solvers.tree.solve import steiner_tree

__all__ = [
    "PrunedTree",
    "Tree",
    "TreeAnswer",
    "accumulate",
    "prune_unprofitable",
    "steiner_tree",
]
