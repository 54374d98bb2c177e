"""Directed Steiner trees: which arcs join all terminals to a root at least cost."""

from nngis.kernel.tree.answer import Tree, TreeAnswer
from nngis.kernel.tree.prune import PrunedTree, accumulate, prune_unprofitable
from nngis.kernel.tree.solve import steiner_tree

__all__ = [
    "PrunedTree",
    "Tree",
    "TreeAnswer",
    "accumulate",
    "prune_unprofitable",
    "steiner_tree",
]
