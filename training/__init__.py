"""The text, the training and the examination of Starter, the tiny model that ships with Arcano."""
