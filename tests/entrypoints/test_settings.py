"""Settings: the environment first, then the file, then what is sensible; secrets are never shown."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from arcano.entrypoints.cli import main
from arcano.entrypoints.settings import COMMON_NAMES, Settings


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in COMMON_NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_without_anything_it_listens_on_this_machine_alone() -> None:
    settings = Settings()

    assert (settings.host, settings.port, settings.data_dir) == ("127.0.0.1", 8080, Path("data"))


def test_common_names_are_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    monkeypatch.setenv("OLLAMA_HOST", "gpu:11434")

    settings = Settings()

    assert settings.port == 9000
    assert settings.providers.openai_api_key is not None
    assert settings.providers.openai_api_key.get_secret_value() == "sk-canary"
    assert settings.providers.ollama_base_url == "gpu:11434"


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    monkeypatch.setenv("ARCANO_HOST", "")

    assert (Settings().port, Settings().host) == (8080, "127.0.0.1")


def test_our_own_names_win_over_common_ones_and_both_over_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("arcano.toml").write_text('port = 1\nhost = "0.0.0.0"\n[local]\nparallel = 3\n')
    monkeypatch.setenv("PORT", "2")
    assert Settings().port == 2
    monkeypatch.setenv("ARCANO_PORT", "3")

    settings = Settings()

    assert (settings.port, settings.host, settings.local.parallel) == (3, "0.0.0.0", 3)  # noqa: S104


@pytest.mark.parametrize(
    "line", ["port = 70000", "prot = 1", "[local]\nparalel = 2", "[identity]\nsession_lifetme = 3"]
)
def test_a_slip_in_the_file_is_an_error_and_not_ignored(line: str) -> None:
    Path("arcano.toml").write_text(line)

    with pytest.raises(ValidationError):
        Settings()


def test_the_command_prints_every_setting_and_no_secret(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    monkeypatch.setattr("sys.argv", ["arcano", "settings"])

    main()

    shown = capsys.readouterr().out
    assert "port = 8080" in shown
    assert "providers.openai_api_key = (set, hidden)" in shown
    assert "sk-canary" not in shown


def test_a_wrong_setting_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PORT", "many")
    monkeypatch.setattr("sys.argv", ["arcano", "settings"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert "port" in str(ended.value)
    assert "Traceback" not in str(ended.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ARCANO_PUBLIC_ORIGINS", "https://chat.example.com"),
        ("ARCANO_TRUSTED_PROXIES", "10.0.0.1"),
        ("ARCANO_IDENTITY", "{sk-canary"),
        ("ARCANO_TRACES__HEADERS", "Bearer sk-canary"),
    ],
)
def test_a_variable_that_must_be_json_and_is_not_is_named_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    monkeypatch.setattr("sys.argv", ["arcano", "settings"])

    with pytest.raises(SystemExit) as ended:
        main()

    told = str(ended.value)
    assert variable.partition("__")[0].removeprefix("ARCANO_").lower() in told.lower()
    assert value not in told


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"port = ", "end of document"),
        (b"a = 1\n[x\ny = 2", "line 2"),
        (b'host = "\xff"', "position 8"),
    ],
    ids=["cut short", "wrong", "not UTF-8"],
)
def test_a_file_that_is_not_toml_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, content: bytes, where: str
) -> None:
    Path("arcano.toml").write_bytes(content)
    monkeypatch.setattr("sys.argv", ["arcano", "settings"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert str(ended.value).startswith("arcano: arcano.toml is not TOML: ")
    assert where in str(ended.value)


def test_a_file_that_an_editor_on_windows_wrote_is_read() -> None:
    Path("arcano.toml").write_bytes(b"\xef\xbb\xbfport = 9000\r\n")

    assert Settings().port == 9000


def test_a_command_whose_reader_has_enough_says_nothing_of_it() -> None:
    readable, writable = os.pipe()
    os.close(readable)

    done = subprocess.run(
        [sys.executable, "-m", "arcano", "settings"],
        stdout=writable,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writable)

    assert (done.returncode, done.stderr) == (1, b"")
