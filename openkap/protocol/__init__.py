"""The program as data: TOML that a clinician can read, review and sign, and its loader."""
