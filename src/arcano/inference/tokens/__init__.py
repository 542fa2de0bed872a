"""Tokens: how many a text is for a model, what is known of that, and how many a name can take."""
