"""Django's SQLite backend on an encrypted SQLite that is new enough: ENGINE = "openkap.records.sqlcipher"."""
