"""Rules about tests: they read as a specification, replace nothing of ours, and are not switched off in silence.

A test suite that patches restates the implementation and breaks with every change of it; one product that was studied has
two patches per test. Here a fake goes through the port, and passes the contract tests of the real thing.
"""

import ast
from collections.abc import Iterator

from tools.lint.source import Finding, Source

FEWEST_WORDS = 3
SKIPPING = frozenset({"pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail", "pytest.skip"})
SKIPPING_ENDS = frozenset(name.rpartition(".")[2] for name in SKIPPING)


def are_sentences(source: Source) -> Iterator[Finding]:
    """`test_a_stopped_turn_keeps_its_text`, not `test_stop`."""
    if not source.is_test:
        return
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith(
            "test_"
        ):
            words = node.name.removeprefix("test_").split("_")
            if len(words) < FEWEST_WORDS:
                yield source.finding(
                    node.lineno, f"{node.name} is no sentence: say what is true when it passes."
                )


def do_not_patch(source: Source) -> Iterator[Finding]:
    """`monkeypatch.setattr` never names something of ours."""
    if not source.is_test:
        return
    ours = {
        (alias.asname or alias.name).split(".")[0]
        for node in source.nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if (node.module or "" if isinstance(node, ast.ImportFrom) else alias.name).split(".")[0]
        == "arcano"
    }
    for node in source.nodes:
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "setattr"
            and ast.unparse(node.func).endswith("patch.setattr")
            and node.args
        ):
            target = node.args[0]
            named = target.value if isinstance(target, ast.Constant) else ast.unparse(target)
            if str(named).split(".")[0] in ours | {"arcano"}:
                yield source.finding(
                    node.lineno, "Pass a fake through a port instead of patching our own module."
                )


def say_why_they_are_skipped(source: Source) -> Iterator[Finding]:
    """A test that does not run gives its reason, or another run of the suite hides a hole."""
    if not source.is_test:
        return
    called = {id(node.func): node for node in source.nodes if isinstance(node, ast.Call)}
    for node in source.nodes:
        if (
            isinstance(node, ast.Attribute)
            and node.attr in SKIPPING_ENDS
            and (name := ast.unparse(node)) in SKIPPING
        ):
            call = called.get(id(node))
            if call is None or not gives_a_reason(call, name):
                yield source.finding(node.lineno, f"{name} needs a reason.")


def gives_a_reason(call: ast.Call, name: str) -> bool:
    named = any(
        keyword.arg == "reason"
        and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
        for keyword in call.keywords
    )
    return named or (name == "pytest.skip" and bool(call.args))
