"""A file a device language: recordings and messages become readings."""
