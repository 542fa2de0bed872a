"""`python -m arcano`: the same as the command `arcano`."""

from arcano.entrypoints.cli import main

if __name__ == "__main__":
    main()
