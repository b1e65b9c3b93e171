"""The web frame: what every service's HTTP side has in common – who calls, how bodies are read, how answers are kept."""
