"""Pages that are made to be printed, for people without computers and for walls."""
