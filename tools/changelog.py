"""Gathers the fragments of changes/ into a release of CHANGELOG.md: `changelog.py 0.2.0`."""

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("added", "changed", "deprecated", "removed", "fixed", "security")
MARK = "<!-- releases -->"


def fragments(folder: Path) -> dict[str, list[Path]]:
    """The fragments of each kind, in the order in which they are told."""
    return {kind: found for kind in KINDS if (found := sorted(folder.glob(f"*.{kind}.md")))}


def release(version: str, day: str, told: dict[str, list[str]]) -> str:
    """One release as it stands in the changelog."""
    lines = [f"## {version} ({day})"]
    for kind, texts in told.items():
        lines += ["", f"### {kind.capitalize()}", ""]
        lines += ["- " + " ".join(text.split()) for text in texts]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    match arguments:
        case [version] if re.fullmatch(r"\d+\.\d+\.\d+", version):
            pass
        case _:
            print("Say the version: make changelog VERSION=0.2.0")
            return 2
    found = fragments(ROOT / "changes")
    if not found:
        print("changes/ holds nothing to tell.")
        return 1
    told = {kind: [path.read_text() for path in paths] for kind, paths in found.items()}
    changelog = ROOT / "CHANGELOG.md"
    day = datetime.now(UTC).date().isoformat()
    changelog.write_text(
        changelog.read_text().replace(MARK, f"{MARK}\n\n{release(version, day, told)}", 1)
    )
    paths = [str(path) for group in found.values() for path in group]
    subprocess.run(["git", "rm", "--quiet", "--force", "--", *paths], cwd=ROOT, check=True)
    print(f"  CHANGELOG.md tells {version}; look it over, then commit.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
