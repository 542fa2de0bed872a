"""What somebody hostile would try, more often than `make test` tries it: `make attack`."""
