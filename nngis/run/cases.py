"""Case: a place that is planned for: its layers, its name, and what it sets of the plans."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
from markupsafe import Markup

from nngis.catalog.layer import Layer
from nngis.catalog.load import shipped_layers
from nngis.inputs.given import with_given
from nngis.inputs.store import LayerStore, open_store
from nngis.run.scenario import Scenario, read_scenario
from nngis.text import Text


@dataclass(frozen=True, repr=False)
class Case:
    """A place that is planned for.

    Parameters
    ----------
    store : LayerStore
        Its layers.
    scenario : Scenario
        Its title, the plans it runs, and what it sets of their parameters.

    Examples
    --------
    >>> import nngis
    >>> int(nngis.case().layers.loc["counties", "rows"])
    12
    """

    store: LayerStore
    scenario: Scenario

    @property
    def title(self) -> Text:
        """What people call it."""
        return self.scenario.title

    @property
    def layers(self) -> pd.DataFrame:
        """Its layers: a row each, with title, geometry, rows, evidence, roles and licence."""
        rows = {
            name: {
                "title_zh": spec.title.zh,
                "title_en": spec.title.en,
                "geometry": spec.geometry,
                "rows": spec.rows,
                "evidence": spec.evidence,
                "roles": ", ".join(spec.roles),
                "licence": spec.licence,
            }
            for name, spec in self.store.specs.items()
        }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("layer")

    def layer(self, name: str) -> gpd.GeoDataFrame:
        """Return the rows of one layer.

        Parameters
        ----------
        name : str
            Its id: the index of `layers`.

        Returns
        -------
        GeoDataFrame
            In WGS84, indexed by the rows' ids.

        Raises
        ------
        LayerError
            If there is no such layer, or it is a raster.
        """
        return self.store.open(name).frame.copy()

    def on_roads(self, roads: Layer | None) -> "Case":
        """Return the case whose maps draw the roads that were given.

        Parameters
        ----------
        roads : Layer or None
            The roads; None changes nothing.

        Returns
        -------
        Case
            The case.
        """
        if roads is None:
            return self
        return replace(self, store=with_given(self.store, "roads", roads))

    def backdrop(self, *, named: bool = False) -> Mapping[str, gpd.GeoDataFrame]:
        """Return what lies under its maps.

        Parameters
        ----------
        named : bool
            Whether the townships, which a page finds by name and draws no point for, are there.

        Returns
        -------
        mapping of str to GeoDataFrame
            By the part it plays there.
        """
        from nngis.outputs.pages import backdrop  # noqa: PLC0415 - drawing comes late

        found = backdrop(self.store, named=named)
        return {part: layer.frame for part, layer in found.items()}

    def __repr__(self) -> str:
        """Say in a line what it is."""
        return (
            f"<nngis.Case {self.title.en}: {len(self.store.specs)} layers in {self.store.folder}>"
        )

    def _repr_html_(self) -> str:
        head = Markup("<h4>{} · {}</h4>").format(self.title.zh, self.title.en)
        return f"{head}{self.layers.to_html(na_rep='')}"


def case(folder: str | Path | None = None) -> Case:
    """Open a case.

    Parameters
    ----------
    folder : str or Path, optional
        A layers folder with its ``catalog.toml``; the case that ships if absent.

    Returns
    -------
    Case
        The case.

    Raises
    ------
    LayerError
        If the folder holds no catalog.
    """
    store = open_store(Path(folder) if folder is not None else shipped_layers())
    return Case(store, own_scenario(store))


def own_scenario(store: LayerStore) -> Scenario:
    """Read what a case runs; all plans as they are, where it names no scenario.

    Parameters
    ----------
    store : LayerStore
        The layers folder.

    Returns
    -------
    Scenario
        Title, plans and parameters.
    """
    title = store.case.title or store.case.name
    if store.case.scenario is None:
        return Scenario(name="default", title=title)
    found = read_scenario(store.folder / store.case.scenario)
    return found if store.case.title is None else found.model_copy(update={"title": title})
