"""Small open models that can be downloaded with one click, as data.

Sizes, hashes and revisions are those of the files on the hub, taken from at least two independent
published sources and not from the hub itself; a download that does not match is refused, never kept.
Where `sha256` is None, the hash that the hub itself gives for the file is checked instead. Memory is an
estimate: weights, one answer with 8,192 tokens of context, and what the engine takes for itself.
"""

from dataclasses import dataclass

_CONTEXT_TOKENS = 8192
_ENGINE_BYTES = 256 * 1024**2


@dataclass(frozen=True, slots=True)
class CatalogueModel:
    """A model that can be downloaded. `file` is its path in the hub's repository `repo`."""

    id: str
    name: str
    description: str
    licence: str
    parameters: str
    quantisation: str
    repo: str
    file: str
    size_bytes: int
    context_bytes_per_token: int
    revision: str = "main"
    sha256: str | None = None

    @property
    def file_name(self) -> str:
        """What the file is called on this disk."""
        return self.file.rpartition("/")[2]

    @property
    def memory_bytes(self) -> int:
        return self.size_bytes + self.context_bytes_per_token * _CONTEXT_TOKENS + _ENGINE_BYTES

    def url(self, hub: str) -> str:
        return f"{hub.rstrip('/')}/{self.repo}/resolve/{self.revision}/{self.file}"


