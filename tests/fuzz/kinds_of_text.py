"""Hostile files that are text: what is known to do harm, with other words and numbers each time."""

import json
from pathlib import Path
from random import Random

from tests.fuzz.elsewhere import texts

DXF_HEAD = "0\nSECTION\n2\nHEADER\n0\nENDSEC\n"
COLUMNS = (
    "fid",
    "FID",
    "geom",
    "ogc_fid",
    "rowid",
    "",
    " ",
    "a" * 400,
    'a"b',
    "a\nb",
    "SELECT",
    "额定蒸发量",
)
TEXTS = (
    "\ufffe",
    "\uffff",
    "\u200b",
    "\u202e",
    "G1\u200d",
    "\ud800",
    "\udfff\ud800",
    "\x00",
    "\x1b[2J",
    "=1+1",
)
ODD = (
    5,
    -1,
    1e308,
    True,
    [],
    [[]],
    {},
    {"zh": 5},
    ["heat", 5],
    "x" * 5_000,
    "2020-01-01",
    float("inf"),
)
NUMBERS = (
    "inf",
    "-inf",
    "nan",
    "1e308",
    "-1e308",
    "9" * 400,
    "0",
    "-0",
    "181",
    "1e-320",
    "0x10",
    "abc",
    "",
)


def elsewhere(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """Text that a driver obeys by its content, under any name."""
    suffixes = (".geojson", ".json", ".gpkg", ".fgb", ".kml", ".kmz", ".tif", ".parquet", ".csv",
                ".gpx", ".tab", ".mif", ".dxf", ".graphml", ".geojsonl", ".xlsx", ".toml", ".inp")  # fmt: skip
    told = [*texts(Path(secret), url).values(), secret]
    return chance.choice(suffixes), chance.choice(told).encode()


def features(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """GeoJSON whose rings, coordinates, ids or depth are no GeoJSON."""
    ring = [[108.3, 22.8], [108.4, 22.8], [108.4, 22.9], [108.3, 22.8]]
    shapes = (
        {"type": "Polygon", "coordinates": [ring[: chance.randrange(5)]]},
        {"type": "Polygon", "coordinates": ring},
        {"type": "Polygon", "coordinates": [[*ring, None]]},
        {"type": "MultiPolygon", "coordinates": [[ring[:2]], []]},
        {"type": "Point", "coordinates": [chance.choice((None, "x", 1e308, 1e400, [], 181)), 22.8]},
        {"type": "Point", "coordinates": [108.3, 22.8, 1, 2, 3]},
        {"type": "Point", "coordinates": []}, {"type": "Points"}, None, [], 5,
        {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [1]}]},
        {"type": "LineString", "coordinates": [[108.3, 22.8]] * chance.choice((1, 2, 50_000))},
    )  # fmt: skip
    told = {
        "锅炉编号": "G1",
        "额定蒸发量": chance.choice((5, "x", None, 1e308, [], {}, "\ud800", 10**30)),
    }
    told[chance.choice(COLUMNS)] = chance.choice((*TEXTS, *ODD))
    many = [
        {
            "type": "Feature",
            "id": chance.choice((1, "x", None, [])),
            "properties": told,
            "geometry": chance.choice(shapes),
        }
        for _ in range(chance.choice((1, 3, 30)))
    ]
    whole: dict[str, object] = {"type": "FeatureCollection", "features": many}
    if chance.random() < 0.3:
        whole["crs"] = chance.choice(
            (5, {"type": "name", "properties": {"name": "EPSG:999999"}}, {"type": "name"})
        )
    text = json.dumps(whole)
    kind = chance.randrange(6)
    if kind == 0:
        depth = chance.choice((500, 20_000, 300_000))
        text = text.replace('"properties":', '"properties":' + '{"a":' * depth, 1)
    elif kind == 1:
        text = text[: chance.randrange(len(text))]
    elif kind == 2:
        text = "\n".join(json.dumps(one) for one in many)
    return chance.choice((".geojson", ".geojson", ".json", ".geojsonl")), text.encode(
        "utf-8", "surrogatepass"
    )


