"""A real model in safetensors with random weights, made by transformers itself, where that is installed.

What it writes is letters without sense, always the same at temperature 0. Its vocabulary holds every byte.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

TEMPLATE = (
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}"
    "{% if not (loop.last and message['role'] == 'assistant') %}</s>{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
_SPECIALS = ["<unk>", "<s>", "</s>", "<|system|>", "<|user|>", "<|assistant|>"]


def write_tiny_safetensors(
    folder: Path, *, width: int = 64, template: str | None = TEMPLATE
) -> Path:
    """Write the model into `folder` and return `folder`. A larger `width` makes it slower."""
    torch: Any = import_module("torch")
    transformers: Any = import_module("transformers")
    tokenizers: Any = import_module("tokenizers")
    letters = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: number for number, token in enumerate([*_SPECIALS, *letters])}
    reading = tokenizers.Tokenizer(tokenizers.models.BPE(vocab=vocabulary, merges=[]))
    reading.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    reading.decoder = tokenizers.decoders.ByteLevel()
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=reading,
        unk_token="<unk>",
        bos_token="<s>",
        eos_token="</s>",
        additional_special_tokens=_SPECIALS[3:],
    )
    tokenizer.chat_template = template
    torch.manual_seed(21)
    model = transformers.LlamaForCausalLM(
        transformers.LlamaConfig(
            vocab_size=len(vocabulary),
            hidden_size=width,
            intermediate_size=2 * width,
            num_hidden_layers=2,
            num_attention_heads=2,
            num_key_value_heads=2,
            max_position_embeddings=512,
            bos_token_id=1,
            eos_token_id=2,
        )
    )
    with torch.no_grad():
        # Only letters are ever said: no special token, and no byte that is not a character.
        said = [vocabulary[letter] for letter in letters if letter.isascii() and letter.isalpha()]
        heard = torch.ones(len(vocabulary), dtype=torch.bool)
        heard[said] = False
        model.lm_head.weight[heard] = 0.0
        model.lm_head.weight[said] += 0.5 * torch.randn_like(model.lm_head.weight[said])
    model.generation_config.eos_token_id = 2
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
