"""The doors that speak Anthropic's API."""
