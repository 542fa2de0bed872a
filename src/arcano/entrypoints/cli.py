"""The command `arcano`."""

import argparse
import gc
import json
import os
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError

from arcano import __version__
from arcano.platform.errors import ArcanoError


def main() -> None:
    """Do what the command line says; an error we foresaw is one sentence and exit code 1."""
    arguments = _parser().parse_args()
    try:
        arguments.deed(arguments)
    except ArcanoError as refused:
        sys.exit(f"arcano: {refused.detail}")
    except ValidationError as wrong:
        lines = [f"  {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in wrong.errors()]
        sys.exit("\n".join(["arcano: some settings are not as they should be:", *lines]))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="arcano", description="A workspace and API for language models you own or rent."
    )
    parser.add_argument("--version", action="version", version=f"arcano {__version__}")
    deeds = parser.add_subparsers(required=True, metavar="command")

    serve = deeds.add_parser("serve", help="start the server")
    serve.add_argument("--host", help="the address to listen on (HOST)")
    serve.add_argument("--port", type=int, help="the port to listen on (PORT)")
    serve.add_argument("--data-dir", type=Path, help="where everything is kept (DATA_DIR)")
    serve.set_defaults(deed=_serve)

    settings = deeds.add_parser("settings", help="print the settings in force, secrets hidden")
    settings.set_defaults(deed=_settings)

    link = deeds.add_parser(
        "password-link", help="make a link by which somebody chooses a new password, once"
    )
    link.add_argument("email", help="whose password it is")
    link.add_argument("--data-dir", type=Path, help="where everything is kept (DATA_DIR)")
    link.set_defaults(deed=_password_link)

    openapi = deeds.add_parser(
        "openapi", help="print the OpenAPI description of the HTTP interface"
    )
    openapi.set_defaults(deed=_openapi)
    return parser


def _serve(arguments: argparse.Namespace) -> None:
    # Nothing of what is loaded from here on is garbage. Not looking for any saves a tenth of the start; the server
    # looks again once it listens.
    gc.disable()
    # Imported here, so that `arcano --version` does not load a web server.
    from arcano.entrypoints.serve import serve  # noqa: PLC0415
    from arcano.entrypoints.settings import Settings  # noqa: PLC0415

    given = {name: getattr(arguments, name) for name in ("host", "port", "data_dir")}
    serve(Settings(**{name: value for name, value in given.items() if value is not None}))


def _settings(_arguments: argparse.Namespace) -> None:
    from arcano.entrypoints.settings import Settings  # noqa: PLC0415

    for name, value in _flat(Settings()):
        print(f"{name} = {value}")


def _password_link(arguments: argparse.Namespace) -> None:
    from arcano.entrypoints.password_link import password_link  # noqa: PLC0415
    from arcano.entrypoints.settings import Settings  # noqa: PLC0415

    given = {} if arguments.data_dir is None else {"data_dir": arguments.data_dir}
    print(password_link(arguments.email, settings=Settings(**given)))


def _openapi(_arguments: argparse.Namespace) -> None:
    from arcano.entrypoints.web import describe  # noqa: PLC0415

    json.dump(describe(), sys.stdout, indent=1, sort_keys=True)
    print(flush=True)


def _flat(settings: BaseModel, prefix: str = "") -> list[tuple[str, Any]]:
    """Every setting with its value in force; secrets say only whether they are set."""
    lines: list[tuple[str, Any]] = []
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            lines += _flat(value, f"{prefix}{name}.")
        elif isinstance(value, SecretStr):
            lines.append((f"{prefix}{name}", "(set, hidden)"))
        else:
            lines.append(
                (f"{prefix}{name}", os.fspath(value) if isinstance(value, Path) else value)
            )
    return lines
