"""The command `arcano`."""

import argparse
import gc
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError

from arcano import __version__
from arcano.platform.errors import ArcanoError

INTERRUPTED = 130
"""The exit code of a command that somebody ended with Ctrl-C, as shells know it."""


def main() -> None:
    """Do what the command line says; an error we foresaw is one sentence and exit code 1."""
    arguments = command_line().parse_args()
    try:
        arguments.deed(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Whoever reads has enough, as `head` does. Python would complain once more of what nobody took.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except ArcanoError as refused:
        sys.exit(f"arcano: {refused.detail}")
    except ValidationError as wrong:
        lines = [f"  {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in wrong.errors()]
        sys.exit("\n".join(["arcano: some settings are not as they should be:", *lines]))


def command_line() -> argparse.ArgumentParser:
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

    ask = deeds.add_parser("ask", help="ask a model in the terminal, without a server")
    ask.add_argument("question", help="what to ask; `-` reads it from the input")
    ask.add_argument("--model", help="which model answers; without it the first that there is")
    ask.add_argument("--data-dir", type=Path, help="where everything is kept (DATA_DIR)")
    ask.set_defaults(deed=_ask)

    settings = deeds.add_parser("settings", help="print the settings in force, secrets hidden")
    settings.set_defaults(deed=_settings)

    _add_secrets(deeds.add_parser("secrets", help="look after keys and what they seal"))
    link = deeds.add_parser(
        "password-link", help="make a link by which somebody chooses a new password, once"
    )
    link.add_argument("email", help="whose password it is")
    link.add_argument(
        "--without-second-factor",
        action="store_true",
        help="take the codes and passkeys from the account at once: for somebody who has lost them all",
    )
    link.add_argument("--data-dir", type=Path, help="where everything is kept (DATA_DIR)")
    link.set_defaults(deed=_password_link)

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


_SECRETS: Mapping[str, tuple[str, str, str]] = {
    "status": (
        "show_status",
        "show the keys, and how many values each has sealed",
        "Ends with 1 where something is sealed with a key that is missing.",
    ),
    "rotate": (
        "rotate",
        "put a new key in front and seal everything with it",
        "The server may go on serving: it takes up the new key by itself. Stopped in the middle, run it again; it goes "
        "on. Where the keys stand in the settings, put a new one before the others and restart the server first. Older "
        "keys stay until `arcano secrets retire`.",
    ),
    "retire": (
        "retire",
        "take away the keys that seal nothing any more",
        "A key that seals anything stays. Backups made before need the old key: keep it with them.",
    ),
    "apply": (
        "apply",
        "seal or open the texts that are there, as secrets.encrypt_text says",
        "Turning the setting on or off counts for what is written from then on; this does it for the rest. Run it with "
        "the settings of the server, after restarting that with them. Run once more while the server is stopped, it also "
        "clears what was deleted before.",
    ),
    "forget": (
        "forget",
        "drop values that no key here can open",
        "For when a key is lost for good: then the server starts again, and what was sealed with it has to be entered "
        "again. Without --yes it only tells what it would drop.",
    ),
}
"""What `arcano secrets` can do: the function, a line, and what else one should know."""


def _add_secrets(parser: argparse.ArgumentParser) -> None:
    parser.description = "Look after the keys that seal secrets at rest, and what they seal."
    deeds = parser.add_subparsers(required=True, metavar="command")
    for name, (function, line, more) in _SECRETS.items():
        deed = deeds.add_parser(name, help=line, description=f"{line[0].upper()}{line[1:]}. {more}")
        deed.add_argument("--data-dir", type=Path, help="where everything is kept (DATA_DIR)")
        if name == "forget":
            deed.add_argument("--yes", action="store_true", help="do it")
        deed.set_defaults(deed=_secrets, function=function)


def _secrets(arguments: argparse.Namespace) -> None:
    from arcano.entrypoints import secret_commands  # noqa: PLC0415
    from arcano.entrypoints.settings import Settings  # noqa: PLC0415

    given = {} if arguments.data_dir is None else {"data_dir": arguments.data_dir}
    secret_commands.run(Settings(**given), getattr(secret_commands, arguments.function), arguments)


def _serve(arguments: argparse.Namespace) -> None:
    # Nothing of what is loaded from here on is garbage. Not looking for any saves a tenth of the start; the server
    # looks again once it listens.
    gc.disable()
    # Imported here, so that `arcano --version` does not load a web server.
    from arcano.entrypoints.serve import serve  # noqa: PLC0415
    from arcano.entrypoints.settings import Settings  # noqa: PLC0415

    given = {name: getattr(arguments, name) for name in ("host", "port", "data_dir")}
    serve(Settings(**{name: value for name, value in given.items() if value is not None}))


def _ask(arguments: argparse.Namespace) -> None:
    from arcano.entrypoints.ask import ask  # noqa: PLC0415
    from arcano.entrypoints.settings import Settings  # noqa: PLC0415

    given = {} if arguments.data_dir is None else {"data_dir": arguments.data_dir}
    question = sys.stdin.read() if arguments.question == "-" else arguments.question
    ask(question, model=arguments.model, settings=Settings(**given))


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


def _password_link(arguments: argparse.Namespace) -> None:
    from arcano.entrypoints.password_link import password_link  # noqa: PLC0415
    from arcano.entrypoints.settings import Settings  # noqa: PLC0415

    given = {} if arguments.data_dir is None else {"data_dir": arguments.data_dir}
    link = password_link(
        arguments.email,
        settings=Settings(**given),
        without_second_factor=arguments.without_second_factor,
    )
    print(link)


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
