"""OpenAI's Responses API: answers as items, which may be stored, gone on from, run in the background and heard again."""
