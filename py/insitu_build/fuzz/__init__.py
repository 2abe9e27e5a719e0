"""`build.py fuzz READER --seconds N`: feed a reader with damaged files and keep what it should not have done.

`campaign` is the parent. Its child, `worker`, decodes, and is started anew when it hangs, takes too much
memory or crashes.
"""
