"""Runs every house rule on the tracked files, or on the files named."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from tools.lint import modules, tests, text
from tools.lint.source import Finding, Source

ROOT = Path(__file__).resolve().parent.parent.parent
RULES: tuple[Callable[[Source], Iterator[Finding]], ...] = (
    modules.says_what_it_is,
    modules.stays_small,
    modules.has_a_name_that_means_something,
    tests.are_sentences,
    tests.do_not_patch,
    tests.say_why_they_are_skipped,
    text.names_nobodys_machine,
    text.is_not_huge,
)


def tracked() -> list[str]:
    """Every file of the repository that git knows and that is there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def findings(names: list[str]) -> Iterator[Finding]:
    for name in names:
        source = Source(PurePosixPath(name), (ROOT / name).read_bytes())
        for rule in RULES:
            yield from rule(source)


def main(arguments: list[str]) -> int:
    found = list(findings(arguments or tracked()))
    for finding in found:
        print(finding)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
