"""Files made in a test, and dropped on the page as a hand would."""

import base64
import io
from typing import Any

import openpyxl

HOSTILE = "<img src=x onerror=window.hacked=1></script><script>window.hacked=1</script>"


def workbook(rows: list[list[Any]]) -> bytes:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def drop(page: Any, name: str, content: bytes) -> None:
    """Drop a file on the page."""
    drop_all(page, {name: content})


def drop_all(page: Any, files: dict[str, bytes]) -> None:
    """Drop several files at once."""
    page.evaluate(
        """(files) => {
        const data = new DataTransfer();
        files.forEach(([name, text]) => {
            const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
            data.items.add(new File([bytes], name));
        });
        const how = { dataTransfer: data, bubbles: true, cancelable: true };
        document.dispatchEvent(new DragEvent("drop", how));
        }""",
        [[name, base64.b64encode(content).decode()] for name, content in files.items()],
    )
