"""Objects of an image as runs of pixels, and what is made of them: outlines, measurements, corrections."""
