"""The HTTP face of casework."""
