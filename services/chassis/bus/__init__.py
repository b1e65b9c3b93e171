"""The bus: a port, its adapters, and the form in which events travel."""
