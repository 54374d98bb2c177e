"""Mutate the corpus, guided by answers: what gives a new one is mutated further."""

import hashlib
import importlib
import os
from pathlib import Path
from random import Random

# One thread each: children are forked.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", NUMBA_NUM_THREADS="1")

from nngis.catalog.load import shipped_layers
from nngis.inputs.store import open_store
from tests.fuzz.corpus import Seed, write_corpus
from tests.fuzz.judge import Judge, Verdict
from tests.fuzz.kinds import make
from tests.fuzz.mutations import Mutator

COMMANDS = (
    *("app", "ledger_commands", "layer_commands", "roofs_command", "run_command"),
    *("reach_command", "site_command", "show_commands", "case_command", "permit_command"),
    *("compare_command", "register_command", "swmm_command", "streets_command", "fetch_command"),
)
COMPILED = (  # once, uncounted
    *("csv of links", "graphml of streets", "tif of irradiation"),
    *("csv for a site", "csv for reach by road", "gpkg of a network under load"),
)
BY_KIND = 0.3  # of the files are made by the kinds of harm
FURTHER = 0.3  # of the files are made of those that gave new answers
MOST_MUTATED = 500_000  # bytes of a file that is changed further
MOST_KEPT = 200_000  # bytes of a case that is kept


class Fuzz:
    """A corpus, what was made of it, and what came of it.

    Parameters
    ----------
    folder : Path
        Where to work.
    seed : int
        Of the chance.
    only : str
        Seeds whose names hold this word.
    """

    def __init__(self, folder: Path, seed: int, *, only: str = "") -> None:
        warm()
        self.judge = Judge(folder / "at work")
        self.seeds = [one for one in write_corpus(folder / "corpus") if only in one.name]
        self.good = {one.name: one.path.read_bytes() for one in self.seeds}
        self.mutator = Mutator(seed, self.judge.url, str(self.judge.secret))
        self.chance = Random(seed)
        self.answers: set[str] = set()
        self.new: dict[str, list[bytes]] = {}
        self.tried: list[tuple[str, Verdict]] = []
        for one in self.seeds:
            if one.name in COMPILED:
                self.judge.judge(one, self.good[one.name])

    def unspoiled(self) -> None:
        """Judge the good files as they are."""
        for one in self.seeds:
            self.tried.append((one.name, self.judge.judge(one, self.good[one.name])))

    def replay(self, cases: Path) -> None:
        """Judge every file that did harm once, or that its kind did."""
        for path in sorted(cases.iterdir()):
            stem = path.name.partition(".")[0].replace("_", " ")
            for seed in self.seeds:
                if seed.name == stem and path.suffix == seed.path.suffix:
                    self.tried.append((path.name, self.judge.judge(seed, path.read_bytes())))

    def by_kind(self, keep: Path | None) -> None:
        """Make one file of a kind that does harm, and bring it to a door for such files."""
        suffix, made = make(self.chance, self.judge.url, str(self.judge.secret))
        fit = [one for one in self.seeds if one.path.suffix == suffix]
        if fit:
            self._judge(self.chance.choice(fit), made, keep)

    def step(self, keep: Path | None) -> None:
        """Make one file, by kind or by mutation, and judge it."""
        if self.chance.random() < BY_KIND:
            self.by_kind(keep)
            return
        seed = self.chance.choice(self.seeds)
        data = self.good[seed.name]
        if self.new.get(seed.name) and self.chance.random() < FURTHER:
            data = self.chance.choice(self.new[seed.name])
        made = self.mutator.mutate(data, seed.path.suffix, list(self.good.values()))
        self._judge(seed, made, keep)

    def _judge(self, seed: Seed, made: bytes, keep: Path | None) -> None:
        verdict = self.judge.judge(seed, made)
        self.tried.append((seed.name, verdict))
        if verdict.answer not in self.answers:
            self.answers.add(verdict.answer)
            if len(made) <= MOST_MUTATED:
                self.new.setdefault(seed.name, []).append(made)
            if verdict.is_fault and keep is not None:
                keep_case(keep, seed, made, verdict)


def warm() -> None:
    """Import here what every command would import again."""
    for name in COMMANDS:
        importlib.import_module(f"nngis.cli.{name}")
    for name in ("pvlib.iotools", "rasterio.warp", "exactextract", "python_calamine", "openpyxl"):
        importlib.import_module(name)
    store = open_store(shipped_layers())
    store.references()


def keep_case(folder: Path, seed: Seed, data: bytes, verdict: Verdict) -> None:
    """Keep a file that did harm, and what it did."""
    folder.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(data).hexdigest()[:12]
    stem = seed.name.replace(" ", "_")
    (folder / f"{stem}.{name}.{verdict.kind}.txt").write_text(verdict.said, encoding="utf-8")
    if len(data) <= MOST_KEPT:
        (folder / f"{stem}.{name}{seed.path.suffix}").write_bytes(data)
