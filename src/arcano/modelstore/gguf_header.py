"""What a GGUF file says of itself, read from its head without loading any weights.

Follows the GGUF specification (ggml, docs/gguf.md), versions 2 and 3, little-endian. Everything in such
a file may be a lie: counts, lengths and depth are bounded, and only the few values we use are kept.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

from arcano.modelstore.bounded_file import BoundedFile
from arcano.modelstore.errors import UnreadableModelFileError
from arcano.modelstore.tensor_types import tensor_bytes

MAX_HEADER_BYTES = 64 * 1024 * 1024
_MAX_VALUES = 10_000
_MAX_TENSORS = 100_000
_MAX_DIMENSIONS = 8
_MAX_KEY_BYTES = 65_535
_MAX_TEXT_BYTES = 1024 * 1024
_MAX_ITEMS = 4_000_000
_DEFAULT_ALIGNMENT = 32

_STRING, _ARRAY = 8, 9
_SCALARS = {
    0: "<B",
    1: "<b",
    2: "<H",
    3: "<h",
    4: "<I",
    5: "<i",
    6: "<f",
    7: "<?",
    10: "<Q",
    11: "<q",
    12: "<d",
}

Value = int | float | bool | str


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """The values of one file by their keys (arrays only as their first number), and its true length.

    `needed_bytes` is how long the file must be to hold all its weights.
    """

    values: dict[str, Value]
    tensor_count: int
    needed_bytes: int

    def text(self, key: str) -> str | None:
        value = self.values.get(key)
        return value if isinstance(value, str) else None

    def number(self, key: str) -> int | None:
        value = self.values.get(key)
        return value if isinstance(value, int) and 0 <= value < 2**53 else None


def read_gguf_header(path: Path) -> GgufHeader:
    """Read the head of the file at `path`. Blocks; takes some milliseconds for a usual file.

    Raises:
        UnreadableModelFileError: It is no GGUF, or damaged, or cut short.
        OSError: It cannot be read at all.
    """
    with path.open("rb") as file:
        size = path.stat().st_size
        reader = BoundedFile(file, size=size, limit=MAX_HEADER_BYTES)
        if size < 4 or reader.take(4) != b"GGUF":
            raise UnreadableModelFileError("The file is not a GGUF model file.")
        version = reader.u32()
        if version not in (2, 3):
            raise UnreadableModelFileError(f"The file is of an unknown GGUF version ({version}).")
        tensor_count, value_count = reader.u64(), reader.u64()
        if tensor_count > _MAX_TENSORS or value_count > _MAX_VALUES:
            raise UnreadableModelFileError("The file's description of itself is impossibly long.")
        values = dict(_read_value(reader) for _ in range(value_count))
        extent = max((_read_extent(reader) for _ in range(tensor_count)), default=0)
        alignment = values.get("general.alignment", _DEFAULT_ALIGNMENT)
        if not isinstance(alignment, int) or not 0 < alignment <= 2**20:
            raise UnreadableModelFileError("The file has an impossible alignment.")
        start = -(-reader.position // alignment) * alignment
        header = GgufHeader(
            {key: value for key, value in values.items() if value is not None},
            tensor_count,
            start + extent if tensor_count else reader.position,
        )
    if header.needed_bytes > size:
        raise UnreadableModelFileError(
            f"The file is not complete: {size} of {header.needed_bytes} bytes are there."
        )
    return header


def _read_value(reader: BoundedFile) -> tuple[str, Value | None]:
    key = _text(reader, _MAX_KEY_BYTES)
    kind = reader.u32()
    if kind == _STRING:
        return key, _text_or_nothing(reader)
    if kind == _ARRAY:
        return key, _first_of_array(reader)
    return key, _scalar(reader, kind)


def _scalar(reader: BoundedFile, kind: int) -> Value:
    form = _SCALARS.get(kind)
    if form is None:
        raise UnreadableModelFileError("The file has a value of an unknown kind.")
    return struct.unpack(form, reader.take(struct.calcsize(form)))[0]


def _first_of_array(reader: BoundedFile) -> Value | None:
    """Pass over an array; where it is one of numbers, its first tells enough (heads for each layer)."""
    kind, count = reader.u32(), reader.u64()
    if count > _MAX_ITEMS:
        raise UnreadableModelFileError("The file has an impossibly long list.")
    if kind == _STRING:
        reader.skip_strings(count)
        return None
    if kind not in _SCALARS:
        # Lists of lists are allowed by the format and used by nobody.
        raise UnreadableModelFileError("The file has a list of an unknown kind.")
    if not count:
        return None
    first = _scalar(reader, kind)
    reader.skip((count - 1) * struct.calcsize(_SCALARS[kind]))
    return first


def _read_extent(reader: BoundedFile) -> int:
    """Where one tensor's weights end, counted from where all weights begin."""
    _text(reader, _MAX_KEY_BYTES)
    dimensions = reader.u32()
    if dimensions > _MAX_DIMENSIONS:
        raise UnreadableModelFileError("The file has weights of an impossible shape.")
    shape = [reader.u64() for _ in range(dimensions)]
    kind, offset = reader.u32(), reader.u64()
    return offset + tensor_bytes(kind, shape)


def _text(reader: BoundedFile, limit: int) -> str:
    length = reader.u64()
    if length > limit:
        raise UnreadableModelFileError("The file has an impossibly long name in it.")
    return reader.take(length).decode("utf-8", "replace")


def _text_or_nothing(reader: BoundedFile) -> str | None:
    length = reader.u64()
    if length > _MAX_TEXT_BYTES:
        reader.skip(length)
        return None
    return reader.take(length).decode("utf-8", "replace")
