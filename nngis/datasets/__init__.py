"""The only room that opens a vector, raster or parquet file: its own driver, no network."""
