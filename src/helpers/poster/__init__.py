"""一图读懂: one year of one agency, or of all, as a picture for phones.

``facts`` works out what the picture says, ``render`` sets it as SVG or PNG.
"""
