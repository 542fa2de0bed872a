"""A real GGUF file with random weights, made in a blink, that the real llama.cpp loads and runs.

Not a language model: what it writes is a string of everyday words without sense, always the same for
the same seed and question at temperature 0. Its vocabulary holds every byte, so any text can be asked,
and its last layer is biased so that it never answers with a lone byte, which would not be text.
"""

from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np

_SAID = (
    "the a of and in to sun sea sky tree bird stone road house light rain wind snow river hill moon star "
    "day night year song word name hand eye heart door key bread salt milk fish apple bell boat fire ice "
    "gold red blue green grey warm cold soft loud old new near far one two three many some few all none "
    "walks sings sleeps falls rises turns opens holds keeps finds gives takes makes sees hears knows says"
)
WORDS = _SAID.split()

_TEMPLATE = (
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}</s>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
_SPECIALS = ("<unk>", "<s>", "</s>", "<|system|>", "<|user|>", "<|assistant|>")
_EOS = 2
# Far below every word's score: a token with this bias is never chosen.
_NEVER = -60.0


@dataclass(frozen=True, slots=True)
class Shape:
    """How large the model is. The width must be a multiple of 32 times the number of heads."""

    width: int = 64
    layers: int = 2
    heads: int = 2
    feed_forward: int = 128
    spare_tokens: int = 0
    context_tokens: int = 2048

    @property
    def words(self) -> int:
        return len(WORDS) + self.spare_tokens


TINY = Shape()
# About 29 million weights: slow enough that a benchmark measures the model and not the plumbing.
SMALL = Shape(width=512, layers=6, heads=8, feed_forward=1536, spare_tokens=8000)


def write_tiny_gguf(
    path: Path,
    *,
    shape: Shape = TINY,
    seed: int = 21,
    ends_by_itself: bool = False,
    architecture: str = "llama",
    name: str = "Tiny random",
    makes_vectors: bool = False,
) -> Path:
    """Write the model to `path` and return `path`.

    Without `ends_by_itself` an answer ends only at its limit of tokens or where the context is full;
    with it, after some dozens of words. An `architecture` other than llama makes a file that is sound
    as a file and that no engine can run. One that `makes_vectors` says that a text's is its tokens' mean.
    """
    writer = gguf.GGUFWriter(path, architecture)
    _describe(writer, shape, name)
    if makes_vectors:
        writer.add_pooling_type(gguf.PoolingType.MEAN)
    _add_vocabulary(writer, shape)
    _add_weights(writer, shape, np.random.default_rng(seed), ends_by_itself=ends_by_itself)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _describe(writer: gguf.GGUFWriter, shape: Shape, name: str) -> None:
    writer.add_name(name)
    writer.add_size_label("1M")
    writer.add_context_length(shape.context_tokens)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_rope_dimension_count(shape.width // shape.heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_vocab_size(_vocabulary_size(shape))


def _vocabulary_size(shape: Shape) -> int:
    return len(_SPECIALS) + 256 + shape.words


def _add_vocabulary(writer: gguf.GGUFWriter, shape: Shape) -> None:
    words = [f"\N{LOWER ONE EIGHTH BLOCK}{word}" for word in WORDS]
    spares = [f"\N{LOWER ONE EIGHTH BLOCK}word{number}" for number in range(shape.spare_tokens)]
    tokens = [*_SPECIALS, *(f"<0x{byte:02X}>" for byte in range(256)), *words, *spares]
    kinds = [
        gguf.TokenType.UNKNOWN,
        *[gguf.TokenType.CONTROL] * (len(_SPECIALS) - 1),
        *[gguf.TokenType.BYTE] * 256,
        *[gguf.TokenType.NORMAL] * shape.words,
    ]
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(kinds)
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(_EOS)
    writer.add_add_bos_token(value=True)
    writer.add_add_space_prefix(value=False)
    writer.add_chat_template(_TEMPLATE)


def _add_weights(
    writer: gguf.GGUFWriter, shape: Shape, random: np.random.Generator, *, ends_by_itself: bool
) -> None:
    def matrix(rows: int, columns: int) -> np.ndarray:
        return random.standard_normal((rows, columns), dtype=np.float32) / np.float32(columns**0.5)

    def into_the_stream(rows: int, columns: int) -> np.ndarray:
        weights = matrix(rows, columns)
        # Channel 0 of the residual stream stays as the embedding made it: it carries the bias.
        weights[0, :] = 0.0
        return weights

    width, tokens = shape.width, _vocabulary_size(shape)
    embedding = 0.4 * random.standard_normal((tokens, width), dtype=np.float32)
    embedding[:, 0] = 2.0
    output = 2.5 * matrix(tokens, width)
    output[:, 0] = _NEVER
    output[len(_SPECIALS) + 256 :, 0] = 0.0
    if ends_by_itself:
        output[_EOS, 0] = 0.6
    writer.add_tensor("token_embd.weight", embedding)
    writer.add_tensor("output_norm.weight", np.ones(width, dtype=np.float32))
    writer.add_tensor("output.weight", output)
    for layer in range(shape.layers):
        block = f"blk.{layer}"
        writer.add_tensor(f"{block}.attn_norm.weight", np.ones(width, dtype=np.float32))
        writer.add_tensor(f"{block}.ffn_norm.weight", np.ones(width, dtype=np.float32))
        for part in ("attn_q", "attn_k", "attn_v"):
            writer.add_tensor(f"{block}.{part}.weight", matrix(width, width))
        writer.add_tensor(f"{block}.attn_output.weight", into_the_stream(width, width))
        for part in ("ffn_gate", "ffn_up"):
            writer.add_tensor(f"{block}.{part}.weight", matrix(shape.feed_forward, width))
        writer.add_tensor(f"{block}.ffn_down.weight", into_the_stream(width, shape.feed_forward))
