"""Judge any number of roofs partition by partition: restartable, in one process or in many.

Every partition is judged by itself and left as one file; what is left is added up in whole
thousandths, so that neither the order nor the number of workers changes a digit. A roof that
lies in two partitions is seen by each; doubles are found within a partition only.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from nngis.catalog.roof_partitions import Partition, read_partition
from nngis.crs import Datum
from nngis.datasets.parquet import open_parquet, read_parquet
from nngis.errors import LayerError, LedgerError, OutputError
from nngis.evidence import Evidence
from nngis.files import write_json, write_whole
from nngis.inputs.roof_checks import moved_from
from nngis.inputs.zonal import Field, zonal_means
from nngis.ledger.shapes import refuse_tangles
from nngis.plans.rooftop.measured import NUMBERS, STATED, WORDS, Surroundings
from nngis.plans.rooftop.order import FURTHER, MINIMUM, ORDER_COLUMNS, put_in_order
from nngis.plans.rooftop.parameters import RooftopParameters
from nngis.plans.rooftop.roofs import ROOF_COLUMNS, judge_roofs, min_shares
from nngis.plans.rooftop.sums import KEYS, SUMMED, add_cubes, all_tables, cube
from nngis.replacing import said_as_output
from nngis.run.parallel import Each, here
from nngis.text import counted

SUMS = "sums"
TRANCHES = (MINIMUM, FURTHER)
SAME = ("wgs84", "cgcs2000")  # within a metre
SAMPLED, FEW = 10, 200  # partitions, and roofs of each, that are looked at beforehand
MARK = "judged_with.txt"
SOURCE = b"nngis of"  # metadata of a finished file: sha256 of what it was judged of
MOST_ON_A_MAP = 2_000_000  # roofs that one page holds: some 70 MB
KEPT = tuple(dict.fromkeys((*ROOF_COLUMNS, *ORDER_COLUMNS, *SUMMED)))


@dataclass(frozen=True)
class Stream:
    """What every partition is judged with.

    Parameters
    ----------
    around : Surroundings
        Counties, climate and yields of the whole area.
    parameters : RooftopParameters
        The plan's parameters.
    crs : str
        The work CRS.
    out : Path
        Folder of the finished partitions.
    key : str
        Column of the ids.
    evidence : str
        How sure the outlines are.
    rename : dict of str to str
        Columns of the files by the names that the plan knows.
    datum : str
        What the outlines are in.
    field : Field, optional
        Irradiation that each roof takes its own of.
    """

    around: Surroundings
    parameters: RooftopParameters
    crs: str
    out: Path
    key: str = "roof_id"
    evidence: Evidence = "derived"
    rename: dict[str, str] = dataclass_field(default_factory=dict)
    datum: Datum = "wgs84"
    field: Field | None = None


def judge_partition(part: Partition, stream: Stream) -> str:
    """Judge one partition and leave its file, unless it is there already."""
    done = stream.out / f"{part.name}.parquet"
    if not _is_finished(done, part):
        roofs = read_roofs(part, stream)
        if stream.field is not None:
            own = zonal_means(stream.field, roofs.geometry)["mean"].round(4)
            roofs = roofs.assign(ghi_kwh_m2_d=own)
        judged, dropped = judge_roofs(roofs, stream.around, stream.parameters)
        table = pd.DataFrame(judged[list(KEPT)])
        for name in ("county", "township", "class", "decision", "rule", "evidence"):
            table[name] = table[name].astype("category")
        for name in ("reason_zh", "reason_en"):
            table[name] = table[name].astype("category")
        with said_as_output(stream.out):
            dropped.to_csv(stream.out / f"{part.name}.dropped.csv")
            # Beside its target, then moved: a killed run leaves whole files only.
            beside = done.with_suffix(".part")
            _write(table, beside, part)
            beside.replace(done)
    return done.name


def _write(table: pd.DataFrame, path: Path, part: Partition) -> None:
    """Write what was judged, and of which file."""
    judged = pa.Table.from_pandas(table)
    about = {**(judged.schema.metadata or {}), SOURCE: part.sha256.encode()}
    pq.write_table(judged.replace_schema_metadata(about), path)


def _is_finished(done: Path, part: Partition) -> bool:
    """Tell whether a partition was judged, whole, and of the file as it is now."""
    if not done.is_file():
        return False
    try:
        with open_parquet(done) as file:
            return bool((file.schema_arrow.metadata or {}).get(SOURCE) == part.sha256.encode())
    except LedgerError:
        return False


def read_roofs(part: Partition, stream: Stream) -> gpd.GeoDataFrame:
    """Read the roofs of one partition."""
    if stream.datum in SAME:
        return _read(part, stream, stream.crs)
    return moved_from(_read(part, stream, "EPSG:4326"), stream.datum).to_crs(stream.crs)


def sample_roofs(parts: Sequence[Partition], stream: Stream) -> gpd.GeoDataFrame:
    """Read some roofs of several partitions, as their files place them.

    Parameters
    ----------
    parts : sequence of Partition
        The partitions.
    stream : Stream
        How they are read.

    Returns
    -------
    GeoDataFrame
        Roofs in WGS84 degrees, not moved from any datum.
    """
    some = parts[:: max(1, len(parts) // SAMPLED)][:SAMPLED]
    found = [_read(replace(one, groups=one.groups[:1]), stream, "EPSG:4326") for one in some]
    return gpd.GeoDataFrame(pd.concat([one.iloc[:: max(1, len(one) // FEW)] for one in found]))


def _read(part: Partition, stream: Stream, crs: str) -> gpd.GeoDataFrame:
    found = read_partition(
        part,
        crs,
        key=stream.key,
        evidence=stream.evidence,
        rename=stream.rename,
        datum=None if stream.datum in SAME else stream.datum,
        columns=STATED,
    )
    return _as_stated(found, str(part.path))


def _as_stated(roofs: gpd.GeoDataFrame, where: str) -> gpd.GeoDataFrame:
    """Bring what is stated of roofs to words, numbers and truths; refuse what is neither."""
    words = [name for name in WORDS if name in roofs]
    text = {name: roofs[name].astype(object).where(roofs[name].notna(), None) for name in words}
    text = {name: one.map(str, na_action="ignore") for name, one in text.items()}
    numbers = {
        name: pd.to_numeric(roofs[name], errors="coerce").replace([np.inf, -np.inf], np.nan)
        for name in NUMBERS
        if name in roofs
    }
    found = roofs.assign(**text, **numbers)
    truth = found.get("protected", pd.Series(dtype=object))
    odd = truth[truth.notna() & ~truth.isin([True, False])]
    if len(odd):
        raise LayerError(
            f"protected 应为真或假，有 {len(odd)} 行不是，例如 {odd.index[0]}。",
            f"protected is true or false; {counted(len(odd), 'row', 'say')} neither, for example "
            f"{odd.index[0]}.",
            where=where,
        )
    refuse_tangles(found, where, LayerError)
    return found


def judged_roofs(parts: Sequence[Partition], stream: Stream) -> gpd.GeoDataFrame:
    """Gather the outlines of all finished partitions with what was judged of each roof.

    Parameters
    ----------
    parts : sequence of Partition
        Where the outlines are.
    stream : Stream
        What they were judged with.

    Returns
    -------
    GeoDataFrame
        A row a roof, in the work CRS.

    Raises
    ------
    OutputError
        If there are more roofs than one map holds.
    """
    count = sum(part.rows for part in parts)
    if count > MOST_ON_A_MAP:
        raise OutputError(
            f"{count:,} 个屋顶放不进一页地图（至多 {MOST_ON_A_MAP:,}）；请分县制图。",
            f"{counted(count, 'roof', 'are')} too many for one page ({MOST_ON_A_MAP:,} at most); "
            "map a county at a time.",
            where=str(stream.out),
        )
    return gpd.GeoDataFrame(pd.concat([_judged(part, stream) for part in parts]), crs=stream.crs)


def _judged(part: Partition, stream: Stream) -> gpd.GeoDataFrame:
    judged = read_parquet(stream.out / f"{part.name}.parquet")
    judged = judged.astype(
        {name: object for name, kind in judged.dtypes.items() if kind == "category"}
    )
    outlines = read_roofs(part, stream)[["geometry"]]
    return outlines.join(judged, how="inner")


def judge_all(parts: Sequence[Partition], stream: Stream, *, each: Each = here) -> list[str]:
    """Judge every partition that is not finished yet.

    Parameters
    ----------
    parts : sequence of Partition
        What to judge.
    stream : Stream
        What it is judged with.
    each : Each
        Who does it, see `nngis.run.parallel`.

    Returns
    -------
    list of str
        Names of the finished files, in the order of `parts`.

    Raises
    ------
    LayerError
        If the folder holds partitions judged with something else.
    """
    _open(stream)
    return each(judge_partition, parts, stream)


def _open(stream: Stream) -> None:
    """Make the folder, or see that what lies in it was judged with the same."""
    digest = hashlib.sha256(stream.parameters.model_dump_json().encode())
    digest.update(stream.around.yields.to_csv().encode())
    digest.update(repr((stream.crs, stream.key, stream.evidence, stream.rename)).encode())
    if stream.datum not in SAME:
        digest.update(stream.datum.encode())
    if stream.field is not None:
        digest.update(stream.field.values.tobytes())
    with said_as_output(stream.out):
        stream.out.mkdir(parents=True, exist_ok=True)
        mark = stream.out / MARK
        said = mark.read_text(encoding="utf-8", errors="replace") if mark.exists() else ""
        begun = any(stream.out.glob("*.parquet"))
    if not begun or not said:
        write_whole(mark, digest.hexdigest())
    elif said != digest.hexdigest():
        raise LayerError(
            "该文件夹中的分区是用另一套参数或气候判定的；请换一个文件夹，或先清空。",
            "The partitions in this folder were judged with other parameters or another climate; "
            "name another folder, or empty this one.",
            where=str(stream.out),
        )


def add_up(
    names: Sequence[str], stream: Stream, counties: gpd.GeoDataFrame, *, each: Each = here
) -> dict[str, pd.DataFrame]:
    """Rank the roofs of all finished partitions and add them up.

    Parameters
    ----------
    names : sequence of str
        Finished files, in any order.
    stream : Stream
        What they were judged with.
    counties : GeoDataFrame
        Every county.
    each : Each
        Who adds the partitions up; they are ranked in this process, all together.

    Returns
    -------
    dict of str to DataFrame
        The tables of `all_tables`, and ``order``: `tranche` and `rank` by `roof_id`. The tables
        are also left in the folder as ``sums.json``.

    Raises
    ------
    LayerError
        If an id stands in two partitions.
    """
    files = [stream.out / name for name in sorted(names)]
    parts = [read_parquet(path, columns=list(ORDER_COLUMNS)) for path in files]
    slim = _together(parts)
    ids = slim.index[slim.index.argsort()]
    twice = ids[1:][ids[1:] == ids[:-1]]
    del ids
    if len(twice):
        raise LayerError(
            f"{len(twice)} 个屋顶编号在几个分区中重复，例如 {twice[0]}；编号须唯一。",
            f"{counted(len(twice), 'id', 'stand')} in several partitions, for example {twice[0]}; "
            "ids must be unique.",
            where=str(stream.out),
        )
    ends = np.cumsum([len(part) for part in parts])
    order = put_in_order(slim, min_shares(stream.parameters))[["tranche", "rank"]]
    del slim, parts
    codes = np.select([order["tranche"] == word for word in TRANCHES], [0, 1], -1).astype(np.int8)
    cubes = each(_cube_of, list(zip(files, np.split(codes, ends[:-1]), strict=True)), None)
    tables = all_tables(add_cubes(cubes), counties, stream.parameters)
    plain = {
        name: pd.DataFrame(table).drop(columns="geometry", errors="ignore").reset_index()
        for name, table in tables.items()
    }
    write_json(
        stream.out / f"{SUMS}.json",
        {n: t.astype(object).where(t.notna(), None).to_dict("records") for n, t in plain.items()},
    )
    return {**tables, "order": order}


def _cube_of(item: tuple[Path, npt.NDArray[np.int8]], _: None) -> pd.DataFrame:
    """Add one partition up, with the tranche of each of its roofs."""
    path, codes = item
    part = read_parquet(path, columns=[n for n in (*KEYS, *SUMMED) if n != "tranche"])
    part = part.astype(dict.fromkeys(("county", "township", "class", "decision"), object))
    return cube(part.assign(tranche=np.array([*TRANCHES, None], dtype=object)[codes]))


def _together(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Lay the parts one under the other, words as codes: there may be ten million rows."""
    names = [name for name, kind in parts[0].dtypes.items() if kind == "category"]
    for name in names:
        words = sorted(set().union(*(part[name].cat.categories for part in parts)))
        parts = [part.assign(**{name: part[name].cat.set_categories(words)}) for part in parts]
    return pd.concat(parts)
