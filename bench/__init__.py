"""Side by side with peers: `make bench`, or `python -m bench ledger` for one file. Each file has `rows()`."""
