"""What a caller may choose when a ledger is read; light enough for a command line to import."""

from typing import Literal

Hidden = Literal["rows", "read", "skip"]
