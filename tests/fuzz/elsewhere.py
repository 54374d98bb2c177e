"""Texts by which a file of any name would bring in another file, or open a connection."""

import json
from pathlib import Path
from xml.sax.saxutils import escape


def texts(secret: Path, url: str) -> dict[str, str]:
    """Give texts that drivers of GDAL obey, whatever the file is called."""
    layer = '<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{}</SrcDataSource>'
    layer += "</OGRVRTLayer></OGRVRTDataSource>"
    raster = (
        '<VRTDataset rasterXSize="9" rasterYSize="9"><VRTRasterBand dataType="Byte" band="1">'
        "<SimpleSource><SourceFilename>{}</SourceFilename><SourceBand>1</SourceBand>"
        "</SimpleSource></VRTRasterBand></VRTDataset>"
    )
    wms = f'<GDAL_WMS><Service name="TMS"><ServerUrl>{url}/a</ServerUrl></Service></GDAL_WMS>'
    algorithm = {
        "type": "gdal_streamed_alg",
        "command_line": f"gdal vector pipeline ! read {secret} ! write --output-format stream",
    }
    return {
        "a VRT of a file": layer.format(escape(str(secret))),
        "a VRT of an address": layer.format(f"/vsicurl/{url}/a.geojson"),
        "a VRT of a service": layer.format(f"WFS:{url}/wfs"),
        "a raster VRT of a file": raster.format(escape(str(secret.with_suffix(".tif")))),
        "a raster VRT of an address": raster.format(f"/vsicurl/{url}/a.tif"),
        "a WFS": f"<OGRWFSDataSource><URL>{url}/wfs</URL></OGRWFSDataSource>",
        "a WMS": wms,
        "a path": f"/vsicurl/{url}/a.geojson",
        "a piece of a pipeline": json.dumps(algorithm),
        "an address": f"{url}/a.geojson",
        "a service of features": json.dumps(
            {"links": [{"rel": "data", "href": f"{url}/collections"}], "conformsTo": []}
        ),
        "a link of KML": f"<kml><NetworkLink><Link><href>{url}/a.kml</href></Link></NetworkLink></kml>",
        "an entity": f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret}">]><kml><name>&x;</name></kml>',
        "an entity of an address": f'<!DOCTYPE a SYSTEM "{url}/a.dtd"><gpx><name>x</name></gpx>',
        "an inclusion": f'<graphml xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="{secret}"/>'
        "</graphml>",
        "a drawing elsewhere": f"0\nSECTION\n2\nBLOCKS\n0\nBLOCK\n70\n4\n2\nB\n1\n{secret}\n0\nENDBLK\n"
        "0\nENDSEC\n0\nSECTION\n2\nENTITIES\n0\nINSERT\n2\nB\n10\n1\n20\n1\n0\nENDSEC\n0\nEOF\n",
        "a view of tables": f'!table\r!version 300\rcreate view a as\rSelect * from s\ropen table "{secret}"'
        "\r\nType NATIVE",
        "a seamless table": "!table\n!version 300\nDefinition Table\n  Type NATIVE\n  Fields 1\n    Table Char (9)\n"
        'begin_metadata\n"\\IsSeamless" = "TRUE"\nend_metadata\n',
        "a table of a server": f'!table\n!version 300\nDefinition Table\n  Type LINKED\n  Fields 1\n"{url}"',
        "a model's files": f'[JUNCTIONS]\nJ1 1 1\n[FILES]\nUSE HOTSTART "{secret}"\n[BACKDROP]\nFILE "{url}/a"\n',
        "a table of addresses": f"锅炉编号,额定蒸发量,燃料种类,经度,纬度,wkt\n{url},5,煤,108.9,22.8,{secret}\n",
        "a CRS at an address": f'{{"type":"FeatureCollection","crs":{{"type":"name","properties":{{"name":"{url}"}}}},'
        '"features":[]}',
        "a CRS far within": f'{{"type":"FeatureCollection","crs":{{"x":"{"y" * 3_000}","type":"link",'
        f'"properties":{{"href":"{url}"}}}},"features":[]}}',
        "a scenario": f'[layers]\nboilers = {{ path = "/vsicurl/{url}/a.gpkg" }}\nrivers = {{ path = "{url}/a.kml" }}',
        "a KML within": f'<?xml version="1.0"?><!-- <kml --><OGRVRTDataSource>{url}'
        "</OGRVRTDataSource>",
    }
