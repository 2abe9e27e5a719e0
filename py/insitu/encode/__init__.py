"""Results to files: text and image formats; one module per format."""
