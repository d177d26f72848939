"""Remember: every table, the append-only ledger, who may read what, and the lists made from the ledger."""
