"""Reading for screens: figures, tables and lists, straight from SQL. Writes nothing but its own tallies."""
