"""The one exception of documents; nbconvert's own family of it is that of the exporters."""


class ExportError(Exception):
    """A notebook that cannot become a document; the message is a Chinese sentence for people."""
