"""Tables of figures that are printed, checked and counted anew; and where their figures come from."""
