"""The tokens of Starter: byte-level BPE, learned from its own text; and how a conversation becomes tokens."""

from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from training.conversations import Conversation

BEGIN, END, NOTHING = "<|im_start|>", "<|im_end|>", "<|nothing|>"
SPECIAL = (NOTHING, BEGIN, END)
TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
"""The form that llama.cpp and most others call ChatML."""


def learn_vocabulary(conversations: Iterable[Conversation], size: int) -> Tokenizer:
    """A tokenizer of `size` tokens for texts like these."""
    tokenizer = Tokenizer(models.BPE())
    # Splits as GPT-2 does, which llama.cpp knows by the name `gpt-2`.
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(SPECIAL),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(
        (text for each in conversations for text in _texts(each)), trainer
    )
    return tokenizer


def read_vocabulary(path: Path) -> Tokenizer:
    return Tokenizer.from_file(str(path))


def encode(tokenizer: Tokenizer, conversation: Conversation) -> tuple[list[int], list[bool]]:
    """The tokens, and of each whether it is an answer's, which is to be learned."""
    tokens: list[int] = []
    learned: list[bool] = []

    def take(text: str, *, learn: bool) -> None:
        pieces = tokenizer.encode(text).ids
        tokens.extend(pieces)
        learned.extend([learn] * len(pieces))

    if conversation.system is not None:
        take(f"{BEGIN}system\n{conversation.system}{END}\n", learn=False)
    for question, answer in conversation.turns:
        take(f"{BEGIN}user\n{question}{END}\n{BEGIN}assistant\n", learn=False)
        take(f"{answer}{END}", learn=True)
        take("\n", learn=False)
    return tokens, learned


def _texts(conversation: Conversation) -> Iterable[str]:
    for question, answer in conversation.turns:
        yield f"user\n{question}"
        yield f"assistant\n{answer}"
