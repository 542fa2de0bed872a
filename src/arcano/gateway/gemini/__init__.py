"""The doors that speak Google's Gemini API."""
