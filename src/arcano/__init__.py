"""Arcano: a self-hosted workspace and API for language models. See docs/explanation/architecture.md."""

__version__ = "0.1.0"
