"""The pure rules of casework."""
