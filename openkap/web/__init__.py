"""SHOW: pages. Views parse, call one action, and redirect; nothing clinical is decided here."""
