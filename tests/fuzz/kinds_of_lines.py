"""Hostile files that are lines, tags or features, whose parts lie about each other."""

import json
from random import Random

from tests.fuzz.corpus import INP
from tests.fuzz.kinds_of_text import DXF_HEAD, NUMBERS, TEXTS

HEAD = "锅炉编号,使用单位,额定蒸发量,燃料种类,经度,纬度"
COUNTS = ("0", "1", "-1", "5", "2147483647", "4294967295", "99999999999999999999", "1e9", "x", "")
TRACK = "<trkpt lat='22.8' lon='108.3'/>"
CODES = ("utf-7", "utf-32", "utf-16-be", "big5", "hz", "cp037", "shift_jis", "utf-8-sig", "gb18030")


def rows(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """A csv of quotes that stay open, mixed line ends, NULs, one line of 50 MB, a thousand heads."""
    many = [f"G{at},厂{at},{at + 1},烟煤,108.3{at},22.8{at}" for at in range(6)]
    ends = ("\n", "\r\n", "\r", "\n\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x1e")
    mixed = HEAD + "".join(chance.choice(ends) + row for row in many)
    text = chance.choice((
        mixed, mixed, f'{HEAD}\n"{many[0]}\n{many[1]}', f'{HEAD}\n{many[0]},"a""b"c"\n' + many[1],
        f"{HEAD}\n{many[0]}\0\n{many[1]}", f"{HEAD}\n" + "\0" * 5_000, "\n" * 900_000 + HEAD,
        "sep=;\n" + HEAD.replace(",", ";") + "\n" + many[0].replace(",", ";"), "," * 200_000 + "\n" + many[0],
        f"{HEAD}\n" + "x" * 50_000_000, f"{HEAD}\n" + "," * 5_000_000, HEAD * 3_000 + "\n" + many[0],
        (HEAD + "\n") * 400 + many[0], f"{HEAD}\n{many[0]}\x1a\n{many[1]}", f"{HEAD}\n" + '"' * 900_001,
        f"{HEAD}\n{many[0]}\n" * 20_000, f"{HEAD},wkt\n{many[0]},POLYGON((" + "0 0," * 90_000,
        f"{HEAD},wkt\n{many[0]}," + "GEOMETRYCOLLECTION(" * 30_000, "\ufeff\ufeff" + HEAD + "\n" + many[0],
        f"{HEAD}\n" + "\n".join(row + "," * at * 90 for at, row in enumerate(many)), "\u202e" + HEAD + "\n" + many[0],
        f"{HEAD}\n" + "\n".join(row.replace("108.3", chance.choice(NUMBERS)) for row in many),
        f"{HEAD}\n" + "\n".join(row.replace("G", chance.choice((*TEXTS, "G\u2028", "\u2029", "G\u00a0", "G\x85")), 1) for row in many),
        f"{HEAD}\n" + "\n".join(row.replace("烟煤", "(" * 20_000 + "煤" + ")" * 20_000) for row in many),
        f"{HEAD}\n" + many[0].replace("1,", "1" + "0" * 300_000 + ",", 1), f"{HEAD}\n" + many[0].replace("108.30", "108°" * 50_000),
    ))  # fmt: skip
    return chance.choice((".csv", ".csv", ".tsv")), text.encode(chance.choice(("utf-8", "utf-8", "utf-8", *CODES)), "replace")  # fmt: skip


def collections(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """GeoJSON, TopoJSON and Esri's: depth, keys twice, numbers that are none, arcs of nothing."""

    def number():
        return chance.choice(
            (*NUMBERS[:10], "108.3", "22.8", "Infinity", "NaN", '"108"', "null", "[1]")
        )

    at = f"[{number()},{number()}]"
    depth = chance.choice((3, 200, 20_000, 200_000))
    point = f'{{"type":"Point","coordinates":{at}}}'
    nest = '{"type":"GeometryCollection","geometries":[' * depth + point + "]}" * depth
    shape = chance.choice((
        point, nest, f'{{"type":"Polygon","coordinates":{"[" * depth}{at}{"]" * depth}}}', f'{{"coordinates":{at},"type":"Point"}}',
        f'{{"type":"MultiPoint","coordinates":[{",".join([at] * 400)}]}}', f'{{"type":"Point","type":"Polygon","coordinates":{at}}}',
        f'{{"type":"Polygon","coordinates":[[{at},[1,1],[2,2],{at}],[{at}]]}}', '{"type":"Point","coordinates":[[108.3,22.8]]}',
        f'{{"type":"LineString","coordinates":[{",".join(f"[{108 + one % 7},{22 + one % 5}]" for one in range(9_000))}]}}',
    ))  # fmt: skip
    told = chance.choice(('{"锅炉编号":"G1","锅炉编号":"G2"}', '{"锅炉编号":' + number() + "}", '"x"', "[]", "5", "null",
                          json.dumps({f"k{one}": one for one in range(9_000)}), '{"a":{"b":[{"c":null}]}}',
                          '{"' + "k" * 900_000 + '":1}', '{"锅炉编号":"' + "\\u0000" * 9 + '"}', '{"geometry":"x","fid":1,"geom":2}'))  # fmt: skip
    feature = f'{{"type":"Feature","id":{number()},"bbox":{number()},"properties":{told},"geometry":{shape}}}'
    arcs = f'{{"type":"Topology","transform":{{"scale":[{number()},1],"translate":[0,0]}},"objects":{{"a":{{"type":"Polygon","arcs":[[{number()},99]]}}}},"arcs":[[[0,0],[1,1]]]}}'
    rings = f'{{"geometryType":"esriGeometryPolygon","spatialReference":{{"wkid":{number()},"wkt":"{url}"}},"exceededTransferLimit":true,"fields":[{{"name":"a","type":"esriFieldTypeDate"}}],"features":[{{"attributes":{told},"geometry":{{"rings":[[{at},[1,1]]],"curveRings":[[[0,0],{{"a":[1]}}]]}}}}]}}'
    text = chance.choice((
        f'{{"type":"FeatureCollection","features":[{feature}]}}', f'{{"features":[{feature},5,null],"type":"FeatureCollection"}}',
        feature, shape, f"[{feature}]", arcs, rings, f'{{"type":"FeatureCollection","features":{{"a":{feature}}}}}',
        f'/* c */ {{"type":"FeatureCollection","features":[{feature},]}} // d', f"{{'type':'FeatureCollection','features':[{feature}]}}",
        f'{{"type":"FeatureCollection","crs":{{"x":"{"y" * 3_000}","type":"link","properties":{{"href":"{url}/c"}}}},"features":[{feature}]}}',
        f'{{"type":"FeatureCollection","crs":{{"type":"name","properties":{{"name":"{url}/c"}}}},"features":[{feature}]}}',
        f"\x1e{feature}\n\x1e{feature}", feature * 3, f'{{"status":"1","pois":[{{"location":{number()},"name":{told}}}]}}',
        f'{{"status":0,"results":[{{"location":{{"lng":{number()},"lat":[]}},"uid":{told}}}]}}', f"callback({feature});",
    ))  # fmt: skip
    return chance.choice((".geojson", ".geojson", ".json", ".geojsonl")), text.encode()


def drawings(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """DXF whose blocks hold each other, whose counts lie, or that is binary."""
    number = lambda: chance.choice((*NUMBERS, "108.9", "22.8", "1e6", "-1e9"))  # noqa: E731
    many = chance.choice(COUNTS)

    def insert(name: str, times: str = "1") -> str:
        return f"0\nINSERT\n5\n{chance.choice(COUNTS)}\n8\n锅炉\n2\n{name}\n10\n108.9\n20\n22.8\n41\n{number()}\n70\n{times}\n71\n{times}\n44\n1\n45\n1\n"

    def block(name: str, inner: str) -> str:
        return f"0\nBLOCK\n8\n0\n2\n{name}\n70\n0\n10\n{number()}\n20\n0\n{inner}0\nENDBLK\n"

    wide = "".join(block(f"B{at}", insert(f"B{at + 1}") * 10) for at in range(12)) + block(
        "B12", "0\nPOINT\n10\n1\n20\n1\n"
    )
    deep = "".join(block(f"B{at}", insert(f"B{at + 1}")) for at in range(900))
    ring = block("B0", insert("B1")) + block("B1", insert("B0"))
    entity = chance.choice((
        insert("B0", many), f"0\nSPLINE\n8\n道路\n71\n{many}\n72\n{many}\n73\n{many}\n" + "40\n0\n" * 9 + f"10\n{number()}\n20\n22.8\n" * 6,
        f"0\nHATCH\n8\n道路\n91\n{many}\n92\n7\n93\n{many}\n10\n{number()}\n20\n22.8\n", f"0\nARC\n8\n道路\n10\n108.9\n20\n22.8\n40\n{number()}\n50\n{number()}\n51\n{number()}\n",
        f"0\nELLIPSE\n8\n道路\n10\n108.9\n20\n22.8\n11\n{number()}\n21\n1\n40\n{number()}\n41\n0\n42\n{number()}\n", f"0\nCIRCLE\n8\n锅炉\n10\n108.9\n20\n22.8\n40\n{number()}\n",
        f"0\nPOLYLINE\n8\n道路\n70\n64\n71\n{many}\n72\n{many}\n" + f"0\nVERTEX\n8\n道路\n10\n{number()}\n20\n22.8\n42\n{number()}\n" * 5 + "0\nSEQEND\n",
        f"0\nTEXT\n8\n道路标注\n10\n108.9\n20\n22.8\n40\n{number()}\n1\n{chance.choice(TEXTS)}\\U+{chance.choice(('FFFE', 'D800', 'ZZZZ'))}%%d\n",
        "0\nMTEXT\n8\n锅炉\n10\n108.9\n20\n22.8\n1\n" + "{\\fX;" * 9_000 + "\n", f"0\nIMAGE\n8\n0\n10\n1\n20\n1\n340\n1\n1\n{secret}\n", "0\n3DSOLID\n8\n0\n1\n" + "x" * 90_000 + "\n",
        f"0\nLWPOLYLINE\n8\n道路\n90\n{many}\n" + f"10\n108.9\n20\n{number()}\n42\n{number()}\n" * 30, f"0\nDIMENSION\n8\n0\n2\nB0\n10\n{number()}\n",
    ))  # fmt: skip
    head = f"0\nSECTION\n2\nHEADER\n9\n$DWGCODEPAGE\n3\n{chance.choice(('ANSI_936', 'utf-16', 'x' * 999, 'hex'))}\n9\n$ACADVER\n1\n{chance.choice(('AC1009', 'AC9999'))}\n0\nENDSEC\n"
    text = chance.choice((head, DXF_HEAD, DXF_HEAD, "")) + "0\nSECTION\n2\nBLOCKS\n" + chance.choice((wide, deep, ring, "")) + "0\nENDSEC\n0\nSECTION\n2\nENTITIES\n" + entity * chance.choice((1, 3)) + chance.choice(("0\nENDSEC\n0\nEOF\n", ""))  # fmt: skip
    raw = text.encode(chance.choice(("utf-8", "gb18030")), "replace")
    if chance.random() < 0.1:
        raw = b"AutoCAD Binary DXF\r\n\x1a\0" + raw
    return ".dxf", raw.replace(b"\n", chance.choice((b"\n", b"\n", b"\r\n", b"\r")))


def marks(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """KML, GPX and GraphML: links, tracks, schemas of thousands, tables in descriptions, WKT."""
    number = lambda: chance.choice((*NUMBERS, "108.9", "22.8"))  # noqa: E731
    at, depth = f"{number()},{number()},{number()}", chance.choice((2, 300, 20_000))
    html = chance.choice(("<table>" * depth + "<tr><td>额定蒸发量<td>5", "额定蒸发量：" * depth, "<" * depth, "&lt;td&gt;" * depth,
                          "<table><tr><td>锅炉编号</td><td>G1</td></tr></table>" * depth, "=" * depth + ":" * depth))  # fmt: skip
    shape = chance.choice((
        f"<Point><coordinates>{at}</coordinates></Point>", "<MultiGeometry>" * depth + f"<Point><coordinates>{at}</coordinates></Point>" + "</MultiGeometry>" * depth,
        f"<LineString><coordinates>{f'{at} ' * 9_000}</coordinates></LineString>", "<Polygon><outerBoundaryIs><LinearRing><coordinates>108,22 108,22</coordinates></LinearRing></outerBoundaryIs></Polygon>",
        f"<gx:Track xmlns:gx='http://www.google.com/kml/ext/2.2'><when>x</when><gx:coord>{number()} 22.8 0</gx:coord></gx:Track>",
        f"<Model><Link><href>{secret}</href></Link><Location><longitude>{number()}</longitude></Location></Model>", "<Point/>", "",
    ))  # fmt: skip
    link = chance.choice(("", "", f"<networklink><Link><href>{url}</href></Link></networklink>", f"<GroundOverlay><Icon><href>{url}/a.png</href></Icon></GroundOverlay>",
                          f"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='{secret}'/>", f"<Update><targetHref>{url}</targetHref></Update>",
                          "<Schema name='s' id='s'>" + "<SimpleField type='x' name='f'/>" * 3_000 + "</Schema>"))  # fmt: skip
    data = "".join(f"<Data name='{chance.choice(('额定蒸发量', 'name', 'x' * 70_000, '', 'fid'))}'><value>{number()}</value></Data>" for _ in range(chance.choice((1, 3, 3_000))))  # fmt: skip
    kml = f"<kml xmlns='http://www.opengis.net/kml/2.2'><Document>{link}<Placemark><name>G1</name><description><![CDATA[{html}]]></description><styleUrl>{url}/s.kml#a</styleUrl><ExtendedData>{data}</ExtendedData>{shape}</Placemark></Document></kml>"
    gpx = f"<gpx version='1.1' xmlns='http://www.topografix.com/GPX/1/1'><wpt lat='{number()}' lon='{number()}'><time>{number()}</time><link href='{url}'/><extensions>{'<a>' * depth}{'</a>' * depth}</extensions></wpt><trk><trkseg>{TRACK * chance.choice((1, 9_000))}</trkseg></trk></gpx>"
    wkt = chance.choice(
        (
            "LINESTRING (" + "1 1," * 9_000,
            "LINESTRING (108.3 22.8, 1e400 22)",
            "POINT (1 1)",
            "(" * depth,
            "",
            "LINESTRING EMPTY",
        )
    )
    kinds = "".join(f"<key id='{one}' for='{chance.choice(('edge', 'all', 'x'))}' attr.name='{name}' attr.type='{chance.choice(('string', 'double', 'boolean', 'x'))}'/>" for one, name in enumerate(("geometry", "length", "highway", "oneway", "osmid")))  # fmt: skip
    edge = f"<edge source='1' target='{chance.choice('123')}'><data key='0'>{wkt}</data><data key='1'>{number()}</data><data key='2'>['a', 5]</data><data key='9'>x</data></edge>"
    graph = f"<graphml>{kinds}<key id='x' for='node' attr.name='x' attr.type='double'/><key id='y' for='node' attr.name='y' attr.type='double'/><graph edgedefault='{chance.choice(('directed', 'x'))}'><data key='x'>{url}</data><node id='1'><data key='x'>{number()}</data><data key='y'>22.8</data></node><node id='2'><data key='x'>108.3</data><data key='y'>22.9</data>{'<graph>' * chance.choice((0, 0, 900))}</node><node id='1'/>{edge * chance.choice((1, 2, 900))}<hyperedge/></graph></graphml>"
    suffix, text = chance.choice(((".kml", kml), (".kml", kml), (".gpx", gpx), (".graphml", graph)))
    head = chance.choice(
        (
            "",
            "",
            "<?xml version='1.0' encoding='gbk'?>",
            "<?xml version='1.0' encoding='utf-7'?>",
            "<?xml version='9'?>",
            "<!-- " + "-" * 99,
        )
    )
    return suffix, (head + text).encode(
        chance.choice(("utf-8", "utf-8", "utf-8", "gbk", "utf-16")), "replace"
    )


def tables(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """MapInfo text and SWMM: views of other tables, counts that lie, pipes that run in circles."""
    many, number = chance.choice(COUNTS), chance.choice(NUMBERS)
    end = chance.choice(("\n", "\r", "\r\n"))
    view = f'!table{end}!version 300{end}!charset Neutral{end}create view a as{end}Select * from s{end}open table "{secret}" Hide{end}\nType NATIVE'
    plain = f'!table\n!version {many}\n!charset {chance.choice(("WindowsSimpChinese", "x" * 999, ""))}\n\nDefinition Table\n  Type {chance.choice(("NATIVE", "DBF", "LINKED", "native"))} Charset "{chance.choice(("utf-16", "Neutral", "x"))}"\n  Fields {many}\n'
    plain += f"    boiler_id Char ({many}) ;\n    a Decimal ({many},{many}) ;\n" * chance.choice(
        (1, 4, 400)
    )
    mif = f'Version {many}\nCharset "{chance.choice(("WindowsSimpChinese", "hex", "utf-16"))}"\nDelimiter "{chance.choice((",", "", ",,", "x"))}"\nCoordSys {chance.choice(("Earth Projection 1, 0", f"Earth Projection {many}, {number}", "NonEarth Units x", "x" * 9_000))}\n'
    mif += f"Columns {many}\n  boiler_id Char({many})\n  name_zh Char(20)\nData\n\n" + chance.choice((f"Point {number} 22.8\n", f"Pline {many}\n108.3 22.8\n", f"Region {many}\n  {many}\n108 22\n109 22\n109 23\n", f"Pline Multiple {many}\n{many}\n", f"Arc {number} 1 2 3\n0 {number}\n", 'Text\n"a"\n', "Collection 9\n")) * chance.choice((1, 5))  # fmt: skip
    conduit = chance.choice(
        (
            f"C3 J2 J1 {number} 0.013 0 0",
            "C1 J1 J2 120 0.013 0 0",
            "C3 J9 J8 1 1 1 1",
            "C3 J1 J1 5 0.013 0 0",
            "C3",
        )
    )
    inp = INP.replace(
        "[XSECTIONS]",
        f"{conduit}\n[XSECTIONS]\nC3 {chance.choice(('CIRCULAR', 'IRREGULAR', 'x'))} {number} 0 0 0",
    ).replace("70.1", number)
    inp += chance.choice((f"[FILES]\nUSE HOTSTART {secret}\n", f'[TIMESERIES]\nT FILE "{secret}"\n', f"[BACKDROP]\nFILE {url}/a.png\n", f"[JUNCTIONS]\n{'J1 1 1' * 9_000}\n", "[COORDINATES]\nJ1 1e400 x\n", "[" * 9_000, f"[{'x' * 90_000}]\n", "[POLYGONS]\n" + "C1 1 1\n" * 9_000))  # fmt: skip
    suffix, text = chance.choice(
        (
            (".tab", view),
            (".tab", plain),
            (".mif", mif),
            (".mif", mif),
            (".inp", inp),
            (".inp", inp),
        )
    )
    return suffix, text.encode(chance.choice(("utf-8", "gb18030")), "replace")


def crowds(chance: Random, url: str, secret: str) -> tuple[str, bytes]:
    """A csv of thousands that are alike: one place, one id, one name, one thing wrong."""
    many = chance.choice((900, 9_000, 40_000))
    place = chance.choice(("108.3,22.8", "108.3{at:05d},22.8{at:05d}", ",", "999,999", "x,y"))
    row = chance.choice(("G{at}", "G1", "")) + "," + chance.choice(("厂{at}", "厂", ""))
    row += (
        ","
        + chance.choice(("5", "x", "{at}", ""))
        + ","
        + chance.choice(("烟煤", "煤{at}", ""))
        + ","
        + place
    )
    lines = [HEAD, *(row.format(at=at) for at in range(many))]
    if chance.random() < 0.3:
        lines = [line + ",x" * 60 for line in lines]
    return ".csv", "\n".join(lines).encode()


KINDS = (crowds, rows, rows, collections, collections, drawings, drawings, marks, marks, tables)
