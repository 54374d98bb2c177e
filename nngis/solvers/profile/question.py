"""What a profile is asked of: a tree of pipes, levels in even steps, what depth and lifting cost.

Levels are counted downwards in steps: level 0 is the highest of all, level k lies k steps deeper.
A pipe is known by the node at its upper end, which it alone leaves.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nngis.arrays import Bools, Floats

Ints = npt.NDArray[np.int64]


class Pipes(NamedTuple):
    """A tree of pipes, and where each may lie; n pipes, s sizes from small to large.

    Parameters
    ----------
    down : (n,) int array
        The pipe that leaves the lower end of each; -1 where that is an outlet.
    top_up, top_down : (n,) int array
        The highest level considered at either end; ``top_down[i] == top_up[down[i]]``.
    depth_up_m, depth_down_m : (n,) float array
        Depth of that level under the ground [m].
    length_m : (n,) float array
        Length [m].
    cost_length_m : (n,) float array
        Length that is paid for [m]: 0 for pipes that exist.
    excess_m : (n,) float array
        How much higher the ground lies between the ends than a straight line, in the mean [m].
    first, choices : (n,) int array
        The sizes to choose from: ``first`` to ``first + choices - 1``; no choice where 0.
    least_fall, most_fall : (n, s) int array
        Fewest and most steps that a pipe of each size falls; a least above the most forbids it.
    from_up, to_up, from_down, to_down : (n, s) int array
        First and last level allowed at either end, counted from the top of its window.
    fixed : (n,) bool array
        Pipes that exist: any size may lead into them, nothing is paid for their upper node, and
        they cannot become rising mains.
    least_drop : (n,) int array
        Steps that each must arrive above the level it is taken at, as at a sharp turn.
    """

    down: Ints
    top_up: Ints
    top_down: Ints
    depth_up_m: Floats
    depth_down_m: Floats
    length_m: Floats
    cost_length_m: Floats
    excess_m: Floats
    first: Ints
    choices: Ints
    least_fall: Ints
    most_fall: Ints
    from_up: Ints
    to_up: Ints
    from_down: Ints
    to_down: Ints
    fixed: Bools
    least_drop: Ints


class Lifting(NamedTuple):
    """What it costs to lift the flow at the upper end of each pipe, in place or through the pipe.

    Parameters
    ----------
    station : (n,) float array
        Cost of a station, whatever it lifts.
    per_step : (n,) float array
        Cost of each step that it lifts.
    per_depth_m : (n,) float array
        Cost of each metre that its well is deep.
    rising_main : (n,) float array
        Cost of the pipe as a rising main, with the friction in it; inf forbids it.
    rising_level : (n,) int array
        Level at which it would end.
    rising_steps : (n,) int array
        Steps that it lifts when it carries on a rising main that arrives.
    may_carry_on : (n,) bool array
        Whether nothing but that rising main flows to its upper end.
    """

    station: Floats
    per_step: Floats
    per_depth_m: Floats
    rising_main: Floats
    rising_level: Ints
    rising_steps: Ints
    may_carry_on: Bools


class Costs(NamedTuple):
    """What depth costs: broken lines over the depth of a level under the ground.

    Parameters
    ----------
    knots_m : (s, j) float array
        Depths at which the lines bend, rising [m]; beyond the last two a line goes straight on.
    per_m : (s, j) float array
        Cost of a metre of pipe, laid, at those depths.
    node : (s, j) float array
        Cost of the node at a pipe's upper end, at those depths.
    drop_steps : int
        A pipe that arrives more steps above the one that leaves costs `drop` more.
    drop : float
        Cost of such a drop.
    step_m : float
        Height of a step [m].
    at_mean_depth : bool
        Whether a metre of pipe costs what it costs at the mean depth of its two ends; else the
        mean of what it costs at both, which is faster by far.
    """

    knots_m: Floats
    per_m: Floats
    node: Floats
    drop_steps: int
    drop: float
    step_m: float
    at_mean_depth: bool = False
