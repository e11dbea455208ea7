"""`dlcourse bench`: how fast each implementation is, here and now.

`cases` says what is computed, `clock` takes the time, `operations` compares the ladder and
`training` whole epochs; `report` makes tables, pictures and JSON of it. On the CPU.
"""
