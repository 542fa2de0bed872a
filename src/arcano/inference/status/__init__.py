"""How the targets are doing, for those who look after them."""
