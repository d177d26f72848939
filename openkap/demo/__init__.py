"""A synthetic clinic, honestly labelled. Nothing here runs in a real one."""
