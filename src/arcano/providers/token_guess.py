"""What is thought to be a token of an answer where nobody counted. Of a question, which must fit in, others think."""

CHARACTERS_PER_TOKEN = 4


def guessed_tokens(characters: int) -> int:
    """How many tokens so many characters of an answer are thought to be, rounded up."""
    return -(-characters // CHARACTERS_PER_TOKEN)
