"""Images inside the JSON of a request: however their base64 is written, they are the same bytes."""

from base64 import b64encode, encodebytes, urlsafe_b64encode

import pytest

from arcano.gateway.inline_images import bytes_in
from arcano.platform.errors import InvalidInputError

IMAGE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


@pytest.mark.parametrize(
    "written",
    [
        b64encode(IMAGE),
        urlsafe_b64encode(IMAGE),
        encodebytes(IMAGE),
        encodebytes(IMAGE).replace(b"\n", b"\r\n"),
        b64encode(IMAGE).rstrip(b"="),
        urlsafe_b64encode(IMAGE).rstrip(b"="),
    ],
)
def test_base64_is_read_in_lines_or_in_one_filled_up_or_not(written: bytes) -> None:
    assert bytes_in(written.decode()) == IMAGE


@pytest.mark.parametrize("written", ["%", "QUJ D", "QUJDRA=x", "Q", "QUJDRA===", "QUJDé"])
def test_what_is_no_base64_is_refused(written: str) -> None:
    with pytest.raises(InvalidInputError, match="not valid base64"):
        bytes_in(written)
