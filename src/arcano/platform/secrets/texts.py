"""What people and models wrote, as rows keep it: plain, or sealed where the deployment says so.

Which of the two a row holds is seen by its first character, so that both may lie side by side and the setting
can be changed at any time. Where nothing is sealed, looking costs one comparison a value.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64Error

from sqlalchemy import Connection

from arcano.platform.secrets.box import HEAD_BYTES, VERSION, SecretBox
from arcano.platform.secrets.columns import RowId, SealedColumn
from arcano.platform.secrets.errors import SecretUnreadableError

MARK = "\x02"
"""Sealed text is this, the key's id in hexadecimal, and the rest in base64: columns of text hold no bytes."""
BLANK = frozenset({"", "[]", "{}"})
"""Values that say nothing and are not sealed."""

OPTION = "arcano_texts"
"""The option of a database's connections that holds its `Texts`."""


class Texts:
    """How texts are kept. Without a box, as in a database of a test, they are kept as they are."""

    __slots__ = ("_box", "is_sealing")

    def __init__(self, box: SecretBox | None = None, *, sealing: bool = False) -> None:
        self._box = box
        self.is_sealing = sealing and box is not None

    def kept(self, text: str, column: SealedColumn, *row: RowId) -> str:
        """`text` as the row is to hold it."""
        # A plain text that begins like a sealed one would be taken for one: it is sealed whatever the settings say.
        if not self.is_sealing and text[:1] != MARK:
            return text
        if self._box is None or text in BLANK:
            return text
        return as_text(self._box.seal(text.encode(), column, *row))

    def kept_or_none(self, text: str | None, column: SealedColumn, *row: RowId) -> str | None:
        return None if text is None else self.kept(text, column, *row)

    def read(self, stored: str, column: SealedColumn, *row: RowId) -> str:
        """The text again.

        Raises:
            SecretUnreadableError: It is sealed and does not open.
        """
        if stored[:1] != MARK:
            return stored
        return self._opened(as_bytes(stored), column, row).decode()

    def read_or_none(self, stored: str | None, column: SealedColumn, *row: RowId) -> str | None:
        return None if stored is None else self.read(stored, column, *row)

    def kept_bytes(self, content: bytes, column: SealedColumn, *row: RowId) -> bytes:
        """JSON as a row of bytes is to hold it: no JSON begins like something sealed."""
        if not self.is_sealing or self._box is None:
            return content
        return self._box.seal(content, column, *row)

    def read_bytes(self, stored: bytes, column: SealedColumn, *row: RowId) -> bytes:
        """The JSON again.

        Raises:
            SecretUnreadableError: It is sealed and does not open.
        """
        return stored if stored[:1] != VERSION else self._opened(stored, column, row)

    def _opened(self, sealed: bytes, column: SealedColumn, row: tuple[RowId, ...]) -> bytes:
        if self._box is None:
            raise SecretUnreadableError("This text is sealed, and there is no key here to open it.")
        return self._box.open(sealed, column, *row)


PLAIN = Texts()


def texts_of(connection: Connection) -> Texts:
    """How texts are kept in the database of this connection."""
    return connection.get_execution_options().get(OPTION, PLAIN)


def as_text(sealed: bytes) -> str:
    """A sealed value for a column of text."""
    return MARK + sealed[1:HEAD_BYTES].hex() + b64encode(sealed[HEAD_BYTES:]).decode()


def as_bytes(stored: str) -> bytes:
    """The sealed value that a column of text holds; one that was altered does not open."""
    end = 1 + 2 * (HEAD_BYTES - 1)
    try:
        return VERSION + bytes.fromhex(stored[1:end]) + b64decode(stored[end:], validate=True)
    except (NotBase64Error, ValueError):
        return b""
