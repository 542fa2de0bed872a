"""What a rule is given, and what it gives back."""

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from typing_extensions import override


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that breaks a rule. The message says what to do instead."""

    path: PurePosixPath
    line: int
    message: str

    @override
    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Source:
    """A tracked file: its path from the root of the repository, and its bytes."""

    path: PurePosixPath
    content: bytes

    @cached_property
    def text(self) -> str | None:
        """The content as text; None for pictures and other binary files."""
        if b"\0" in self.content:
            return None
        try:
            return self.content.decode()
        except UnicodeDecodeError:
            return None

    @cached_property
    def lines(self) -> list[str]:
        return (self.text or "").splitlines()

    @property
    def is_python(self) -> bool:
        return self.path.suffix == ".py"

    @property
    def is_test(self) -> bool:
        return self.is_python and self.path.parts[0] == "tests"

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text or "", filename=str(self.path))

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the tree. Found once for all rules: finding them is most of what the rules cost."""
        return list(ast.walk(self.tree))

    def finding(self, line: int, message: str) -> Finding:
        return Finding(self.path, line, message)
