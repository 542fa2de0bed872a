"""Where Starter lies, the tiny model that comes with Arcano: in the package, read and never written.

How it is made: `training/` in the repository. What it can do: docs/reference/starter-model.md.
"""

from pathlib import Path

STARTER_FOLDER = Path(__file__).parent / "starter"
STARTER_FILE = STARTER_FOLDER / "starter.gguf"
