"""`sohoa watch`: a folder that is read as scans arrive.

folder.py      what lies there            complete.py    is a file whole?
queue.py       who waits, who is due      wake.py        when to look again
service.py     the loop                   reading.py     the same work as `sohoa run`
settling.py    what became of each file   moves.py       originals to done/ and failed/
announcing.py  the journal and the hook   beat.py        signs of life, for status.py
"""
