"""Who gets whose capacity: demands to their nearest facility, or as capacities allow."""

from nngis.solvers.allocate.answer import AllocationAnswer, who_uses
from nngis.solvers.allocate.solve import assign_by_capacity, assign_nearest

__all__ = ["AllocationAnswer", "assign_by_capacity", "assign_nearest", "who_uses"]
