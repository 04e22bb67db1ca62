"""Questionnaires as Excel workbooks, for people who do not write YAML: out, and in by the same linter."""
