"""The program that stores a model's weights in a smaller type: one file in, one file out, nothing of Arcano.

Started by path, so that it imports nothing but the standard library, numpy and gguf, llama.cpp's own
library for its files. One line of JSON on its input says what to do. On its output come lines of JSON:
`total_bytes` and `done_bytes` of the file that is written, and a last one with `finished` or `failure`.
When its input ends, the parent is gone or does not want it any more, and so does this process.
"""

import json
import os
import sys
import threading
import time
from importlib import import_module
from pathlib import Path
from typing import Any

_CHUNK_WEIGHTS = 4 * 1024**2
_TELL_SECONDS = 0.2
_POLITE = 10
_READABLE = ("F32", "F16", "BF16", "Q8_0")
_SENSITIVE = ("output.weight", "token_embd.weight")
"""What a model reads and says words by: kept at eight bits, as llama.cpp keeps them at six or eight."""
_LEFT_ALONE = ("norm", "ffn_gate_inp", "position_embd", "token_types", "ssm_conv1d", "time_mix")
_FILE_TYPES = {"Q8_0": 7, "Q5_0": 8, "Q4_0": 2}
_NO_GAIN = 0.95
_MOST_WORDS = 300


class Refused(Exception):  # noqa: N818 - a decision, not a mistake
    """It is not done; the text says why, for a person."""


def main() -> None:
    """Do what is ordered, and say how it went."""
    answer = os.dup(1)
    os.dup2(2, 1)  # what libraries print must not be taken for an answer
    order: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_leave_with_the_parent, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(_POLITE)  # answers come first
    try:
        _quantise(order, answer)
    except Refused as refusal:
        _say(answer, {"failure": str(refusal)})
    except ImportError:
        _say(answer, {"missing": True})
    except (OSError, ValueError, LookupError, OverflowError, TypeError) as broken:
        # What the file says of itself may be in there, at any length.
        reason = str(broken)[:_MOST_WORDS]
        _say(answer, {"failure": f"The file could not be read or written: {reason}."})
    else:
        _say(answer, {"finished": True})
    # Without Python's own end, which would wait for the thread that reads.
    os._exit(0)


def _leave_with_the_parent() -> None:
    while sys.stdin.buffer.read(1024):
        pass
    os._exit(1)


def _quantise(order: dict[str, Any], answer: int) -> None:
    gguf: Any = import_module("gguf")
    reader: Any = gguf.GGUFReader(order["source"])
    if reader.byte_order == "S":
        raise Refused("The file was written for machines with another order of bytes.")
    types = {tensor.name: _type_for(gguf, tensor, order["type"]) for tensor in reader.tensors}
    total = sum(_bytes_as(gguf, tensor, types[tensor.name]) for tensor in reader.tensors)
    source_bytes = sum(tensor.n_bytes for tensor in reader.tensors)
    if total > source_bytes * _NO_GAIN:
        raise Refused(f"It would hardly become smaller as {order['type']}.")
    if total > order["free_bytes"]:
        raise Refused(
            f"It needs {total / 1e9:.1f} GB of free space and there are "
            f"{order['free_bytes'] / 1e9:.1f} GB. Free some, then start it again."
        )
    _say(answer, {"total_bytes": total, "done_bytes": 0})
    writer = _writer_like(gguf, reader, Path(order["target"]), file_type=_FILE_TYPES[order["type"]])
    for tensor in reader.tensors:
        kind = types[tensor.name]
        writer.add_tensor_info(
            tensor.name, _shape_as(gguf, tensor, kind), _storage(kind),
            _bytes_as(gguf, tensor, kind), kind,
        )  # fmt: skip
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    progress = _Progress(answer, total)
    for tensor in reader.tensors:
        writer.write_tensor_data(_as_type(gguf, tensor, types[tensor.name], progress))
    writer.close()
    _check(gguf, Path(order["target"]), types, file_type=_FILE_TYPES[order["type"]])


