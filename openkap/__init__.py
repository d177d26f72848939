"""OpenKAP: a ketamine-assisted psychotherapy program, from screening to lasting integration."""

__version__ = "0.3.0"
