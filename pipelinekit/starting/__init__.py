"""From a directory to its first pipeline: look at it, choose, and write ``pipeline.py``.

`reading` looks at the disk and gives a `Tree`, `findings` says what the tree is, `choices` what is wanted, and
`composing` writes the text. Between the first and the last of them nothing touches the disk.
"""
