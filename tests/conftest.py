"""What holds for every test."""

from hypothesis import settings

# Tests are not timed: a busy machine is not a failure.
settings.register_profile("arcano", deadline=None)
settings.load_profile("arcano")