def _type_for(gguf: Any, tensor: Any, wanted: str) -> Any:
    """What a tensor is stored as; as it is where it would not bear another, or is no large matrix."""
    kinds = gguf.GGMLQuantizationType
    name: str = tensor.name
    if (
        not name.endswith(".weight")
        or len(tensor.shape) < 2
        or any(sign in name for sign in _LEFT_ALONE)
    ):
        return tensor.tensor_type
    if tensor.tensor_type.name not in _READABLE:
        raise Refused(
            f"The model is already stored in small numbers ({tensor.tensor_type.name}). Take the original."
        )
    kind = kinds["Q8_0" if name in _SENSITIVE else wanted]
    if int(tensor.shape[0]) % gguf.GGML_QUANT_SIZES[kind][0]:
        kind = kinds.F16
    smaller = _bytes_as(gguf, tensor, kind) < tensor.n_bytes
    return kind if smaller else tensor.tensor_type


def _bytes_as(gguf: Any, tensor: Any, kind: Any) -> int:
    weights, size = gguf.GGML_QUANT_SIZES[kind]
    return int(tensor.n_elements) // weights * size


def _shape_as(gguf: Any, tensor: Any, kind: Any) -> Any:
    shape = tuple(int(length) for length in reversed(tensor.shape))
    if _storage(kind).__name__ == "uint8":
        return gguf.quants.quant_shape_to_byte_shape(shape, kind)
    return shape


def _storage(kind: Any) -> Any:
    numpy: Any = import_module("numpy")
    known = {"F32": "float32", "F16": "float16", "F64": "float64"}
    known |= {"I8": "int8", "I16": "int16", "I32": "int32", "I64": "int64"}
    return getattr(numpy, known.get(kind.name, "uint8"))


def _as_type(gguf: Any, tensor: Any, kind: Any, progress: "_Progress") -> Any:
    """The weights as `kind`, some rows at a time: only the result is ever whole in memory."""
    if kind == tensor.tensor_type:
        progress.add(int(tensor.data.nbytes))
        return tensor.data
    numpy: Any = import_module("numpy")
    rows = tensor.data.reshape(-1, tensor.data.shape[-1])
    step = max(1, _CHUNK_WEIGHTS // int(tensor.shape[0]))
    pieces: list[Any] = []
    for start in range(0, len(rows), step):
        weights = gguf.quants.dequantize(rows[start : start + step], tensor.tensor_type)
        pieces.append(gguf.quants.quantize(weights, kind))
        progress.add(int(pieces[-1].nbytes))
    return numpy.concatenate(pieces)


def _writer_like(gguf: Any, reader: Any, target: Path, *, file_type: int) -> Any:
    """A writer with all that the file says of itself, but for what the new type changes."""
    general = gguf.Keys.General
    fields: dict[str, Any] = reader.fields
    if "split.count" in fields and fields["split.count"].contents() > 1:
        raise Refused("The model is in several files. Only a model of one file can be stored anew.")
    writer = gguf.GGUFWriter(target, fields[general.ARCHITECTURE].contents())
    if reader.alignment != writer.data_alignment:
        writer.add_custom_alignment(reader.alignment)
    changed = (
        general.ARCHITECTURE,
        general.ALIGNMENT,
        general.FILE_TYPE,
        general.QUANTIZATION_VERSION,
    )
    for field in fields.values():
        if field.name in changed or field.name.startswith("GGUF."):
            continue
        kind = field.types[0]
        inner = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(field.name, field.contents(), kind, sub_type=inner)
    writer.add_file_type(file_type)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    return writer


def _check(gguf: Any, target: Path, types: dict[str, Any], *, file_type: int) -> None:
    """Read what was written as anybody would, and see it on the disk.

    Raises:
        Refused: It is not what was meant.
    """
    with target.open("rb") as file:
        os.fsync(file.fileno())
    written: Any = gguf.GGUFReader(target)
    there = {tensor.name: tensor.tensor_type for tensor in written.tensors}
    said = written.fields[gguf.Keys.General.FILE_TYPE].contents()
    if there != types or said != file_type:
        raise Refused("What was written is not what was meant. It was deleted; start it again.")


class _Progress:
    """Tells how much is written, now and then."""

    def __init__(self, answer: int, total: int) -> None:
        self._answer = answer
        self._total = total
        self._done = 0
        self._told_at = 0.0

    def add(self, size: int) -> None:
        self._done += size
        if time.monotonic() - self._told_at >= _TELL_SECONDS:
            self._told_at = time.monotonic()
            _say(self._answer, {"total_bytes": self._total, "done_bytes": self._done})


def _say(output: int, line: dict[str, Any]) -> None:
    os.write(output, json.dumps(line).encode() + b"\n")


if __name__ == "__main__":
    main()
