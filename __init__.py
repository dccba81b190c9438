"""musnad: Arabic news into gold data of who is named, how many, and who said so."""

__version__ = "0.1.0"
