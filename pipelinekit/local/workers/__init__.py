"""Workers: each does what one action type does, on this machine."""
