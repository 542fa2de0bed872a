"""Finds a Chromium for the browser tests, or gets one, and prints its path.

In this order: ARCANO_TEST_CHROMIUM, one on the PATH or where systems put it, Playwright's own download, the
distribution's package when we may install it. Each is believed only after it has started once. What
was done is said in one line on standard error.

Its headless shell, where there is one, comes before the whole browser: the same engine, without the windows that nobody
sees, and the browser's tests take three fifths of the time.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

SHELLS = ("chromium-headless-shell", "chrome-headless-shell")
NAMES = (*SHELLS, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/usr/lib/chromium/chromium",
    "/opt/google/chrome/chrome",
    "/snap/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
PACKAGES = (
    ("chromium-headless-shell", "fonts-liberation"),
    ("chromium", "chromium-sandbox", "fonts-liberation"),
)
DOWNLOAD_SECONDS = 600
FIRST_ANSWER_MS = "8000"  # Playwright's limit for one connection: where its servers cannot be reached, we must not wait
HELP = (
    "No Chromium was found and none could be fetched. Install one (on Debian: apt-get install chromium), "
    "or name one in ARCANO_TEST_CHROMIUM."
)


def say(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


def starts(path: str) -> bool:
    """Whether the program runs here; a downloaded one may lack libraries of the system."""
    try:
        return (
            subprocess.run(
                [path, "--version"], capture_output=True, timeout=30, check=False
            ).returncode
            == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


def installed() -> Iterator[str]:
    """Where a Chromium may already be, the likeliest first."""
    named = os.environ.get("ARCANO_TEST_CHROMIUM")
    if named:
        yield named
    yield from filter(None, map(shutil.which, NAMES))
    yield from (place for place in PLACES if Path(place).exists())
    yield from playwrights_own()


def playwrights_own() -> list[str]:
    """What `playwright install chromium` left behind, now or in some earlier run."""
    home = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache/ms-playwright")
    mac = Path.home() / "Library/Caches/ms-playwright"
    patterns = (
        "chromium_headless_shell-*/chrome-*/*headless*shell",
        "chromium-*/chrome-linux*/chrome",
        "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    )
    found = (sorted(root.glob(part), reverse=True) for part in patterns for root in (home, mac))
    return [str(path) for newest_first in found for path in newest_first]


def download() -> None:
    """Playwright's own build of Chromium, which needs no administrator."""
    say("Chromium is missing: asking Playwright for its build ...")
    run(
        [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"],
        environment={"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": FIRST_ANSWER_MS},
    )


def install_package() -> None:
    """The distribution's package, where apt-get exists and we are, or may silently become, root."""
    if shutil.which("apt-get") is None:
        return
    root: list[str] = []
    if os.geteuid() != 0:
        root = ["sudo", "-n"]
        if shutil.which("sudo") is None or not run([*root, "true"]):
            return
    say("Chromium is missing: installing its package with apt-get ...")
    install = [*root, "apt-get", "install", "-y", "--no-install-recommends"]
    # Not every distribution has the shell by itself, and lists may be old, or none.
    if any(run([*install, *packages]) for packages in PACKAGES):
        return
    run([*root, "apt-get", "update"])
    any(run([*install, *packages]) for packages in PACKAGES)


def run(command: list[str], *, environment: dict[str, str] | None = None) -> bool:
    try:
        done = subprocess.run(
            command,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=DOWNLOAD_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def find() -> str | None:
    """The path of a Chromium that starts, or None."""
    for path in installed():
        if starts(path):
            say(f"Browser tests use {path}.")
            return path
    for get in (download, install_package):
        get()
        for path in installed():
            if starts(path):
                say(f"Browser tests use {path}, installed just now.")
                return path
    return None


if __name__ == "__main__":
    found = find()
    if found is None:
        sys.exit(HELP)
    print(found)
