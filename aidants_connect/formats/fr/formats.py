"""The hour as on every other page: Django's own French format ends in « 01:10 »."""

DATETIME_FORMAT = "j F Y à G\u00a0\\h\u00a0i"
