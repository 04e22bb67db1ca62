"""Taking out what was said: which part, for whom, with the summary and the codebook that belong to it."""
