"""How much JavaScript, as it travels, the page needs before it can show anything."""

import re
from collections.abc import AsyncGenerator
from pathlib import Path

from tests.load.figure import Figure
from tests.load.running import ROOT

BUILT = ROOT / "src" / "arcano" / "web_dist"
TARGET_KB = 250

_SCRIPTS = re.compile(r'<(?:script|link)[^>]*?(?:src|href)="([^"]+\.js)"')
_IMPORTED = re.compile(r'(?:\bfrom|\bimport)\s*"(\./[^"]+\.js)"')


async def measure(*, quick: bool) -> AsyncGenerator[Figure]:  # noqa: ARG001 - it is quick anyway
    """The scripts that the entry page names and all that they import at once, as brotli packs them."""
    entry = BUILT / "index.html"
    name = "page: JavaScript of the first load, compressed"
    if not entry.exists():
        yield Figure(name, 0, "kB", note="skipped: the page has not been built (make serve)")
        return
    found: set[Path] = set()
    for address in _SCRIPTS.findall(entry.read_text()):
        _gather(BUILT / address.lstrip("/"), found)
    yield Figure(
        name,
        sum(_packed(path).stat().st_size for path in found) / 1000,
        "kB",
        TARGET_KB,
        note=f"{len(found)} files, {sum(path.stat().st_size for path in found) / 1000:,.0f} kB unpacked",
    )


def _gather(path: Path, found: set[Path]) -> None:
    if path not in found:
        found.add(path)
        for address in _IMPORTED.findall(path.read_text()):
            _gather((path.parent / address).resolve(), found)


def _packed(path: Path) -> Path:
    packed = path.with_name(path.name + ".br")
    return packed if packed.exists() else path
