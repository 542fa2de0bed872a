"""Writes the pages of docs/reference that the code already says: command line, errors, metrics, permissions, providers, settings.

generate_reference.py            write them
generate_reference.py --check    fail when one is out of step
"""

import argparse
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import cast, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

import arcano
from arcano.entrypoints.cli import command_line
from arcano.entrypoints.settings import COMMON_NAMES, Settings
from arcano.entrypoints.watching import catalogue
from arcano.identity import BUILT_IN_ROLES, Permission
from arcano.platform.errors import ArcanoError
from arcano.providers import OfferedModel, Takes
from arcano.providers.adapters.anthropic_models import CLAUDE_MODELS
from arcano.providers.adapters.anthropic_models import takes_of as takes_of_claude
from arcano.providers.adapters.gemini_models import GEMINI_MODELS
from arcano.providers.adapters.gemini_models import takes_of as takes_of_gemini
from arcano.providers.adapters.litellm import EACH_ITS_OWN
from arcano.providers.kinds import KINDS, Kind
from arcano.providers.profiles import GENERIC, MISTRAL, OPENAI

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"
GENERATED = "<!-- Written by `make reference`. Do not edit. -->"


def import_everything() -> None:
    """Import every module of ours, so that every class is known."""
    for module in pkgutil.walk_packages(arcano.__path__, "arcano."):
        # Alembic runs its own files, one at a time and in its own surroundings.
        if module.name != "arcano.__main__" and ".migrations." not in module.name:
            importlib.import_module(module.name)


def error_classes() -> list[type[ArcanoError]]:
    """Every error that Arcano raises on purpose, by code."""

    def below(root: type[ArcanoError]) -> Iterator[type[ArcanoError]]:
        for child in root.__subclasses__():
            if child.__module__.startswith("arcano."):
                yield child
            yield from below(child)

    return sorted(set(below(ArcanoError)), key=lambda error: (error.code, error.__qualname__))


def command_line_page() -> str:
    """Every command with its arguments, in the order of `arcano --help`."""
    lines = [
        "# The command line",
        "",
        GENERATED,
        "",
        "`arcano` stands for `.venv/bin/arcano` in the folder of Arcano. `arcano COMMAND --help` says the same, and `arcano --version` which",
        "version it is. A command goes by the settings that the server goes by: the environment, and `arcano.toml` in the folder where it is",
        "started. What goes wrong is told in one sentence, and the command ends with 1; it ends with 2 where the line itself is not understood.",
    ]
    for name, told, parser in commands(command_line(), "arcano"):
        lines += ["", f"## `{name}`", "", told, ""]
        if rows := [argument_row(argument) for argument in arguments_of(parser)]:
            lines += ["| argument | what it is |", "|---|---|", *rows]
        else:
            lines += ["It has no arguments."]
    return "\n".join([*lines, ""])


def commands(
    parser: argparse.ArgumentParser, name: str, line: str = ""
) -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """Each command that does something: how it is called, what it does, and its parser."""
    below = [action for action in actions_of(parser) if isinstance(action.choices, dict)]
    for action in below:
        lines: dict[str, str] = {one.dest: one.help for one in vars(action)["_choices_actions"]}
        children = cast("dict[str, argparse.ArgumentParser]", action.choices)
        for called, child in children.items():
            yield from commands(child, f"{name} {called}", lines[called])
    if not below:
        yield name, one_line(parser.description) or f"{line[:1].upper()}{line[1:]}.", parser


