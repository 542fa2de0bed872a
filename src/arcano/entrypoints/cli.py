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

    openapi = deeds.add_parser(
        "openapi", help="print the OpenAPI description of the HTTP interface"
    )
    openapi.set_defaults(deed=_openapi)

    audit = deeds.add_parser("audit", help="check the audit trail, or take it out")
    ways = audit.add_subparsers(required=True, metavar="deed")
    verify = ways.add_parser(
        "verify", help="name the first row that was altered, moved or taken away"
    )
    verify.add_argument(
        "--anchor",
        action="append",
        default=[],
        metavar="NUMBER:HASH",
        help="a row and its hash as the log has them after `audit head is`; as often as wanted",
    )
    verify.add_argument(
        "--log", type=Path, help="a log of the server: every anchor in it is looked at"
    )
    verify.set_defaults(deed=_verify_audit)
    export = ways.add_parser("export", help="print every row as a line of JSON, oldest first")
    export.set_defaults(deed=_export_audit)
    for way in (verify, export):
        way.add_argument("--data-dir", type=Path, help="where everything is kept (DATA_DIR)")
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


def _verify_audit(arguments: argparse.Namespace) -> None:
    from arcano.entrypoints.audit_trail import verify_audit  # noqa: PLC0415

    whole, sentences = verify_audit(
        _data_dir(arguments), anchors=arguments.anchor, log=arguments.log
    )
    print(*sentences, sep="\n")
    if not whole:
        sys.exit(1)


def _export_audit(arguments: argparse.Namespace) -> None:
    from arcano.entrypoints.audit_trail import export_audit  # noqa: PLC0415

    export_audit(_data_dir(arguments), sys.stdout.buffer)


def _data_dir(arguments: argparse.Namespace) -> Path:
    from arcano.entrypoints.settings import Settings  # noqa: PLC0415

    given: Path | None = arguments.data_dir
    return given or Settings().data_dir


def _settings(_arguments: argparse.Namespace) -> None:
    from arcano.entrypoints.settings import Settings  # noqa: PLC0415

    for name, value in _flat(Settings()):
        print(f"{name} = {value}")


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
