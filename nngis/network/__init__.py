"""Networks: road graphs, links by every metric, service areas, paths, tracing."""
