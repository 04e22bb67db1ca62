"""
What typed words mean: options, numbers, places, commands. Pure, and strict where it matters.

A way of writing (full-width, traditional, circled, a letter) is forgiven; a shade of meaning is not:
words that merely contain a label, or deny it, are not that label.
"""
