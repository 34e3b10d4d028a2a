"""Names that both sides of a measurement know: who fills the database, and who asks for pages."""

COMMON_WORD = "Willkommenskultur"  # in three of five cases
RARE_WORD = "Brieftauben"  # in five cases

FIRST = "B-00000001"  # the case with much of everything

# What the worker is measured at; ``tools.bench.jobs`` says how.
JOBS = (
    "daily mails, all anew",
    "one follow-up to ask",
    "one date to remind of",
    "ten mails joined and sent",
    "nothing to do",
)
