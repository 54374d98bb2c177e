"""Small random siting questions that can be solved by trying everything."""

from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from nngis.solvers.site.rules import AtMost, SiteRules
from nngis.solvers.site.site_links import SiteLinks, site_links_from_csr

SHARED = Path(__file__).parents[3].parent / "shared" / "data" / "bench"


@dataclass(frozen=True)
class Question:
    """Links, weights and rules of one random case."""

    links: SiteLinks
    weights: np.ndarray
    rules: SiteRules
    p: int

    @property
    def existing(self):
        return self.links.site_ids.isin(list(self.rules.existing))

    def choices(self, most=None):
        """Every selection that keeps the rules, as flags over the sites."""
        ids = self.links.site_ids
        must = ids.isin(list(self.rules.mandatory))
        free = ~self.existing & ~ids.isin(list(self.rules.forbidden))
        for size in range((self.p if most is None else most) + 1):
            for some in combinations(np.flatnonzero(free), size):
                chosen = self.existing.copy()
                chosen[list(some)] = True
                if not chosen[must].all():
                    continue
                if all(self._keeps(group, chosen) for group in self.rules.at_most):
                    yield chosen

    def _keeps(self, group, chosen):
        inside = self.links.site_ids.isin(group.site_ids)
        return (chosen & inside).sum() <= max(group.most, (self.existing & inside).sum())


@pytest.fixture(scope="session")
def random_question():
    """Draw small random cases."""
    return _random_question


def _random_question(rng, *, density=(0.1, 0.6), rules=True):
    """A case with up to eight sites and fourteen demands, now and then with rules."""
    sites, demands = int(rng.integers(2, 9)), int(rng.integers(2, 15))
    near = rng.random((sites, demands)) < rng.uniform(*density)
    near[rng.integers(sites), rng.integers(demands)] = True
    links = site_links_from_csr(
        np.r_[0, np.cumsum(near.sum(axis=1))],
        np.nonzero(near)[1],
        rng.integers(1, 30, near.sum()).astype(float),
        demand_ids=[f"d{i}" for i in range(demands)],
        site_ids=[f"s{j}" for j in range(sites)],
    )
    weights = rng.integers(0, 20, demands).astype(float)
    ids = [f"s{j}" for j in rng.permutation(sites)]
    made = SiteRules()
    if rules and sites > 4:
        made = SiteRules(
            existing=ids[: rng.integers(0, 2)],
            mandatory=ids[1 : 1 + rng.integers(0, 2)],
            forbidden=ids[2 : 2 + rng.integers(0, 2)],
            at_most=[AtMost((ids[3], ids[4]), 1, "pair")] if rng.random() < 0.5 else [],
        )
    room = sites - len(made.existing) - len(made.forbidden)
    return Question(links, weights, made, int(rng.integers(max(1, len(made.mandatory)), room + 1)))


@pytest.fixture(scope="session")
def bench():
    """Folder of the published cases."""
    if not SHARED.is_dir():
        pytest.skip("the published cases are not beside the repository")
    return SHARED
