"""What a Python user holds: a result that can be looked at, explained, plotted and saved."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
from markupsafe import Markup

from nngis.evidence import weakest
from nngis.files import check_output
from nngis.result import result as plain
from nngis.result.explain import Explanation, explain_row
from nngis.run.cases import Case
from nngis.text import Lang, Text

if TYPE_CHECKING:
    import folium
    from matplotlib.figure import Figure

    from nngis.outputs.drawing import Drawing
    from nngis.register.scored import Scored

FIRST = 8  # rows that a notebook shows of the decisions


@dataclass(frozen=True, repr=False)
class Result(plain.Result):
    """An analysis with its provenance, and the ways to look at it.

    Parameters
    ----------
    case : Case
        The place; what lies under the maps comes from it.

    See Also
    --------
    nngis.run : Makes one.
    """

    case: Case | None = None

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """All its tables by name; those with geometry are in the work CRS."""
        return self.analysis.tables

    @property
    def decisions(self) -> pd.DataFrame:
        """The decided objects, one row each: decision, rule, every rule hit, reasons, values."""
        return self.analysis.tables[self.subject]

    @property
    def indicators(self) -> pd.DataFrame:
        """What it adds up to, by name: titles, value, unit, target and where it stands."""
        rows = {
            one.name: {
                "title_zh": one.title.zh,
                "title_en": one.title.en,
                "value": one.value,
                "unit": one.unit,
                "target": one.target,
                "status": one.status,
                "source": one.source,
            }
            for one in self.analysis.indicators
        }
        columns = ["title_zh", "title_en", "value", "unit", "target", "status", "source"]
        found = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
        return found.astype({"value": float, "target": float}).rename_axis("name")

    def explain(self, id_: str) -> Explanation:
        """Say why one object was decided as it was.

        Parameters
        ----------
        id_ : str
            Its id: the index of `decisions`.

        Returns
        -------
        Explanation
            Decision, sentence, every value that led there, and the parameters.

        Raises
        ------
        NngisError
            If there is no such object.
        """
        from nngis.outputs.save import as_json  # noqa: PLC0415

        return explain_row(pd.DataFrame(self.decisions), id_, as_json(self), where=self.plan)

    def explore(self, *, lang: Lang = "zh", tiles: str | None = None) -> "folium.Map":
        """Draw it as a folium map: layers, tooltips, popups, legend, layer control.

        Parameters
        ----------
        lang : {"zh", "en"}
            Language of the map.
        tiles : str, optional
            Tiles by folium's name or address, where there is a network; the map needs none.

        Returns
        -------
        folium.Map
            The map, with all its scripts inside.
        """
        from nngis.cartography.explore import explore_map  # noqa: PLC0415 - folium comes late

        return explore_map(
            self.view,
            self._drawn(),
            lang=lang,
            backdrop=self._backdrop(),
            evidence=self.evidence,
            tiles=tiles,
        )

    def plot(self, *, lang: Lang = "zh") -> "Figure":
        """Draw it as a matplotlib figure.

        Parameters
        ----------
        lang : {"zh", "en"}
            Language of the figure.

        Returns
        -------
        matplotlib.figure.Figure
            Its first axes are the map, in the work CRS.
        """
        from nngis.cartography.figure import draw_figure  # noqa: PLC0415 - matplotlib comes late

        return draw_figure(
            self.view,
            self._drawn(),
            work_crs=self.work_crs,
            lang=lang,
            backdrop=self._backdrop(),
            evidence=self.evidence,
        )

    def save(
        self,
        out: str | Path,
        *,
        lang: Lang = "zh",
        force: bool = False,
        site_cards: bool = False,
        shp: bool = False,
    ) -> Path:
        """Write the whole output folder: index, map, sheet, workbook, GeoPackage, report.

        Parameters
        ----------
        out : str or Path
            The folder; replaced whole or not at all.
        lang : {"zh", "en"}
            Language of sheets and pages.
        force : bool
            Whether a folder that holds other files may be used; those files stay.
        site_cards : bool
            Whether ``site_cards.pdf`` is written: a page for each site to build.
        shp : bool
            Whether tables are written as shapefiles in GBK too.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        OutputError
            If it cannot or must not be written.
        """
        run = Run((self,), self.title, {"plan": self.plan})
        return run.save(out, lang=lang, force=force, site_cards=site_cards, shp=shp)

    def _drawn(self) -> dict[str, gpd.GeoDataFrame]:
        tables = self.analysis.tables.items()
        return {name: one for name, one in tables if isinstance(one, gpd.GeoDataFrame)}

    def _backdrop(self) -> Mapping[str, gpd.GeoDataFrame]:
        return {} if self.case is None else self.case.backdrop()

    def __repr__(self) -> str:
        """Say in a line what it is."""
        said = self.decisions["decision"].value_counts() if "decision" in self.decisions else {}
        counts = ", ".join(f"{n} {decision}" for decision, n in said.items())
        about = f"{len(self.decisions)} {self.subject}" + (f" ({counts})" if counts else "")
        return f"<nngis.Result {self.plan}: {about}, {self.evidence}, {self.work_crs}>"

    def _repr_html_(self) -> str:
        head = Markup("<h4>{} · {}</h4><p>{} · {}</p>").format(
            self.title.zh, self.title.en, self.work_crs, self.evidence
        )
        shown = self.indicators[["title_zh", "title_en", "value", "target", "unit", "status"]]
        rows = pd.DataFrame(self.decisions).drop(columns="geometry", errors="ignore").head(FIRST)
        said = Markup("").join(
            Markup("<li>{}</li>").format(text.zh)
            for text in (*self.analysis.assumptions, *self.warnings)
        )
        return f"{head}{shown.to_html(na_rep='—')}{rows.to_html(na_rep='')}<ul>{said}</ul>"


@dataclass(frozen=True, repr=False)
class Run:
    """Several plans, run together on one case.

    Parameters
    ----------
    results : tuple of Result
        One a plan; ``run["heat"]`` finds one by its name.
    title : Text
        What the run is called.
    asked : mapping
        What was asked for, as ``run.json`` keeps it.
    score : callable
        Says where the city stands on the whole plan document; asked again, it says the same.
    """

    results: tuple[Result, ...]
    title: Text
    asked: Mapping[str, Any]
    score: "Callable[[], Scored | None]" = lambda: None

    @property
    def scored(self) -> "Scored | None":
        """Where the city stands on the whole plan document."""
        return self.score()

    def __getitem__(self, plan: str) -> Result:
        """Return the result of one plan."""
        return {one.plan: one for one in self.results}[plan]

    def __iter__(self) -> Iterator[Result]:
        """Go through the results."""
        return iter(self.results)

    def __len__(self) -> int:
        """Count the results."""
        return len(self.results)

    def save(
        self,
        out: str | Path,
        *,
        lang: Lang = "zh",
        force: bool = False,
        drawing: "Drawing | None" = None,
        site_cards: bool = False,
        shp: bool = False,
        second: Executor | None = None,
    ) -> Path:
        """Write the output folder of all its plans, as `Result.save` does for one.

        Parameters
        ----------
        out : str or Path
            The folder; replaced whole or not at all.
        lang : {"zh", "en"}
            Language of sheets and pages.
        force : bool
            Whether a folder that holds other files may be used; those files stay.
        drawing : Drawing, optional
            Paper, title block, tiles; the usual ones if absent.
        site_cards, shp : bool
            As for `Result.save`.
        second : Executor, optional
            Another process, which takes a part of the work.

        Returns
        -------
        Path
            The folder.
        """
        from nngis.outputs.drawing import PLAIN  # noqa: PLC0415 - drawing comes late
        from nngis.outputs.write_run import write_run  # noqa: PLC0415

        folder = Path(out)
        check_output(folder, force=force)
        plain = drawing or PLAIN
        drawn = replace(plain, site_cards=plain.site_cards or site_cards, shp=plain.shp or shp)
        store = next(one.case.store for one in self.results if one.case is not None)
        write_run(
            folder,
            self.results,
            store,
            title=self.title,
            asked=self.asked,
            lang=lang,
            drawing=drawn,
            score=self.score,
            second=second,
        )
        return folder

    def __repr__(self) -> str:
        """Say in a line what it is."""
        return f"<nngis.Run {self.title.en}: {', '.join(one.plan for one in self.results)}>"

    def _repr_html_(self) -> str:
        word = weakest(one.evidence for one in self.results) if self.results else ""
        head = Markup("<h3>{} · {}</h3><p>{}</p>").format(self.title.zh, self.title.en, word)
        return str(head) + "".join(one._repr_html_() for one in self.results)


def held(found: plain.Result, case: Case) -> Result:
    """Give a result of the analysis the ways to look at it.

    Parameters
    ----------
    found : result.Result
        A result of the analysis.
    case : Case
        The place.

    Returns
    -------
    Result
        The same, with ways to look at it.
    """
    return Result(**{one.name: getattr(found, one.name) for one in fields(found)}, case=case)
