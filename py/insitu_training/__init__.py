"""What the scripts of several packs share: layers, training loops, ONNX files, descriptions and cards.

Not shipped. It needs torch and onnx, which build.py never installs.
"""
