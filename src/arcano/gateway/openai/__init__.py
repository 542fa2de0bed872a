"""The doors that speak OpenAI's API."""
