"""Settings: the environment first, then the file, then what is sensible; secrets are never shown."""

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
