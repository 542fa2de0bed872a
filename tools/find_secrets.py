"""Looks for keys, tokens and private keys in everything that git knows: `find_secrets.py`, or `find_secrets.py FOLDER`.

Kingfisher finds them, by its own patterns. What it finds is not tried out at anybody's server and not printed whole, and
it asks no network for anything. What git ignores is left out, or what others have installed here would be looked at.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KINGFISHER = Path(sys.executable).with_name("kingfisher")
IGNORED = ("node_modules", "web_dist", "__pycache__", "dist")


def tracked() -> list[str]:
    """The files and folders of the root with anything that git knows in them."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout
    # Folders, because a thousand files named one by one take ten times as long.
    names = {name.partition("/")[0] for name in listed.split("\0") if name}
    return sorted(name for name in names if (ROOT / name).exists())


def main(places: list[str]) -> int:
    command = [
        *(str(KINGFISHER), "scan", *(places or tracked())),
        *("--git-history", "none", "--no-validate", "--no-update-check", "--redact"),
        *("--rule-cache-dir", str(ROOT / ".make" / "secret-patterns")),
        *(word for name in IGNORED for word in ("--exclude", name)),
    ]
    return 1 if subprocess.run(command, cwd=ROOT, check=False).returncode else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
