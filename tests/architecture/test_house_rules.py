"""The house rules: each finds what it was made for, and lets what is right pass."""

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

import pytest
from tools.lint import modules, tests, text
from tools.lint.source import Finding, Source

Rule = Callable[[Source], Iterator[Finding]]


def a_file(path: str, content: str) -> Source:
    return Source(PurePosixPath(path), content.encode())


def lines_of(rule: Rule, path: str, content: str) -> list[int]:
    return [finding.line for finding in rule(a_file(path, content))]


def test_a_module_without_a_docstring_is_found() -> None:
    assert lines_of(modules.says_what_it_is, "src/arcano/chat/turns.py", "x = 1\n") == [1]
    assert lines_of(modules.says_what_it_is, "src/arcano/chat/turns.py", '"""Turns."""\n') == []


def test_a_module_of_more_than_five_hundred_lines_is_found() -> None:
    assert lines_of(modules.stays_small, "web/src/app/main.tsx", "\n" * 501) == [500]
    assert lines_of(modules.stays_small, "web/src/app/main.tsx", "\n" * 500) == []


def test_generated_types_may_be_long() -> None:
    assert lines_of(modules.stays_small, "web/src/shared/api/schema.d.ts", "\n" * 5000) == []


@pytest.mark.parametrize(
    "path",
    [
        "src/arcano/chat/service.py",
        "src/arcano/chat/turn_helpers.py",
        "src/arcano/utils/text.py",
        "web/src/shared/lib/date-utils.ts",
        "web/src/features/chat/data.ts",
    ],
)
def test_a_name_that_fits_everything_is_found(path: str) -> None:
    assert lines_of(modules.has_a_name_that_means_something, path, '"""What."""\n') == [1]


def test_a_class_whose_name_fits_everything_is_found() -> None:
    content = '"""What."""\n\n\nclass TurnManager: ...\n'

    assert lines_of(
        modules.has_a_name_that_means_something, "src/arcano/chat/turns.py", content
    ) == [4]


def test_a_name_that_says_what_the_thing_does_passes() -> None:
    content = '"""What."""\n\n\nclass TurnRunner: ...\n'

    assert (
        lines_of(
            modules.has_a_name_that_means_something, "src/arcano/platform/data_folder.py", content
        )
        == []
    )


def test_a_test_whose_name_is_no_sentence_is_found() -> None:
    assert lines_of(tests.are_sentences, "tests/chat/test_stop.py", "def test_stop(): ...\n") == [1]
    assert (
        lines_of(
            tests.are_sentences, "tests/chat/test_stop.py", "def test_a_stop_keeps_text(): ...\n"
        )
        == []
    )


def test_patching_our_own_module_is_found() -> None:
    content = "from arcano.chat import turns\ndef test(monkeypatch):\n    monkeypatch.setattr(turns, 'x', 1)\n"
    by_name = "def test(monkeypatch):\n    monkeypatch.setattr('arcano.chat.turns.x', 1)\n"

    assert lines_of(tests.do_not_patch, "tests/chat/test_stop.py", content) == [3]
    assert lines_of(tests.do_not_patch, "tests/chat/test_stop.py", by_name) == [2]


def test_patching_the_standard_library_passes() -> None:
    content = "import sys\ndef test(monkeypatch):\n    monkeypatch.setattr(sys, 'argv', [])\n"

    assert lines_of(tests.do_not_patch, "tests/chat/test_stop.py", content) == []


@pytest.mark.parametrize(
    "content",
    [
        "import pytest\n@pytest.mark.skip\ndef test(): ...\n",
        "import pytest\n@pytest.mark.skipif(True)\ndef test(): ...\n",
        "import pytest\n@pytest.mark.xfail(reason='')\ndef test(): ...\n",
        "import pytest\npytest.skip()\n",
    ],
)
def test_a_test_that_is_skipped_in_silence_is_found(content: str) -> None:
    assert lines_of(tests.say_why_they_are_skipped, "tests/chat/test_stop.py", content) == [2]


@pytest.mark.parametrize(
    "content",
    [
        "import pytest\n@pytest.mark.skipif(True, reason='no engine here')\ndef test(): ...\n",
        "import pytest\npytest.skip('no engine here')\n",
    ],
)
def test_a_test_that_is_skipped_for_a_reason_passes(content: str) -> None:
    assert lines_of(tests.say_why_they_are_skipped, "tests/chat/test_stop.py", content) == []


# Put together here, so that this file does not hold what it looks for.
@pytest.mark.parametrize(
    "line",
    [
        "/" + "work/project/src",
        "cd /" + "root/project",
        "/" + "home/ada/project",
        "https://files.python" + "hosted.org/packages/x.whl",
        "https://registry.npm" + "js.org/react",
        "-----BEGIN " + "PRIVATE KEY-----",
        "key = AKIA" + "ABCDEFGHIJKLMNOP",
        "OPENAI_API_KEY=sk-" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u1V2",
    ],
)
def test_what_belongs_to_one_machine_or_is_secret_is_found(line: str) -> None:
    assert lines_of(text.names_nobodys_machine, "docs/how-to/back-up.md", f"First.\n{line}\n") == [
        2
    ]


def test_an_ordinary_sentence_about_keys_and_folders_passes() -> None:
    content = (
        "Set OPENAI_API_KEY=sk-... and copy DATA_DIR to /var/backups; see network/work/plan.\n"
    )

    assert lines_of(text.names_nobodys_machine, "docs/how-to/back-up.md", content) == []


def test_a_huge_file_is_found_and_a_picture_in_the_docs_is_not() -> None:
    assert lines_of(text.is_not_huge, "web/public/film.bin", "x" * 700_000) == [1]
    assert lines_of(text.is_not_huge, "docs/screenshot.png", "x" * 700_000) == []


def test_a_picture_is_not_read_as_text() -> None:
    assert (
        list(
            text.names_nobodys_machine(
                Source(PurePosixPath("docs/screenshot.png"), b"\x89PNG\0\xff")
            )
        )
        == []
    )
