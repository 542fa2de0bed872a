"""The settings of providers: what is missing or unsafe keeps the server from starting, and nothing is loaded for nobody."""

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError
from tests.identity.elsewhere.conftest import a_house, company, location
from tests.support.ask_app import ask_app
from tests.support.clock import StillClock
from tests.support.sign_in_provider import SignInProvider, query_of

from arcano.entrypoints.settings import Settings
from arcano.identity import IdentitySettings

OIDC = {"kind": "oidc", "issuer": "https://sso.company.example", "client_id": "arcano"}


@pytest.mark.parametrize(
    ("provider", "says"),
    [
        ({"kind": "oidc", "client_id": "x"}, "needs its `issuer`"),
        ({"kind": "oidc", "issuer": "https://a.example"}, "needs a `client_id`"),
        ({"kind": "google"}, "needs a `client_id`"),
        ({"kind": "github", "client_id": "x"}, "needs a `client_secret`"),
        ({"kind": "firebase"}, "needs its `project`"),
        ({"kind": "saml"}, "Input should be"),
        ({**OIDC, "issuer": "http://sso.company.example"}, "must be an https address"),
        ({**OIDC, "issuer": "http://127.0.0.1.evil.example"}, "must be an https address"),
        ({**OIDC, "issuer": "https://a@evil.example"}, "must be an https address"),
        ({**OIDC, "issuer": "https://sso.company.example?x"}, "must be an https address"),
        ({**OIDC, "roles": {"boss": "owner"}}, "No claim makes anybody the owner"),
        ({**OIDC, "grups": "x"}, "Extra inputs are not permitted"),
    ],
)
def test_what_is_missing_or_unsafe_is_said(provider: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        IdentitySettings.model_validate({"providers": {"company": provider}})


@pytest.mark.parametrize("name", ["manual", "Company", "com/pany", "", "-company", "x" * 41])
def test_a_name_that_would_mean_something_else_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        IdentitySettings.model_validate({"providers": {name: OIDC}})


def test_a_provider_can_be_set_in_the_environment_and_its_secret_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "arcano.toml").write_text(
        '[identity.providers.company]\nkind = "google"\nclient_id = "one"\n'
    )
    monkeypatch.setenv("ARCANO_IDENTITY__PROVIDERS__COMPANY__CLIENT_SECRET", "canary")

    company = Settings().identity.providers["company"]

    assert (company.client_id, company.secret) == ("one", "canary")
    assert company.at == "https://accounts.google.com"
    assert "canary" not in repr(company) + company.model_dump_json()


def test_the_emulator_is_known_by_the_variable_that_applications_know_it_by(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings().identity.firebase_auth_emulator_host == ""

    monkeypatch.setenv("FIREBASE_AUTH_EMULATOR_HOST", "127.0.0.1:9099")

    assert Settings().identity.firebase_auth_emulator_host == "127.0.0.1:9099"


def test_a_server_does_not_load_the_protocols_before_somebody_signs_in() -> None:
    looks = (
        "import sys, arcano.entrypoints.wiring, arcano.entrypoints.web; "
        "print({'authlib', 'joserfc', 'cryptography'} & set(sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", looks], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("origins", "host", "sent_back_to"),
    [
        ([], "here.example", "http://here.example"),
        (["https://chat.example"], "10.0.0.7:8080", "https://chat.example"),
        (["https://a.example", "https://b.example"], "b.example", "https://b.example"),
        (["https://chat.example"], "evil.example", "https://chat.example"),
    ],
)
async def test_browsers_are_sent_back_to_the_address_by_which_people_reach_us(
    tmp_path: Path,
    provider: SignInProvider,
    clock: StillClock,
    origins: list[str],
    host: str,
    sent_back_to: str,
) -> None:
    async with a_house(tmp_path, {"company": company(provider)}, clock=clock) as house:
        answer = await ask_app(
            house.app,
            "GET",
            "/api/sign-in/company/begin",
            headers={"Host": host},
            more={"arcano.public_origins": frozenset(origins)},
        )

    redirect = query_of(location(answer))["redirect_uri"]
    assert redirect == f"{sent_back_to}/api/sign-in/company/callback"
