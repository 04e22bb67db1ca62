"""One module per kind of question. A new kind: its module here, and its line in `registry.py`."""
