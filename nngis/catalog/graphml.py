"""Read GraphML files, such as osmnx and networkx write."""

from pathlib import Path
from typing import TYPE_CHECKING

from nngis.errors import LayerError, boundary

if TYPE_CHECKING:
    import networkx as nx


def read_graphml(path: Path | str) -> "nx.Graph":
    """Read a graph from a GraphML file.

    Parameters
    ----------
    path : path
        The file; look into it first (`nngis.ledger.markup.look_into_xml`), for this reader follows
        what XML declares.

    Returns
    -------
    networkx.Graph
        With parallel edges, node names as text; every value as the file holds it.

    Raises
    ------
    LayerError
        If it is no GraphML, or its values are not of the types that it declares.
    """
    import networkx as nx  # noqa: PLC0415

    with boundary(
        str(path),
        "无法作为 GraphML 打开（{}）；请用 osmnx 的 save_graphml 重新保存。",
        "Cannot be opened as GraphML ({}); save it again with osmnx's save_graphml.",
        error=LayerError,
    ):
        return nx.read_graphml(path, node_type=str, force_multigraph=True)
