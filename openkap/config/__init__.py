"""Settings, addresses, start-up checks and the command line. The only place that reads the environment."""
