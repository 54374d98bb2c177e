"""What an exact solver may be asked for: a gap and a time limit."""

from nngis.errors import ParameterError, Problem, require


def check_effort(gap: float, time_limit_s: float) -> None:
    """Refuse a gap or a time limit that means nothing."""
    problems = []
    if not 0.0 <= gap < 1.0:
        problems.append(
            Problem(
                f"gap 是 {gap}，应不小于 0、小于 1。",
                f"gap is {gap}; it must be 0 or more and less than 1.",
                where="gap",
            )
        )
    if not time_limit_s >= 0.0:
        problems.append(
            Problem(
                f"time_limit_s 是 {time_limit_s}，应不小于 0 秒。",
                f"time_limit_s is {time_limit_s}; it must be 0 s or more.",
                where="time_limit_s",
            )
        )
    require(problems, ParameterError)
