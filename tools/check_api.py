"""Whether web/openapi.json and the page's types still say what the server's routes say. `make api-types` renews them."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "web" / "openapi.json"
TYPES = ROOT / "web" / "src" / "shared" / "api" / "schema.d.ts"


def printed_schema() -> object:
    """The OpenAPI document as the server's code gives it now."""
    command = [sys.executable, "-m", "arcano", "openapi"]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)


def generated_types(folder: Path) -> str:
    """The page's types as the committed schema gives them now."""
    target = folder / "schema.d.ts"
    subprocess.run(
        [
            str(ROOT / ".venv-build/bin/python"), "tools/build_web.py", "npm", "exec", "--",
            "openapi-typescript", str(SCHEMA), "--output", str(target),
        ],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    return target.read_text()


def main() -> int:
    drifted: list[Path] = []
    if not SCHEMA.exists() or json.loads(SCHEMA.read_text()) != printed_schema():
        drifted.append(SCHEMA)
    with tempfile.TemporaryDirectory() as folder:
        if not drifted and (
            not TYPES.exists() or TYPES.read_text() != generated_types(Path(folder))
        ):
            drifted.append(TYPES)
    for path in drifted:
        print(
            f"{path.relative_to(ROOT)} is out of step with the server's routes: run `make api-types`."
        )
    return 1 if drifted else 0


if __name__ == "__main__":
    sys.exit(main())
