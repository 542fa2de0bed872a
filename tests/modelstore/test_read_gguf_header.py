"""Reading the head of a model file that may be anything: quickly, within bounds, and never beyond."""

import struct
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.tiny_gguf import write_tiny_gguf

from arcano.modelstore import UnreadableModelFileError
from arcano.modelstore.gguf_header import GgufHeader, read_gguf_header

STRING, ARRAY, U32 = 8, 9, 4


def a_head(*values: bytes, tensors: int = 0, count: int | None = None, version: int = 3) -> bytes:
    counts = struct.pack("<IQQ", version, tensors, len(values) if count is None else count)
    return b"GGUF" + counts + b"".join(values)


def text(content: str) -> bytes:
    return struct.pack("<Q", len(content.encode())) + content.encode()


def read(tmp_path: Path, content: bytes) -> GgufHeader:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    return read_gguf_header(path)


def test_the_file_is_exactly_as_long_as_its_weights_need(tiny_gguf: Path) -> None:
    header = read_gguf_header(tiny_gguf)

    assert header.needed_bytes == tiny_gguf.stat().st_size
    assert header.text("general.architecture") == "llama"
    assert header.number("llama.block_count") == 2


def test_of_a_list_of_numbers_the_first_is_kept(tmp_path: Path) -> None:
    heads = text("llama.attention.head_count_kv") + struct.pack("<IIQ", ARRAY, U32, 3)

    header = read(tmp_path, a_head(heads + struct.pack("<III", 8, 4, 8)))

    assert header.number("llama.attention.head_count_kv") == 8


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a GGUF"),
        (b"PK\x03\x04zip", "not a GGUF"),
        (b"GGUF\x03", "ends in the middle"),
        (a_head(version=1), "unknown GGUF version"),
        (a_head(count=2**63), "impossibly long"),
        (a_head(tensors=2**40), "impossibly long"),
        (a_head(count=1), "ends in the middle"),
        (a_head(struct.pack("<Q", 2**62) + b"key"), "impossibly long name"),
        (a_head(text("k") + struct.pack("<IQ", STRING, 2**62)), "ends in the middle"),
        (a_head(text("k") + struct.pack("<IIQ", ARRAY, STRING, 2**60)), "impossibly long list"),
        (a_head(text("k") + struct.pack("<IIQ", ARRAY, STRING, 3)), "ends in the middle"),
        (a_head(text("k") + struct.pack("<IIQ", ARRAY, ARRAY, 1)), "list of an unknown kind"),
        (a_head(text("k") + struct.pack("<I", 99)), "value of an unknown kind"),
        (a_head(text("general.alignment") + struct.pack("<II", U32, 0)), "impossible alignment"),
        (a_head(text("w") + struct.pack("<I", 2**31), tensors=1, count=0), "impossible shape"),
        (
            a_head(text("w") + struct.pack("<IQIQ", 1, 2**60, 0, 2**63), tensors=1, count=0),
            "not complete",
        ),
    ],
)
def test_a_file_that_lies_is_refused_with_the_reason(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    with pytest.raises(UnreadableModelFileError, match=reason):
        read(tmp_path, content)


def test_a_tokenizer_of_many_words_is_passed_over_quickly(tmp_path: Path) -> None:
    words = b"".join(text(f"word{number}") for number in range(300_000))
    tokens = text("tokenizer.ggml.tokens") + struct.pack("<IIQ", ARRAY, STRING, 300_000) + words
    began = time.perf_counter()

    header = read(tmp_path, a_head(tokens, text("general.name") + b"\x08\0\0\0" + text("After")))

    assert header.text("general.name") == "After"
    assert time.perf_counter() - began < 2


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 20_000), byte=st.integers(0, 255), length=st.integers(0, 20_000))
def test_no_change_and_no_cut_does_more_than_refuse(
    tmp_path_factory: pytest.TempPathFactory, at: int, byte: int, length: int
) -> None:
    folder = tmp_path_factory.getbasetemp()
    source = folder / "sound.gguf"
    if not source.exists():
        write_tiny_gguf(source)
    content = bytearray(source.read_bytes())
    content[at] = byte
    broken = folder / "broken.gguf"
    broken.write_bytes(content[:length] if length % 2 else content)

    with suppress(UnreadableModelFileError):
        assert read_gguf_header(broken).needed_bytes <= broken.stat().st_size
