"""What is lost if a site is refused, for as long as the question stays."""

from collections.abc import Callable
from typing import Any

from nngis.desk.computing import key_of
from nngis.desk.quick import Quick
from nngis.desk.quick_charging import without
from nngis.desk.seeking import Ended, Seeking
from nngis.run.scenario import Scenario

PLAN = "charging"


class Refusing:
    """Seeks the best choice without a site; the latest question counts.

    Parameters
    ----------
    quick : Quick
        Facts.
    seeking : Seeking
        The search for the best choice as it is, which comes first.
    now : callable
        Returns the open scenario.
    """

    def __init__(self, quick: Quick, seeking: Seeking, now: Callable[[], Scenario]) -> None:
        self._quick, self._seeking, self._now = quick, seeking, now
        self._latest = ("", "")

    def ask(self, id_: str) -> dict[str, Any]:
        """Say what is lost without a site, and what would take its place."""
        scenario = self._now()
        facts = self._quick.facts(PLAN, scenario)
        if facts is None or self._seeking.is_at(PLAN):
            return {"stage": "waiting"}
        asked = (*self._quick.asked(PLAN, scenario), id_, self._quick.lock)
        mine = self._latest = (key_of(PLAN, scenario), id_)

        def told(*_: float) -> None:
            """Leave off where somebody changed the question, or asks about another site."""
            if self._latest != mine or key_of(PLAN, self._now()) != mine[0]:
                raise Ended

        try:
            return {"stage": "settled", **without(facts, *asked, told)}
        except Ended:
            return {"stage": "waiting"}

    def close(self) -> None:
        """Leave off."""
        self._latest = ("", "")