def drawing(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """DXF with numbers that are none, arrays of millions, blocks in themselves."""
    number = lambda: chance.choice((*NUMBERS, "108.9", "22.8", "108.95"))  # noqa: E731
    many = chance.choice(("1", "3", "-1", "30000", "2147483647", "99999999999"))
    insert = f"0\nINSERT\n8\n锅炉\n2\nB1\n10\n{number()}\n20\n22.8\n70\n{many}\n71\n{many}\n44\n1\n45\n1\n"
    line = f"0\nLINE\n8\n道路\n10\n{number()}\n20\n{number()}\n11\n108.95\n21\n22.85\n"
    poly = f"0\nLWPOLYLINE\n8\n道路\n90\n{many}\n" + f"10\n{number()}\n20\n22.8\n" * 4
    block = f"0\nSECTION\n2\nBLOCKS\n0\nBLOCK\n2\nB1\n10\n0\n20\n0\n{insert}0\nENDBLK\n0\nENDSEC\n"
    xref = f"0\nSECTION\n2\nBLOCKS\n0\nBLOCK\n70\n4\n2\nB1\n1\n{secret}\n0\nENDBLK\n0\nENDSEC\n"
    body = (
        chance.choice((DXF_HEAD, DXF_HEAD, ""))  # GDAL knows a drawing by its first section
        + chance.choice((block, xref, "", ""))
        + "0\nSECTION\n2\nENTITIES\n"
        + chance.choice((insert, line, poly)) * chance.choice((1, 3))
    )
    text = body + chance.choice(("0\nENDSEC\n0\nEOF\n", "", "0\nEOF", "999\n"))
    return ".dxf", text.encode(chance.choice(("utf-8", "gb18030")))


def said(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """TOML of the wrong types, too deep, too long."""
    value = lambda: chance.choice((  # noqa: E731
        "5", "-1", "true", '"x"', "[]", "{}", "nan", "inf", "1979-05-27", '["heat"]', "[[1]]",
        '{ zh = 5, en = "a" }', '{ path = "a.csv" }', '"' + "x" * 5_000 + '"', f'"{secret}"',
        '"/vsicurl/' + url + '/a.gpkg"', '"\\u0000"', '"\\uFFFE"', '{ path = 5, datum = "mars" }',
        "[" * 40 + "]" * 40, "9" * 30, "0x7fffffffffffffff", '"../../etc/passwd"',
    ))  # fmt: skip
    keys = ("title", "name", "plans", "layers", "heat", "edits", "layers.boilers", "heat.supply_radius_m",
            "heat.assume_chp", "layers.x.file", "layers.x.sha256", "layers.counties", "targets", "boundary",
            "work_crs", "numbers", "adcodes", "document", "a" * 5_000, ".".join("a" * 200), '"\\u200b"')  # fmt: skip
    lines = [f"{chance.choice(keys)} = {value()}" for _ in range(chance.choice((1, 2, 5)))]
    if chance.random() < 0.1:
        lines.append(".".join("a" * chance.choice((300, 20_000))) + " = 1")
    if chance.random() < 0.1:
        lines += ["[[edits]]", f"role = {value()}", f"id = {value()}", f"set = {value()}"]
    return ".toml", "\n".join(dict.fromkeys(lines)).encode(
        chance.choice(("utf-8", "utf-8", "utf-16"))
    )


def marked(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """KML, GPX and GraphML: entities, depth, numbers that are none."""
    at = f"{chance.choice(NUMBERS)},{chance.choice(NUMBERS)}"
    entity = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "x" * 99}">' for n in range(9))
    head = chance.choice(("", f"<!DOCTYPE a [{entity}]>", f'<!DOCTYPE a [<!ENTITY a8 SYSTEM "{secret}">]>',
                          f'<!DOCTYPE a SYSTEM "{url}/a.dtd">'))  # fmt: skip
    word = chance.choice(("&a8;", "甲", "<![CDATA[<b>]]>", "&#xFFFE;", "&#0;", "x" * 70_000))
    deep = chance.choice((0, 3, 3_000, 60_000))
    kml = f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{"<Folder>" * deep}<Placemark><name>{word}</name>'
    kml += f"<Point><coordinates>{at}</coordinates></Point></Placemark>{'</Folder>' * deep}</Document></kml>"
    gpx = f'<gpx version="1.1" creator="{word}"><rte><rtept lat="{chance.choice(NUMBERS)}" lon="108"/></rte></gpx>'
    graph = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="x" for="node" attr.name="x" '
    graph += f'attr.type="{chance.choice(("double", "int", "list", ""))}"/><graph edgedefault="directed">'
    graph += f'<node id="1"><data key="x">{chance.choice(NUMBERS)}</data></node><edge source="1" target="{word[:9]}"/>'
    suffix, text = chance.choice(
        ((".kml", kml), (".gpx", gpx), (".graphml", graph + "</graph></graphml>"))
    )
    return suffix, f'<?xml version="1.0"?>{head}{text}'.encode("utf-8", "surrogatepass")


def jsons(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """JSON of the wrong types, too deep, too long."""
    value = lambda: chance.choice((*ODD, *TEXTS, None))  # noqa: E731
    keys = (
        "plan",
        "subject",
        "parameters",
        "indicators",
        "inputs",
        "outputs",
        "files",
        "format",
        "rules",
        "meta",
    )
    whole = {key: value() for key in keys if chance.random() < 0.7}
    text = json.dumps(whole)
    depth = chance.choice((0, 0, 0, 900, 200_000))
    return ".json", ("[" * depth + text + "]" * depth).encode("utf-8", "surrogatepass")


def links(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """Tables of links with distances that are none and ids that look alike."""
    ids = ["a", "a\u200b", "A", " a", "", "01", "1", "\ufffe"]
    rows = [
        f"{chance.choice(ids)},{chance.choice(ids)},{chance.choice((*NUMBERS, '5', '7'))}"
        for _ in range(chance.choice((0, 3, 30)))
    ]
    head = chance.choice(("demand_id,facility_id,distance_m", "demand_id,facility_id", "a,b,c", ""))
    return ".csv", "\n".join([head, *rows]).encode("utf-8", "surrogatepass")
