"""Other software that can draw the same curves, a file each, run in an environment of its own."""
