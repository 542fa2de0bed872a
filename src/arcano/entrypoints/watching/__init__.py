"""What operators see from outside: the figures at `/metrics`."""
