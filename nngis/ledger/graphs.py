"""Street graphs among ledgers: the edges of a GraphML file or of osmnx's GeoPackage are roads."""

from collections.abc import Sequence
from pathlib import Path

from nngis.catalog.graphml import read_graphml
from nngis.errors import LayerError, LedgerError
from nngis.ledger.markup import look_into_xml
from nngis.ledger.part import Part
from nngis.ledger.vector import part_of
from nngis.text import Warned, counted


def read_street_graph(path: Path) -> list[Part]:
    """Read a GraphML file as a layer of roads."""
    # It brings numba, which the readers of all other files do without.
    from nngis.network.graph import roads_from_networkx  # noqa: PLC0415

    look_into_xml(path)
    try:
        roads, closed = roads_from_networkx(read_graphml(path))
    except LayerError as error:
        raise LedgerError.of(error.problems) from None
    part = part_of(roads.reset_index(), path, "")
    if not closed:
        return [part]
    left_out = Warned(
        f"略去 {len(closed)} 条机动车不可通行的边。",
        f"Left out {counted(len(closed), 'edge')} that cars may not use.",
        table=path.name,
        ids=closed,
    )
    return [Part(part.table, part.geometry, (left_out,))]


def edges_alone(parts: Sequence[Part]) -> Sequence[Part]:
    """Leave the nodes of a graph aside, as osmnx writes them into a GeoPackage beside its edges."""
    graphs = {
        part.table.file
        for part in parts
        if part.table.sheet == "edges" and {"u", "v"} <= set(map(str, part.table.rows[0]))
    }
    return [p for p in parts if p.table.sheet != "nodes" or p.table.file not in graphs]
