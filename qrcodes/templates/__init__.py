"""What a code may hang on: one module and one Typst file each. README.md tells how to add one."""
