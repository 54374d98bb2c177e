"""The fast parts of the plans: what hangs on levers alone, found from facts kept for the session.

A plan with a fast part names its levers, gathers once what hangs on none of them, and draws what
follows. The whole analysis comes later from the worker, and is the same in all that both say.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nngis.catalog.layer import Layer
from nngis.desk.computing import Computing, key_of, only_of
from nngis.desk.quick_charging import CHARGING
from nngis.desk.quick_heat import HEAT
from nngis.desk.quick_part import QuickPart
from nngis.desk.quick_rooftop import ROOFTOP
from nngis.desk.quick_sewer import SEWER
from nngis.desk.under_way import UnderWay
from nngis.desk.worker import Bench
from nngis.errors import NngisError
from nngis.inputs.edits import Edit
from nngis.run.analyse import parameters_of, plan_given
from nngis.run.results import Result
from nngis.run.scenario import Scenario

PARTS: Mapping[str, QuickPart] = {
    "heat": HEAT,
    "charging": CHARGING,
    "rooftop": ROOFTOP,
    "sewer": SEWER,
}


@dataclass(frozen=True)
class _Facts:
    """Facts of a plan, and the key of all that they hang on."""

    key: str
    held: Any


class Quick:
    """The facts of each plan that has a fast part, gathered anew where they changed.

    Parameters
    ----------
    bench : Bench
        The case, with the ledgers that were read.
    computing : Computing
        Whole results, which some facts are taken from.
    ready : callable
        Called with the plan when facts are there that were gathered aside.
    under_way : UnderWay
        Runs what gathers them.
    """

    def __init__(
        self,
        bench: Bench,
        computing: Computing,
        ready: Callable[[str], None],
        under_way: UnderWay,
    ) -> None:
        self._bench, self._computing, self._ready = bench, computing, ready
        self._under_way = under_way
        self._facts: dict[str, _Facts] = {}
        self._gathering: dict[str, str] = {}
        self._lock = threading.RLock()
        self._reading = threading.Lock()

    def picture(
        self, plan: str, scenario: Scenario, known: Mapping[str, str]
    ) -> dict[str, Any] | None:
        """Draw what is known at once; None where nothing is, and the whole result must come."""
        facts = self.facts(plan, scenario)
        if facts is None:
            return None
        parameters, edits = self.asked(plan, scenario)
        with self._lock:
            return PARTS[plan].draw(facts, parameters, known, edits)

    def beside(self, plan: str, scenario: Scenario) -> dict[str, Any]:
        """Return what a whole result's picture shows besides."""
        part = PARTS.get(plan)
        if part is None or part.beside is None:
            return {}
        facts = self.facts(plan, scenario)
        if facts is None:
            return {}
        return part.beside(facts, *self.asked(plan, scenario))

    def why(self, plan: str, scenario: Scenario, table: str, id_: str) -> dict[str, Any]:
        """Say more of one row, from the facts."""
        facts = self.facts(plan, scenario)
        why = None if facts is None else PARTS[plan].why
        if why is None:
            return {}
        asked = self.asked(plan, scenario)
        with self._lock:
            return why(facts, *asked, table, id_)

    def seek(self, plan: str, scenario: Scenario) -> Callable[..., None] | None:
        """Return what finds that which the picture only sketches; None where nothing is left."""
        part = PARTS.get(plan)
        facts = None if part is None or part.seek is None else self.facts(plan, scenario)
        if part is None or part.seek is None or facts is None:
            return None
        with self._lock:
            return part.seek(facts, *self.asked(plan, scenario), self._lock)

    def asked(self, plan: str, scenario: Scenario) -> tuple[Any, Sequence[Edit]]:
        """Return a plan's parameters and edits, as its fast part takes them."""
        return parameters_of(plan, scenario, self._bench.case.store), scenario.edits

    @property
    def lock(self) -> threading.RLock:
        """Held by whoever reads facts."""
        return self._lock

    def facts(self, plan: str, scenario: Scenario) -> Any:  # noqa: ANN401 - each plan has its own
        """Return a plan's facts, gathered anew where what they hang on changed; None if not yet."""
        part = PARTS.get(plan)
        if part is None:
            return None
        still = _still(plan, part, scenario)
        key = key_of(plan, still)
        held = self._facts.get(plan)
        if held is not None and held.key == key:
            return held.held
        result = self._result(plan, part, scenario, key) if part.of_result else None
        if part.of_result and result is None:
            return None
        if not part.aside:
            self._gather(plan, part, still, result)
            return self._facts[plan].held
        if self._gathering.get(plan) != key:
            self._gathering[plan] = key
            self._under_way.start(self._gather_aside, plan, part, still, result)
        return None

    def layer(self, role: str, scenario: Scenario) -> Layer | None:
        """Open the layer that a scenario gives a role; None where it is the case's own."""
        if role not in scenario.layers:
            return None
        only = scenario.model_copy(update={"layers": {role: scenario.layers[role]}})
        with self._reading:
            name = self._bench.kept(only).layers[role].path
            return self._bench.case.store.open(name)

    def _result(self, plan: str, part: QuickPart, scenario: Scenario, key: str) -> Result | None:
        """Return a whole result that has the same facts."""
        return self._computing.result(key_of(plan, scenario)) or self._computing.alike(
            plan, lambda one: key_of(plan, _still(plan, part, one)) == key
        )

    def _gather(self, plan: str, part: QuickPart, still: Scenario, result: Result | None) -> None:
        with self._reading:
            asked = self._bench.kept(still.model_copy(update=only_of(plan, still)))
            layers, parameters = plan_given(plan, asked, self._bench.case.store)
        held = part.keep(layers, parameters, result)
        with self._lock:
            self._facts[plan] = _Facts(key_of(plan, still), held)

    def _gather_aside(
        self, plan: str, part: QuickPart, still: Scenario, result: Result | None
    ) -> None:
        try:
            self._gather(plan, part, still, result)
        except NngisError:  # the worker meets the same, and the page says it then
            return
        self._ready(plan)


def _still(plan: str, part: QuickPart, scenario: Scenario) -> Scenario:
    """Leave out of a scenario what the fast part itself follows."""
    values = scenario.parameters.get(plan, {})
    held = {name: value for name, value in values.items() if name not in part.levers}
    edits = tuple(
        one
        for one in scenario.edits
        if one.role not in part.edited or one.action not in part.actions
    )
    return scenario.model_copy(update={"parameters": {plan: held}, "edits": edits})
