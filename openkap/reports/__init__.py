"""What leaves the program on paper: a file a report, its pages drawn by a typst file of the same name."""
