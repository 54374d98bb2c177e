"""Profiles of gravity networks: the cheapest sizes and levels along a tree of pipes."""

from nngis.solvers.profile.question import Costs, Lifting, Pipes
from nngis.solvers.profile.solve import Profile, best_profile

__all__ = ["Costs", "Lifting", "Pipes", "Profile", "best_profile"]
