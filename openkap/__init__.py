"""OpenKAP: a ketamine-assisted psychotherapy program, from screening to lasting integration."""

__version__ = "0.2.0"
