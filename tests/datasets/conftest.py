"""A listener on this machine, and a file that nobody asked for."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Point


@dataclass
class Listener:
    """Counts who connects."""

    port: int
    heard: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.05)
    made = Listener(server.getsockname()[1])
    done = threading.Event()

    def listen() -> None:
        while not done.is_set():
            try:
                connection, _ = server.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(1)
                try:
                    made.heard.append(connection.recv(400))
                    connection.sendall(b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                except OSError:
                    made.heard.append(b"")

    thread = threading.Thread(target=listen)
    thread.start()
    yield made
    done.set()
    thread.join()
    server.close()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Give another file of this machine, which no file that is read may bring in."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    path = folder / "secret.geojson"
    frame = gpd.GeoDataFrame({"锅炉编号": ["SECRET"]}, geometry=[Point(108.9, 22.8)], crs=4326)
    frame.to_file(path, driver="GeoJSON")
    return path
