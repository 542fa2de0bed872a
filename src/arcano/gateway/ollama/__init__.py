"""The doors that speak Ollama's API."""
