"""The one exception of the exporters."""

from nbconvert.utils.exceptions import ConversionException


class ExportError(ConversionException):
    """A notebook that cannot become a document; the message is a Chinese sentence for people.

    nbconvert and jupyter_server report exceptions of this family with their message.
    """
