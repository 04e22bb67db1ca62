"""Leaders' secret ballots; see README.md."""
