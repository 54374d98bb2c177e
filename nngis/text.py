"""A sentence in the two languages that every user-facing text has."""

from typing import Literal, NamedTuple

Lang = Literal["zh", "en"]


class Text(NamedTuple):
    """One text in Chinese and English.

    Parameters
    ----------
    zh, en : str
        The same meaning in each language.
    """

    zh: str
    en: str

    def say(self, lang: Lang) -> str:
        """Return the text in one language.

        Parameters
        ----------
        lang : {"zh", "en"}
            The language.

        Returns
        -------
        str
            The text.

        Examples
        --------
        >>> Text("锅炉", "Boilers").say("en")
        'Boilers'
        """
        return self.zh if lang == "zh" else self.en
