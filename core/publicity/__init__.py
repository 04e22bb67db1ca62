"""Material that was hung up: where, when, with photos."""
