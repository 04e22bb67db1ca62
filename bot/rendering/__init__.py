"""How a reply is put together: clean words, pieces with links, and making them fit."""
