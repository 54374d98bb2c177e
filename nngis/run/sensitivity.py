"""How much each unverified parameter moves a plan's headline figures, one at a time."""

from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from io import StringIO
from typing import Any, get_args

import pandas as pd
from pydantic import ValidationError

from nngis.parameter_values import ParameterRecord, build
from nngis.parameters import Parameters
from nngis.result.moves import Move, to_confirm
from nngis.run.plans import load_plan
from nngis.text import Text

MOVED_BY = 0.2  # of a number; what is no number takes its next value
COLUMNS = ("name", "default", "moved_to", "headline", "moved_share")


Figures = Mapping[str, float | None]


def moved(model: type[Parameters], name: str, value: object) -> object | None:
    """Give the value that a parameter is moved to: a fifth more, or the next of its choices.

    Examples
    --------
    >>> from nngis.plans.charging.parameters import ChargingParameters as C
    >>> moved(C, "trip_share", 0.30), moved(C, "siting_aim", "vehicles")
    (0.36, 'coverage')
    >>> moved(C, "wait_share", 0.9)
    0.72
    """
    choices = [one for one in get_args(model.model_fields[name].annotation) if one != value]
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return choices[0] if choices and isinstance(choices[0], str) else None
    for factor in (1.0 + MOVED_BY, 1.0 - MOVED_BY):
        other = _times(value, factor)
        if other is None or other == value:
            continue
        try:
            model(**{name: other})
        except ValidationError:
            continue
        return other
    return None


def _times(value: object, factor: float) -> object | None:
    """Multiply a number, or all numbers of a list."""
    if isinstance(value, int):
        step = 1 if factor > 1 else -1
        return value + step * max(1, round(abs(value) * MOVED_BY))
    if isinstance(value, float):
        return round(value * factor, 10)
    if isinstance(value, tuple) and value and all(isinstance(one, float) for one in value):
        return tuple(round(one * factor, 10) for one in value)
    return None


def sensitivity(
    plan: str,
    figures: Callable[[Mapping[str, Any]], Figures],
    *,
    names: tuple[str, ...] | None = None,
    empty: Mapping[str, object] | None = None,
    progress: Callable[[Text], None] = lambda _: None,
) -> pd.DataFrame:
    """Move each unverified parameter of a plan alone, and see what that does to its headlines."""
    model = load_plan(plan).parameters
    asked = names or tuple(unverified(model))
    base = figures({})
    rows = []
    for name in asked:
        default = model.model_fields[name].default
        other = (empty or {}).get(name) if default is None else moved(model, name, default)
        if other is None:
            continue
        progress(Text(f"{name}：{other}", f"{name}: {other}"))
        headline, share = _most_moved(base, figures({name: other}), load_plan(plan).headlines)
        rows.append((name, _shown(default), _shown(other), headline, share))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.sort_values(["moved_share", "name"], ascending=[False, True], ignore_index=True)


def shipped_table(plan: str) -> pd.DataFrame:
    """Read the sensitivities that ship, computed on the case that ships."""
    file = files(f"nngis.plans.{plan}").joinpath("sensitivity.csv")
    if not file.is_file():
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.read_csv(StringIO(file.read_text(encoding="utf-8")), keep_default_na=False)


def shipped_moves(plan: str) -> tuple[Move, ...]:
    """Return what ships as the result of a plan keeps it."""
    rows = shipped_table(plan).to_dict("records")
    return tuple(
        Move(
            str(row["name"]), str(row["moved_to"]), str(row["headline"]), float(row["moved_share"])
        )
        for row in rows
    )


def unverified_of(
    plan: str, records: Sequence[ParameterRecord] | None = None
) -> list[tuple[ParameterRecord, Move | None]]:
    """List a plan's defaults that a planner must confirm, what moves the headlines most first.

    Parameters
    ----------
    plan : str
        The plan.
    records : sequence of ParameterRecord, optional
        The plan's parameters as a case has them; those of the case that ships if absent.

    Returns
    -------
    list of (ParameterRecord, Move or None)
        As `to_confirm` has it.
    """
    if records is None:
        _, records = build(load_plan(plan).parameters, {}, {}, scenario_name="")
    return to_confirm(records, shipped_moves(plan))


def unverified(model: type[Parameters]) -> list[str]:
    """Name the parameters that nobody has read in their source, or of which sources differ."""
    found = []
    for name, info in model.model_fields.items():
        extra = info.json_schema_extra
        if isinstance(extra, dict) and extra.get("verified") != "yes":
            found.append(name)
    return found


def _most_moved(base: Figures, now: Figures, headlines: tuple[str, ...]) -> tuple[str, float]:
    """Give the headline that moved most, and by what share; one that comes or goes moves whole."""
    best, most = "", 0.0
    for name in headlines:
        was, is_ = base.get(name), now.get(name)
        if was is None and is_ is None:
            continue
        if was is None or is_ is None:
            share = 1.0
        else:
            share = abs(is_ - was) / abs(was) if was else float(is_ != was)
        if share > most:
            best, most = name, share
    return best, round(most, 4)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(f"{one:g}" if isinstance(one, float) else str(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
