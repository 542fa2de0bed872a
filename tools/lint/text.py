"""Rules about any file: nothing of one machine in it, nothing secret, nothing huge.

An address of a package registry in a lock file makes everyone else install from there; a path of the writer's
machine works for the writer only; a key that was committed once is public for ever.
"""

import re
from collections.abc import Iterator

from tools.lint.source import Finding, Source

MOST_BYTES = 600_000
# pip's own release; pictures; the model that comes along
MAY_BE_LARGE = ("tools/bootstrap/", "docs/", "src/arcano/modelstore/starter/")
# Written with brackets so that the patterns do not find themselves.
MACHINE = re.compile(r"(?<![\w.])(/wor[k]/|/roo[t]/|/hom[e]/\w|/User[s]/\w|[A-Z]:\\User[s])")
REGISTRY = re.compile(
    r"pythonhoste[d]\.org|pyp[i]\.org/simple|registry\.npmj[s]|registry\.yarnpk[g]|deb[.]debian[.]org|(?:extra-)?inde[x]-url[ =]h"
)
SECRET = re.compile(
    r"-----BEGI[N] (?:[A-Z]+ )?PRIVATE KEY-----|\bAKI[A][0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b"
    r"|\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{40,}\b|\bxox[abp]-[0-9A-Za-z-]{20,}\b|\bhf_[A-Za-z]{34}\b"
)
RULES = (
    (MACHINE, "a path of one machine"),
    (REGISTRY, "an address of a package registry"),
    (SECRET, "what looks like a secret"),
)


def names_nobodys_machine(source: Source) -> Iterator[Finding]:
    """No path of a machine, no registry address, no secret."""
    text = source.text or ""
    for pattern, what in RULES:
        # Each line once. The whole text at a time: line by line costs seconds.
        for number in sorted(
            {text.count("\n", 0, one.start()) + 1 for one in pattern.finditer(text)}
        ):
            yield source.finding(number, f"Take out {what}.")


def is_not_huge(source: Source) -> Iterator[Finding]:
    """Large files belong elsewhere: every clone carries them for ever."""
    if len(source.content) > MOST_BYTES and not str(source.path).startswith(MAY_BE_LARGE):
        yield source.finding(
            1, f"{len(source.content) // 1000} kB are too much for the repository."
        )