def arguments_of(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """What may follow a command, less `--help`, which all have."""
    return [action for action in actions_of(parser) if action.dest != "help"]


def actions_of(parser: argparse.ArgumentParser) -> Sequence[argparse.Action]:
    """Everything that it reads."""
    # argparse itself tells it in a text alone, whose form is another one in each Python.
    return parser._actions  # noqa: SLF001


def argument_row(action: argparse.Action) -> str:
    """One row of the table.

    Raises:
        SystemExit: When the argument has no help.
    """
    named = ", ".join(action.option_strings) or action.dest
    if not action.help:
        sys.exit(f"The argument {named} has no help.")
    takes = "" if action.nargs == 0 or not action.option_strings else action.metavar or action.dest
    shown_as = f"{named} {str(takes).upper()}".strip()
    return f"| `{shown_as}` | {one_line(action.help)} |"


def errors_page() -> str:
    """The table of errors, each with the first sentences of its class."""
    rows = [
        f"| `{error.code}` | {error.status} | {'yes' if error.retryable else 'no'} | {one_line(error.__doc__)} "
        f"| `{error.__module__}.{error.__name__}` |"
        for error in error_classes()
    ]
    return "\n".join(
        [
            "# Errors",
            "",
            GENERATED,
            "",
            "Every error answers with `application/problem+json` (RFC 9457) and one of these codes, which do not change. The same",
            "codes stand in the event `turn-failed`. *Again* says whether the same request may succeed later without being changed;",
            "where it is known, `retry_after` says when.",
            "",
            "| code | status | again | what it means, and what to do | class |",
            "|---|---|---|---|---|",
            *rows,
            "",
            "`internal-error` (500) is what nobody foresaw: the server's log tells the story, under the `request_id` of the answer.",
            "",
        ]
    )


def settings_page() -> str:
    """Every setting with its environment name, default and meaning, section by section."""
    lines = [
        "# Settings",
        "",
        GENERATED,
        "",
        "Read once, when the server starts: first from the environment, then from `arcano.toml` in the folder where it is started.",
        "`arcano settings` prints those in force, with secrets left out.",
    ]
    sections: list[tuple[str, type[BaseModel], str | None]] = [("", Settings, None)]
    for name, section, listed in sections:
        fields = section.model_fields
        plain = {key: field for key, field in fields.items() if section_class(field) is None}
        sections += [
            (
                f"{name}{key}{'.NAME' if is_named(field) else ''}.",
                inner,
                listed or several(field, f"{name}{key}"),
            )
            for key, field in fields.items()
            if (inner := section_class(field))
        ]
        if not plain:
            continue
        lines += ["", f"## {name.rstrip('.') or 'The server'}", "", one_line(section.__doc__), ""]
        if listed:
            plainly = listed.strip("[]").removesuffix(".NAME")
            [variable] = environment_names(Settings, "", plainly.replace(".", "__"))
            lines += [
                f"One or more of them, as `{listed}`; or all in `{variable}`, as JSON.",
                "",
            ]
            lines += ["| arcano.toml | default | what it does |", "|---|---|---|"]
        else:
            lines += ["| environment | arcano.toml | default | what it does |", "|---|---|---|---|"]
        lines += [
            setting_row(None if listed else Settings, name, key, field)
            for key, field in plain.items()
        ]
    return "\n".join([*lines, ""])


def section_class(field: FieldInfo) -> type[BaseModel] | None:
    """The class of a field that is a section of its own, not a value."""
    candidates = (field.annotation, *get_args(field.annotation))
    return next(
        (kind for kind in candidates if inspect.isclass(kind) and issubclass(kind, BaseModel)), None
    )


def is_named(field: FieldInfo) -> bool:
    """Whether it is a section for each name that somebody gives."""
    return get_origin(field.annotation) is dict


def several(field: FieldInfo, name: str) -> str | None:
    """How a section that may be there several times is written: the environment has no names for what is in it."""
    if is_named(field):
        return f"[{name}.NAME]"
    return f"[[{name}]]" if get_origin(field.annotation) in (list, tuple) else None


def setting_row(settings: type[BaseModel] | None, section: str, key: str, field: FieldInfo) -> str:
    """One row of the table. Without `settings` the environment cannot name it.

    Raises:
        SystemExit: When the setting has no description.
    """
    if not field.description:
        sys.exit(f"The setting {section}{key} has no description.")
    told = f"`{section}{key}` | {shown(field)} | {one_line(field.description)} |"
    if settings is None:
        return f"| {told}"
    names = ", ".join(f"`{name}`" for name in environment_names(settings, section, key))
    return f"| {names} | {told}"


def environment_names(settings: type[BaseModel], section: str, key: str) -> list[str]:
    """The names under which the environment may give it: those that people know first, then ours."""
    place = (*filter(None, section.split(".")), key)
    known = [name for name, meant in COMMON_NAMES.items() if meant == place]
    prefix, delimiter = (
        str(settings.model_config.get(f"env_{part}", "")) for part in ("prefix", "nested_delimiter")
    )
    return [*known, (prefix + delimiter.join(place)).upper()]


def shown(field: FieldInfo) -> str:
    """The default as a person would write it."""
    if field.is_required():
        return "must be given"
    value = field.get_default(call_default_factory=True, validated_data={})
    match value:
        case None | "" | () | []:
            return "none"
        case SecretStr():
            return "hidden"
        case timedelta():
            return in_words(value)
        case Enum():
            return f"`{value.value}`"
        case bool():
            return "on" if value else "off"
        case _:
            return f"`{value}`"


def in_words(span: timedelta) -> str:
    """`30 days`, `15 minutes`, `20 seconds`: in the largest unit that leaves nothing over."""
    for name, unit in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if span and not span.total_seconds() % unit:
            return f"{span.total_seconds() / unit:g} {name}"
    return f"{span.total_seconds():g} seconds"


def one_line(text: str | None) -> str:
    """The first paragraph, on one line, safe inside a table."""
    paragraph = inspect.cleandoc(text or "").split("\n\n")[0]
    return " ".join(paragraph.split()).replace("|", "\\|")


def providers_page() -> str:
    """What is known of every kind of server, and of the models whose names say what they take."""
    kinds = [
        f"| `{kind.id}` | {kind.label} | {usual_address(kind)} | {'yes' if kind.needs_key else 'no'} |"
        for kind in KINDS.values()
    ]
    return "\n".join(
        [
            "# Providers",
            "",
            GENERATED,
            "",
            "How to connect them, and what to expect of each: [How to connect a provider](../how-to/connect-a-provider.md).",
            "",
            "## Kinds of servers",
            "",
            "| kind | called | address, if none is said | needs a key |",
            "|---|---|---|---|",
            *kinds,
            "",
            "## What models take",
            "",
            "By the beginning of their names; what a server says of its models counts for more. A parameter that the chosen model does",
            "not take is refused with `parameter-not-taken` and its name. `/api/models` says the same of each model that is there.",
            "",
            "| at | models | temperature | top-p | stop words | seed | reasoning effort | JSON Schema |",
            "|---|---|---|---|---|---|---|---|",
            *(takes_row(*known) for known in known_models()),
            "",
        ]
    )


def usual_address(kind: Kind) -> str:
    """Where it is asked if nobody says where."""
    if kind.base_url == EACH_ITS_OWN:
        return "each vendor's own"
    return f"`{kind.base_url}`" if kind.base_url else "must be said"


def known_models() -> Iterator[tuple[str, str, Takes]]:
    """A place, the beginning of a name, and what such models take there."""
    for rule in OPENAI.rules:
        yield "OpenAI", rule.begins, OPENAI.takes(OfferedModel(rule.begins))
    yield "Mistral", "any", MISTRAL.takes(OfferedModel("mistral"))
    yield "any other compatible server", "any", GENERIC.takes(OfferedModel("any"))
    for name in CLAUDE_MODELS:
        yield "Anthropic", name, takes_of_claude(OfferedModel(name))
    for name in GEMINI_MODELS:
        yield "Google", name, takes_of_gemini(OfferedModel(name))


def takes_row(place: str, model: str, takes: Takes) -> str:
    """One row of the table."""
    told = [
        f"0 to {takes.temperature.most:g}"
        if takes.temperature and takes.temperature.most
        else "no",
        "yes" if takes.top_p else "no",
        f"{takes.stop}" if takes.stop else "no",
        "yes" if takes.seed else "no",
        ", ".join(takes.efforts) or "no",
        "yes" if takes.json_schema else "no",
    ]
    return f"| {place} | `{model}` | {' | '.join(told)} |"


def permissions_page() -> str:
    """Every permission with what it means, and the built-in roles that have it."""
    rows = [
        f"| `{permission.value}` | {one_line(permission.meaning)} | "
        + " | ".join("yes" if permission in has else "no" for has in BUILT_IN_ROLES.values())
        + " |"
        for permission in Permission
    ]
    return "\n".join(
        [
            "# Permissions",
            "",
            GENERATED,
            "",
            "What may be allowed, by name. A person has the permissions of their role and of every group they are in; nothing else gives",
            "any. The columns are the built-in roles as they are by default: all but the owner's can be changed, and put back, on the page",
            "*Roles*. [How to let people in](../how-to/invite-people.md) says who may give what.",
            "",
            f"| permission | allows to | {' | '.join(BUILT_IN_ROLES)} |",
            f"|---|---|{'---|' * len(BUILT_IN_ROLES)}",
            *rows,
            "",
        ]
    )


def metrics_page() -> str:
    """Every figure of `/metrics`, those that are counted and those that are looked up."""

    def rows(figures: tuple[catalogue.Figure, ...]) -> list[str]:
        return [
            f"| `{figure.name}` | {figure.kind} | {', '.join(f'`{label}`' for label in figure.labels) or 'none'} | {figure.help} |"
            for figure in figures
        ]

    heading = ["| name | kind | labels | what it is |", "|---|---|---|---|"]
    return "\n".join(
        [
            "# Metrics",
            "",
            GENERATED,
            "",
            "What `GET /metrics` tells, in Prometheus' text format. [How to switch it on, and what to do with it](../how-to/watch-a-server.md).",
            "",
            "## Counted when a call ends",
            "",
            "`gen_ai_…` are the names of OpenTelemetry's conventions for generative AI, as Prometheus writes them: `gen_ai.client.token.usage` is",
            "`gen_ai_client_token_usage`. An answer from the cache is a call, but no operation of a model.",
            "",
            *heading,
            *rows(catalogue.PER_CALL),
            "",
            "## Looked up when somebody asks",
            "",
            *heading,
            *rows(catalogue.AT_SCRAPE),
            "",
            "`process_…` are those of every program that uses Prometheus' own library: memory, processor, open files, start.",
            "",
        ]
    )


def pages() -> dict[str, str]:
    """Each generated page by its file name."""
    import_everything()
    return {
        "command-line.md": command_line_page(),
        "errors.md": errors_page(),
        "metrics.md": metrics_page(),
        "permissions.md": permissions_page(),
        "providers.md": providers_page(),
        "settings.md": settings_page(),
    }


def main(arguments: list[str]) -> int:
    stale = 0
    for name, text in pages().items():
        path = REFERENCE / name
        if path.exists() and path.read_text() == text:
            continue
        stale += 1
        if arguments == ["--check"]:
            print(f"docs/reference/{name} is out of step with the code: run `make reference`.")
        else:
            path.write_text(text)
            print(f"  docs/reference/{name} renewed.")
    return 1 if stale and arguments == ["--check"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
