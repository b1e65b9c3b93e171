"""The release of this house; documents and images name it."""

VERSION = "0.1.0"
