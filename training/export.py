"""Writes a trained Starter as one GGUF file: `python -m training.export --from build/starter --to starter.gguf`."""

import argparse
import json
from pathlib import Path

import gguf
import numpy
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from training.network import Network, Shape
from training.vocabulary import BEGIN, END, NOTHING, SPECIAL, TEMPLATE, read_vocabulary

NAME = "Starter"
_NAMES = {
    "attention_norm": "attn_norm",
    "query": "attn_q",
    "key": "attn_k",
    "value": "attn_v",
    "output": "attn_output",
    "inner_norm": "ffn_norm",
    "gate": "ffn_gate",
    "up": "ffn_up",
    "down": "ffn_down",
}


def main() -> None:
    """Export, as the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m training.export", description="Write Starter as GGUF."
    )
    parser.add_argument("--from", dest="source", type=Path, default=Path("build/starter"))
    parser.add_argument("--to", type=Path, default=Path("build/starter/starter.gguf"))
    parser.add_argument("--type", choices=("Q8_0", "F16"), default="Q8_0")
    arguments = parser.parse_args()
    export(arguments.source, arguments.to, kind=arguments.type)
    print(f"{arguments.to}: {arguments.to.stat().st_size:,} bytes")


def load(folder: Path) -> tuple[Network, Tokenizer]:
    """The network and the vocabulary that training left in a folder."""
    shape = Shape(**json.loads((folder / "shape.json").read_text(encoding="utf-8")))
    network = Network(shape)
    kept = torch.load(folder / "weights.pt", weights_only=True, map_location="cpu")
    network.load_state_dict(kept["network"])
    return network.eval(), read_vocabulary(folder / "vocabulary.json")


def export(source: Path, target: Path, *, kind: str = "Q8_0") -> None:
    """Write the file. Norms stay in 32 bits, all else becomes `kind`."""
    network, tokenizer = load(source)
    writer = gguf.GGUFWriter(str(target), "llama")
    _describe(writer, network.shape, kind)
    _add_vocabulary(writer, tokenizer)
    for name, tensor in network.state_dict().items():
        values = tensor.float().numpy()
        named = _tensor_name(name)
        if values.ndim == 1:
            writer.add_tensor(named, values)
        else:
            quantised = gguf.GGMLQuantizationType[kind]
            writer.add_tensor(named, _stored(values, quantised), raw_dtype=quantised)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _stored(
    values: NDArray[numpy.float32], kind: gguf.GGMLQuantizationType
) -> NDArray[numpy.generic]:
    return gguf.quants.quantize(values, kind)


def _describe(writer: gguf.GGUFWriter, shape: Shape, kind: str) -> None:
    writer.add_type("model")
    writer.add_name(NAME)
    writer.add_author("Arcano")
    writer.add_description("Knows Arcano, little else.")
    writer.add_license("Apache-2.0")
    writer.add_size_label("6M")
    writer.add_file_type(gguf.LlamaFileType[f"MOSTLY_{kind}"])
    writer.add_vocab_size(shape.vocabulary)
    writer.add_context_length(shape.window)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.inner)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kept_heads)
    writer.add_rope_dimension_count(shape.width // shape.heads)
    writer.add_rope_freq_base(shape.rotation_base)
    writer.add_layer_norm_rms_eps(shape.epsilon)


def _add_vocabulary(writer: gguf.GGUFWriter, tokenizer: Tokenizer) -> None:
    told = json.loads(tokenizer.to_str())["model"]
    tokens = sorted(told["vocab"], key=lambda token: told["vocab"][token])
    kinds = [
        gguf.TokenType.CONTROL if token in SPECIAL else gguf.TokenType.NORMAL for token in tokens
    ]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(
        [merge if isinstance(merge, str) else " ".join(merge) for merge in told["merges"]]
    )
    writer.add_bos_token_id(tokenizer.token_to_id(BEGIN))
    writer.add_eos_token_id(tokenizer.token_to_id(END))
    writer.add_pad_token_id(tokenizer.token_to_id(NOTHING))
    writer.add_add_bos_token(value=False)
    writer.add_chat_template(TEMPLATE)


def _tensor_name(name: str) -> str:
    if name == "embedding.weight":
        return "token_embd.weight"
    if name == "norm.weight":
        return "output_norm.weight"
    _, number, part, _ = name.split(".")
    return f"blk.{number}.{_NAMES[part]}.weight"


if __name__ == "__main__":
    main()
