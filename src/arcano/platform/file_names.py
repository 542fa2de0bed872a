"""Names of files as text."""

import os
from pathlib import Path


def shown(name: str | Path) -> str:
    """A name on this disk as text: its bytes may be in another code, and can then be sent to nobody."""
    return os.fsencode(name).decode("utf-8", "replace")
