"""The network of Starter: a small llama in plain PyTorch, with tied embeddings.

Its tensors have the shapes and the order of numbers that llama.cpp expects, so that they are exported as they are: in each
head, neighbouring numbers turn together (*normal* rotary positions).
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class Shape:
    """How large it is. `width` is a multiple of 32, and so is `inner`: blocks of Q8_0 have 32 numbers."""

    vocabulary: int = 4096
    width: int = 256
    layers: int = 6
    heads: int = 4
    kept_heads: int = 4
    inner: int = 704
    window: int = 1024
    rotation_base: float = 10_000.0
    epsilon: float = 1e-5


class Norm(nn.Module):
    """Root mean square, without a mean."""

    def __init__(self, width: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        return functional.rms_norm(x, self.weight.shape, self.weight, self.epsilon)


class Block(nn.Module):
    """Attention, then a gated layer; each beside the way straight through."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        head = shape.width // shape.heads
        self.attention_norm = Norm(shape.width, shape.epsilon)
        self.query = nn.Linear(shape.width, shape.width, bias=False)
        self.key = nn.Linear(shape.width, head * shape.kept_heads, bias=False)
        self.value = nn.Linear(shape.width, head * shape.kept_heads, bias=False)
        self.output = nn.Linear(shape.width, shape.width, bias=False)
        self.inner_norm = Norm(shape.width, shape.epsilon)
        self.gate = nn.Linear(shape.width, shape.inner, bias=False)
        self.up = nn.Linear(shape.width, shape.inner, bias=False)
        self.down = nn.Linear(shape.inner, shape.width, bias=False)

    def forward(self, x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
        x = x + self._attend(self.attention_norm(x), cosine, sine)
        inner = self.inner_norm(x)
        return x + self.down(functional.silu(self.gate(inner)) * self.up(inner))

    def _attend(self, x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
        batch, length, width = x.shape

        def heads(projected: Tensor, count: int) -> Tensor:
            return projected.view(batch, length, count, -1).transpose(1, 2)

        query = _turned(heads(self.query(x), self.shape.heads), cosine, sine)
        key = _turned(heads(self.key(x), self.shape.kept_heads), cosine, sine)
        value = heads(self.value(x), self.shape.kept_heads)
        seen = functional.scaled_dot_product_attention(
            query, key, value, is_causal=True, enable_gqa=self.shape.heads != self.shape.kept_heads
        )
        return self.output(seen.transpose(1, 2).reshape(batch, length, width))


class Network(nn.Module):
    """Tokens in, shape (batch, length); the last layer's state out, shape (batch, length, width)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = Norm(shape.width, shape.epsilon)
        cosine, sine = _rotations(shape)
        self.register_buffer("cosine", cosine, persistent=False)
        self.register_buffer("sine", sine, persistent=False)
        for name, parameter in self.named_parameters():
            if parameter.dim() > 1:
                # What is added to the straight way begins smaller, the more is added.
                narrow = (
                    (2 * shape.layers) ** -0.5
                    if name.endswith(("output.weight", "down.weight"))
                    else 1.0
                )
                nn.init.normal_(parameter, std=0.02 * narrow)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.embedding(tokens)
        cosine, sine = self.cosine[: tokens.shape[1]], self.sine[: tokens.shape[1]]
        for block in self.blocks:
            x = block(x, cosine, sine)
        return self.norm(x)

    def logits(self, state: Tensor) -> Tensor:
        """How likely each token is next; shape (..., vocabulary)."""
        return functional.linear(state, self.embedding.weight)


def _rotations(shape: Shape) -> tuple[Tensor, Tensor]:
    head = shape.width // shape.heads
    speeds = shape.rotation_base ** (-torch.arange(0, head, 2).float() / head)
    angles = torch.arange(shape.window).float()[:, None] * speeds
    return angles.cos(), angles.sin()


def _turned(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    even, odd = x[..., 0::2], x[..., 1::2]
    cosine, sine = cosine.to(x.dtype), sine.to(x.dtype)
    return torch.stack((even * cosine - odd * sine, even * sine + odd * cosine), -1).flatten(-2)
