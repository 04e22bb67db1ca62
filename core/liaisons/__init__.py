"""Liaisons of counties and units, and the phones they are bound to."""
