"""Keys: made for their owner alone, trusted only when nobody can read or guess them, and changed while in use."""

import os
from base64 import b64encode, urlsafe_b64encode
from pathlib import Path

import pytest

from arcano.platform.secrets.errors import SecretKeyError
from arcano.platform.secrets.key_file import KeyFile
from arcano.platform.secrets.keys import KeyRing, keys_in, new_key


def base64(secret: bytes) -> str:
    return b64encode(secret).decode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "secret.key"


def put(path: Path, content: bytes, mode: int = 0o600) -> Path:
    path.touch(mode=0o600)
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_the_file_is_made_with_one_key_and_for_its_owner_only(path: Path) -> None:
    made = KeyFile.make(path)

    assert len(made.ring.keys) == 1
    assert KeyFile(path).ring.first.secret == made.ring.first.secret
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret.key"]


def test_two_keys_are_never_the_same(path: Path, tmp_path: Path) -> None:
    one, other = KeyFile.make(path).ring.first, KeyFile.make(tmp_path / "other.key").ring.first

    assert one.secret != other.secret
    assert one.name != other.name


def test_the_first_form_of_the_file_is_the_bare_key(path: Path) -> None:
    secret = os.urandom(32)

    assert KeyFile(put(path, secret)).ring.first.secret == secret


REFUSED = {
    "short": (b64encode(os.urandom(16)), "32 random bytes, not 16"),
    "bare and short": (os.urandom(31), "32 random bytes"),
    "empty": (b"", "no key"),
    "only a remark": (b"# nothing here\n", "no key"),
    "a default": (b"changeme", "everybody knows"),
    "a default in other letters": (b"CHANGE-ME", "everybody knows"),
    "words": (b64encode(b"correct horse battery staple 123"), "can be guessed"),
    "zeros": (bytes(32), "can be guessed"),
    "counted": (b64encode(bytes(range(32))), "can be guessed"),
    "repeated": (b64encode(os.urandom(8) * 4), "can be guessed"),
    "no base64": (b"?" * 44, "base64"),
    "the second is short": (
        b64encode(os.urandom(32)) + b"\n" + b64encode(os.urandom(8)),
        "key 2, must be 32 random bytes, not 8",
    ),
}


@pytest.mark.parametrize(("content", "says"), REFUSED.values(), ids=REFUSED)
def test_a_key_that_cannot_be_trusted_is_refused_and_not_quoted(
    content: bytes, says: str, path: Path
) -> None:
    with pytest.raises(SecretKeyError) as refused:
        KeyFile(put(path, content))

    said = refused.value.detail
    assert says in said
    assert str(path) in said
    assert "openssl rand -base64 32" in said
    assert len(content) < 5 or content.decode(errors="replace") not in said


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o602, 0o660])
def test_a_key_that_others_can_touch_is_refused(mode: int, path: Path) -> None:
    with pytest.raises(SecretKeyError, match=f"Run: chmod 600 {path}"):
        KeyFile(put(path, base64(os.urandom(32)).encode(), mode))


def test_a_folder_in_the_place_of_the_file_is_refused(path: Path) -> None:
    path.mkdir()

    with pytest.raises(SecretKeyError, match="is no file"):
        KeyFile(path)


def test_a_file_that_is_not_there_is_told_with_what_to_do(path: Path) -> None:
    with pytest.raises(SecretKeyError, match="Put the key back"):
        KeyFile(path)


def test_several_keys_stand_between_spaces_commas_or_line_ends() -> None:
    secrets = [os.urandom(32) for _ in range(4)]
    one, two, three, four = map(base64, secrets)
    text = f"# mine\n{one} {two},{three}\n\n{urlsafe_b64encode(secrets[3]).decode()} # {four}\n"

    assert [key.secret for key in keys_in(text, place="a test")] == secrets


def test_a_key_that_stands_there_twice_is_one() -> None:
    one, two = new_key(place="a"), new_key(place="a")

    assert KeyRing((one, two, one)).keys == (one, two)
    assert KeyRing((one, two)).first is one


def test_whoever_has_the_file_open_sees_a_new_key_at_once(path: Path) -> None:
    server, command = KeyFile.make(path), KeyFile(path)
    old, new = server.ring.first, new_key(place=str(path))

    command.replace(KeyRing((new, *command.ring.keys)))

    assert server.ring.first.secret == new.secret
    assert server.ring.get(old.id) is not None
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_vanishes_while_it_is_in_use_takes_no_key_away(path: Path) -> None:
    server = KeyFile.make(path)
    key = server.ring.first
    path.unlink()

    assert server.ring.first is key


def test_a_file_that_others_could_read_meanwhile_is_refused_while_in_use(path: Path) -> None:
    server = KeyFile.make(path)
    put(path, base64(os.urandom(32)).encode(), 0o644)

    with pytest.raises(SecretKeyError, match="chmod 600"):
        _ = server.ring


def test_a_replacement_that_cannot_be_written_leaves_the_old_keys(path: Path) -> None:
    server = KeyFile.make(path)
    key = server.ring.first
    path.with_name("secret.key.new").mkdir()

    with pytest.raises(SecretKeyError, match="cannot be written"):
        server.replace(KeyRing((new_key(place="a"),)))

    assert KeyFile(path).ring.first.secret == key.secret
