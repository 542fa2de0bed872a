"""Whether the books are exact: thousands of calls through every door, while everything goes wrong, and what the ledger says of them."""
