"""Reading: what a model is given to read of a conversation, so that it fits, and what is told of that."""
