"""The pure rules of texting parents."""
