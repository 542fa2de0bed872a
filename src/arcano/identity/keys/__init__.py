"""Keys of programs: made by people, shown once, and worth no more than whoever they belong to may do."""