CATALOGUE = (
    CatalogueModel(
        id="smollm2-360m",
        name="SmolLM2 360M Instruct",
        description="The smallest: answers at once on any machine, good for trying things out.",
        licence="Apache-2.0",
        parameters="360M",
        quantisation="Q8_0",
        repo="HuggingFaceTB/SmolLM2-360M-Instruct-GGUF",
        file="smollm2-360m-instruct-q8_0.gguf",
        revision="593b5a2e04c8f3e4ee880263f93e0bd2901ad47f",
        size_bytes=386_404_992,
        sha256="48ab3034d0dd401fbc721eb1df3217902fee7dab9078992d66431f09b7750201",
        context_bytes_per_token=40_960,
    ),
    CatalogueModel(
        id="qwen2.5-0.5b",
        name="Qwen2.5 0.5B Instruct",
        description="Small and many-tongued, with a long memory for its size.",
        licence="Apache-2.0",
        parameters="0.5B",
        quantisation="Q4_K_M",
        repo="Qwen/Qwen2.5-0.5B-Instruct-GGUF",
        file="qwen2.5-0.5b-instruct-q4_k_m.gguf",
        revision="9217f5db79a29953eb74d5343926648285ec7e67",
        size_bytes=491_400_032,
        sha256="74a4da8c9fdbcd15bd1f6d01d621410d31c6fc00986f5eb687824e7b93d7a9db",
        context_bytes_per_token=12_288,
    ),
    CatalogueModel(
        id="qwen3-0.6b",
        name="Qwen3 0.6B",
        description="Thinks before it answers, and still fits everywhere.",
        licence="Apache-2.0",
        parameters="0.6B",
        quantisation="Q8_0",
        repo="Qwen/Qwen3-0.6B-GGUF",
        file="Qwen3-0.6B-Q8_0.gguf",
        revision="23749fefcc72300e3a2ad315e1317431b06b590a",
        size_bytes=639_446_688,
        sha256="9465e63a22add5354d9bb4b99e90117043c7124007664907259bd16d043bb031",
        context_bytes_per_token=114_688,
    ),
    CatalogueModel(
        id="llama-3.2-1b",
        name="Llama 3.2 1B Instruct",
        description="A good first model: quick on a laptop, fluent in summaries and rewriting.",
        licence="Llama 3.2 Community License",
        parameters="1.2B",
        quantisation="Q4_K_M",
        repo="bartowski/Llama-3.2-1B-Instruct-GGUF",
        file="Llama-3.2-1B-Instruct-Q4_K_M.gguf",
        revision="067b946cf014b7c697f3654f621d577a3e3afd1c",
        size_bytes=807_694_464,
        sha256="6f85a640a97cf2bf5b8e764087b1e83da0fdb51d7c9fab7d0fece9385611df83",
        context_bytes_per_token=32_768,
    ),
    CatalogueModel(
        id="gemma-3-1b",
        name="Gemma 3 1B",
        description="Careful and well-spoken in many languages, light on memory.",
        licence="Gemma Terms of Use",
        parameters="1B",
        quantisation="Q4_K_M",
        repo="bartowski/google_gemma-3-1b-it-GGUF",
        file="google_gemma-3-1b-it-Q4_K_M.gguf",
        revision="116f76234503685a98f572982177b11d44ec8ff1",
        size_bytes=806_058_496,
        sha256="12bf0fff8815d5f73a3c9b586bd8fee8e7b248c935de70dec367679873d0f29d",
        context_bytes_per_token=26_624,
    ),
    CatalogueModel(
        id="qwen3-1.7b",
        name="Qwen3 1.7B",
        description="Reasons step by step; the best of the small ones for questions with a catch.",
        licence="Apache-2.0",
        parameters="1.7B",
        quantisation="Q8_0",
        repo="Qwen/Qwen3-1.7B-GGUF",
        file="Qwen3-1.7B-Q8_0.gguf",
        revision="90862c4b9d2787eaed51d12237eafdfe7c5f6077",
        size_bytes=1_834_426_016,
        sha256="061b54daade076b5d3362dac252678d17da8c68f07560be70818cace6590cb1a",
        context_bytes_per_token=114_688,
    ),
    CatalogueModel(
        id="llama-3.2-3b",
        name="Llama 3.2 3B Instruct",
        description="An all-rounder for everyday writing, at ease with longer texts.",
        licence="Llama 3.2 Community License",
        parameters="3.2B",
        quantisation="Q4_K_M",
        repo="bartowski/Llama-3.2-3B-Instruct-GGUF",
        file="Llama-3.2-3B-Instruct-Q4_K_M.gguf",
        revision="5ab33fa94d1d04e903623ae72c95d1696f09f9e8",
        size_bytes=2_019_377_696,
        sha256="6c1a2b41161032677be168d354123594c0e6e67d2b9227c84f296ad037c728ff",
        context_bytes_per_token=114_688,
    ),
    CatalogueModel(
        id="phi-4-mini",
        name="Phi-4 mini Instruct",
        description="Strong at mathematics and code for its size.",
        licence="MIT",
        parameters="3.8B",
        quantisation="Q4_K_M",
        repo="unsloth/Phi-4-mini-instruct-GGUF",
        file="Phi-4-mini-instruct-Q4_K_M.gguf",
        revision="78eb92a46fc37e6b524df991ed9aca9bc6aa7b80",
        size_bytes=2_491_874_272,
        sha256="88c00229914083cd112853aab84ed51b87bdf6b9ce42f532d8c85c7c63b1730a",
        context_bytes_per_token=131_072,
    ),
    CatalogueModel(
        id="qwen3-4b",
        name="Qwen3 4B",
        description="Thinks, codes and calls tools; for a machine with some memory to spare.",
        licence="Apache-2.0",
        parameters="4B",
        quantisation="Q4_K_M",
        repo="Qwen/Qwen3-4B-GGUF",
        file="Qwen3-4B-Q4_K_M.gguf",
        revision="bc640142c66e1fdd12af0bd68f40445458f3869b",
        size_bytes=2_497_280_256,
        sha256="7485fe6f11af29433bc51cab58009521f205840f5b4ae3a32fa7f92e8534fdf5",
        context_bytes_per_token=147_456,
    ),
    CatalogueModel(
        id="mistral-7b",
        name="Mistral 7B Instruct v0.3",
        description="The largest here: the fullest answers, for a machine with 8 GB and patience.",
        licence="Apache-2.0",
        parameters="7.2B",
        quantisation="Q4_K_M",
        repo="bartowski/Mistral-7B-Instruct-v0.3-GGUF",
        file="Mistral-7B-Instruct-v0.3-Q4_K_M.gguf",
        revision="61fd4167fff3ab01ee1cfe0da183fa27a944db48",
        size_bytes=4_372_812_000,
        sha256="1270d22c0fbb3d092fb725d4d96c457b7b687a5f5a715abe1e818da303e562b6",
        context_bytes_per_token=131_072,
    ),
)
