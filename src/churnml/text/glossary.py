"""The words of the list, and what each means, for whoever reads it on paper, in a workbook or in a browser."""

TERMS = (
    (
        "Notice given",
        "Known, not predicted: all ARR is at stake, lost unless won back; it takes none of the calls.",
    ),
    ("New", "A customer for too short a time to judge: no chance is shown, and it comes after the others."),
    ("A chance", "A probability learned from past renewals: an association found in history, not a cause."),
    (
        "Held",
        "A risk band moves after two readings in a row, so that one reading alone flips nobody; a notice moves it at once.",
    ),
    (
        "Why",
        "Facts about the account beside its own past and similar accounts (same segment and tenure), strongest first; 'but' points the other way.",
    ),
    (
        "Advice",
        "What your team's plays.yaml says to do about the first reason: a rule of thumb, not a measured remedy.",
    ),
    (
        "No proven signal",
        "Where a verdict says so, no chance is shown and the rules health score gives the order.",
    ),
    (
        "Two health scores",
        "The same parts twice: 'rules' weighs them as your team says, 'fitted' as past renewals showed.",
    ),
)
