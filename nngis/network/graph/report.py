"""What happened while a graph was built: what was dropped, cut, joined, and what fell apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from nngis.text import Text, Warned, counted

if TYPE_CHECKING:
    from nngis.network.graph.core import Graph


@dataclass(frozen=True)
class GraphReport:
    """Counts from building one graph.

    Parameters
    ----------
    rows_in : int
        Lines, ways or edges given.
    nodes, edges, components : int
        Size of the graph, and the number of parts that no road joins.
    main_part_share : float
        Share of the road length that lies in the longest part, 0 to 1.
    zero_length_dropped, repeated_dropped : int
        Edges without length, and repetitions of another edge.
    crossings_split : int
        Places where lines were cut because they meet another on their level.
    dangles_snapped : int
        Loose ends moved onto a line or an end within the tolerance.
    ways_closed : int
        Ways left out because cars may not use them.
    speeds_unread : int
        Ways whose speed limit could not be read; the speed of their class was taken.
    signs_unread : int
        Roads whose one-way sign could not be read; they count as open both ways.
    speeds_missing : int
        Roads without a speed, while others have one: they have no driving time.
    lengths_doubted : int
        Edges that state a length which their course contradicts; the stated one counts.
    nodes_doubted : int
        Edges whose course does not run between the nodes that their row names; the roads were
        joined where their lines meet instead.
    about : mapping of str to tuple of str
        Ids of the rows behind these counts, by the count's name, where the roads are a layer.
    """

    rows_in: int
    nodes: int
    edges: int
    components: int
    main_part_share: float
    zero_length_dropped: int = 0
    repeated_dropped: int = 0
    crossings_split: int = 0
    dangles_snapped: int = 0
    ways_closed: int = 0
    speeds_unread: int = 0
    signs_unread: int = 0
    speeds_missing: int = 0
    lengths_doubted: int = 0
    nodes_doubted: int = 0
    about: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def sentences(self) -> tuple[Text, ...]:
        """Say what a reader should know, in both languages.

        Examples
        --------
        >>> report = GraphReport(rows_in=3, nodes=4, edges=2, components=2,
        ...                      main_part_share=0.9, repeated_dropped=1)
        >>> for text in report.sentences(): print(text.en)
        3 rows gave 2 road pieces and 4 nodes.
        The roads lie in 2 parts that no road joins; the longest holds 90.0 % of their length.
        Dropped 1 repetition of another road piece.
        """
        told = [
            Text(
                f"{self.rows_in} 行输入生成 {self.edges} 个路段、{self.nodes} 个节点。",
                f"{counted(self.rows_in, 'row')} gave {counted(self.edges, 'road piece')} and "
                f"{counted(self.nodes, 'node')}.",
            )
        ]
        if self.components > 1:
            share = f"{self.main_part_share:.1%}".replace("%", " %")
            told.append(
                Text(
                    f"路网分为互不连通的 {self.components} 个部分，最长的占总长度的 {share}。",
                    f"The roads lie in {self.components} parts that no road joins; the longest "
                    f"holds {share} of their length.",
                )
            )
        return (*told, *(text for count, text in self._of_lines() if count), *self.of_columns())

    def of_columns(self) -> tuple[Text, ...]:
        """Say what the columns of the rows led to: roads left out, cells that were not understood.

        Returns
        -------
        tuple of Text
            One sentence for each thing that happened.
        """
        return tuple(self._about(name, text) for name, text in self._of_columns())

    def _about(self, name: str, text: Text) -> Text:
        ids = self.about.get(name)
        return Warned(text.zh, text.en, table="roads", ids=ids) if ids else text

    def _of_lines(self) -> tuple[tuple[int, Text], ...]:
        return (
            (
                self.zero_length_dropped,
                Text(
                    f"删去 {self.zero_length_dropped} 个长度为零的路段。",
                    f"Dropped {counted(self.zero_length_dropped, 'road piece')} without length.",
                ),
            ),
            (
                self.repeated_dropped,
                Text(
                    f"删去 {self.repeated_dropped} 个重复路段。",
                    "Dropped "
                    f"{counted(self.repeated_dropped, 'repetition of another road piece')}.",
                ),
            ),
            (
                self.crossings_split,
                Text(
                    f"在 {self.crossings_split} 处同层相交点打断道路。",
                    f"Cut roads at {counted(self.crossings_split, 'place')} where they meet on one "
                    "level.",
                ),
            ),
            (
                self.dangles_snapped,
                Text(
                    f"接合 {self.dangles_snapped} 个容差以内的悬挂端点。",
                    f"Joined {counted(self.dangles_snapped, 'loose end')} within the tolerance.",
                ),
            ),
        )

    def _of_columns(self) -> list[tuple[str, Text]]:
        told = (
            (
                "ways_closed",
                Text(
                    f"略去 {self.ways_closed} 条机动车不可通行的道路。",
                    f"Left out {counted(self.ways_closed, 'way')} closed to cars.",
                ),
            ),
            (
                "speeds_unread",
                Text(
                    f"{self.speeds_unread} 条道路的限速无法识别，按道路等级取速度。",
                    f"Could not read the speed limit of {self.speeds_unread} ways; took the speed "
                    "of their class.",
                ),
            ),
            (
                "signs_unread",
                Text(
                    f"{self.signs_unread} 条道路的单行标记无法识别，按双向通行处理。",
                    f"Could not read the one-way sign of {self.signs_unread} roads; they count as "
                    "open both ways.",
                ),
            ),
            (
                "speeds_missing",
                Text(
                    f"{self.speeds_missing} 条道路没有车速，行驶时间未知；距离不受影响。",
                    f"{counted(self.speeds_missing, 'road', 'have')} no speed, so no driving time; "
                    "distances do not need it.",
                ),
            ),
            (
                "lengths_doubted",
                Text(
                    f"{self.lengths_doubted} 个路段所填长度与几何长度相差 5 % 以上，按所填长度计。",
                    f"{counted(self.lengths_doubted, 'road piece', 'state')} a length more than 5 "
                    "% off that of their course; the stated one counts.",
                ),
            ),
            (
                "nodes_doubted",
                Text(
                    f"{self.nodes_doubted} 个路段的几何与所填起讫节点不符，未用节点编号，"
                    "按线的交点连接道路。",
                    f"The course of {counted(self.nodes_doubted, 'road piece')} does not run "
                    "between the nodes they name; the roads were joined where their lines meet.",
                ),
            ),
        )
        return [(name, text) for name, text in told if getattr(self, name)]


class Built(NamedTuple):
    """A graph and the report of its building.

    Parameters
    ----------
    graph : Graph
        The graph.
    report : GraphReport
        What happened.
    """

    graph: "Graph"
    report: GraphReport
