"""Groups: people together, with what being in one allows."""
