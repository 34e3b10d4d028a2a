"""English as it is read in Germany: the day before the month, as in our long dates."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j M Y"
